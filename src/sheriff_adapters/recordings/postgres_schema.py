"""The tables of recordings in PostgreSQL, made and brought up to date by the service itself."""

from collections.abc import Sequence
from typing import Any

from sheriff_adapters.recordings.kept_policy import in_use
from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.selection import BLOCK, IS_SLOW

VERSION = 3
TABLES = ("sheriff_interactions", "sheriff_interaction_numbers", "sheriff_policies")

# Any number that no other user of the database takes for an advisory lock: "sheriff" in ASCII.
_LOCK = int.from_bytes(b"sheriff", "big")

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE sheriff_interactions (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key BYTEA NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        correlation_id TEXT,
        call_id TEXT,
        received_at BIGINT NOT NULL, -- microseconds since 1970 in UTC
        outcome TEXT,
        latency_ms DOUBLE PRECISION,
        completeness INTEGER NOT NULL,
        body JSON NOT NULL -- the interaction with the digest of its policy, letter by letter (JSONB would reorder it)
    );
    CREATE TABLE sheriff_interaction_numbers (
        number TEXT NOT NULL,
        received_at BIGINT NOT NULL,
        interaction_id BIGINT NOT NULL REFERENCES sheriff_interactions (id) ON DELETE CASCADE,
        PRIMARY KEY (number, received_at, interaction_id)
    );
    CREATE INDEX sheriff_numbers_of ON sheriff_interaction_numbers (interaction_id);
    CREATE INDEX sheriff_by_received ON sheriff_interactions (received_at, id) INCLUDE (latency_ms);
    CREATE INDEX sheriff_by_kind ON sheriff_interactions (kind, received_at, id);
    CREATE INDEX sheriff_by_outcome ON sheriff_interactions (outcome, received_at, id) INCLUDE (latency_ms)
        WHERE outcome IS NOT NULL;
    CREATE INDEX sheriff_by_latency ON sheriff_interactions (latency_ms) INCLUDE (received_at, id, outcome, kind)
        WHERE latency_ms IS NOT NULL;
    CREATE INDEX sheriff_by_correlation ON sheriff_interactions (correlation_id, received_at, id)
        WHERE correlation_id IS NOT NULL;
    CREATE INDEX sheriff_by_call ON sheriff_interactions (call_id, received_at, id) WHERE call_id IS NOT NULL;
    """,
    # As in SQLite: rows that come together lie together in each index, and so does what is written of it to the log.
    f"""
    UPDATE sheriff_interactions SET key = int8send(received_at) || substring(key FROM 1 FOR 12)
        WHERE kind = 'tool_call';
    DROP INDEX sheriff_by_latency;
    CREATE INDEX sheriff_by_latency ON sheriff_interactions (latency_ms) INCLUDE (received_at, id, outcome, kind)
        WHERE {IS_SLOW};
    DROP INDEX sheriff_by_correlation;
    CREATE INDEX sheriff_by_correlation ON sheriff_interactions (({BLOCK}), correlation_id)
        WHERE correlation_id IS NOT NULL;
    DROP INDEX sheriff_by_call;
    CREATE INDEX sheriff_by_call ON sheriff_interactions (({BLOCK}), call_id) WHERE call_id IS NOT NULL;
    """,  # noqa: S608 - our own text
    """
    CREATE TABLE sheriff_policies (
        digest TEXT PRIMARY KEY, -- stands for the policy in the body of an interaction
        used_until BIGINT NOT NULL, -- no interaction with it was received later; microseconds since 1970 in UTC
        policy JSON NOT NULL
    );
    """,
)
_REWRITING = 1  # the place of the one that rewrites every row
# In one statement. The driver lays out all of its values before it sends it and the server works on it without a pause:
# with five hundred, each kept everybody who waits to be acknowledged, and both processors here, for ten milliseconds.
_ROWS_AT_ONCE = 100

# One statement for several rows. A policy that is known to be in use is only looked at: locked, it would make
# instances wait for each other. Numbers are written for new rows only; a repetition changes nothing, but for the report
# of a call that is fuller, or as full and later.
_INSERT = """
WITH used AS (
    INSERT INTO sheriff_policies (digest, used_until, policy)
    SELECT digest, used_until, policy::json
    FROM unnest($12::text[], $13::bigint[], $14::bigint[], $15::text[])
        AS incoming (digest, received_at, used_until, policy)
    WHERE NOT EXISTS (
        SELECT FROM sheriff_policies known
        WHERE known.digest = incoming.digest AND known.used_until >= incoming.received_at
    )
    ON CONFLICT (digest) DO UPDATE SET used_until = greatest(sheriff_policies.used_until, excluded.used_until)
), stored AS (
    INSERT INTO sheriff_interactions
        (key, kind, correlation_id, call_id, received_at, outcome, latency_ms, completeness, body)
    SELECT key, kind, correlation_id, call_id, received_at, outcome, latency_ms, completeness, body::json
    FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::float8[], $8::int[],
        $9::text[])
        AS incoming (key, kind, correlation_id, call_id, received_at, outcome, latency_ms, completeness, body)
    ON CONFLICT (key) DO UPDATE SET received_at = excluded.received_at, completeness = excluded.completeness,
        body = excluded.body
        WHERE sheriff_interactions.kind = 'end_of_call' AND sheriff_interactions.body::text <> excluded.body::text
        AND (excluded.completeness, excluded.received_at)
            >= (sheriff_interactions.completeness, sheriff_interactions.received_at)
    RETURNING id, key, received_at
), numbered AS (
    INSERT INTO sheriff_interaction_numbers
    SELECT named.number, stored.received_at, stored.id
    FROM unnest($10::bytea[], $11::text[]) AS named (key, number) JOIN stored ON stored.key = named.key
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM stored
"""


async def insert(connection: Any, rows: Sequence[Row]) -> int:
    """Write `rows`, no two of which have one key, and their policies, all or none; how many were new or fuller.

    After an error the connection is of no more use: nothing is undone on it.
    """
    if len(rows) <= _ROWS_AT_ONCE:
        return await _insert_some(connection, rows)
    await connection.execute("BEGIN")
    pieces = [rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE)]
    new = sum([await _insert_some(connection, piece) for piece in pieces])
    await connection.execute("COMMIT")
    return new


async def _insert_some(connection: Any, rows: Sequence[Row]) -> int:
    return int(await connection.fetchval(_INSERT, *_columns_of(rows)))


def _columns_of(rows: Sequence[Row]) -> list[list[Any]]:
    policies = in_use((row.policy, row.received_at) for row in rows)
    return [
        [row.key for row in rows],
        [row.kind for row in rows],
        [row.correlation_id for row in rows],
        [row.call_id for row in rows],
        [row.received_at for row in rows],
        [row.outcome for row in rows],
        [row.latency_ms for row in rows],
        [row.completeness for row in rows],
        [row.body for row in rows],
        [row.key for row in rows for _ in row.numbers],
        [number for row in rows for number in row.numbers],
        [policy.digest for policy in policies],
        [policy.received_at for policy in policies],
        [policy.used_until for policy in policies],
        [policy.text for policy in policies],
    ]


async def migrate(connection: Any) -> None:
    """Make the tables, or bring them to this version; several instances may start at once.

    Raises `asyncpg.PostgresError`, and `ValueError` for recordings that a later version of this software made.
    """
    if await readable_version(connection) == VERSION:
        return
    # Taken before the transaction: only the start of one makes the server forget that it saw no such table before.
    # Nothing is undone here when a step fails: the connection is thrown away then, and lock and transaction with it.
    await lock_migrations(connection)
    await connection.execute("BEGIN")
    found = await readable_version(connection)
    if found == 0:
        await connection.execute("CREATE TABLE sheriff_recordings_version (version INTEGER NOT NULL)")
        await connection.execute("INSERT INTO sheriff_recordings_version VALUES (0)")
    for migration in MIGRATIONS[found:]:
        await connection.execute(migration)
    await connection.execute("UPDATE sheriff_recordings_version SET version = $1", VERSION)
    await connection.execute("COMMIT")
    await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def lock_migrations(connection: Any) -> None:
    """Wait until nobody makes the tables or brings them up to date; nobody does then until this connection ends."""
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)


def quick_migrations(found: int) -> list[str]:
    """What `migrate` does with tables of version `found`, but for what takes minutes and a lock that all would feel."""
    return [step for place, step in enumerate(MIGRATIONS) if place >= found and not (found and place == _REWRITING)]


async def has_policies(connection: Any) -> bool:
    """Whether policies are kept by themselves: earlier versions had them in each body."""
    return await connection.fetchval("SELECT to_regclass('sheriff_policies')") is not None


async def tables(connection: Any) -> Sequence[str]:
    """Those of `TABLES` that are there."""
    return TABLES if await has_policies(connection) else TABLES[:-1]


async def readable_version(connection: Any) -> int:
    """The version of the tables, 0 when there are none; earlier ones differ in how fast they are searched.

    Raises `ValueError` for recordings that a later version of this software made.
    """
    if await connection.fetchval("SELECT to_regclass('sheriff_recordings_version')") is None:
        return 0
    found = int(await connection.fetchval("SELECT version FROM sheriff_recordings_version") or 0)
    if found > VERSION:
        raise ValueError(f"made by a later version (schema {found}, this one knows {VERSION})")
    return found
