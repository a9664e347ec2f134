"""Readiness is told from what is known."""

from typing import Any

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.events import SourceRequestEnded
from sheriff_core.health import Health
from sheriff_core.policy import BreakerPolicy
from tests.fakes import FakeClock, SpySink


class Stage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.breaker = CircuitBreaker(BreakerPolicy(), self.clock, SpySink())
        self.cache: dict[str, Any] = {"status": "ok", "kind": "memory"}
        self.recordings: dict[str, Any] = {"status": "off"}
        self.health = Health(
            breaker=self.breaker,
            clock=self.clock,
            cache_status=lambda: self.cache,
            recordings_status=lambda: self.recordings,
        )

    def status(self) -> tuple[str, bool]:
        readiness = self.health.readiness()
        return readiness.status.value, readiness.serving


def test_unready_until_started_and_draining_when_told() -> None:
    stage = Stage()
    assert stage.status() == ("unready", False)
    stage.health.started()
    assert stage.status() == ("ready", True)
    stage.health.draining()
    assert stage.status() == ("draining", False)


def test_an_open_breaker_is_degraded_and_still_serving() -> None:
    stage = Stage()
    stage.health.started()
    stage.breaker.isolate(reason="test")
    assert stage.status() == ("degraded", True)
    assert stage.health.readiness().checks["circuitBreaker"]["state"] == "isolated"


async def test_the_source_is_told_by_its_last_success_and_failure() -> None:
    stage = Stage()
    stage.health.started()
    stage.health.emit(SourceRequestEnded("server_error", 0.1))
    assert stage.status() == ("degraded", True)
    await stage.clock.advance(2)
    stage.health.emit(SourceRequestEnded("empty", 0.1))
    await stage.clock.advance(3)
    check = stage.health.readiness().checks["sanity"]
    assert check["status"] == "ok"
    assert check["lastSuccessAgeSeconds"] == 3
    assert check["lastFailure"] == "server_error"
    assert check["lastFailureAt"] == "2026-02-12T09:30:00.000Z"
    assert stage.status() == ("ready", True)


async def test_a_clock_that_is_put_back_changes_neither_how_the_source_is_nor_since_when() -> None:
    stage = Stage()
    stage.health.emit(SourceRequestEnded("server_error", 0.1))
    stage.clock.put_back(3_600)
    stage.health.emit(SourceRequestEnded("ok", 0.1))
    await stage.clock.advance(3)
    stage.clock.put_back(3_600)
    check = stage.health.readiness().checks["sanity"]
    assert check["status"] == "ok"
    assert check["lastSuccessAgeSeconds"] == 3


def test_a_lost_cache_or_failing_recordings_degrade() -> None:
    for name in ("cache", "recordings"):
        stage = Stage()
        stage.health.started()
        setattr(stage, name, {"status": "failing"})
        assert stage.status() == ("degraded", True)
