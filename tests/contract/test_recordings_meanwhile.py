"""What one does with the recordings while another is in the middle of something."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from sheriff_adapters.recordings.erasure import erase_tracking_number
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.recordings.row import row_of
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.postgres_server import PostgresServer, fresh_database, postgres_server  # noqa: F401 - a fixture
from tests.recorded import PATIENT, tool_call

CALLS = [tool_call(number, arguments={"trackingNumber": "TRK-7"}) for number in range(40)]


@pytest.fixture
async def url(postgres_server: PostgresServer) -> str:  # noqa: F811
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
