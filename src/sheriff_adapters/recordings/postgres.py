"""Recordings in PostgreSQL: for several instances, and for machines whose disk does not last."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from sheriff_adapters.recordings import postgres_schema, selection
from sheriff_adapters.recordings.interaction_text import decode
from sheriff_adapters.recordings.kept_policy import KnownPolicies
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row, without_repetitions
from sheriff_adapters.recordings.store import Position, Store, Stored, StoreRejectedError, StoreUnavailableError
from sheriff_adapters.recordings.urls import PostgresUrl
from sheriff_core.ports import InteractionFilter

_T = TypeVar("_T")
_VACUUM_TIMEOUT_S = 600.0
_VACUUM_REST_MS = 2  # after each few pages, as the server's own vacuum does
_SIZE = "SELECT pg_total_relation_size(to_regclass($1::text))"

# SQLSTATE classes of values that will never be taken: data exceptions, broken constraints, and what is too big.
_REJECTED_CLASSES = ("22", "23", "54")
# Everything by which the driver says that the server cannot be used now; an address it cannot read is a ValueError.
UNAVAILABLE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    ValueError,
)


class PostgresStore(Store):
    """Rows in a PostgreSQL database, whose tables are made on the first write with `create`."""

    name = "postgres"

    def __init__(self, address: PostgresUrl, policy: RecordingPolicy, *, create: bool) -> None:
        self._address = address
        self._policy = policy
        self._create = create
        self._pool: Any = None
        self._is_current = False  # whether the tables are of this version
        self._is_untidy = False  # whether something was deleted since the last vacuum
        self._opening = asyncio.Lock()
        self._policies = KnownPolicies()

    async def write(self, rows: Sequence[Row]) -> int:
        """Commit `rows` with one statement; how many were new."""
        once = without_repetitions(rows)

        async def insert(connection: Any) -> int:
            return await postgres_schema.insert(connection, once)

        if not self._is_current:
            await self._with_connection(self._bring_up_to_date, self._policy.migrate_timeout_s)
        return await self._with_connection(insert, self._policy.write_timeout_s)

    async def page(
        self, wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool
    ) -> list[Stored]:
        """Read one page."""

        async def read(connection: Any) -> list[Stored]:
            # As of one instant: a purge in between would take the policy of a row that has been read.
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            hints = await _hints(connection, wanted)
            query = selection.page(wanted, after=after, limit=limit, newest_first=newest_first, hints=hints)
            rows = await connection.fetch(query.numbered(), *query.values)
            found = [Stored.of_columns(*row) for row in rows]
            await self._put_policies_into([stored.interaction for stored in found], connection)
            await connection.execute("COMMIT")
            return found

        return await self._with_connection(read, self._policy.read_timeout_s)

    async def delete(self, wanted: InteractionFilter, *, limit: int) -> int:
        """Delete one step's worth."""

        async def delete(connection: Any) -> int:
            hints = await _hints(connection, wanted)
            # Locked, a row that another purge took meanwhile is not counted: a step of fewer is the last one.
            query = selection.deletion(wanted, limit=limit, hints=hints, locking=" FOR UPDATE OF i")
            tag: str = await connection.execute(query.numbered(), *query.values)
            deleted = int(tag.rpartition(" ")[2])
            self._is_untidy = self._is_untidy or deleted > 0
            policies = selection.deletion_of_policies(wanted)
            if policies is not None and deleted < limit and await postgres_schema.has_policies(connection):
                await connection.execute(policies.numbered(), *policies.values)
            return deleted

        return await self._with_connection(delete, self._policy.read_timeout_s)

    async def size_bytes(self) -> int:
        """Tables and indexes, as the server tells."""

        async def size(connection: Any) -> int:
            return sum([int(await connection.fetchval(_SIZE, table) or 0) for table in postgres_schema.TABLES])

        return await self._with_connection(size, self._policy.read_timeout_s)

    async def tidy(self, *, pages: int) -> bool:  # noqa: ARG002 - the server divides the work by itself
        """Have the server clear the dead rows away now; if it has no time for that, it does so by itself later."""

        async def vacuum(connection: Any) -> None:
            await connection.execute(f"SET vacuum_cost_delay = {_VACUUM_REST_MS}")
            await connection.execute(f"VACUUM {', '.join(await postgres_schema.tables(connection))}")
            self._is_untidy = False

        if not self._is_untidy:
            return False
        with contextlib.suppress(StoreRejectedError, StoreUnavailableError):
            await self._with_connection(vacuum, _VACUUM_TIMEOUT_S)
        return False

    async def close(self) -> None:
        """Close every connection, by force after a second."""
        pool, self._pool, self._is_current = self._pool, None, False
        if pool is None:
            return
        try:
            async with asyncio.timeout(self._policy.close_within_s / 2):
                await pool.close()
        except UNAVAILABLE:
            pool.terminate()

    async def _put_policies_into(self, interactions: list[dict[str, Any]], connection: Any) -> None:
        looked_up: dict[str, Any] = {}
        unknown = self._policies.unknown_in(interactions)
        if unknown and await postgres_schema.has_policies(connection):
            query = selection.policies(unknown)
            rows = await connection.fetch(query.numbered(), *query.values)
            looked_up = {row["digest"]: decode(row["policy"]) for row in rows}
        self._policies.put_into(interactions, looked_up)

    async def _with_connection(self, work: Callable[[Any], Awaitable[_T]], timeout_s: float) -> _T:
        try:
            pool = await self._opened()
            async with self._connection(pool) as connection, asyncio.timeout(timeout_s):
                return await work(connection)
        except asyncpg.UndefinedTableError as error:
            await self.close()  # someone dropped our tables: the next try makes them again
            raise StoreUnavailableError(f"{self._address}: {reason_of(error)}") from error
        except asyncpg.PostgresError as error:
            if (error.sqlstate or "").startswith(_REJECTED_CLASSES):
                # The message may quote what was refused: its kind is enough.
                raise StoreRejectedError(type(error).__name__) from error
            raise StoreUnavailableError(f"{self._address}: {reason_of(error)}") from error
        except UNAVAILABLE as error:
            raise StoreUnavailableError(f"{self._address}: {reason_of(error)}") from error

    @contextlib.asynccontextmanager
    async def _connection(self, pool: Any) -> AsyncIterator[Any]:
        """A connection of the pool; one on which something failed is thrown away, never used again."""
        async with asyncio.timeout(self._policy.connect_timeout_s):
            connection = await pool.acquire()
        try:
            yield connection
        except BaseException:
            connection.terminate()
            raise
        finally:
            await pool.release(connection, timeout=self._policy.connect_timeout_s)  # it is asked to forget its settings

    async def _opened(self) -> Any:
        """The pool, whose database has been seen to hold our tables."""
        async with self._opening:
            if self._pool is None:
                pool = await asyncpg.create_pool(
                    self._address.dsn,
                    min_size=0,  # connects when it is used, and not before
                    max_size=self._policy.pool_size,
                    timeout=self._policy.connect_timeout_s,
                    # A commit that was reported is on the server's disk, whatever the server's default is.
                    server_settings={"application_name": "sheriff", "synchronous_commit": "on"},
                )
                try:
                    async with self._connection(pool) as connection, asyncio.timeout(self._policy.write_timeout_s):
                        await self._prepare(connection)
                except BaseException:
                    pool.terminate()
                    raise
                self._pool = pool
            return self._pool

    async def _prepare(self, connection: Any) -> None:
        """See that there is something to read here, of this version or an earlier one: `write` makes it current."""
        if not await postgres_schema.readable_version(connection):
            if not self._create:
                raise ValueError("there are no recordings here")
            await self._bring_up_to_date(connection)

    async def _bring_up_to_date(self, connection: Any) -> None:
        await postgres_schema.migrate(connection)
        self._is_current = True


async def _hints(connection: Any, wanted: InteractionFilter) -> selection.Hints:
    query = selection.inquiry(wanted)
    if query is None:
        return selection.Hints()
    return selection.hints_from(wanted, await connection.fetchrow(query.numbered(), *query.values))


def reason_of(error: BaseException) -> str:
    """Why, in a few words; a driver's exception may have none."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    said = str(error).partition("\n")[0]
    return said or type(error).__name__
