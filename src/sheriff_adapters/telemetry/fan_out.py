"""One event, several listeners."""

import logging

from sheriff_core.events import Event
from sheriff_core.ports import EventSink

_log = logging.getLogger("sheriff.telemetry")


class FanOut:
    """An `EventSink` that tells each of `sinks`, in order. A listener that fails never costs a caller an answer."""

    def __init__(self, *sinks: EventSink) -> None:
        self._sinks = tuple((sink, sink.emit) for sink in sinks)

    def listen(self, *sinks: EventSink) -> None:
        """Tell these from now on, too: some listeners are made of rooms that emit events themselves."""
        self._sinks += tuple((sink, sink.emit) for sink in sinks)

    def emit(self, event: Event) -> None:
        """Tell every listener; one that raises is logged (summarised when it goes on) and the others still hear."""
        for sink, emit in self._sinks:
            try:
                emit(event)
            except Exception:  # noqa: BLE001 - a defect in a listener must not reach the story that tells
                _log.exception("the listener %s failed on %s", type(sink).__name__, type(event).__name__)
