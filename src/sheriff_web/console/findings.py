"""Is the caller being served? One sentence, and what to do about it; the worst finding speaks first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sheriff_core.breaker import BreakerState
from sheriff_core.health import Readiness, ReadinessStatus
from sheriff_core.policy import PROMISED_S
from sheriff_core.rolling_figures import Figures
from sheriff_web.console.words import duration, percent

SUCCESS_PROMISED: Final = 0.99  # the objective of deploy/prometheus: below it somebody is paged, sooner or later
ALARMING: Final = 0.95
OLD_IS_NOTABLE: Final = 0.05
"""Shares: of calls answered with more than an apology, and of answers told from old information."""


class Level(StrEnum):
    """How much it concerns whoever is on call."""

    BAD = "bad"
    WATCH = "watch"
    QUIET = "quiet"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is the case, what it means for callers and what to do; `runbook` is a page of docs/runbooks."""

    level: Level
    headline: str
    detail: str
    runbook: str = ""
    serving: bool = False  # callers are served nevertheless

    @property
    def answer(self) -> str:
        """Whether the caller is being served, where this is the worst there is to say."""
        return f"Yes, but {self.headline[0].lower()}{self.headline[1:]}" if self.serving else self.headline


def findings(readiness: Readiness, breaker: BreakerState, recent: Figures) -> list[Finding]:
    """Everything worth saying, the worst first; there is always something."""
    found = [*_of_the_process(readiness), *_of_the_callers(recent), *_of_the_parts(readiness, breaker, recent)]
    if not found:
        found = [Finding(Level.GOOD, "Yes, callers are being served.", _told(recent))]
    order = list(Level)
    return sorted(found, key=lambda finding: order.index(finding.level))  # stable: in the order of importance


def _of_the_process(readiness: Readiness) -> Iterator[Finding]:
    if readiness.status is ReadinessStatus.UNREADY:
        yield Finding(
            Level.BAD,
            "Not by this instance: it is not ready yet.",
            "It takes no calls until it has started. If this lasts, its log says what it waits for.",
            "service-down",
        )
    elif readiness.status is ReadinessStatus.DRAINING:
        yield Finding(
            Level.WATCH,
            "Not by this instance any more: it is stopping.",
            "What is in flight is answered; new calls go to other instances.",
            "service-down",
        )


def _of_the_callers(recent: Figures) -> Iterator[Finding]:
    success, stale = recent.success, recent.stale_share
    if success is None:
        yield Finding(
            Level.QUIET,
            "Nobody has called in the last five minutes.",
            "If calls are expected, see whether Vapi reaches this service and whether it is let in.",
            "no-traffic",
        )
        return
    if success < SUCCESS_PROMISED:
        most = success <= 1 / 2
        yield Finding(
            Level.BAD if success < ALARMING else Level.WATCH,
            "No, most callers hear an apology." if most else "Not everybody: some callers hear an apology.",
            f"{recent.unavailable:,} of {recent.calls:,} in the last five minutes were asked to try again.",
            "availability",
        )
    if recent.p95_s is not None and recent.p95_s > PROMISED_S:
        yield Finding(
            Level.WATCH,
            "Callers are answered, but too slowly.",
            f"One in twenty waited {duration(recent.p95_s)} or longer; {duration(PROMISED_S)} is promised.",
            "latency-high",
        )
    if stale is not None and stale > OLD_IS_NOTABLE:
        yield Finding(
            Level.WATCH,
            "Callers are answered, from old information.",
            f"{percent(stale)} of the last five minutes' answers came from memory and were told with their age.",
            "stale-rate-high",
        )


def _of_the_parts(readiness: Readiness, breaker: BreakerState, recent: Figures) -> Iterator[Finding]:
    if breaker is not BreakerState.CLOSED:
        by_hand = breaker is BreakerState.ISOLATED
        yield Finding(
            Level.WATCH,
            "Only from memory: the breaker is " + ("held open by hand." if by_hand else "open."),
            "Callers hear what is remembered, or an apology. "
            + ("It stays so until somebody resets it." if by_hand else "It closes by itself once a probe succeeds."),
            "breaker-open",
        )
    elif not _is_well(readiness, "sanity") and recent.calls:
        yield Finding(
            Level.WATCH,
            "The source's last answer was a failure.",
            "One failure is no outage: look whether its last success keeps growing older.",
            "sanity-down",
            serving=True,
        )
    if not _is_well(readiness, "recordings"):
        yield Finding(
            Level.WATCH,
            "Calls are not being stored.",
            "Callers notice nothing. Interactions wait on this machine's disk until the store takes them.",
            "recordings-lost",
            serving=True,
        )
    if not _is_well(readiness, "cache"):
        yield Finding(
            Level.WATCH,
            "The shared cache does not answer.",
            "This process remembers by itself; callers notice nothing.",
            "cache-lost",
            serving=True,
        )


def _is_well(readiness: Readiness, check: str) -> bool:
    return readiness.checks.get(check, {}).get("status", "ok") in ("ok", "off")


def _told(recent: Figures) -> str:
    answers = "answer" if recent.calls == 1 else "answers"
    return f"{recent.calls:,} {answers} in the last five minutes, one in twenty slower than {duration(recent.p95_s)}."
