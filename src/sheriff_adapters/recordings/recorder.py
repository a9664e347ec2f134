"""Durable before acknowledged, bounded: between a reply that must leave and a store that may be slow.

An interaction becomes durable in the local spool: one append for all that have come meanwhile, one synchronisation,
and their replies leave. From the spool it is moved into the store, at once when little happens and a batch every tenth
of a second when much does; rows are idempotent, so what was moved twice is kept once. What the spool does not take
goes to the store directly. `docs/explanation/privacy.md` and ADR 0009 say what is promised.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sheriff_adapters.recordings.backlog import Backlog, Entry
from sheriff_adapters.recordings.health import RecordingHealth
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import InteractionUnusableError, Row, line_of, row_of_line
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.store import Store, StoreRejectedError, StoreUnavailableError
from sheriff_core.events import DefectCaught, InteractionRecorded
from sheriff_core.ports import Clock, EventSink


class QueuedRecorder:
    """The `Recorder` port in front of a `Spool` and a `Store`."""

    def __init__(self, store: Store, spool: Spool, *, clock: Clock, events: EventSink, policy: RecordingPolicy) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._events = events
        self._policy = policy
        self._loop: asyncio.AbstractEventLoop | None = None
        self._backlog = Backlog(max_entries=policy.queue_entries, max_bytes=policy.queue_bytes)
        self._bounded: deque[tuple[float, Entry]] = deque()  # who may wait until when, the first first
        self._just_came: list[Entry] = []  # in the present turn of the loop
        self._is_appending = False
        self._someone_waits = asyncio.Event()
        self._is_to_look = True  # whether the store is there, with or without anything for it
        self._arrived = asyncio.Event()  # there may be something for the store
        self._urgent = asyncio.Event()  # and it is not to wait for more
        self._tried = asyncio.Event()
        self._moved = asyncio.Event()  # a round of moving has ended
        self._moving = asyncio.Lock()  # held while rows go to the store, so that an erasure misses none of them
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self._health = RecordingHealth(events)
        now = clock.now()
        self._drain_at = now  # when a spool that could not be read is looked into again
        self._move_at = now  # when the next batch is due, if nothing makes it urgent

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that wait in the spool for the end of an outage."""
        return len(self._backlog) + (0 if self._health.in_outage else self._spool.entries)

    def status(self) -> dict[str, Any]:
        """What readiness tells: `failing` while the store takes no writes."""
        said: dict[str, Any] = {
            "status": "failing" if self._health.trouble else "ok",
            "store": self._store.name,
            "queueLength": self.queue_length,
            "spooled": self._spool.entries if self._health.in_outage else 0,
            "lost": self._health.lost,
        }
        if self._health.trouble:
            said["detail"] = self._health.trouble
        if self._health.spool_trouble:
            said["spool"] = self._health.spool_trouble
        return said

    async def open(self) -> None:
        """Start, and wait for the first answer of the store, but not for long: a start never fails here."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._spool.open()
        except SpoolError as error:
            self._health.spool_trouble = str(error)
        self._tasks = [
            asyncio.create_task(self._keep_storing(), name="recordings-store"),
            asyncio.create_task(self._keep_the_bound(), name="recordings-bound"),
        ]
        await self._within(self._policy.open_within_s, self._tried.wait())

    async def record(self, interaction: dict[str, Any]) -> None:
        """Return once `interaction` is durable, or after `ack_bound_s` while the write goes on. Never raises."""
        if not interaction.get("receivedAt"):
            interaction = {**interaction, "receivedAt": self._clock.wall().isoformat(timespec="milliseconds")}
        try:
            line = line_of(interaction)
        except InteractionUnusableError as error:
            self._health.lose(1, f"no interaction: {error}")
            return
        if self._is_closing or self._loop is None or not self._backlog.has_room_for(line):
            self._health.lose(1, "stopped" if self._is_closing else "queue and spool are full")
            return
        entry = Entry(line, self._loop.create_future())
        self._backlog.add(entry)
        if not self._just_came:
            self._loop.call_soon(self._end_turn)
        self._just_came.append(entry)
        await entry.acknowledged

    def _end_turn(self) -> None:
        """Append what came in one turn of the loop, and start its time only now: before, nothing could have begun."""
        until = self._clock.now() + self._policy.ack_bound_s
        self._bounded.extend([(until, entry) for entry in self._just_came])
        self._just_came.clear()
        self._someone_waits.set()
        self._append_some()

    def _append_some(self) -> None:
        """Append a batch, unless one is being appended: its end begins the next, so that a slow disk gets few."""
        if self._is_appending or not self._backlog.is_waiting:
            return
        batch = self._backlog.take(self._policy.batch_rows, self._policy.batch_bytes)
        self._is_appending = True
        assert self._loop is not None  # noqa: S101 - `record` has asked
        loop = self._loop
        try:
            appending = self._spool.append_soon([entry.line for entry in batch])
        except RuntimeError:  # the spool is closed, or the interpreter ends
            self._appended(batch, 0, SpoolError("closed"))
            return
        appending.add_done_callback(lambda done: _on_loop(loop, lambda: self._append_ended(batch, done)))

    def _append_ended(self, batch: list[Entry], done: "Future[int]") -> None:
        error = done.exception()
        self._appended(batch, 0 if error else done.result(), error)

    def _appended(self, batch: list[Entry], kept: int, error: BaseException | None) -> None:
        """The first `kept` of `batch` are in the spool now."""
        self._is_appending = False
        if kept:
            self._health.spooled(kept)
            self._backlog.kept(batch[:kept])
            self._events.emit(InteractionRecorded(count=kept))
        if kept < len(batch):
            self._backlog.refused(batch[kept:])
            self._urgent.set()
            if isinstance(error, SpoolError | OSError):
                self._health.spool_trouble = getattr(error, "strerror", None) or str(error)
            elif error is not None:
                self._events.emit(DefectCaught(where="recordings.spool", error=error))
        self._arrived.set()
        if self._spool.entries >= self._policy.move_rows:
            self._urgent.set()
        self._append_some()

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
            await self._within(left, self._moved.wait())

    async def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Erase what has not reached the store yet; how many. Raises `SpoolError`."""

        def dooms(line: bytes) -> bool:
            return is_doomed(row_of_line(line))

        async with self._moving:
            erased = self._backlog.purge(dooms) + await self._spool.purge(is_doomed)
            return erased + self._backlog.purge(dooms)  # what the spool refused meanwhile

    async def close(self) -> None:
        """Write what waits, to the store or else to the spool, within `close_within_s`; then stop."""
        self._is_closing = True
        # Half of the time for the store; what it has not taken then is safe in the spool.
        await self._within(self._policy.close_within_s / 2, self._drained())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._within(self._policy.close_within_s / 4, self._spool_all())
        left = len(self._backlog)
        if left:
            self._health.lose(left, "stopped before it could be written")
        self._health.end_round("stopped")
        while self._bounded:
            self._bounded.popleft()[1].acknowledge()
        await self._within(self._policy.close_within_s / 4, self._spool.close())

    async def _keep_storing(self) -> None:
        """Move what is spooled into the store, batch by batch; try again when the store is away."""
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
            self._tried.set()
            self._moved.set()
            self._health.end_round("queue and spool are full")
            if self._health.trouble:
                self._backlog.retry()
                self._append_some()
                await self._clock.sleep(pause)
                pause = min(pause * 2, self._policy.retry_max_s)
                self._is_to_look = True

    async def _something_to_do(self) -> None:
        """Wait until something has arrived and its batch is due, or until the store is to be looked at."""
        while not (self._spool.entries or self._backlog.is_refused or self._is_to_look):
            self._arrived.clear()
            await self._arrived.wait()
        left = self._left_until_due()
        if left > 0:
            await self._within(left, self._urgent.wait())
        self._urgent.clear()

    def _left_until_due(self) -> float:
        now = self._clock.now()
        if self._is_to_look or self._backlog.is_refused:
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
        if self._backlog.is_refused or not may_drain or is_spool_unread:
            async with self._moving:
                await self._store_refused()
            self._health.succeeded(spooled=self._spool.appended, moved=self._spool.moved)
        if may_drain:
            self._move_at = now + self._policy.move_every_s
            async with self._moving:
                await self._store_spooled()
            self._health.succeeded(spooled=self._spool.appended, moved=self._spool.moved)

    async def _store_refused(self) -> None:
        batch = self._backlog.take_refused(self._policy.batch_rows, self._policy.batch_bytes)
        try:
            stored = await self._write([row_of_line(entry.line) for entry in batch])
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

    async def _keep_the_bound(self) -> None:
        """Let go whoever has waited for `ack_bound_s`, durable or not."""
        while True:
            await self._someone_waits.wait()
            self._someone_waits.clear()
            while self._bounded:
                until, entry = self._bounded[0]
                remaining = until - self._clock.now()
                if remaining > 0 and not entry.acknowledged.done():
                    await self._clock.sleep(remaining)
                    continue
                self._bounded.popleft()
                entry.acknowledge()

    async def _drained(self) -> None:
        while (len(self._backlog) or self._spool.entries) and not self._health.trouble:
            self._urgent.set()
            await self._clock.sleep(0.005)

    async def _spool_all(self) -> None:
        self._backlog.retry()
        while len(self._backlog) and not self._backlog.is_refused:
            self._append_some()
            await self._clock.sleep(0.005)

    async def _within(self, seconds: float, work: Any) -> None:
        """Wait for `work`, `seconds` at most."""
        tasks = [asyncio.ensure_future(work), asyncio.ensure_future(self._clock.sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _on_loop(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """Do `work` on the loop's own thread, unless the loop has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(work)
