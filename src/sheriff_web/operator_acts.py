"""What operators may change, from whichever door they come: each change is told once, with who, why, before and after.

The JSON routes (`admin`) and the page (`console`) are the doors.
"""

from collections.abc import Awaitable, Callable

from sheriff_core.breaker import BreakerState, CircuitBreaker
from sheriff_core.events import OperatorActed, OperatorAction
from sheriff_core.ports import EventSink


class OperatorActs:
    """Does what an operator asks for, and tells of it."""

    def __init__(self, *, breaker: CircuitBreaker, forget: Callable[[str], Awaitable[bool]], events: EventSink) -> None:
        """`forget` drops what is remembered under a tracking number; True when something was."""
        self._breaker = breaker
        self._forget = forget
        self._events = events

    def reset_breaker(self, *, actor: str, reason: str) -> tuple[BreakerState, BreakerState]:
        """Close the breaker; its state before and after."""
        return self._moved("breaker.reset", actor, reason, self._breaker.reset(reason=reason or "operator"))

    def isolate_breaker(self, *, actor: str, reason: str) -> tuple[BreakerState, BreakerState]:
        """Hold the breaker open until a reset; its state before and after."""
        return self._moved("breaker.isolate", actor, reason, self._breaker.isolate(reason=reason or "operator"))

    async def forget_delivery(self, number: str, *, actor: str, reason: str) -> bool:
        """Forget what is remembered under `number`; whether something was. Raises ValueError for no number at all."""
        forgotten = await self._forget(number)
        before = "remembered" if forgotten else "not remembered"
        self._events.emit(OperatorActed("cache.forget", actor, reason, before, "not remembered"))
        return forgotten

    def _moved(
        self, action: OperatorAction, actor: str, reason: str, previous: BreakerState
    ) -> tuple[BreakerState, BreakerState]:
        now = self._breaker.state
        self._events.emit(OperatorActed(action, actor, reason, previous.value, now.value))
        return previous, now
