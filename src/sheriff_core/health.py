"""Alive, and of any use: answered from what is known, never by waiting for anybody (docs/reference/http-api.md).

A source that is down makes this instance degraded, not unready: it still tells callers what it remembers, or that
they may try again. Were it to leave the load balancer, so would all others at the same moment, and nobody would answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sheriff_core.attempt_log import ANSWERED
from sheriff_core.breaker import BreakerSnapshot, BreakerState, CircuitBreaker
from sheriff_core.event_listener import EventListener
from sheriff_core.events import SourceRequestEnded
from sheriff_core.ports import Clock
from sheriff_core.rfc3339 import rfc3339


class ReadinessStatus(StrEnum):
    """What a load balancer and an operator want to know."""

    READY = "ready"
    DEGRADED = "degraded"  # callers are served, something behind us is not well
    DRAINING = "draining"  # told to stop
    UNREADY = "unready"  # starting, or cannot serve


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer to "are you ready?"; `serving` False is a 503."""

    status: ReadinessStatus
    serving: bool
    checks: dict[str, dict[str, Any]]


class Health(EventListener):
    """Keeps what readiness is made of. Listens to events for the source's last success and failure."""

    def __init__(
        self,
        *,
        breaker: CircuitBreaker,
        clock: Clock,
        cache_status: Callable[[], Mapping[str, Any]],
        recordings_status: Callable[[], Mapping[str, Any]],
    ) -> None:
        """This will be unready until `started`. The two callables must answer from memory."""
        self._breaker = breaker
        self._clock = clock
        self._cache_status = cache_status
        self._recordings_status = recordings_status
        self._phase = ReadinessStatus.UNREADY
        self._last_success: datetime | None = None
        self._last_success_now = 0.0  # of `Clock.now`: an age outlives a wall clock that is put right
        self._last_failure: datetime | None = None
        self._last_failure_result: str | None = None
        self._source_failing = False
        super().__init__({SourceRequestEnded: self._source_request_ended})

    def _source_request_ended(self, event: SourceRequestEnded) -> None:
        self._source_failing = event.result not in ANSWERED
        if not self._source_failing:
            self._last_success, self._last_success_now = self._clock.wall(), self._clock.now()
        else:
            self._last_failure = self._clock.wall()
            self._last_failure_result = event.result

    def started(self) -> None:
        """Take calls from now on."""
        self._phase = ReadinessStatus.READY

    def draining(self) -> None:
        """Take no further calls."""
        self._phase = ReadinessStatus.DRAINING

    def readiness(self) -> Readiness:
        """How this instance stands now."""
        checks = {
            "circuitBreaker": self._breaker_check(),
            "sanity": self._source_check(),
            "cache": dict(self._cache_status()),
            "recordings": dict(self._recordings_status()),
        }
        status = self._phase
        if status is ReadinessStatus.READY and any(check["status"] not in ("ok", "off") for check in checks.values()):
            status = ReadinessStatus.DEGRADED
        return Readiness(status, status in (ReadinessStatus.READY, ReadinessStatus.DEGRADED), checks)

    def _breaker_check(self) -> dict[str, Any]:
        snapshot = self._breaker.snapshot()
        return {"status": "ok" if snapshot.state is BreakerState.CLOSED else "failing", **breaker_fields(snapshot)}

    def _source_check(self) -> dict[str, Any]:
        since_success = None
        if self._last_success is not None:
            since_success = round(self._clock.now() - self._last_success_now, 3)
        return {
            "status": "failing" if self._source_failing else "ok",
            "lastSuccessAt": _text(self._last_success),
            "lastSuccessAgeSeconds": since_success,
            "lastFailureAt": _text(self._last_failure),
            "lastFailure": self._last_failure_result,
        }


def breaker_fields(snapshot: BreakerSnapshot) -> dict[str, Any]:
    """The breaker as operators are told of it, in JSON's values."""
    return {
        "state": snapshot.state.value,
        "consecutiveFailures": snapshot.consecutive_failures,
        "openedAt": _text(snapshot.opened_at),
        "retryAt": _text(snapshot.retry_at),
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
