"""The tables of recordings in SQLite, and the writing of many rows with few statements."""

import functools
import itertools
import operator
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeVar

from sheriff_adapters.recordings.kept_policy import in_use
from sheriff_adapters.recordings.row import Row, timed_key
from sheriff_adapters.recordings.selection import BLOCK, IS_SLOW

_T = TypeVar("_T")
VERSION = 3
_TABLE, _POLICIES = "sheriff_interactions", "sheriff_policies"

# One body fits into a page of 8 KiB without an overflow chain; four of them fill it better than two fill 4 KiB.
# Deleted space is given back (auto_vacuum), which has to be said before the first table.
BEFORE_FIRST_TABLE = ("PRAGMA page_size = 8192", "PRAGMA auto_vacuum = INCREMENTAL")

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE sheriff_interactions (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            correlation_id TEXT,
            call_id TEXT,
            received_at INTEGER NOT NULL, -- microseconds since 1970 in UTC
            outcome TEXT,
            latency_ms REAL,
            completeness INTEGER NOT NULL,
            body TEXT NOT NULL -- the interaction, JSON, with the digest of its policy
        )""",
        """CREATE TABLE sheriff_interaction_numbers (
            number TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            interaction_id INTEGER NOT NULL REFERENCES sheriff_interactions (id) ON DELETE CASCADE,
            PRIMARY KEY (number, received_at, interaction_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX sheriff_numbers_of ON sheriff_interaction_numbers (interaction_id)",
        "CREATE INDEX sheriff_by_received ON sheriff_interactions (received_at, id, latency_ms)",
        "CREATE INDEX sheriff_by_kind ON sheriff_interactions (kind, received_at)",
        """CREATE INDEX sheriff_by_outcome ON sheriff_interactions (outcome, received_at, id, latency_ms)
            WHERE outcome IS NOT NULL""",
        """CREATE INDEX sheriff_by_latency ON sheriff_interactions (latency_ms, received_at, outcome, kind)
            WHERE latency_ms IS NOT NULL""",
        """CREATE INDEX sheriff_by_correlation ON sheriff_interactions (correlation_id, received_at)
            WHERE correlation_id IS NOT NULL""",
        "CREATE INDEX sheriff_by_call ON sheriff_interactions (call_id, received_at) WHERE call_id IS NOT NULL",
    ),
    # Ids come in no order: in an index of a million of them each row touches a page of its own, which goes to the
    # disk twice. By block, rows that come together lie together, and a search looks into each block.
    (
        "UPDATE sheriff_interactions SET key = sheriff_timed_key(received_at, key) WHERE kind = 'tool_call'",
        "DROP INDEX sheriff_by_latency",
        f"""CREATE INDEX sheriff_by_latency ON sheriff_interactions (latency_ms, received_at, outcome, kind)
            WHERE {IS_SLOW}""",
        "DROP INDEX sheriff_by_correlation",
        f"""CREATE INDEX sheriff_by_correlation ON sheriff_interactions ({BLOCK}, correlation_id)
            WHERE correlation_id IS NOT NULL""",
        "DROP INDEX sheriff_by_call",
        f"CREATE INDEX sheriff_by_call ON sheriff_interactions ({BLOCK}, call_id) WHERE call_id IS NOT NULL",
    ),
    (
        """CREATE TABLE sheriff_policies (
            digest TEXT PRIMARY KEY, -- stands for the policy in the body of an interaction
            used_until INTEGER NOT NULL, -- no interaction with it was received later; microseconds since 1970 in UTC
            policy TEXT NOT NULL -- JSON
        ) WITHOUT ROWID""",
    ),
)

_COLUMNS = ("key", "kind", "correlation_id", "call_id", "received_at", "outcome", "latency_ms", "completeness", "body")

_columns_of = operator.attrgetter(*_COLUMNS)

# A repetition changes nothing, but for a report of a call that is fuller, or as full and later.
_UPSERT = """ ON CONFLICT (key) DO UPDATE SET received_at = excluded.received_at, completeness = excluded.completeness,
    body = excluded.body
    WHERE sheriff_interactions.kind = 'end_of_call' AND sheriff_interactions.body <> excluded.body
    AND (excluded.completeness, excluded.received_at)
        >= (sheriff_interactions.completeness, sheriff_interactions.received_at)"""

_USE_POLICY = """INSERT INTO sheriff_policies (digest, used_until, policy) VALUES (?, ?, ?)
    ON CONFLICT (digest) DO UPDATE SET used_until = excluded.used_until WHERE sheriff_policies.used_until < ?"""

# Each statement lets go of the interpreter and has to win it back; a loop that is busy answering callers makes that
# slow. Rows therefore go in by the dozen. Powers of four keep the number of different statements small.
_CHUNKS = (64, 16, 4, 1)


def migrate(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring them to this version; several processes may do it at once.

    Raises `sqlite3.Error`, and `ValueError` for recordings that a later version of this software made, and for a
    database of another program: its `user_version` and its journal are not ours to change.
    """
    found = readable_version(connection)
    if found == VERSION:
        return
    if found == 0:
        for statement in BEFORE_FIRST_TABLE:
            connection.execute(statement)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.create_function("sheriff_timed_key", 2, timed_key, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in itertools.chain.from_iterable(MIGRATIONS[readable_version(connection) :]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def readable_version(connection: sqlite3.Connection) -> int:
    """The version of the tables, 0 when there are none; earlier ones differ in how fast they are searched.

    Raises `ValueError` for recordings that a later version of this software made, and for a database of another
    program.
    """
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = _tables(connection)
    if _TABLE not in tables and (found > 0 or tables):
        raise ValueError("this is a database of another program, not recordings")
    if found > VERSION:
        raise ValueError(f"made by a later version (schema {found}, this one knows {VERSION})")
    return found


def require_tables(connection: sqlite3.Connection) -> None:
    """Raise `ValueError` where there are no tables, and as `readable_version` does."""
    if not readable_version(connection):
        raise ValueError("there are no recordings in this file")


def has_policies(connection: sqlite3.Connection) -> bool:
    """Whether policies are kept by themselves: earlier versions had them in each body."""
    return _POLICIES in _tables(connection)


def insert(connection: sqlite3.Connection, rows: Sequence[Row]) -> int:
    """Write `rows` within the present transaction; how many were new or fuller."""
    for used in in_use((row.policy, row.received_at) for row in rows):
        connection.execute(_USE_POLICY, (used.digest, used.used_until, used.text, used.received_at))
    stored = 0
    for chunk in _chunks(rows):
        values = [value for row in chunk for value in _columns_of(row)]
        stored += connection.execute(_insert_of(len(chunk)), values).rowcount
    numbers = [(number, row.key) for row in rows for number in row.numbers]
    for named in _chunks(numbers):
        marks = ", ".join(["(?, ?)"] * len(named))
        connection.execute(
            "INSERT OR IGNORE INTO sheriff_interaction_numbers "  # noqa: S608 - our own text, values apart
            f"SELECT named.column1, i.received_at, i.id FROM (VALUES {marks}) AS named "
            "CROSS JOIN sheriff_interactions i ON i.key = named.column2",
            [value for pair in named for value in pair],
        )
    return stored


@functools.cache  # one text for each size of a chunk
def _insert_of(count: int) -> str:
    marks = ", ".join([f"({', '.join('?' * len(_COLUMNS))})"] * count)
    return f"INSERT INTO sheriff_interactions ({', '.join(_COLUMNS)}) VALUES {marks}{_UPSERT}"  # noqa: S608 - our own text, values apart


def _chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    start = 0
    for size in _CHUNKS:
        while len(items) - start >= size:
            yield items[start : start + size]
            start += size


def _tables(connection: sqlite3.Connection) -> frozenset[str]:
    named = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return frozenset(name for (name,) in named)
