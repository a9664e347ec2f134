"""The circuit breaker: leaves a failing source alone, and asks again with one careful probe.

A state machine over time, after Polly's vocabulary: closed, open, half-open, and isolated (held open by hand).
It guards the source, so there is one per process, shared by all tracking numbers. What counts as a failure is not
decided here but by `lookup` (docs/adr/0006).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sheriff_core.events import BreakerMoved
from sheriff_core.policy import BreakerPolicy
from sheriff_core.ports import Clock, EventSink

PUT_RIGHT: Final = timedelta(seconds=1)  # a wall clock that differs by more from the monotonic one has been set


class BreakerState(StrEnum):
    """May the source be asked?"""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    ISOLATED = "isolated"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to ask the source once; handed back with the verdict. Worthless once the breaker has moved on."""

    generation: int
    probe: bool


@dataclass(frozen=True, slots=True)
class BreakerSnapshot:
    """The breaker at one instant, for people and recordings."""

    state: BreakerState
    consecutive_failures: int
    opened_at: datetime | None
    retry_at: datetime | None


class CircuitBreaker:
    """Opens at `policy.failures` consecutive failures; after `policy.reset_s` one probe decides.

    Not thread-safe, and need not be: every method is one step of one event loop.
    """

    def __init__(self, policy: BreakerPolicy, clock: Clock, events: EventSink) -> None:
        """This will start closed."""
        self._policy = policy
        self._clock = clock
        self._events = events
        self._state = BreakerState.CLOSED
        self._failures = 0
        # Each state has a number. A permit carries the number of the state that gave it, so that a late result of
        # an older state can neither close nor open a newer one.
        self._generation = 0
        self._opened_now: float | None = None
        self._opened_at: datetime | None = None
        self._probe_since: float | None = None

    @property
    def state(self) -> BreakerState:
        """The present state; an open breaker whose time has come stays open until somebody asks."""
        return self._state

    def ask(self) -> Permit | None:
        """May the source be asked now? None: no."""
        now = self._clock.now()
        if self._state is BreakerState.CLOSED:
            return Permit(self._generation, probe=False)
        if self._state is BreakerState.ISOLATED:
            return None
        if self._state is BreakerState.OPEN:
            if self._opened_now is not None and now - self._opened_now < self._policy.reset_s:
                return None
            self._move(BreakerState.HALF_OPEN, "reset time passed")
        elif self._probe_since is not None:
            if now - self._probe_since >= self._policy.probe_timeout_s:
                self._open("probe timed out")
            return None
        self._probe_since = now
        return Permit(self._generation, probe=True)

    def succeeded(self, permit: Permit) -> None:
        """The source answered usably, even if the answer was "not found" or that we are at fault."""
        if permit.generation != self._generation:
            return
        if permit.probe:
            self._move(BreakerState.CLOSED, "probe succeeded")
        self._failures = 0

    def failed(self, permit: Permit) -> None:
        """One flight, with all its attempts, got nothing usable."""
        if permit.generation != self._generation:
            return
        self._failures += 1
        if permit.probe:
            self._open("probe failed")
        elif self._failures >= self._policy.failures:
            self._open("consecutive failures")

    def abandoned(self, permit: Permit) -> None:
        """The flight ended without a verdict (cancelled, shut down): no vote, and a probe's place is free again."""
        if permit.generation == self._generation and permit.probe:
            self._probe_since = None

    def reset(self, *, reason: str) -> BreakerState:
        """Close it by hand; the state it was in. Idempotent."""
        previous = self._state
        if previous is not BreakerState.CLOSED:
            self._move(BreakerState.CLOSED, reason)
        self._failures = 0
        return previous

    def isolate(self, *, reason: str) -> BreakerState:
        """Hold it open by hand until `reset`; the state it was in. Idempotent."""
        previous = self._state
        if previous is not BreakerState.ISOLATED:
            if self._opened_now is None:
                self._stamp_opening()
            self._move(BreakerState.ISOLATED, reason)
        return previous

    def snapshot(self) -> BreakerSnapshot:
        """The breaker now."""
        opened_at, retry_at = self._opened_by_the_clock(), None
        if self._state is BreakerState.OPEN and opened_at is not None:
            retry_at = opened_at + timedelta(seconds=self._policy.reset_s)
        return BreakerSnapshot(self._state, self._failures, opened_at, retry_at)

    def restore(self, snapshot: BreakerSnapshot, *, probing: bool = True, leeway_s: float = 0.0) -> None:
        """Take the state of a recorded `snapshot`, as it was seen at the present instant (for replay).

        One that was half open was `probing`, or its probe had been abandoned and the next one may ask; one that was
        open had been so for up to `leeway_s` longer.
        """
        self._state = snapshot.state
        self._failures = snapshot.consecutive_failures
        self._opened_at = snapshot.opened_at
        self._opened_now = None
        if snapshot.opened_at is not None:
            open_for_s = (self._clock.wall() - snapshot.opened_at).total_seconds() + leeway_s
            self._opened_now = self._clock.now() - open_for_s
        self._probe_since = self._clock.now() if probing and snapshot.state is BreakerState.HALF_OPEN else None
        self._generation += 1

    def _opened_by_the_clock(self) -> datetime | None:
        """When it opened, as the wall clock goes now: one that was put right since would be out by as much."""
        if self._opened_now is None or self._opened_at is None:
            return self._opened_at
        since = self._clock.wall() - timedelta(seconds=self._clock.now() - self._opened_now)
        return since if abs(since - self._opened_at) > PUT_RIGHT else self._opened_at

    def _open(self, reason: str) -> None:
        self._stamp_opening()
        self._move(BreakerState.OPEN, reason)

    def _stamp_opening(self) -> None:
        self._opened_now = self._clock.now()
        self._opened_at = self._clock.wall()

    def _move(self, to: BreakerState, reason: str) -> None:
        before, self._state = self._state, to
        self._generation += 1
        self._probe_since = None
        if to is BreakerState.CLOSED:
            self._opened_now = self._opened_at = None
        self._events.emit(BreakerMoved(before.value, to.value, reason, self._failures))
