"""How late the event loop is: the one number that says that something blocks it."""

from collections.abc import Callable

from sheriff_core.ports import Clock

EVERY_S = 0.25


async def observe_loop_lag(clock: Clock, observe: Callable[[float], None]) -> None:
    """Sleep `EVERY_S` again and again, and tell `observe` how much later than asked each sleep ended. Never returns."""
    while True:
        asked_at = clock.now()
        await clock.sleep(EVERY_S)
        observe(max(0.0, clock.now() - asked_at - EVERY_S))
