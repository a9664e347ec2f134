"""Could these recordings be kept? Tried for real, and taken back: nothing is left where nothing was."""

import asyncio
import shutil
import sqlite3
import tempfile
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sheriff_adapters.recordings import sqlite_schema
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row, row_of
from sheriff_adapters.recordings.urls import PostgresUrl, SqliteUrl, parse_recordings_url
from sheriff_core.interaction import SCHEMA
from sheriff_core.ports import RecordingsUnavailableError

_BY_KEY: Final = "SELECT body FROM sheriff_interactions WHERE key = "


@dataclass(frozen=True, slots=True)
class Trial:
    """The recordings can be kept. `exists` is False where the first start will make them."""

    address: str  # without a password
    exists: bool
    free_bytes: int | None = None  # of the disk, where it is this machine's


async def try_recordings(url: str, *, policy: RecordingPolicy | None = None) -> Trial:
    """Write an interaction at `url`, read it, and take it back, within the bounds of `policy`.

    Raises `RecordingsUnavailableError`, which says why it cannot be done, and `RecordingsUrlError`.
    """
    address, policy = parse_recordings_url(url), policy or RecordingPolicy()
    if isinstance(address, SqliteUrl):
        return await asyncio.to_thread(_try_file, address, policy)
    return await _try_server(address, policy)


def _marker(**fields: Any) -> Row:
    moment, name = datetime.now(UTC).isoformat(), f"check-{uuid.uuid4()}"
    return row_of({"schema": SCHEMA, "kind": "tool_call", "correlationId": name, "receivedAt": moment, **fields})


def _try_file(address: SqliteUrl, policy: RecordingPolicy) -> Trial:
    path = address.path
    try:
        # The write-ahead log and the spool lie beside the file, so its folder must be writable as well.
        with tempfile.TemporaryFile(dir=path.parent) as beside:
            beside.write(b"check")
            beside.flush()
        exists = path.exists() and _write_and_take_back(path, policy)
    except (OSError, sqlite3.Error, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RecordingsUnavailableError(f"{address}: {reason}") from error
    return Trial(str(address), exists, shutil.disk_usage(path.parent).free)


def _write_and_take_back(path: Path, policy: RecordingPolicy) -> bool:
    """Whether there are tables; either way, writing was tried."""
    with closing(
        sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=policy.busy_timeout_s, isolation_level=None
        )
    ) as connection:
        has_tables = sqlite_schema.readable_version(connection) > 0  # whoever made the file, the first start makes them
        row = _marker()
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not has_tables:
                return False
            sqlite_schema.insert(connection, [row])
            read = connection.execute(f"{_BY_KEY}?", [row.key]).fetchone()
        finally:
            connection.execute("ROLLBACK")
        if read is None or read[0] != row.body:
            raise ValueError("what was written did not read back")
    return True


async def _try_server(address: PostgresUrl, policy: RecordingPolicy) -> Trial:
    import asyncpg  # only where it is used

    from sheriff_adapters.recordings.postgres import UNAVAILABLE, reason_of

    try:
        async with asyncio.timeout(policy.connect_timeout_s + policy.write_timeout_s):
            connection = await asyncpg.connect(address.dsn, timeout=policy.connect_timeout_s)
            try:
                exists = await _try_tables(connection)
            finally:
                connection.terminate()  # and with it whatever was not taken back
    except UNAVAILABLE as error:
        raise RecordingsUnavailableError(f"{address}: {reason_of(error)}") from error
    return Trial(str(address), exists)


async def _try_tables(connection: Any) -> bool:
    """Whether the tables exist; either way, writing was tried in a transaction that is rolled back."""
    from sheriff_adapters.recordings import postgres_schema

    found = await postgres_schema.readable_version(connection)
    if found < postgres_schema.VERSION:  # an instance may be making the tables just now
        await postgres_schema.lock_migrations(connection)
        found = await postgres_schema.readable_version(connection)
    # Where a step fails nothing is undone here: a server that is frozen would not do it, and without us it does.
    await connection.execute("BEGIN")
    # The first write makes the tables, or makes them current: may this user?
    for migration in postgres_schema.quick_migrations(found):
        await connection.execute(migration)
    row = _marker(policy={"trial": True})
    await postgres_schema.insert(connection, [row])
    if await connection.fetchval(f"{_BY_KEY}$1", row.key) != row.body:
        raise ValueError("what was written did not read back")
    await connection.execute("ROLLBACK")
    return bool(found)
