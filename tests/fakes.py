"""Fakes for every port: small, honest implementations that tests drive by hand."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import Event
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    InteractionFilter,
    InteractionPage,
    Remembered,
    Span,
)
from sheriff_core.tracking_number import TrackingNumber, canonical

START = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)


class FakeClock:
    """Time that moves only when a test says so: `await clock.advance(0.5)`."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._now = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self._now)

    def put_back(self, seconds: float) -> None:
        """Put the wall clock back; the monotonic one goes on."""
        self._start -= timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move time on, waking each sleeper at its instant, and let every task that can run do so."""
        target = self._now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            at, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not future.done():
                future.set_result(None)
            await settle()
        self._now = target
        await settle()


async def settle(rounds: int = 30) -> None:
    """Let every task that can run do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def let_loop_time_pass(seconds: float) -> None:
    """Move the clock of the running loop: by it waits hypercorn's side of a connection, which knows no `Clock`."""
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds  # type: ignore[method-assign]
    await settle()


class FakeSource:
    """A source whose next answers are set by the test; by default it finds what it holds."""

    def __init__(self, *deliveries: Delivery) -> None:
        self.deliveries = list(deliveries)
        self.asked: list[TrackingNumber] = []
        self.deadlines: list[Deadline] = []
        self.behaviour: Callable[[TrackingNumber], Awaitable[tuple[Delivery, ...]]] | None = None

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        self.asked.append(number)
        self.deadlines.append(deadline)
        attempt = attempts.begin()
        if self.behaviour is not None:
            found = await self.behaviour(number)
        else:
            wanted = set(number.readings)
            found = tuple(d for d in self.deliveries if canonical(d.tracking_number) in wanted)[:2]
        attempts.end(attempt, AttemptResult.OK if found else AttemptResult.EMPTY, found)
        return found


class FakeCache:
    """A dictionary with the TTLs of a clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[float, Remembered]] = {}

    async def get(self, key: str) -> Remembered | None:
        held = self._held.get(key)
        if held is None or held[0] <= self._clock.now():
            return None
        return held[1]

    async def put(self, key: str, remembered: Remembered, *, ttl_s: float) -> None:
        self._held[key] = (self._clock.now() + ttl_s, remembered)

    async def forget(self, key: str) -> bool:
        return self._held.pop(key, None) is not None

    def __len__(self) -> int:
        return len(self._held)


class SpySink:
    """Keeps every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        """Every event of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]


class NullSpan:
    def set(self, **attributes: str | float | bool) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass


class NullTracer:
    is_on = False

    def span(self, name: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:
        return contextlib.nullcontext(NullSpan())


class FakeMatcher:
    """Numbers match when they are the same text; last four digits when the phone ends with what was said."""

    def matches_number(self, customer_phone: str, caller_number: str) -> bool:
        return customer_phone == caller_number

    def matches_last_four(self, customer_phone: str, said: str) -> bool:
        return len(said) == 4 and customer_phone.endswith(said)


class FakeRecorder:
    """Keeps interactions in a list; also reads them again (the `Recordings` port)."""

    def __init__(self) -> None:
        self.interactions: list[dict[str, Any]] = []

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        self.interactions.append(interaction)
        recorded = asyncio.get_running_loop().create_future()
        recorded.set_result(None)
        return recorded

    def _matching(self, wanted: InteractionFilter) -> Iterator[dict[str, Any]]:
        for interaction in self.interactions:
            said = str((interaction.get("arguments") or {}).get("trackingNumber", ""))
            outcome = (((interaction.get("reply") or {}).get("metadata")) or {}).get("outcome")
            latency = interaction.get("latencyMs") or 0.0
            if wanted.correlation_id not in (None, interaction.get("correlationId")):
                continue
            if wanted.call_id not in (None, interaction.get("callId")):
                continue
            if wanted.kind not in (None, interaction.get("kind")):
                continue
            if wanted.outcome not in (None, outcome):
                continue
            if wanted.tracking_number is not None and canonical(said) != canonical(wanted.tracking_number):
                continue
            if wanted.slower_than_ms is not None and latency <= wanted.slower_than_ms:
                continue
            if wanted.before is not None and datetime.fromisoformat(interaction["receivedAt"]) >= wanted.before:
                continue
            yield interaction

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        newest_first = list(self._matching(wanted))[::-1]
        start = int(wanted.cursor or 0)
        page = tuple(newest_first[start : start + wanted.limit])
        following = start + wanted.limit
        return InteractionPage(page, str(following) if following < len(newest_first) else None)

    async def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        for interaction in self._matching(wanted):
            yield interaction

    async def purge(self, wanted: InteractionFilter) -> int:
        if wanted == InteractionFilter(limit=wanted.limit):
            raise ValueError("refusing to purge everything: name an age, a call or a tracking number")
        doomed = list(self._matching(wanted))
        self.interactions = [kept for kept in self.interactions if kept not in doomed]
        return len(doomed)
