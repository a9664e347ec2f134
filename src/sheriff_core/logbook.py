"""What operators did and how the breaker moved: the last of each, in bounded memory, for the operators' page.

The log keeps all of it for good; this is what a person sees without searching it.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sheriff_core.correlation import correlation_id
from sheriff_core.events import BreakerMoved, Event, OperatorActed
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


class Logbook:
    """Listens to events (the `EventSink` port) and keeps the last `KEPT` acts and moves."""

    hears: Final = frozenset({OperatorActed, BreakerMoved})

    def __init__(self, clock: Clock) -> None:
        """This will be empty: nothing is read back from an earlier process."""
        self._clock = clock
        self._acts: deque[Act] = deque(maxlen=KEPT)
        self._moves: deque[Move] = deque(maxlen=KEPT)

    def emit(self, event: Event) -> None:
        """Keep an operator's act, or a move of the breaker."""
        if isinstance(event, OperatorActed):
            self._acts.append(
                Act(
                    self._clock.wall(),
                    event.action,
                    event.actor,
                    event.reason,
                    event.before,
                    event.after,
                    correlation_id.get(),
                )
            )
        elif isinstance(event, BreakerMoved):
            self._moves.append(
                Move(self._clock.wall(), event.from_state, event.to_state, event.reason, event.consecutive_failures)
            )

    def acts(self) -> list[Act]:
        """The acts, the newest first."""
        return list(reversed(self._acts))

    def moves(self) -> list[Move]:
        """The moves, the newest first."""
        return list(reversed(self._moves))
