"""Two outages that overlap, of the writing process and of its store, told as one: operators have one recorder."""

from sheriff_core.events import Event, RecorderFailed, RecorderRestored
from sheriff_core.ports import EventSink


class OverlappingOutages:
    """Tells of the first failure, and that recordings are restored when nothing fails any more."""

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._failing: set[str] = set()

    def of(self, part: str) -> EventSink:
        """Where events of `part` go; those that tell no outage are passed on."""
        return _Part(self, part)

    def end(self, part: str) -> None:
        """Expect no word of `part` any more. Nothing is told of it: something else fails."""
        self._failing.discard(part)

    def hear(self, part: str, event: Event) -> None:
        """Pass `event` on, unless `part` fails, or is restored, within an outage of another."""
        if isinstance(event, RecorderFailed):
            is_told = not self._failing
            self._failing.add(part)
        elif isinstance(event, RecorderRestored):
            self._failing.discard(part)
            is_told = not self._failing
        else:
            is_told = True
        if is_told:
            self._events.emit(event)


class _Part:
    def __init__(self, outages: OverlappingOutages, part: str) -> None:
        self._outages = outages
        self._part = part

    def emit(self, event: Event) -> None:
        self._outages.hear(self._part, event)
