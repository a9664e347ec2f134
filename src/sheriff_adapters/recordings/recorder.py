"""Durable before acknowledged, bounded: the queue between a reply that must leave and a store that may be slow.

A row becomes durable in the store by the next group commit. When a commit runs for longer than `spool_after_s`, or the
store is away, it becomes durable in the local spool instead, and reaches the store later; rows are idempotent, so
what was written twice is kept once. `docs/explanation/privacy.md` and ADR 0009 say what is promised.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from sheriff_adapters.recordings.backlog import Backlog, Entry
from sheriff_adapters.recordings.health import RecordingHealth
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import InteractionUnusableError, Row, row_of
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.store import Store, StoreRejectedError, StoreUnavailableError
from sheriff_core.events import DefectCaught, InteractionRecorded
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
        self._just_came: list[Entry] = []  # in the present turn of the loop
        self._arrived = asyncio.Event()
        self._someone_waits = asyncio.Event()
        self._only_in_memory = asyncio.Event()
        self._tried = asyncio.Event()
        self._moving = asyncio.Lock()  # held while rows go to the store, so that an erasure misses none of them
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self._committing_since: float | None = None  # seconds of `Clock.now`; None while the store is asked for nothing
        self._health = RecordingHealth(events)
        self._drain_at = clock.now()  # when a spool that could not be read is looked into again

    @property
    def queue_length(self) -> int:
        """Interactions in memory that are not in the store yet."""
        return len(self._backlog)

    def status(self) -> dict[str, Any]:
        """What readiness tells: `failing` while the store takes no writes."""
        said: dict[str, Any] = {
            "status": "failing" if self._health.trouble else "ok",
            "store": self._store.name,
            "queueLength": len(self._backlog),
            "spooled": self._spool.entries,
            "lost": self._health.lost,
        }
        if self._health.trouble:
            said["detail"] = self._health.trouble
        if self._health.spool_trouble:
            said["spool"] = self._health.spool_trouble
        return said

    async def open(self) -> None:
        """Start, and wait for the first answer of the store, but not for long: a start never fails here."""
        try:
            await self._spool.open()
        except SpoolError as error:
            self._health.spool_trouble = str(error)
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
            self._health.lose(1, f"no interaction: {error}")
            return
        if self._is_closing or not self._backlog.has_room_for(row):
            self._health.lose(1, "stopped" if self._is_closing else "queue and spool are full")
            return
        loop = asyncio.get_running_loop()
        entry = Entry(row, self._clock.now(), loop.create_future())
        self._backlog.add(entry)
        self._arrived.set()
        if not self._just_came:
            loop.call_soon(self._begin_to_wait)
        self._just_came.append(entry)
        await entry.acknowledged

    def _begin_to_wait(self) -> None:
        """Start the time of all who came in one turn of the loop, at its end: before, no store could have begun."""
        now = self._clock.now()
        until = now + self._policy.ack_bound_s
        for entry in self._just_came:
            entry.since = now
            self._bounded.append((until, entry))
        self._just_came.clear()
        self._someone_waits.set()
        self._only_in_memory.set()

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
            self._health.lose(len(left), "stopped before it could be written")
        self._health.end_round("stopped")
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
                self._went_away(str(error))
            except SpoolError as error:
                self._health.spool_trouble = str(error)
                self._drain_at = self._clock.now() + self._policy.retry_max_s
            except Exception as error:  # noqa: BLE001 - a defect in an adapter must not end all recording
                self._events.emit(DefectCaught(where="recordings", error=error))
                self._went_away(type(error).__name__)
            self._tried.set()
            self._health.end_round("queue and spool are full")
            if self._health.trouble:
                await self._clock.sleep(pause)
                pause = min(pause * 2, self._policy.retry_max_s)
            elif not self._backlog.is_waiting:
                await self._something_to_do()

    def _went_away(self, detail: str) -> None:
        self._health.failed(detail)
        self._only_in_memory.set()

    async def _something_to_do(self) -> None:
        """Wait until something arrives, or until it is time to look into the spool again."""
        self._arrived.clear()
        if self._spool.entries:
            remaining = self._drain_at - self._clock.now()
            if remaining > 0:
                await self._within(remaining, self._arrived.wait())
            self._arrived.set()

    async def _store_some(self) -> None:
        """One batch of what came just now, then one of what was spooled; or a look whether the store is there."""
        may_drain = self._spool.entries and self._clock.now() >= self._drain_at
        if self._backlog.is_waiting or not may_drain:
            async with self._moving:
                await self._store_queued()
            self._health.succeeded(still_spooled=self._spool.entries)
        if may_drain:
            async with self._moving:
                await self._store_spooled()
            self._health.succeeded(still_spooled=self._spool.entries)

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
        self._health.spool_trouble = None
        if piece.unreadable:
            self._health.lose(piece.unreadable, "unreadable in the spool")

    async def _write(self, rows: list[Row]) -> None:
        """Commit `rows`; those that the store will never take are lost, and keep nobody else back."""
        self._committing_since = self._clock.now()
        try:
            stored = await self._store.write(rows)
        except StoreRejectedError as error:
            if len(rows) <= 1:
                self._health.lose(len(rows), f"refused by the store: {error}")
                return
            middle = len(rows) // 2
            await self._write(rows[:middle])
            await self._write(rows[middle:])
            return
        finally:
            self._committing_since = None
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
            patience = self._patience(since)
            if patience > 0:
                await self._clock.sleep(min(patience, self._policy.spool_after_s))
            elif not await self._spool_some():
                await self._clock.sleep(self._policy.retry_first_s)

    def _patience(self, since: float) -> float:
        """How long the store may still take over what came at `since`, in seconds.

        A commit is given its time from when it began: an event loop that was busy answering has itself made the row
        old, and to write it twice for that would only make the loop busier.
        """
        if self._health.trouble:
            return 0.0
        until = since + self._policy.ack_bound_s - self._policy.spool_within_s
        if self._committing_since is not None:
            until = min(until, self._committing_since + self._policy.spool_after_s)
        return until - self._clock.now()

    async def _spool_some(self) -> bool:
        """Append a batch of what only memory holds; False when the spool takes nothing now."""
        entries = self._backlog.not_durable()[: self._policy.batch_rows]
        try:
            kept = await self._spool.append([entry.row for entry in entries])
        except SpoolError as error:
            self._health.spool_trouble = str(error)
            return False
        self._health.spooled(kept)
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
        while (len(self._backlog) or self._spool.entries) and not self._health.trouble:
            await self._clock.sleep(0.005)

    async def _spool_all(self) -> None:
        while self._backlog.not_durable() and await self._spool_some():
            pass

    async def _within(self, seconds: float, work: Any) -> None:
        """Wait for `work`, `seconds` at most."""
        tasks = [asyncio.ensure_future(work), asyncio.ensure_future(self._clock.sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
