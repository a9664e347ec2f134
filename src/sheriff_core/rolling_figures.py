"""How it goes now: calls, success, latency and memory over the last minutes and the last hour, in bounded memory.

A listener of events, made for a person who looks at this one process. What is to be kept for longer, summed over
processes or alerted on is a metric (`sheriff_adapters.telemetry`); both count the same events in the same way.

Durations are counted in classes 10 % wide, with the promise (0.8 s) as an edge of its own: a percentile is off by a
few percent at most, and never on the wrong side of the promise.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from sheriff_core.event_listener import EventListener
from sheriff_core.events import LookupEnded, ToolCallAnswered
from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import PROMISED_S
from sheriff_core.ports import Clock

HOUR_S: Final = 3_600.0
RECENT_S: Final = 300.0

_MINUTE_S: Final = 60.0
_SLOT_S: Final = 10.0
_SLOTS_A_MINUTE: Final = int(_MINUTE_S / _SLOT_S)
_SLOTS: Final = int(HOUR_S / _SLOT_S) + _SLOTS_A_MINUTE  # the last hour and the running minute
_FINEST_S: Final = 0.000_1
_WIDTH: Final = 1.1
_CLASSES: Final = 141  # from a tenth of a millisecond to a little over a minute
_EDGES: Final = tuple(sorted({PROMISED_S, *(_FINEST_S * _WIDTH**power for power in range(_CLASSES))}))
_UNAVAILABLE: Final = OutcomeName.UNAVAILABLE.value
_STALE: Final = ServedFrom.STALE.value


@dataclass(slots=True)
class _Slot:
    """What was counted in one stretch of time; `number` says which stretch."""

    number: int = -1
    calls: int = 0
    unavailable: int = 0
    stale: int = 0
    lookups: int = 0
    remembered: int = 0
    # One list of a fixed length for ever, so that another thread may read while this one counts.
    durations: list[int] = field(default_factory=lambda: [0] * (len(_EDGES) + 1))

    def begin(self, number: int) -> None:
        self.number = number
        self.calls = self.unavailable = self.stale = self.lookups = self.remembered = 0
        for index in range(len(self.durations)):
            self.durations[index] = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a stretch of `seconds`. Shares are None where there is nothing to have a share of."""

    seconds: float
    calls: int  # tool calls answered, whatever the answer
    unavailable: int  # of them, apologies: nothing could be told
    stale: int  # of them, told from memory with its age, because the source could not answer in time
    lookups: int
    remembered: int  # lookups that ended with something remembered, fresh or stale
    p50_s: float | None
    p95_s: float | None

    @property
    def calls_a_minute(self) -> float:
        """Tool calls a minute, on average; what is shorter than a minute is not stretched to one."""
        return self.calls * _MINUTE_S / max(self.seconds, _MINUTE_S)

    @property
    def success(self) -> float | None:
        """Share of the calls in which the caller was told something, rather than asked to try again."""
        return _share(self.calls - self.unavailable, self.calls)

    @property
    def hit_rate(self) -> float | None:
        """Share of the lookups that memory answered (as `sheriff_lookups_total` has it: hit and stale)."""
        return _share(self.remembered, self.lookups)

    @property
    def stale_share(self) -> float | None:
        """Share of the calls that were told from old information."""
        return _share(self.stale, self.calls)


class RollingFigures(EventListener):
    """Counts events; its memory is the same after a minute and after a year.

    `emit` belongs to one event loop; the figures may be read from another thread.
    """

    def __init__(self, clock: Clock) -> None:
        """This will begin to count now: figures of a young process are over its age, not over the whole window."""
        self._clock = clock
        self._began = clock.now()
        self._slots = [_Slot() for _ in range(_SLOTS)]  # a ring
        super().__init__({ToolCallAnswered: self._count_call, LookupEnded: self._count_lookup})

    def _count_call(self, event: ToolCallAnswered) -> None:
        slot = self._running()
        slot.calls += 1
        slot.unavailable += event.outcome == _UNAVAILABLE
        slot.stale += event.served_from == _STALE
        slot.durations[bisect.bisect_left(_EDGES, event.duration_s)] += 1

    def _count_lookup(self, event: LookupEnded) -> None:
        slot = self._running()
        slot.lookups += 1
        slot.remembered += event.result != "miss"

    def _running(self) -> _Slot:
        """The slot of now, emptied of what stood in its place a round ago."""
        number = int(self._clock.now() // _SLOT_S)
        slot = self._slots[number % _SLOTS]
        if slot.number != number:
            slot.begin(number)
        return slot

    def recent(self) -> Figures:
        """The last five minutes, the present ten seconds included."""
        return self._since(int(self._clock.now() // _SLOT_S) - int(RECENT_S // _SLOT_S))

    def hour(self) -> Figures:
        """The last hour, the present minute included."""
        return self._since(self._first_of_minute(int(HOUR_S // _MINUTE_S)))

    def minutes(self) -> list[Figures]:
        """Each minute of the last hour, the oldest first; the last one is still running."""
        first = [self._first_of_minute(behind) for behind in range(int(HOUR_S // _MINUTE_S), -1, -1)]
        return [self._between(one, one + _SLOTS_A_MINUTE, _MINUTE_S) for one in first[:-1]] + [self._since(first[-1])]

    def _first_of_minute(self, behind: int) -> int:
        """The number of the first slot of the running minute, or of one so many minutes `behind` it."""
        return (int(self._clock.now() // _MINUTE_S) - behind) * _SLOTS_A_MINUTE

    def _since(self, first: int) -> Figures:
        now = self._clock.now()
        return self._between(first, int(now // _SLOT_S) + 1, now - first * _SLOT_S)

    def _between(self, first: int, end: int, seconds: float) -> Figures:
        slots = [self._slots[number % _SLOTS] for number in range(first, end)]
        counted = [slot for number, slot in zip(range(first, end), slots, strict=True) if slot.number == number]
        return _figures(counted, min(seconds, self._clock.now() - self._began))


def _figures(slots: Sequence[_Slot], seconds: float) -> Figures:
    durations = [sum(column) for column in zip(*(slot.durations for slot in slots), strict=True)]
    return Figures(
        seconds=seconds,
        calls=sum(slot.calls for slot in slots),
        unavailable=sum(slot.unavailable for slot in slots),
        stale=sum(slot.stale for slot in slots),
        lookups=sum(slot.lookups for slot in slots),
        remembered=sum(slot.remembered for slot in slots),
        p50_s=_percentile(durations, 0.50),
        p95_s=_percentile(durations, 0.95),
    )


def _percentile(durations: Sequence[int], share: float) -> float | None:
    """The duration below which `share` of all lie, as if they were spread evenly within their class."""
    upto = list(accumulate(durations))
    if not upto or not upto[-1]:
        return None
    rank = share * upto[-1]
    index = bisect.bisect_left(upto, rank)
    if index == len(_EDGES):
        return _EDGES[-1]  # longer than any deadline lets a call take
    lower = _EDGES[index - 1] if index else 0.0
    before = upto[index - 1] if index else 0
    return lower + (_EDGES[index] - lower) * (rank - before) / durations[index]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
