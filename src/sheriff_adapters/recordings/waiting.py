"""Waiting, but never for too long."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

from sheriff_core.ports import Clock


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, object]) -> None:
    """Wait for `work`, `seconds` at most."""
    tasks = [asyncio.ensure_future(work), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def let_go(acknowledged: asyncio.Future[None]) -> None:
    """Let go on whoever waits for `acknowledged`, if nobody has done so before."""
    if not acknowledged.done():
        acknowledged.set_result(None)


class AckBound:
    """Nobody waits for a recording longer than `bound_s`; with None, everybody waits until it is durable."""

    def __init__(self, clock: Clock, bound_s: float | None) -> None:
        self._clock = clock
        self._bound_s = bound_s
        self._waiting: deque[tuple[float, Sequence[asyncio.Future[None]]]] = deque()  # until when, the first first
        self._someone_waits = asyncio.Event()

    def begins_for(self, waiting: Sequence[asyncio.Future[None]]) -> None:
        """Let the time of these, who came together, begin now."""
        if self._bound_s is not None:
            self._waiting.append((self._clock.now() + self._bound_s, waiting))
            self._someone_waits.set()

    async def keep(self) -> None:
        """Let go whoever has waited so long, durable or not. Until cancelled."""
        while True:
            await self._someone_waits.wait()
            self._someone_waits.clear()
            while self._waiting:
                until, waiting = self._waiting[0]
                remaining = until - self._clock.now()
                if remaining > 0 and not all(acknowledged.done() for acknowledged in waiting):
                    await self._clock.sleep(remaining)
                    continue
                self._let_go_first()

    def end(self) -> None:
        """Let go everybody."""
        while self._waiting:
            self._let_go_first()

    def _let_go_first(self) -> None:
        for acknowledged in self._waiting.popleft()[1]:
            let_go(acknowledged)
