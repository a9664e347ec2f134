"""The recorded world: a source that answers as it did then, and time that only passes when something waits for it.

An hour of calls replays in seconds, and identically on every run, machine and time zone: waiting is skipped, and
nothing in here reads a clock, a network or dice.
"""

import asyncio
import selectors
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from sheriff_core.attempt_log import ANSWERED
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    Clock,
    Remembered,
    SourceMisconfiguredError,
    SourceUnavailableError,
)
from sheriff_core.tracking_number import TrackingNumber

TICK_S: Final = 1e-6  # the shortest wait of simulated time
ROUNDED_S: Final = 1e-5  # instants in a recording are rounded to less than this
LATE_S: Final = 0.01  # so late a timer of the recorded process rang: an answer that came by then came in time


class RecordedAttempt(Protocol):
    """One request as it went (`evaluation.recorded_call.RecordedAttempt`); seconds after the call arrived."""

    @property
    def start_s(self) -> float: ...  # noqa: D102
    @property
    def end_s(self) -> float | None: ...  # noqa: D102
    @property
    def result(self) -> AttemptResult | None: ...  # noqa: D102
    @property
    def deliveries(self) -> tuple[Delivery, ...]: ...  # noqa: D102
    @property
    def retry_after_s(self) -> float | None: ...  # noqa: D102


class SimulatedTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        """This will begin at zero."""
        self._simulated_now = 0.0
        super().__init__(_SkippingSelector(self.skip))

    def time(self) -> float:
        """Simulated seconds since the loop began."""
        return self._simulated_now

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self._simulated_now += seconds


class _SkippingSelector(selectors.SelectSelector):
    """Asks for nothing from outside: when the loop would wait, time passes instead."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("simulated time stands still: everything waits, and nothing is going to happen")
            self._skip(max(0.0, timeout))
        return ready


class SimulatedClock:
    """The `Clock` port on simulated time: `wall` is `start` plus what has passed since this clock was made."""

    def __init__(self, start: datetime) -> None:
        """This will begin at the instant `start`; made on a running loop."""
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time()

    def now(self) -> float:
        """Simulated seconds since this clock was made."""
        return self._loop.time() - self._origin

    def wall(self) -> datetime:
        """The simulated instant."""
        return self._start + timedelta(seconds=self.now())

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; at least a tick, because a loop fires what is due within its resolution at once.

        Whoever waits again for the rest of a rounding error would otherwise wait for ever: in here nothing but
        waiting makes time pass.
        """
        await asyncio.sleep(max(seconds, TICK_S) if seconds > 0 else 0)


class RecordedSource:
    """One attempt at a time, as it went (the `DeliverySource` port); put a `RetryingDeliverySource` around it.

    What was never recorded is not invented: a request beyond the recorded ones fails at once, and another number's
    never ends.
    """

    def __init__(
        self, attempts: Sequence[RecordedAttempt], clock: Clock, *, readings: tuple[str, ...], at: float
    ) -> None:
        """`at` is the instant of `clock` at which the call arrives, to which the attempts are relative."""
        self._attempts = list(attempts)
        self._clock = clock
        self._readings = readings
        self._at = at
        self._in_the_air = 0
        self._begun: RecordedAttempt | None = None

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        """Play the next recorded request, and the one after it where an empty first stage was followed by a second."""
        if number.readings != self._readings:
            await asyncio.get_running_loop().create_future()
        self._in_the_air += 1
        try:
            return await self._play(deadline, attempts)
        finally:
            self._in_the_air -= 1

    async def _play(self, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        while self._attempts:
            recorded = self._begun = self._attempts.pop(0)
            attempt = attempts.begin()
            if recorded.end_s is None or recorded.result is None:
                await asyncio.get_running_loop().create_future()
                break
            ends = self._at + recorded.end_s
            if recorded.result is not AttemptResult.TIMEOUT and ends < deadline.at + LATE_S:
                ends = min(ends, deadline.at - ROUNDED_S)
            await self._clock.sleep(max(0.0, ends - self._clock.now()))
            attempts.end(attempt, recorded.result, recorded.deliveries, recorded.retry_after_s)
            if recorded.result is AttemptResult.OK:
                return recorded.deliveries
            if recorded.result is AttemptResult.EMPTY:
                if not self._attempts:
                    return ()
                continue
            if recorded.result is AttemptResult.REJECTED:
                raise SourceMisconfiguredError("as recorded", result=recorded.result, transient=False)
            # Always one that may pass: whether it was the last is for the budget to say. Here it would depend on
            # whether a twin that answers in this very instant has already left the air.
            raise SourceUnavailableError(
                "as recorded", result=recorded.result, transient=True, retry_after_s=recorded.retry_after_s
            )
        raise SourceUnavailableError("not recorded", result=AttemptResult.NETWORK_ERROR, transient=True)

    def was_asked_again(self) -> bool:
        """Whether a further request was sent then: a twin, where one is in the air now.

        A twin was sent when the next recorded request began before the last one had ended. What a request beyond the
        recorded ones would have met is not known.
        """
        if not self._attempts:
            return False
        if not self._in_the_air or self._begun is None:
            return True
        return self._begun.end_s is None or self._attempts[0].start_s < self._begun.end_s - ROUNDED_S


class RecordedBudget:
    """Permits what was permitted then (the `Budget` of a `RetryingDeliverySource`): its tokens are not recorded."""

    def __init__(self, source: RecordedSource) -> None:
        """This will ask `source` what was sent."""
        self._source = source

    def earn(self) -> None:
        """Nothing is earned in here."""

    def take(self, tokens: float = 1.0) -> bool:  # noqa: ARG002 - the budget's signature
        """Whether the further request was sent."""
        return self._source.was_asked_again()


def recorded_jitter(attempts: Sequence[RecordedAttempt], policy: RetryPolicy) -> Callable[[], float]:
    """Dice that fall as they fell then: the share of each permitted pause that lay before a recorded retry."""
    shares = []
    longest_s = policy.backoff_base_s
    for number, attempt in enumerate(attempts):
        pause_s = _pause_before(attempt, attempts[:number])
        if pause_s is None:
            continue
        shares.append(min(pause_s / longest_s, 1.0) if longest_s > 0 else 0.0)
        longest_s = min(longest_s * 2, policy.backoff_cap_s)
    falls = iter(shares)
    return lambda: next(falls, 0.0)


def _pause_before(attempt: RecordedAttempt, earlier: Sequence[RecordedAttempt]) -> float | None:
    """Seconds from the last failure to this retry; None for what is none: a first request, a twin, a second stage."""
    ends = [(other.end_s, other.result) for other in earlier if other.end_s is not None]
    if not ends or len(ends) < len(earlier):
        return None
    last_s = max(end_s for end_s, _ in ends)
    last = {result for end_s, result in ends if end_s > last_s - ROUNDED_S}
    if last <= ANSWERED or attempt.start_s < last_s - ROUNDED_S:
        return None
    return max(0.0, attempt.start_s - last_s)


class PlainCache:
    """What the cache held, for the length of one call (the `DeliveryCache` port); nothing expires in it."""

    def __init__(self) -> None:
        """This will hold nothing."""
        self._held: dict[str, Remembered] = {}

    async def get(self, key: str) -> Remembered | None:
        """What is held under `key`."""
        return self._held.get(key)

    async def put(self, key: str, remembered: Remembered, *, ttl_s: float) -> None:  # noqa: ARG002 - the port's signature
        """Hold it."""
        self._held[key] = remembered

    async def forget(self, key: str) -> bool:
        """Drop `key`."""
        return self._held.pop(key, None) is not None

    def __len__(self) -> int:
        """Entries held."""
        return len(self._held)
