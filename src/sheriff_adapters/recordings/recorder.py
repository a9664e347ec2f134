"""Durable before acknowledged, bounded: between a reply that must leave and a store that may be slow.

An interaction becomes durable in the local spool: one append for all that have come meanwhile, one synchronisation,
and their replies leave. From the spool it is moved into the store, at once when little happens and a batch every
quarter of a second when much does; rows are idempotent, so what was moved twice is kept once. What the spool does not
take goes to the store directly. `docs/explanation/privacy.md` and ADR 0009 say what is promised.
"""

import asyncio
import contextlib
import functools
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sheriff_adapters.recordings.backlog import Backlog, Entry
from sheriff_adapters.recordings.health import RecordingHealth
from sheriff_adapters.recordings.interaction_text import InteractionUnusableError
from sheriff_adapters.recordings.kept_policy import KeptPolicy
from sheriff_adapters.recordings.mover import Mover
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row, row_of, row_of_body, row_of_line
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.store import Store
from sheriff_adapters.recordings.waiting import AckBound, within
from sheriff_core.events import DefectCaught, InteractionRecorded
from sheriff_core.ports import Clock, EventSink
from sheriff_core.rfc3339 import rfc3339

_LOOK_AGAIN_S = 0.005  # a stop looks this often whether everything is written


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
        self._ack_bound = AckBound(clock, policy.ack_bound_s)
        self._just_came: list[Entry] = []  # in the present turn of the loop
        self._is_appending = False
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self._health = RecordingHealth(events)
        self._mover = Mover(
            store,
            spool,
            self._backlog,
            self._health,
            clock=clock,
            events=events,
            policy=policy,
            offer_spool_again=self._append_some,
        )

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that wait in the spool for the end of an outage."""
        return len(self._backlog) + (0 if self._health.in_outage else self._spool.entries)

    @property
    def entries_in_memory(self) -> int:
        """Interactions that no disk holds yet."""
        return len(self._backlog)

    @property
    def is_tried(self) -> bool:
        """Whether the store has answered once, well or badly."""
        return self._mover.tried.is_set()

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
            asyncio.create_task(self._mover.run(), name="recordings-store"),
            asyncio.create_task(self._ack_bound.keep(), name="recordings-bound"),
            asyncio.create_task(self._adopt_orphans(), name="recordings-orphans"),
        ]
        await within(self._clock, self._policy.open_within_s, self._mover.tried.wait())

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        """Done once `interaction` is durable, or after `ack_bound_s` while the write goes on. Never raises."""
        if not interaction.get("receivedAt"):
            interaction = {**interaction, "receivedAt": rfc3339(self._clock.wall())}
        return self._record(functools.partial(row_of, interaction))

    def record_body(self, body: str, policy: KeptPolicy) -> asyncio.Future[None]:
        """Do the same with an interaction as text, in which its policy is named (`kept_policy.body_and_policy`)."""
        return self._record(functools.partial(row_of_body, body, policy))

    def record_line(self, line: bytes) -> asyncio.Future[None]:
        """Do the same with an interaction as text, in which its policy stands."""
        return self._record(functools.partial(row_of_line, line))

    def _record(self, read: Callable[[], Row]) -> asyncio.Future[None]:
        acknowledged = asyncio.get_running_loop().create_future()
        row = self._read(read)
        if row is None:
            acknowledged.set_result(None)
            return acknowledged
        if self._is_closing or self._loop is None or not self._backlog.has_room_for(row):
            self._health.lose(1, "stopped" if self._is_closing else "queue and spool are full")
            acknowledged.set_result(None)
            return acknowledged
        entry = Entry(row, acknowledged)
        self._backlog.add(entry)
        if not self._just_came:
            self._loop.call_soon(self._end_turn)
        self._just_came.append(entry)
        return acknowledged

    def _read(self, read: Callable[[], Row]) -> Row | None:
        """None for what is no interaction, which is lost: raised here, it would end each process that is given it."""
        try:
            return read()
        except InteractionUnusableError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a defect, which must not end all recording
            self._events.emit(DefectCaught(where="recordings", error=error))
            reason = type(error).__name__
        self._health.lose(1, f"no interaction: {reason}")
        if not self._backlog and not self._spool.entries:
            self._health.end_round()  # there is none: nothing waits whose move would end it
        return None

    def _end_turn(self) -> None:
        """Append what came in one turn of the loop, and start its time only now: before, nothing could have begun."""
        self._ack_bound.begins_for([entry.acknowledged for entry in self._just_came])
        self._just_came.clear()
        self._append_some()

    def _append_some(self) -> None:
        """Append a batch, unless one is being appended: its end begins the next, so that a slow disk gets few."""
        if self._is_appending or not self._backlog.has_waiting:
            return
        batch = self._backlog.take(self._policy.batch_rows, self._policy.batch_bytes)
        self._is_appending = True
        assert self._loop is not None  # noqa: S101 - `record` has asked
        loop = self._loop
        try:
            appending = self._spool.append_soon([entry.row for entry in batch])
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
            if isinstance(error, SpoolError | OSError):
                self._health.spool_trouble = getattr(error, "strerror", None) or str(error)
            elif error is not None:
                self._events.emit(DefectCaught(where="recordings.spool", error=error))
        self._mover.arrived(urgent=kept < len(batch))
        self._append_some()

    async def settle(self) -> None:
        """Wait until what has been acknowledged by now is in the store, `settle_within_s` at most, and in no outage."""
        await self._mover.settle()

    async def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Erase what has not reached the store yet; how many. Raises `SpoolError`."""
        async with self._mover.at_work:
            erased = self._backlog.purge(is_doomed) + await self._spool.purge(is_doomed)
            return erased + self._backlog.purge(is_doomed)  # what the spool refused meanwhile

    async def close(self) -> None:
        """Write what waits, to the store or else to the spool, within `close_within_s`; then stop."""
        self._is_closing = True
        # Half of the time for the store; what it has not taken then is safe in the spool.
        await within(self._clock, self._policy.close_within_s / 2, self._drained())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await within(self._clock, self._policy.close_within_s / 4, self._spool_all())
        left = len(self._backlog)
        if left:
            self._health.lose(left, "stopped before it could be written")
        self._health.end_round()
        self._backlog.abandon()
        self._ack_bound.end()
        await within(self._clock, self._policy.close_within_s / 4, self._spool.close())

    async def _adopt_orphans(self) -> None:
        """Take over what others left who were still there at our start, or died since. Until cancelled."""
        while True:
            await self._clock.sleep(self._policy.adopt_every_s)
            with contextlib.suppress(SpoolError):
                async with self._mover.at_work:
                    adopted = await self._spool.adopt_orphans()
                if adopted:
                    self._mover.arrived(urgent=True)

    async def _drained(self) -> None:
        while (len(self._backlog) or self._spool.entries) and not self._health.trouble:
            self._mover.arrived(urgent=True)
            await self._clock.sleep(_LOOK_AGAIN_S)
        if not self._health.trouble:
            async with self._mover.at_work:  # what has been moved is also told of: the end of an outage, perhaps
                return

    async def _spool_all(self) -> None:
        self._backlog.retry()
        while len(self._backlog) and not self._backlog.has_refused:
            self._append_some()
            await self._clock.sleep(_LOOK_AGAIN_S)


def _on_loop(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """Do `work` on the loop's own thread, unless the loop has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(work)
