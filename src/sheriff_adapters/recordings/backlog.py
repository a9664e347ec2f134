"""Interactions that are not durable yet: held in memory, bounded, each with the caller who waits for it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sheriff_adapters.recordings.row import Row


@dataclass(slots=True, eq=False)
class Entry:
    """One interaction on its way. `acknowledged` is done when its caller may go on."""

    row: Row
    since: float  # seconds of `Clock.now`
    acknowledged: asyncio.Future[None]
    is_durable: bool = False

    def acknowledge(self) -> None:
        """Let the caller go on."""
        if not self.acknowledged.done():
            self.acknowledged.set_result(None)

    def became_durable(self) -> None:
        """It is in the store or in the spool now."""
        self.is_durable = True
        self.acknowledge()


class Backlog:
    """A queue in order of arrival, and the batch that was taken from it last."""

    def __init__(self, *, max_entries: int, max_bytes: int) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._queue: deque[Entry] = deque()
        self._in_hand: list[Entry] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._queue) + len(self._in_hand)

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to take."""
        return bool(self._queue)

    def has_room_for(self, row: Row) -> bool:
        """Whether one more fits into the bounds."""
        return len(self) < self._max_entries and self._bytes + len(row.body) <= self._max_bytes

    def add(self, entry: Entry) -> None:
        """Put it at the end."""
        self._queue.append(entry)
        self._bytes += len(entry.row.body)

    def take(self, max_rows: int, max_bytes: int) -> list[Entry]:
        """Take a batch from the front into the hand; it is given up by `finished` or `put_back`."""
        room = max_bytes
        while self._queue and len(self._in_hand) < max_rows:
            room -= len(self._queue[0].row.body)
            if room < 0 and self._in_hand:
                break
            self._in_hand.append(self._queue.popleft())
        return self._in_hand

    def finished(self) -> None:
        """The batch in hand is in the store."""
        for entry in self._in_hand:
            entry.became_durable()
            self._bytes -= len(entry.row.body)
        self._in_hand = []

    def put_back(self) -> None:
        """The batch in hand is not in the store: what is not in the spool either waits again, in front."""
        for entry in reversed(self._in_hand):
            if entry.is_durable:
                self._bytes -= len(entry.row.body)
            else:
                self._queue.appendleft(entry)
        self._in_hand = []

    def not_durable(self) -> list[Entry]:
        """What only memory holds, the oldest first."""
        return [entry for entry in self._in_hand if not entry.is_durable] + list(self._queue)

    def oldest_since(self) -> float | None:
        """When the oldest of them came."""
        for entry in self._in_hand:
            if not entry.is_durable:
                return entry.since
        return self._queue[0].since if self._queue else None

    def spooled(self, entries: Iterable[Entry]) -> None:
        """These are in the spool now: they need not wait in memory."""
        for entry in entries:
            entry.became_durable()
        self._keep(lambda entry: not entry.is_durable)

    def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Forget what is doomed and waits here; how many."""
        before = len(self._queue)
        self._keep(lambda entry: not is_doomed(entry.row))
        return before - len(self._queue)

    def _keep(self, is_kept: Callable[[Entry], bool]) -> None:
        kept: deque[Entry] = deque()
        for entry in self._queue:
            if is_kept(entry):
                kept.append(entry)
            else:
                self._bytes -= len(entry.row.body)
                entry.acknowledge()
        self._queue = kept
