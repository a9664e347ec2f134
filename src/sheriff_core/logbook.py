"""What operators did and how the breaker moved: the last of each, in bounded memory, for the operators' page.

The log keeps all of it for good; this is what a person sees without searching it.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sheriff_core.correlation import correlation_id
from sheriff_core.event_listener import EventListener
from sheriff_core.events import BreakerMoved, OperatorActed
from sheriff_core.ports import Clock

KEPT: Final = 200  # entries of each kind


@dataclass(frozen=True, slots=True)
class Act:
    """One change that an operator made; `correlation_id` finds its lines in the log."""

    at: datetime
    action: str
    actor: str
    reason: str
    before: str
    after: str
    correlation_id: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One change of the circuit breaker's state."""

    at: datetime
    from_state: str
    to_state: str
    reason: str
    consecutive_failures: int


class Logbook(EventListener):
    """Listens to events and keeps the last `KEPT` acts and moves."""

    def __init__(self, clock: Clock) -> None:
        """This will be empty: nothing is read back from an earlier process."""
        self._clock = clock
        self._acts: deque[Act] = deque(maxlen=KEPT)
        self._moves: deque[Move] = deque(maxlen=KEPT)
        super().__init__({OperatorActed: self._keep_act, BreakerMoved: self._keep_move})

    def _keep_act(self, event: OperatorActed) -> None:
        at, request = self._clock.wall(), correlation_id.get()
        self._acts.append(Act(at, event.action, event.actor, event.reason, event.before, event.after, request))

    def _keep_move(self, event: BreakerMoved) -> None:
        at = self._clock.wall()
        self._moves.append(Move(at, event.from_state, event.to_state, event.reason, event.consecutive_failures))

    def acts(self) -> list[Act]:
        """The acts, the newest first."""
        return list(reversed(self._acts))

    def moves(self) -> list[Move]:
        """The moves, the newest first."""
        return list(reversed(self._moves))
