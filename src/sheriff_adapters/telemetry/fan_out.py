"""One event, several listeners."""

import logging

from sheriff_core.event_listener import EventListener, Taker
from sheriff_core.events import Event
from sheriff_core.ports import EventSink

MOST_EARLY = 1_000  # events kept for listeners that are still to come

_log = logging.getLogger("sheriff.telemetry")


class FanOut:
    """An `EventSink` that tells each of `sinks`, in order. A listener that fails never costs a caller an answer."""

    def __init__(self, *sinks: EventSink) -> None:
        """A sink that is an `EventListener` is told of the kinds alone that it takes; any other of every kind."""
        self._sinks = sinks
        self._listeners: dict[type, tuple[tuple[EventSink, Taker], ...]] = {}
        self._early: list[Event] | None = []

    def listen(self, *sinks: EventSink) -> None:
        """Tell these, too: some listeners are made of rooms that emit events themselves.

        They hear first of what was told before they came: a store that was away when it was opened tells so once.
        """
        early, self._early = self._early or (), None
        late = FanOut(*sinks)
        for event in early:
            late.emit(event)
        self._sinks += sinks
        self._listeners.clear()

    def emit(self, event: Event) -> None:
        """Tell every listener; one that raises is logged (summarised when it goes on) and the others still hear."""
        if self._early is not None and len(self._early) < MOST_EARLY:
            self._early.append(event)
        kind = event.__class__
        listeners = self._listeners.get(kind)
        if listeners is None:  # worked out once for each kind: four events a request times every listener is a lot
            listeners = self._listeners[kind] = tuple(
                (sink, take) for sink in self._sinks if (take := _taker(sink, kind)) is not None
            )
        for sink, take in listeners:
            try:
                take(event)
            except Exception:  # noqa: BLE001 - a defect in a listener must not reach the story that tells
                _log.exception("the listener %s failed on %s", type(sink).__name__, type(event).__name__)


def _taker(sink: EventSink, kind: type) -> Taker | None:
    return sink.taker_of(kind) if isinstance(sink, EventListener) else sink.emit
