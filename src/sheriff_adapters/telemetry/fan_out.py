"""One event, several listeners."""

import logging
from collections.abc import Callable

from sheriff_core.events import Event
from sheriff_core.ports import EventSink

_log = logging.getLogger("sheriff.telemetry")

_Taker = Callable[[Event], None]


class FanOut:
    """An `EventSink` that tells each of `sinks`, in order. A listener that fails never costs a caller an answer."""

    def __init__(self, *sinks: EventSink) -> None:
        """A sink may say what is to be called instead of its `emit`, or that it is not to be told.

        With `taker_of(kind)` it names a function for each kind of event, or None; with `hears` the kinds it is told of.
        """
        self._sinks: tuple[EventSink, ...] = ()
        self._listeners: dict[type, tuple[tuple[EventSink, _Taker], ...]] = {}
        self.listen(*sinks)

    def listen(self, *sinks: EventSink) -> None:
        """Tell these from now on, too: some listeners are made of rooms that emit events themselves."""
        self._sinks += sinks
        self._listeners.clear()

    def emit(self, event: Event) -> None:
        """Tell every listener; one that raises is logged (summarised when it goes on) and the others still hear."""
        kind = event.__class__
        listeners = self._listeners.get(kind)
        if listeners is None:  # worked out once for each kind: four events a request times every listener is a lot
            listeners = self._listeners[kind] = tuple(
                (sink, take) for sink in self._sinks if (take := _taker(sink, kind)) is not None
            )
        for sink, emit in listeners:
            try:
                emit(event)
            except Exception:  # noqa: BLE001 - a defect in a listener must not reach the story that tells
                _log.exception("the listener %s failed on %s", type(sink).__name__, type(event).__name__)


def _taker(sink: EventSink, kind: type) -> _Taker | None:
    taker_of: Callable[[type], _Taker | None] | None = getattr(sink, "taker_of", None)
    if taker_of is not None:
        return taker_of(kind)
    return sink.emit if kind in getattr(sink, "hears", (kind,)) else None
