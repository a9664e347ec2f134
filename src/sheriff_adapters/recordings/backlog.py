"""Interactions that are not durable yet: held in memory, bounded, each with the caller who waits for it."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.waiting import let_go


@dataclass(slots=True, eq=False)
class Entry:
    """One interaction on its way. `acknowledged` is done when its caller may go on."""

    row: Row
    acknowledged: asyncio.Future[None]

    def acknowledge(self) -> None:
        """Let the caller go on."""
        let_go(self.acknowledged)


class Backlog:
    """What waits for the spool, and what the spool did not take, which waits for the store."""

    def __init__(self, *, max_entries: int, max_bytes: int) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._queue: deque[Entry] = deque()  # for the spool
        self._refused: deque[Entry] = deque()  # by the spool
        self._on_their_way = 0
        self._bytes = 0

    def __len__(self) -> int:
        """How many only memory holds, those on their way to the disk at this moment included."""
        return len(self._queue) + len(self._refused) + self._on_their_way

    @property
    def has_waiting(self) -> bool:
        """Whether there is something for the spool."""
        return bool(self._queue)

    @property
    def has_refused(self) -> bool:
        """Whether there is something for the store, because the spool did not take it."""
        return bool(self._refused)

    def has_room_for(self, row: Row) -> bool:
        """Whether one more fits into the bounds."""
        return len(self) < self._max_entries and self._bytes + row.size_bytes <= self._max_bytes

    def add(self, entry: Entry) -> None:
        """Put it at the end."""
        self._queue.append(entry)
        self._bytes += entry.row.size_bytes

    def take(self, max_rows: int, max_bytes: int) -> list[Entry]:
        """Take a batch for the spool, from the front. Each of them is then told of by `kept` or by `refused`."""
        return self._take(self._queue, max_rows, max_bytes)

    def take_refused(self, max_rows: int, max_bytes: int) -> list[Entry]:
        """Take a batch for the store. Each of them is then told of by `kept` or by `refused`."""
        return self._take(self._refused, max_rows, max_bytes)

    def kept(self, entries: Sequence[Entry]) -> None:
        """These are on a disk, or given up: their callers may go on."""
        self._on_their_way -= len(entries)
        for entry in entries:
            self._bytes -= entry.row.size_bytes
            entry.acknowledge()

    def refused(self, entries: Sequence[Entry]) -> None:
        """These could not be written: they wait for the store, in front."""
        self._on_their_way -= len(entries)
        self._refused.extendleft(reversed(entries))

    def retry(self) -> None:
        """Offer the spool again what it refused."""
        self._queue.extendleft(reversed(self._refused))
        self._refused.clear()

    def abandon(self) -> None:
        """Let go everybody who waits for what has not been written, and will not be any more."""
        for entry in itertools.chain(self._queue, self._refused):
            entry.acknowledge()
        self._queue.clear()
        self._refused.clear()

    def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Forget what is doomed and waits here; how many."""
        before = len(self)
        self._queue = self._without(is_doomed, self._queue)
        self._refused = self._without(is_doomed, self._refused)
        return before - len(self)

    def _without(self, is_doomed: Callable[[Row], bool], entries: deque[Entry]) -> deque[Entry]:
        left: deque[Entry] = deque()
        for entry in entries:
            if is_doomed(entry.row):
                self._bytes -= entry.row.size_bytes
                entry.acknowledge()
            else:
                left.append(entry)
        return left

    def _take(self, entries: deque[Entry], max_rows: int, max_bytes: int) -> list[Entry]:
        taken: list[Entry] = []
        room = max_bytes
        while entries and len(taken) < max_rows:
            room -= entries[0].row.size_bytes
            if room < 0 and taken:
                break
            taken.append(entries.popleft())
        self._on_their_way += len(taken)
        return taken
