"""How recording is doing, told in few words: one outage is two events, a flood of losses is not a flood of events."""

from collections import Counter

from sheriff_core.events import InteractionLost, RecorderFailed, RecorderRestored
from sheriff_core.ports import EventSink


class RecordingHealth:
    """What is wrong now, what was lost, and what has been told of it."""

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self.trouble: str | None = None  # why the store takes nothing now
        self.spool_trouble: str | None = None  # why the spool takes or gives nothing now
        self.lost = 0
        self.in_outage = False  # from the first trouble until everything has arrived
        self._spooled_in_outage = 0
        self._spooled_at_success = 0  # the first one after the last trouble
        self._lost_untold: Counter[str] = Counter()  # by the kind of the reason
        self._told_this_round = False

    def failed(self, detail: str, *, spooled: int) -> None:
        """The store took nothing; `detail` says why. So many wait in the spool."""
        self.trouble = detail
        if not self.in_outage:
            self.in_outage = True
            self._spooled_in_outage = spooled
            self._events.emit(RecorderFailed(detail=detail))

    def succeeded(self, *, spooled: int, moved: int) -> None:
        """The store took something; of `spooled` interactions since the start, `moved` have reached it.

        The end of an outage is told when all have that had come by the first success: a disk that is almost full
        takes some and refuses some, and that is one outage.
        """
        if self.trouble:
            self._spooled_at_success = spooled
        self.trouble = None
        if self.in_outage and moved >= self._spooled_at_success:
            self.in_outage = False
            self._events.emit(RecorderRestored(spooled=self._spooled_in_outage))

    def spooled(self, count: int) -> None:
        """So many went to the spool."""
        self.spool_trouble = None
        self._spooled_in_outage += count if self.in_outage else 0

    def lose(self, count: int, reason: str) -> None:
        """Count what is given up. The first of a round is told at once, the others when the round ends.

        `reason` is of one of few kinds, and may say more behind a colon.
        """
        self.lost += count
        if not count:  # a store that refuses even to be looked at
            return
        if self._told_this_round:
            self._lost_untold[reason.partition(":")[0]] += count
        else:
            self._told_this_round = True
            self._events.emit(InteractionLost(count=count, reason=reason))

    def end_round(self) -> None:
        """Tell what was lost and not told yet, by the kind of the reason: a stranger's words differ each time."""
        for kind, count in self._lost_untold.items():
            self._events.emit(InteractionLost(count=count, reason=kind))
        self._lost_untold.clear()
        self._told_this_round = False
