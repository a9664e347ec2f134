"""What one does with the recordings while another is in the middle of something."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from sheriff_adapters.recordings import postgres_schema
from sheriff_adapters.recordings.erasure import erase_tracking_number
from sheriff_adapters.recordings.kept_policy import KnownPolicies
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings, open_stored
from sheriff_adapters.recordings.postgres import PostgresStore
from sheriff_adapters.recordings.row import row_of
from sheriff_adapters.recordings.sqlite import SqliteStore
from sheriff_adapters.recordings.store import StoreUnavailableError
from sheriff_adapters.recordings.trial import try_recordings
from sheriff_adapters.recordings.urls import PostgresUrl, parse_recordings_url
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.postgres_server import PostgresServer, fresh_database
from tests.recorded import MORNING, PATIENT, tool_call

THAT_DAY = InteractionFilter(before=MORNING + timedelta(days=1))
CALLS = [tool_call(number, arguments={"trackingNumber": "TRK-7"}) for number in range(40)]


@pytest.fixture
async def url(postgres_server: PostgresServer) -> str:
    return await fresh_database(postgres_server)


@pytest.fixture
async def recordings(url: str, tmp_path: Path) -> AsyncIterator[OpenRecordings]:
    policy = replace(PATIENT, spool_directory=tmp_path)
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as opened:
        yield opened


@pytest.fixture
async def another(url: str) -> AsyncIterator[Any]:
    """The connection of another process."""
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


def address_of(url: str) -> PostgresUrl:
    address = parse_recordings_url(url)
    assert isinstance(address, PostgresUrl)
    return address


async def until_someone_waits(url: str) -> None:
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(20):
        while not await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.005)
    await connection.close()


@pytest.mark.postgres
async def test_an_erasure_is_whole_though_another_purge_takes_some_of_it(
    recordings: OpenRecordings, another: Any, url: str
) -> None:
    await recordings.add([row_of(interaction) for interaction in CALLS])
    async with another.transaction():
        await another.execute("DELETE FROM sheriff_interactions WHERE call_id = 'call-0'")
        erasing = asyncio.create_task(erase_tracking_number(recordings, "TRK-7"))
        await until_someone_waits(url)
    assert await erasing == len(CALLS) - 1
    assert [told async for told in recordings.stream(InteractionFilter())] == []


@pytest.mark.postgres
async def test_a_policy_stays_for_what_is_imported_during_a_purge(
    recordings: OpenRecordings, another: Any, url: str
) -> None:
    await recordings.add([row_of(tool_call(1))])
    async with another.transaction():
        await another.execute("LOCK TABLE sheriff_policies IN ACCESS EXCLUSIVE MODE")
        purging = asyncio.create_task(recordings.purge(THAT_DAY))
        await until_someone_waits(url)  # the interaction is gone, its policy is next
        await another.execute(
            "INSERT INTO sheriff_interactions (key, kind, received_at, completeness, body)"
            " VALUES ('imported', 'tool_call', $1, 0, $2)",
            row_of(tool_call(2)).received_at,
            row_of(tool_call(2)).body,
        )
    assert await purging == 1
    assert [told async for told in recordings.stream(InteractionFilter())] == [tool_call(2)]


@pytest.mark.postgres
async def test_a_page_has_the_policies_of_its_rows_though_a_purge_takes_both(
    recordings: OpenRecordings, another: Any, url: str
) -> None:
    await recordings.add([row_of(tool_call(1))])
    async with another.transaction():
        await another.execute("LOCK TABLE sheriff_policies IN ACCESS EXCLUSIVE MODE")
        reading = asyncio.create_task(recordings.find(InteractionFilter()))
        await until_someone_waits(url)  # the row has been read, its policy is next
        await another.execute("DELETE FROM sheriff_interactions")
        await another.execute("DELETE FROM sheriff_policies")
    assert (await reading).interactions == (tool_call(1),)


async def test_a_page_of_a_file_has_the_policies_of_its_rows_though_a_purge_takes_both(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"

    class PurgedMeanwhile(KnownPolicies):
        def unknown_in(self, interactions: Iterable[Mapping[str, Any]]) -> list[str]:
            with contextlib.closing(sqlite3.connect(path)) as file, file:
                file.execute("DELETE FROM sheriff_interactions")
                file.execute("DELETE FROM sheriff_policies")
            return super().unknown_in(interactions)

    store = SqliteStore(path, PATIENT, create=True)
    store._policies = PurgedMeanwhile()
    await store.write([row_of(tool_call(1))])
    (found,) = await store.page(InteractionFilter(), after=None, limit=2, newest_first=True)
    assert found.interaction == tool_call(1)
    await store.close()
    async with open_stored(f"sqlite:///{path}") as stored:
        assert (await stored.find(InteractionFilter())).interactions == ()


@pytest.fixture
async def limited(recordings: OpenRecordings, another: Any, url: str) -> AsyncIterator[str]:
    """The address of tables of version 2, for a user who may read and write them and make none."""
    await recordings.add([row_of(tool_call(1))])
    await another.execute("DROP TABLE sheriff_policies; UPDATE sheriff_recordings_version SET version = 2")
    await another.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")  # as from PostgreSQL 15 on
    await another.execute("CREATE ROLE limited LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO limited")
    yield url.replace("//sheriff@", "//limited@")
    await another.execute("DROP OWNED BY limited; DROP ROLE limited")


@pytest.mark.postgres
async def test_who_may_not_make_tables_current_hears_it_before_the_first_write(limited: str, another: Any) -> None:
    with pytest.raises(RecordingsUnavailableError, match="permission denied for schema public"):
        await try_recordings(limited)
    await another.execute("GRANT CREATE ON SCHEMA public TO limited")
    assert (await try_recordings(limited)).exists
    assert await another.fetchval("SELECT to_regclass('sheriff_policies')") is None
    await another.execute(f"{postgres_schema.MIGRATIONS[-1]}; UPDATE sheriff_recordings_version SET version = 3")
    with pytest.raises(RecordingsUnavailableError, match="permission denied for table sheriff_policies"):
        await try_recordings(limited)


@pytest.mark.postgres
async def test_a_trial_waits_for_an_instance_that_makes_the_tables(url: str, another: Any) -> None:
    await postgres_schema.lock_migrations(another)
    trying = asyncio.create_task(try_recordings(url))
    await until_someone_waits(url)
    await postgres_schema.migrate(another)
    await another.execute("SELECT pg_advisory_unlock_all()")
    assert (await trying).exists


@pytest.mark.postgres
async def test_a_server_that_freezes_in_the_middle_holds_up_neither_a_page_nor_a_trial(
    recordings: OpenRecordings,
    another: Any,
    url: str,
    postgres_server: PostgresServer,
) -> None:
    await recordings.add([row_of(tool_call(1))])
    soon = replace(PATIENT, connect_timeout_s=1.0, read_timeout_s=2.0, write_timeout_s=1.0)
    store = PostgresStore(address_of(url), soon, create=False)
    for work in (
        store.page(InteractionFilter(), after=None, limit=1, newest_first=True),
        try_recordings(url, policy=soon),
    ):
        async with another.transaction():
            await another.execute("LOCK TABLE sheriff_policies IN ACCESS EXCLUSIVE MODE")
            working = asyncio.ensure_future(work)
            await until_someone_waits(url)
            postgres_server.pause()
            try:
                with pytest.raises((StoreUnavailableError, RecordingsUnavailableError), match="no answer in time"):
                    async with asyncio.timeout(20):
                        await working
            finally:
                postgres_server.resume()
    await store.close()


@pytest.mark.postgres
async def test_a_server_that_freezes_behind_its_answer_counts_as_an_outage(
    recordings: OpenRecordings,
    url: str,
    postgres_server: PostgresServer,
) -> None:
    await recordings.add([row_of(tool_call(1))])
    store = PostgresStore(address_of(url), replace(PATIENT, connect_timeout_s=1.0), create=False)

    async def answered(connection: Any) -> None:
        await connection.execute("SELECT 1")
        postgres_server.pause()

    try:
        with pytest.raises(StoreUnavailableError, match="no answer in time"):
            async with asyncio.timeout(20):
                await store._with_connection(answered, 5.0)
    finally:
        postgres_server.resume()
    assert await store.write([row_of(tool_call(2))]) == 1
    await store.close()


@pytest.mark.postgres
async def test_tables_of_an_earlier_version_are_vacuumed_as_they_are(limited: str, another: Any, url: str) -> None:
    del limited
    store = PostgresStore(address_of(url), PATIENT, create=False)
    assert await store.delete(InteractionFilter(call_id="call-1"), limit=1) == 1
    await store.tidy(pages=1)
    await store.close()
    assert await another.fetchval("SELECT reltuples FROM pg_class WHERE relname = 'sheriff_interactions'") == 0


async def test_a_stop_cuts_short_what_a_file_takes_long_for(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "recordings.db", replace(PATIENT, close_within_s=0.1), create=True)
    await store.write([row_of(tool_call(1))])
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    working = [asyncio.ensure_future(store._writing(lambda file: file.execute(endless).fetchall())) for _ in range(2)]
    async with asyncio.timeout(20):
        await store.close()
    for ended in await asyncio.gather(*working, return_exceptions=True):
        assert isinstance(ended, StoreUnavailableError)
    async with open_stored(f"sqlite:///{tmp_path}/recordings.db") as stored:
        assert (await stored.find(InteractionFilter())).interactions == (tool_call(1),)
