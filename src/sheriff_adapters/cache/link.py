"""Whether Redis is to be asked: left alone once it fails or drags, until a look in the background succeeds."""

from sheriff_core.events import CacheLost, CacheRestored
from sheriff_core.ports import EventSink

# One slow answer can be our own loop's fault. This many in a row, over at least this long, are Redis's.
SLOW_ANSWERS = 3
SLOW_FOR_S = 0.25


class Link:
    """Up or lost. No caller ever pays for finding out that Redis is back: `TieredDeliveryCache` looks on its own."""

    def __init__(self, *, events: EventSink, slow_after_s: float) -> None:
        """An answer later than `slow_after_s` is slow: by then the caller has gone on without it."""
        self.slow_after_s = slow_after_s
        self._events = events
        self._slow_in_a_row = 0
        self._slow_since = 0.0
        self._lost_because: str | None = None

    @property
    def up(self) -> bool:
        """Whether Redis may be asked."""
        return self._lost_because is None

    @property
    def lost_because(self) -> str | None:
        """Why it is left alone, by its last failure; None while it is up."""
        return self._lost_because

    def answered(self, *, took_s: float, now: float) -> None:
        """Take note of an answer that took `took_s` and came at `now`."""
        if took_s <= self.slow_after_s:
            self._slow_in_a_row = 0
            return
        if self._slow_in_a_row == 0:
            self._slow_since = now - took_s
        self._slow_in_a_row += 1
        if self._slow_in_a_row >= SLOW_ANSWERS and now - self._slow_since >= SLOW_FOR_S:
            self.failed(f"{self._slow_in_a_row} answers in a row took longer than {self.slow_after_s * 1000:.0f} ms")

    def failed(self, because: str) -> None:
        """Take note of a failure: from now on Redis is left alone. Told once."""
        if self._lost_because is None:
            self._events.emit(CacheLost(because))
        self._lost_because = because

    def restore(self) -> None:
        """Take note that Redis answers again, and in time. Told once."""
        if self._lost_because is not None:
            self._lost_because = None
            self._slow_in_a_row = 0
            self._events.emit(CacheRestored())
