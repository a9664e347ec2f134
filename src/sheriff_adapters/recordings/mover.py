"""From the spool into the store: at once when little happens, in batches when much does, again after an outage."""

import asyncio
from collections.abc import Callable

from sheriff_adapters.recordings.backlog import Backlog
from sheriff_adapters.recordings.health import RecordingHealth
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.store import Store, StoreRejectedError, StoreUnavailableError
from sheriff_adapters.recordings.waiting import within
from sheriff_core.events import DefectCaught, InteractionRecorded
from sheriff_core.ports import Clock, EventSink


class Mover:
    """Takes from the front of a `Spool`, and from a `Backlog` what the spool refused. `run` is its one task."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        backlog: Backlog,
        health: RecordingHealth,
        *,
        clock: Clock,
        events: EventSink,
        policy: RecordingPolicy,
        offer_spool_again: Callable[[], None],
    ) -> None:
        self._store = store
        self._spool = spool
        self._backlog = backlog
        self._health = health
        self._clock = clock
        self._events = events
        self._policy = policy
        self._offer_spool_again = offer_spool_again  # what it refused, when the store does not take it either
        self._is_to_look = True  # whether the store is there, with or without anything for it
        self._arrived = asyncio.Event()  # there may be something for the store
        self._urgent = asyncio.Event()  # and it is not to wait for more
        self._moved = asyncio.Event()  # a round has ended
        self.tried = asyncio.Event()  # the store has answered once, well or badly
        self.at_work = asyncio.Lock()  # held while rows go to the store, so that an erasure misses none of them
        now = clock.now()
        self._drain_at = now  # when a spool that could not be read is looked into again
        self._move_at = now  # when the next batch is due, if nothing makes it urgent

    def arrived(self, *, urgent: bool) -> None:
        """Something came into the spool or was refused by it."""
        self._arrived.set()
        if urgent or self._spool.entries >= self._policy.move_rows:
            self._urgent.set()

    async def settle(self) -> None:
        """Wait until what has been acknowledged by now is in the store, `settle_within_s` at most, and in no outage."""
        until = self._clock.now() + self._policy.settle_within_s
        goal = self._spool.appended
        while self._spool.moved < goal and not self._health.trouble:
            now = self._clock.now()
            left = until - now
            if left <= 0 or now < self._drain_at:  # too late, or the spool cannot be read
                return
            self._moved.clear()
            self._urgent.set()
            await within(self._clock, left, self._moved.wait())

    async def run(self) -> None:
        """Move what is spooled into the store, batch by batch; try again when the store is away. Until cancelled."""
        pause = self._policy.retry_first_s
        while True:
            await self._something_to_do()
            try:
                await self._store_some()
                pause = self._policy.retry_first_s
            except StoreUnavailableError as error:
                self._health.failed(str(error), spooled=self._spool.entries)
            except SpoolError as error:
                self._health.spool_trouble = str(error)
                self._drain_at = self._clock.now() + self._policy.retry_max_s
            except Exception as error:  # noqa: BLE001 - a defect in an adapter must not end all recording
                self._events.emit(DefectCaught(where="recordings", error=error))
                self._health.failed(type(error).__name__, spooled=self._spool.entries)
            self.tried.set()
            self._moved.set()
            self._health.end_round()
            if self._health.trouble:
                self._backlog.retry()
                self._offer_spool_again()
                await self._clock.sleep(pause)
                pause = min(pause * 2, self._policy.retry_max_s)
                self._is_to_look = True

    async def _something_to_do(self) -> None:
        """Wait until something has arrived and its batch is due, or until the store is to be looked at."""
        while not (self._spool.entries or self._backlog.has_refused or self._is_to_look):
            self._arrived.clear()
            await self._arrived.wait()
        left = self._left_until_due()
        if left > 0:
            await within(self._clock, left, self._urgent.wait())
        self._urgent.clear()

    def _left_until_due(self) -> float:
        now = self._clock.now()
        if self._is_to_look or self._backlog.has_refused:
            return 0.0
        if now < self._drain_at:
            return self._drain_at - now
        return self._move_at - now if self._spool.entries < self._policy.move_rows else 0.0

    async def _store_some(self) -> None:
        """One batch of what the spool refused, then one of what it holds; or a look whether the store is there."""
        now = self._clock.now()
        may_drain = self._spool.entries and now >= self._drain_at
        is_spool_unread = self._is_to_look and self._health.spool_trouble
        self._is_to_look = False
        if self._backlog.has_refused or not may_drain or is_spool_unread:
            async with self.at_work:
                await self._store_refused()
            self._health.succeeded(spooled=self._spool.appended, moved=self._spool.moved)
        if may_drain:
            self._move_at = now + self._policy.move_every_s
            async with self.at_work:
                await self._store_spooled()
            self._health.succeeded(spooled=self._spool.appended, moved=self._spool.moved)

    async def _store_refused(self) -> None:
        batch = self._backlog.take_refused(self._policy.batch_rows, self._policy.batch_bytes)
        try:
            stored = await self._write([entry.row for entry in batch])
        except BaseException:
            self._backlog.refused(batch)
            raise
        self._backlog.kept(batch)
        if stored:
            self._events.emit(InteractionRecorded(count=stored))

    async def _store_spooled(self) -> None:
        piece = await self._spool.front()
        await self._write(list(piece.rows))
        await self._spool.reached_store(piece)
        self._health.spool_trouble = None
        if piece.unreadable:
            self._health.lose(piece.unreadable, "unreadable in the spool")

    async def _write(self, rows: list[Row]) -> int:
        """Commit `rows`; how many were new. What the store will never take is lost, and keeps nobody else back."""
        try:
            return await self._store.write(rows)
        except StoreRejectedError as error:
            if len(rows) <= 1:
                self._health.lose(len(rows), f"refused by the store: {error}")
                return 0
            middle = len(rows) // 2
            return await self._write(rows[:middle]) + await self._write(rows[middle:])
