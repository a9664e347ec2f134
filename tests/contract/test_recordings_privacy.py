"""What the files of recordings hold: what was recorded, once, and after an erasure not a byte of it."""

import asyncio
import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from sheriff_adapters.recordings.erasure import erase_tracking_number
from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.recordings.row import row_of
from sheriff_adapters.recordings.sqlite import SqliteStore
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.recorded import PATIENT, end_of_call, tool_call

SECRET = "Marmaduke-Featherstonehaugh"


def whispered(number: int, word: str = SECRET) -> dict[str, object]:
    return tool_call(
        number, callId=f"whispered-{number}", upstream=[{"document": {"customerName": f"{word}-{number}"}}]
    )


def occurrences(directory: Path, word: str) -> int:
    """How often `word` stands in any file, of the database, its log or the spool."""
    return sum(file.read_bytes().count(word.encode()) for file in directory.rglob("*") if file.is_file())


async def test_a_database_holds_one_copy_of_each_interaction_and_nothing_else(tmp_path: Path) -> None:
    async with open_recordings(
        f"sqlite:///{tmp_path}/recordings.db", clock=SystemClock(), events=SpySink(), policy=PATIENT
    ) as recordings:
        for number in range(20):
            await recordings.record(whispered(number))
    assert occurrences(tmp_path, SECRET) == 20
    assert sorted(file.name for file in tmp_path.iterdir()) == ["recordings.db"]


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
async def test_only_the_owner_may_read_the_files(tmp_path: Path, suffix: str) -> None:
    async with open_recordings(
        f"sqlite:///{tmp_path}/recordings.db", clock=SystemClock(), events=SpySink(), policy=PATIENT
    ) as recordings:
        await recordings.record(whispered(1))
        assert (tmp_path / f"recordings.db{suffix}").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("count", [3, 80])
async def test_after_a_purge_not_a_byte_is_left_in_any_file(tmp_path: Path, count: int) -> None:
    policy = replace(PATIENT, purge_rest=0.1, purge_rows=50)
    async with open_recordings(
        f"sqlite:///{tmp_path}/recordings.db", clock=SystemClock(), events=SpySink(), policy=policy
    ) as recordings:
        await recordings.add([row_of(tool_call(number)) for number in range(200)])
        await recordings.add([row_of(whispered(number)) for number in range(1_000, 1_000 + count)])
        await recordings.add([row_of(tool_call(number)) for number in range(200, 400)])
        report = end_of_call("whispered-1001", at=5_000, transcript=[{"role": "user", "text": f"I am {SECRET}."}])
        await recordings.record(report)
        await recordings.record({**report, "transcript": [{"role": "user", "text": f"I am {SECRET}, still."}]})
        assert occurrences(tmp_path, SECRET) >= count + 1
        for number in range(1_000, 1_000 + count):
            await recordings.purge(InteractionFilter(call_id=f"whispered-{number}"))
        # While everything is still open: a service that erases goes on running.
        assert occurrences(tmp_path, SECRET) == 0
        assert occurrences(tmp_path, "whispered") == 0
        kept = [told async for told in recordings.stream(InteractionFilter())]
        assert kept == [tool_call(number) for number in range(400)]


async def test_what_another_program_kept_in_the_log_by_reading_goes_with_the_next_purge(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    policy = replace(PATIENT, busy_timeout_s=0.05)
    async with open_recordings(f"sqlite:///{path}", clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        await recordings.add([row_of(whispered(number)) for number in range(20)])
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reading:
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sheriff_interactions").fetchall()
            for number in range(20):
                assert await recordings.purge(InteractionFilter(call_id=f"whispered-{number}")) == 1
            assert occurrences(tmp_path, SECRET) > 0
        assert await recordings.purge(InteractionFilter(call_id="nobody")) == 0
        assert occurrences(tmp_path, SECRET) == 0


async def test_the_file_shrinks_when_much_is_deleted(tmp_path: Path) -> None:
    policy = replace(PATIENT, purge_rest=0.1)
    path = tmp_path / "recordings.db"
    async with open_recordings(f"sqlite:///{path}", clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        await recordings.add([row_of(tool_call(number)) for number in range(4_000)])
        await recordings.purge(InteractionFilter(kind="tool_call", slower_than_ms=0))
        assert path.stat().st_size < 200_000


async def test_a_step_of_shrinking_gives_back_as_many_pages_as_it_may(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    store = SqliteStore(path, PATIENT, create=True)
    await store.write([row_of(tool_call(number)) for number in range(2_000)])
    doomed = InteractionFilter(kind="tool_call")
    assert await store.delete(doomed, limit=2_000) == 2_000
    before = await store.size_bytes()
    assert await store.tidy(pages=40)
    assert await store.size_bytes() == before - 40 * 8_192
    steps = 1
    while await store.tidy(pages=40):
        steps += 1
    assert steps <= before // 8_192 // 40 + 1
    assert path.with_name("recordings.db-wal").stat().st_size == 0
    await store.close()


async def test_an_erasure_by_number_takes_the_reports_of_the_calls_along(recordings_url: str, tmp_path: Path) -> None:
    policy = replace(PATIENT, spool_directory=tmp_path)
    async with open_recordings(recordings_url, clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        other = tool_call(3, callId="call-1")
        for told in (tool_call(1), other, end_of_call("call-1"), tool_call(2), end_of_call("call-2"), tool_call(4)):
            await recordings.record(told)
        assert await erase_tracking_number(recordings, "trk-000001") == 2
        kept = [told async for told in recordings.stream(InteractionFilter(kind="tool_call"))]
        assert kept == [tool_call(2), other, tool_call(4)]
        reports = [told["callId"] async for told in recordings.stream(InteractionFilter(kind="end_of_call"))]
        assert reports == ["call-2"]
        assert await erase_tracking_number(recordings, "trk-000001") == 0


async def test_recording_goes_on_in_time_while_thousands_are_deleted(tmp_path: Path) -> None:
    async with open_recordings(
        f"sqlite:///{tmp_path}/recordings.db", clock=SystemClock(), events=SpySink(), policy=PATIENT
    ) as recordings:
        await recordings.add([row_of(tool_call(number)) for number in range(3_000)])
        purging = asyncio.create_task(recordings.purge(InteractionFilter(kind="tool_call", slower_than_ms=0)))
        recorded = 0
        while not purging.done():
            await recordings.record(end_of_call(f"during-{recorded}"))
            recorded += 1
        assert await purging == 3_000
        assert recorded > 10  # each of them was let in between two steps
        assert len([told async for told in recordings.stream(InteractionFilter(kind="end_of_call"))]) == recorded
