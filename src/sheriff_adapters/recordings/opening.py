"""Recordings, opened from their address, within this process; `apart.opening` is for a service."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.recorder import QueuedRecorder
from sheriff_adapters.recordings.retention import keep_retention
from sheriff_adapters.recordings.row import Row, is_restricted, matches
from sheriff_adapters.recordings.settled import SettledRecordings
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError
from sheriff_adapters.recordings.sqlite import SqliteStore
from sheriff_adapters.recordings.store import Store, StoreRejectedError, StoreUnavailableError
from sheriff_adapters.recordings.stored import StoredReader, StoredRecordings
from sheriff_adapters.recordings.urls import PostgresUrl, SqliteUrl, parse_recordings_url
from sheriff_core.background import running
from sheriff_core.ports import Clock, EventSink, InteractionFilter, RecordingsUnavailableError


class OpenRecordings(SettledRecordings):
    """The `Recorder` and `Recordings` ports on one store."""

    def __init__(self, recorder: QueuedRecorder, stored: StoredRecordings, spool: Spool) -> None:
        super().__init__(recorder, stored)
        self.recorder = recorder
        self._stored = stored
        self._spool = spool

    async def add(self, rows: Sequence[Row]) -> int:
        """Commit `rows` past the queue, as an import does; how many were new. Raises `RecordingsUnavailableError`."""
        return await self._stored.add(rows)

    async def size_bytes(self) -> int:
        """What the store takes on its disk. Raises `RecordingsUnavailableError`."""
        return await self._stored.size_bytes()

    async def purge(self, wanted: InteractionFilter, *, tidies: bool = True) -> int:
        """Delete what matches, in the store and on the way to it; how many. The last of several `tidies` for all.

        Raises `RecordingsUnavailableError`, and `ValueError` for a filter without any restriction.
        """
        if not is_restricted(wanted):
            return await self._stored.purge(wanted, tidies=tidies)
        try:
            waiting = await self.recorder.purge(lambda row: matches(row, wanted))
        except SpoolError as error:
            raise RecordingsUnavailableError(f"spool {self._spool.path}: {error}") from error
        return waiting + await self._stored.purge(wanted, tidies=tidies)

    async def spooled_elsewhere_moves_on(self, *, within_s: float) -> bool:
        """Wait until what other processes hold by now has reached the store, where a purge finds it; False if not."""
        return await self._spool.others_move_on(within_s=within_s)


@asynccontextmanager
async def open_recordings(
    url: str, *, clock: Clock, events: EventSink, policy: RecordingPolicy, create: bool = True
) -> AsyncIterator[OpenRecordings]:
    """Open the recordings at `url` for writing and reading; retention runs as long as they are open.

    With `create`, a store that is away does not keep the application from starting: what is recorded is spooled, and
    `status` says so. Without, there must be recordings already, and they must be reachable now: raises
    `RecordingsUnavailableError`. Raises `RecordingsUrlError` for an address of no known kind.
    """
    address = parse_recordings_url(url)
    store = store_at(address, policy, create=create)
    spool = Spool(_spool_path(address, policy), policy)
    recorder = QueuedRecorder(store, spool, clock=clock, events=events, policy=policy)
    stored = StoredRecordings(store, clock=clock, policy=policy)
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(store.close)
        if not create:
            await stored.find(InteractionFilter(limit=1))
        await recorder.open()
        opened.push_async_callback(recorder.close)
        recordings = OpenRecordings(recorder, stored, spool)
        if policy.retention_days is not None:
            retention = keep_retention(
                recordings,
                clock=clock,
                days=policy.retention_days,
                every_s=policy.retention_every_s,
                retry_s=policy.retention_retry_s,
            )
            await opened.enter_async_context(running(retention, name="recordings-retention"))
        yield recordings


@asynccontextmanager
async def open_stored(url: str) -> AsyncIterator[StoredReader]:
    """Open recordings for reading alone: nothing is made, spooled or migrated.

    What a killed process left in its spool is taken in first, as a database recovers its log; where nothing can be
    written it stays there. Raises `RecordingsUrlError`, and `RecordingsUnavailableError` when there is nothing to read.
    """
    address, policy = parse_recordings_url(url), RecordingPolicy()
    store = store_at(address, policy, create=False)
    try:
        await _recover(store, Spool(_spool_path(address, policy), policy), within_s=policy.settle_within_s)
        stored = StoredReader(store)
        await stored.find(InteractionFilter(limit=1))
        yield stored
    finally:
        await store.close()


async def _recover(store: Store, spool: Spool, *, within_s: float) -> None:
    if not spool.others():
        return
    try:
        with contextlib.suppress(SpoolError, StoreUnavailableError, StoreRejectedError):
            await spool.open()  # takes over what belongs to no living process
            while spool.entries:
                piece = await spool.front()
                await store.write(piece.rows)
                if piece.unreadable:
                    return  # a service gives them up, counts them and tells
                await spool.reached_store(piece)
            # What a living process holds, one that a killed service left behind perhaps, it moves itself.
            await spool.others_move_on(within_s=within_s)
    finally:
        await spool.close()


def store_at(address: SqliteUrl | PostgresUrl, policy: RecordingPolicy, *, create: bool) -> Store:
    """The store at `address`, which is opened when it is used."""
    if isinstance(address, SqliteUrl):
        return SqliteStore(address.path, policy, create=create)
    from sheriff_adapters.recordings.postgres import PostgresStore  # its driver is loaded only where it is used

    return PostgresStore(address, policy, create=create)


def _spool_path(address: SqliteUrl | PostgresUrl, policy: RecordingPolicy) -> Path:
    """Where the spool of these recordings lies. Its name says whose it is: two databases must never share one."""
    if isinstance(address, SqliteUrl):
        directory = policy.spool_directory or address.path.parent
        return directory / f"{address.path.name}.spool"
    name = hashlib.blake2b(address.shown.encode(), digest_size=4).hexdigest()
    return (policy.spool_directory or Path()) / f"recordings-{name}.spool"
