"""Single flight: at most one lookup in the air per tracking number, however many callers wait for it.

A flight outlives its callers on purpose: the next one finds its answer in the cache. Flights are bounded in number
(beyond it load is shed) and all end at shutdown.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.ports import Clock

Ending = TypeVar("Ending")


@dataclass(slots=True, eq=False)
class Flight(KeptAttempts, Generic[Ending]):
    """One lookup in the air: when it left, the requests it has sent, and the task that ends with its `Ending`."""

    started_at: float
    task: "asyncio.Task[Ending] | None" = None
    overtaken: bool = False  # what it brings may be older than what was asked for since

    async def landed_by(self, instant: float) -> Ending | None:
        """Wait for the ending until `instant` (of `Clock.now`), not a moment longer; None when it is still flying."""
        assert self.task is not None  # noqa: S101 - set by the tower before anybody sees the flight
        if not self.task.done():
            remaining_s = instant - self.clock.now()
            if remaining_s <= 0:
                return None  # a turn of the loop is a wait, too: what lands in it would be heard by luck alone
            timer = asyncio.ensure_future(self.clock.sleep(remaining_s))
            try:
                # asyncio.wait leaves the flight alone when this caller is cancelled.
                await asyncio.wait({self.task, timer}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                timer.cancel()
        if self.task.done() and not self.task.cancelled():
            return self.task.result()
        return None


class SingleFlight(Generic[Ending]):
    """The flights of one process, by key. Endings are values: a flight's coroutine must not raise."""

    def __init__(self, clock: Clock, *, max_flights: int) -> None:
        """At most `max_flights` at once."""
        self._clock = clock
        self._max_flights = max_flights
        self._boarding: dict[str, Flight[Ending]] = {}
        self._in_the_air: set[Flight[Ending]] = set()  # the overtaken ones, too

    def __len__(self) -> int:
        """Flights in the air."""
        return len(self._in_the_air)

    @property
    def full(self) -> bool:
        """Whether a further flight would be one too many."""
        return len(self._in_the_air) >= self._max_flights

    def find(self, key: str) -> Flight[Ending] | None:
        """The flight in the air under `key` that can be joined."""
        return self._boarding.get(key)

    def overtake(self, concerns: Callable[[str], bool]) -> None:
        """Let nobody join a flight whose key `concerns` any more: it left too early for who asks from now on."""
        for key in [key for key in self._boarding if concerns(key)]:
            self._boarding.pop(key).overtaken = True

    def start(self, key: str, fly: Callable[[Flight[Ending]], Awaitable[Ending]]) -> Flight[Ending]:
        """Send a flight off under `key`; the caller has asked `find` and `full` before."""
        flight: Flight[Ending] = Flight(self._clock, self._clock.now())
        self._boarding[key] = flight
        self._in_the_air.add(flight)

        async def until_landed() -> Ending:
            try:
                return await fly(flight)
            finally:
                self._in_the_air.discard(flight)
                if not flight.overtaken:
                    self._boarding.pop(key, None)

        flight.task = asyncio.create_task(until_landed(), name=f"flight:{key}")
        return flight

    async def close(self) -> None:
        """End every flight and wait until each has ended."""
        tasks = [flight.task for flight in self._in_the_air if flight.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A task cancelled before its first step never reaches its own `finally`.
        self._boarding.clear()
        self._in_the_air.clear()
