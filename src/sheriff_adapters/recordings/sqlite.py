"""Recordings in a SQLite file: the default, without any server.

One thread writes and another reads, each with its own connection, so that neither the event loop nor a caller waits
for a disk; of a service, they are in two processes. Write-ahead logging lets both work at once and survives a kill;
`synchronous = FULL` makes a commit survive a power cut.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sheriff_adapters.recordings import selection, sqlite_schema
from sheriff_adapters.recordings.interaction_text import decode
from sheriff_adapters.recordings.kept_policy import KnownPolicies
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.sqlite_connection import close, free_pages, interrupt, with_small_checkpoints
from sheriff_adapters.recordings.store import Position, Store, Stored, StoreRejectedError, StoreUnavailableError
from sheriff_core.ports import InteractionFilter

_T = TypeVar("_T")
_WRITE_CACHE_KIB = 8_192  # the inner pages of every index of a few million rows; the system caches the rest
_READ_ONLY_MODES = ("mode=ro", "mode=ro&immutable=1")  # the second for a copy in a place where nothing can be written


class SqliteStore(Store):
    """Rows in a SQLite file, made on the first write with `create`, readable by its owner alone."""

    name = "sqlite"

    def __init__(self, path: Path, policy: RecordingPolicy, *, create: bool) -> None:
        self._path = path
        self._policy = policy
        self._create = create
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._inode = 0  # of the file that the writer has open
        self._inode_read = 0
        self._policies = KnownPolicies()
        self._write_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recordings-sqlite-write")
        self._read_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recordings-sqlite-read")

    async def write(self, rows: Sequence[Row]) -> int:
        """Commit `rows` in one transaction; how many were new."""

        def insert(connection: sqlite3.Connection) -> int:
            connection.execute("BEGIN IMMEDIATE")
            stored = sqlite_schema.insert(connection, rows)
            connection.execute("COMMIT")
            return stored

        return await self._writing(insert)

    async def page(
        self, wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool
    ) -> list[Stored]:
        """Read one page on the reading connection."""

        def read(connection: sqlite3.Connection) -> list[Stored]:
            connection.execute("BEGIN")  # one instant: a purge in between takes the policy of a row that has been read
            hints = _hints(connection, wanted)
            query = selection.page(wanted, after=after, limit=limit, newest_first=newest_first, hints=hints)
            rows = connection.execute(query.sql, query.values)
            found = [Stored.of_columns(*row) for row in rows]
            self._put_policies_into([stored.interaction for stored in found], connection)
            connection.execute("COMMIT")
            return found

        return await self._reading(read)

    async def delete(self, wanted: InteractionFilter, *, limit: int) -> int:
        """Delete one step's worth; overwritten with zeros, as `secure_delete` says."""

        def delete(connection: sqlite3.Connection) -> int:
            connection.execute("BEGIN IMMEDIATE")
            hints = _hints(connection, wanted)
            query = selection.deletion(wanted, limit=limit, hints=hints)
            deleted = connection.execute(query.sql, query.values).rowcount
            policies = selection.deletion_of_policies(wanted)
            if policies is not None and deleted < limit:
                connection.execute(policies.sql, policies.values)
            connection.execute("COMMIT")
            return deleted

        return await self._writing(lambda connection: with_small_checkpoints(connection, delete))

    async def size_bytes(self) -> int:
        """The file, without the write-ahead log, which is bounded."""

        def size(connection: sqlite3.Connection) -> int:
            pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
            page: int = connection.execute("PRAGMA page_size").fetchone()[0]
            return pages * page

        return await self._reading(size)

    async def tidy(self, *, pages: int) -> bool:
        """Shrink the file by a step; after the last one empty the write-ahead log, where old pages still stand."""

        def give_back(connection: sqlite3.Connection) -> bool:
            before = free_pages(connection)
            # As a script: of a single statement the driver would do the first page alone, and commit it.
            connection.executescript(f"PRAGMA incremental_vacuum({pages})")
            if 0 < free_pages(connection) < before:
                return True
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return False

        return await self._writing(lambda connection: with_small_checkpoints(connection, give_back))

    async def close(self) -> None:
        """Close both connections, each in its thread, after what is under way there; what takes long is cut short."""
        await self._close_in(self._read_thread, self._close_reader, lambda: self._reader)
        await self._close_in(self._write_thread, self._close_writer, lambda: self._writer)

    async def _close_in(
        self, thread: ThreadPoolExecutor, last: Callable[[], None], held: Callable[[], sqlite3.Connection | None]
    ) -> None:
        with contextlib.suppress(RuntimeError):  # closed before
            closing = asyncio.get_running_loop().run_in_executor(thread, last)
            while not (await asyncio.wait([closing], timeout=self._policy.close_within_s))[0]:
                interrupt(held())
        thread.shutdown(wait=False)

    def _put_policies_into(self, interactions: list[dict[str, Any]], connection: sqlite3.Connection) -> None:
        looked_up: dict[str, Any] = {}
        unknown = self._policies.unknown_in(interactions)
        if unknown and sqlite_schema.has_policies(connection):
            query = selection.policies(unknown)
            looked_up = {digest: decode(text) for digest, text in connection.execute(query.sql, query.values)}
        self._policies.put_into(interactions, looked_up)

    async def _writing(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._write_thread, self._write, work)

    async def _reading(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._read_thread, self._read, work)

    def _write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return work(self._open_writer())
        except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
            self._close_writer()
            raise StoreRejectedError(str(error)) from error
        except (sqlite3.Error, OSError, ValueError) as error:
            # Whatever it was (a lock, a full disk, a file that was moved away), the next try starts afresh.
            self._close_writer()
            raise StoreUnavailableError(self._told(error)) from error

    def _read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return work(self._open_reader())
        except (sqlite3.Error, OSError, ValueError) as error:
            self._close_reader()
            raise StoreUnavailableError(self._told(error)) from error

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is not None:
            if self._path.stat().st_ino == self._inode:
                return self._writer
            self._close_writer()  # another file stands here now: what we write to the old one nobody will find
        if self._create:
            # Made before SQLite does, for it alone cannot be told who may read: names and numbers stand in there.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = self._connect("mode=rw")
        self._writer = connection
        self._inode = self._path.stat().st_ino
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_WRITE_CACHE_KIB}")
        if not self._create:
            sqlite_schema.require_tables(connection)
        sqlite_schema.migrate(connection)
        return connection

    def _open_reader(self) -> sqlite3.Connection:
        if self._reader is not None:
            if self._path.stat().st_ino == self._inode_read:
                return self._reader
            self._close_reader()
        problem: sqlite3.Error | None = None
        for mode in _READ_ONLY_MODES:
            self._inode_read = self._path.stat().st_ino
            connection = self._connect(mode)
            self._reader = connection
            try:
                sqlite_schema.require_tables(connection)
            except sqlite3.OperationalError as error:
                self._close_reader()
                problem = problem or error
            else:
                return connection
        raise problem or sqlite3.OperationalError("unable to open")

    def _connect(self, mode: str) -> sqlite3.Connection:
        # `isolation_level=None`: transactions begin and end where the code says so.
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=self._policy.busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA temp_store = MEMORY")  # no copy of an interaction in a temporary file
        return connection

    def _close_writer(self) -> None:
        connection, self._writer = self._writer, None
        close(connection)

    def _close_reader(self) -> None:
        connection, self._reader = self._reader, None
        close(connection)

    def _told(self, error: Exception) -> str:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return f"{self._path}: {reason}"


def _hints(connection: sqlite3.Connection, wanted: InteractionFilter) -> selection.Hints:
    query = selection.inquiry(wanted)
    if query is None:
        return selection.Hints()
    return selection.hints_from(wanted, connection.execute(query.sql, query.values).fetchone())
