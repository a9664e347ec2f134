"""What listeners of events have in common: one function for each kind of event they take, and no ear for others."""

from collections.abc import Callable, Mapping
from typing import Any

from sheriff_core.events import Event

Taker = Callable[[Any], None]


class EventListener:
    """An `EventSink` that does one thing for each kind of event; kinds without a taker are ignored."""

    def __init__(self, takers: Mapping[type, Taker]) -> None:
        """This will hand each event to the taker of its kind."""
        self._takers = dict(takers)

    def emit(self, event: Event) -> None:
        """Take `event`, if there is anything to do for its kind."""
        take = self._takers.get(event.__class__)
        if take is not None:
            take(event)

    def taker_of(self, kind: type) -> Taker | None:
        """What takes events of `kind`, so that whoever tells many need not ask each time; None where nothing does."""
        return self._takers.get(kind)
