"""Durable before acknowledged, bounded: the queue between a reply that must leave and a store that may be slow.

A row becomes durable in the store by the next group commit. When a commit takes longer than `spool_after_s`, or the
store is away, it becomes durable in the local spool instead, and reaches the store later; rows are idempotent, so
what was written twice is kept once. `docs/explanation/privacy.md` and ADR 0009 say what is promised.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any

from sheriff_adapters.recordings.backlog import Backlog, Entry
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import InteractionUnusableError, Row, row_of
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.store import Store, StoreRejectedError, StoreUnavailableError
from sheriff_core.events import DefectCaught, InteractionLost, InteractionRecorded, RecorderFailed, RecorderRestored
from sheriff_core.ports import Clock, EventSink


class QueuedRecorder:
    """The `Recorder` port in front of a `Store`."""

    def __init__(self, store: Store, spool: Spool, *, clock: Clock, events: EventSink, policy: RecordingPolicy) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._events = events
        self._policy = policy
        self._backlog = Backlog(max_entries=policy.queue_entries, max_bytes=policy.queue_bytes)
        self._bounded: deque[tuple[float, Entry]] = deque()  # who may wait until when, the first first
        self._arrived = asyncio.Event()
        self._someone_waits = asyncio.Event()
        self._only_in_memory = asyncio.Event()
        self._tried = asyncio.Event()
        self._moving = asyncio.Lock()  # held while rows go to the store, so that an erasure misses none of them
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self._trouble: str | None = None  # why the store is away
        self._spool_trouble: str | None = None
        self._lost = 0
        self._lost_untold = 0
        self._told_this_round = False

    @property
    def queue_length(self) -> int:
        """Interactions in memory that are not in the store yet."""
        return len(self._backlog)

    @property
    def trouble(self) -> str | None:
        """Why the store takes no writes now; None when it does."""
        return self._trouble

    def status(self) -> dict[str, Any]:
        """What readiness tells: `failing` while the store takes no writes."""
        said: dict[str, Any] = {
            "status": "failing" if self._trouble else "ok",
            "store": self._store.name,
            "queueLength": len(self._backlog),
            "spooled": self._spool.entries,
            "lost": self._lost,
        }
        if self._trouble:
            said["detail"] = self._trouble
        if self._spool_trouble:
            said["spool"] = self._spool_trouble
        return said

    async def open(self) -> None:
        """Start, and wait for the first answer of the store, but not for long: a start never fails here."""
        try:
            await self._spool.open()
        except SpoolError as error:
            self._spool_trouble = str(error)
        self._arrived.set()  # for a first look at the store
        self._tasks = [
            asyncio.create_task(self._keep_storing(), name="recordings-store"),
            asyncio.create_task(self._keep_spooling(), name="recordings-spool"),
            asyncio.create_task(self._keep_the_bound(), name="recordings-bound"),
        ]
        await self._within(self._policy.open_within_s, self._tried.wait())

    async def record(self, interaction: dict[str, Any]) -> None:
        """Return once `interaction` is durable, or after `ack_bound_s` while the write goes on. Never raises."""
        if not interaction.get("receivedAt"):
            interaction = {**interaction, "receivedAt": self._clock.wall().isoformat(timespec="milliseconds")}
        try:
            row = row_of(interaction)
        except InteractionUnusableError as error:
            self._lose(1, f"no interaction: {error}")
            return
        if self._is_closing or not self._backlog.has_room_for(row):
            self._lose(1, "stopped" if self._is_closing else "queue and spool are full")
            return
        now = self._clock.now()
        entry = Entry(row, now, asyncio.get_running_loop().create_future())
        self._backlog.add(entry)
        self._bounded.append((now + self._policy.ack_bound_s, entry))
        self._arrived.set()
        self._someone_waits.set()
        self._only_in_memory.set()
        await entry.acknowledged

    async def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Erase what has not reached the store yet; how many. Raises `SpoolError`."""
        async with self._moving:
            return self._backlog.purge(is_doomed) + await self._spool.purge(is_doomed)

    async def close(self) -> None:
        """Write what waits, to the store or else to the spool, within `close_within_s`; then stop."""
        self._is_closing = True
        # Half of the time for the store; what it has not taken then is safe in the spool.
        await self._within(self._policy.close_within_s / 2, self._drained())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._within(self._policy.close_within_s / 4, self._spool_all())
        left = self._backlog.not_durable()
        if left:
            self._lose(len(left), "stopped before it could be written")
        self._tell_losses("stopped")
        for entry in left:
            entry.acknowledge()
        await self._within(self._policy.close_within_s / 4, self._spool.close())

    async def _keep_storing(self) -> None:
        """Move what waits into the store, and what is spooled after it; try again when the store is away."""
        pause = self._policy.retry_first_s
        while True:
            await self._arrived.wait()
            try:
                await self._store_some()
                pause = self._policy.retry_first_s
            except StoreUnavailableError as error:
                self._failed(str(error))
            except SpoolError as error:
                self._spool_trouble = str(error)
            except Exception as error:  # noqa: BLE001 - a defect in an adapter must not end all recording
                self._events.emit(DefectCaught(where="recordings", error=error))
                self._failed(type(error).__name__)
            self._tried.set()
            self._tell_losses("queue and spool are full")
            if self._trouble or self._spool_trouble:
                await self._clock.sleep(pause)
                pause = min(pause * 2, self._policy.retry_max_s)
            elif not (self._backlog.is_waiting or self._spool.entries):
                self._arrived.clear()

    async def _store_some(self) -> None:
        """One batch of what came just now, then one of what was spooled; or a look whether the store is there."""
        async with self._moving:
            if self._backlog.is_waiting:
                await self._store_queued()
            elif not self._spool.entries:
                await self._store.write(())
        waiting = self._spool.entries
        if waiting:
            async with self._moving:
                await self._store_spooled()
        self._restored(waiting)

    async def _store_queued(self) -> None:
        batch = self._backlog.take(self._policy.batch_rows, self._policy.batch_bytes)
        try:
            await self._write([entry.row for entry in batch])
        except BaseException:
            self._backlog.put_back()
            raise
        self._backlog.finished()

    async def _store_spooled(self) -> None:
        piece = await self._spool.front()
        await self._write(list(piece.rows))
        await self._spool.reached_store(piece)
        self._spool_trouble = None
        if piece.unreadable:
            self._lose(piece.unreadable, "unreadable in the spool")

    async def _write(self, rows: list[Row]) -> None:
        """Commit `rows`; those that the store will never take are lost, and keep nobody else back."""
        try:
            stored = await self._store.write(rows)
        except StoreRejectedError as error:
            if len(rows) <= 1:
                self._lose(len(rows), f"refused by the store: {error}")
                return
            middle = len(rows) // 2
            await self._write(rows[:middle])
            await self._write(rows[middle:])
            return
        if stored:
            self._events.emit(InteractionRecorded(count=stored))

    async def _keep_spooling(self) -> None:
        """Make durable in the spool what the store does not take in time."""
        while True:
            await self._only_in_memory.wait()
            since = self._backlog.oldest_since()
            if since is None:
                self._only_in_memory.clear()
                continue
            patience = 0.0 if self._trouble else since + self._policy.spool_after_s - self._clock.now()
            if patience > 0:
                await self._clock.sleep(patience)
            elif not await self._spool_some():
                await self._clock.sleep(self._policy.retry_first_s)

    async def _spool_some(self) -> bool:
        """Append a batch of what only memory holds; False when the spool takes nothing now."""
        entries = self._backlog.not_durable()[: self._policy.batch_rows]
        try:
            kept = await self._spool.append([entry.row for entry in entries])
        except SpoolError as error:
            self._spool_trouble = str(error)
            return False
        self._spool_trouble = None
        self._backlog.spooled(entries[:kept])
        self._arrived.set()
        return True

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
        while (len(self._backlog) or self._spool.entries) and not self._trouble:
            await self._clock.sleep(0.005)

    async def _spool_all(self) -> None:
        while self._backlog.not_durable() and await self._spool_some():
            pass

    async def _within(self, seconds: float, work: Any) -> None:
        """Wait for `work`, `seconds` at most."""
        working = asyncio.ensure_future(work)
        waiting = asyncio.ensure_future(self._clock.sleep(seconds))
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, waiting):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _failed(self, detail: str) -> None:
        is_new = self._trouble is None
        self._trouble = detail
        self._only_in_memory.set()
        if is_new:
            self._events.emit(RecorderFailed(detail=detail))

    def _restored(self, spooled: int) -> None:
        if self._trouble is not None:
            self._trouble = None
            self._events.emit(RecorderRestored(spooled=spooled))

    def _lose(self, count: int, reason: str) -> None:
        """Count what is given up. The first is told at once, a flood of them once a round of `_keep_storing`."""
        self._lost += count
        self._lost_untold += count
        if not self._told_this_round:
            self._tell_losses(reason)
            self._told_this_round = True

    def _tell_losses(self, reason: str) -> None:
        if self._lost_untold:
            self._events.emit(InteractionLost(count=self._lost_untold, reason=reason))
        self._lost_untold = 0
        self._told_this_round = False
