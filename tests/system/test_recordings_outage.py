"""Disks that fill, files that are locked, servers that go: callers go on in time, and everything arrives once."""

import asyncio
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.events import InteractionLost, RecorderFailed, RecorderRestored
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.postgres_server import PostgresServer, fresh_database
from tests.recorded import tool_call
from tests.waiting import until

# As in production, but that an outage is noticed, and its end, within a second rather than several.
POLICY = RecordingPolicy(
    retention_days=None, busy_timeout_s=0.3, write_timeout_s=0.5, connect_timeout_s=0.5, retry_max_s=0.3
)
# What a caller may wait on a machine that has other things to do; the bound itself is held in no real time elsewhere.
GENEROUS_S = 2.0


class Calls:
    """Callers who record without pause, and the longest that one of them had to wait."""

    def __init__(self, recordings: OpenRecordings, events: SpySink) -> None:
        self._recordings = recordings
        self._events = events
        self.recorded = 0
        self.longest_s = 0.0

    async def record(self, count: int) -> None:
        for _ in range(count):
            began = time.monotonic()
            self.recorded += 1
            await self._recordings.record(tool_call(self.recorded))
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    async def all_in_the_store(self) -> None:
        await until(lambda: self._recordings.status()["spooled"] == 0 and self._recordings.queue_length == 0)

    async def all_arrived_once(self) -> None:
        told = len(self._events.of(RecorderFailed))
        await until(lambda: len(self._events.of(RecorderRestored)) == told)
        await self.all_in_the_store()
        kept = [told async for told in self._recordings.stream(InteractionFilter())]
        numbers = sorted(int(told["toolCallId"].removeprefix("tool-call-")) for told in kept)
        assert numbers == list(range(1, self.recorded + 1))
        assert self._recordings.status()["status"] == "ok"
        assert self._recordings.status()["lost"] == 0


@contextlib.asynccontextmanager
async def calls_on(url: str, directory: Path, events: SpySink, **bounds: Any) -> AsyncIterator[Calls]:
    policy = replace(POLICY, spool_directory=directory, **bounds)
    async with open_recordings(url, clock=SystemClock(), events=events, policy=policy) as recordings:
        yield Calls(recordings, events)


@pytest.fixture
def events() -> SpySink:
    return SpySink()


async def test_a_database_that_another_process_locks_costs_nobody_an_answer(tmp_path: Path, events: SpySink) -> None:
    path = tmp_path / "recordings.db"
    async with calls_on(f"sqlite:///{path}", tmp_path, events) as calls:
        await calls.record(5)
        await calls.all_in_the_store()
        other = subprocess.Popen(
            [
                sys.executable,
                "-c",
                HOLD_THE_LOCK,
                str(path),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"locked\n"
            await calls.record(20)
            await until(lambda: calls._recordings.status()["status"] == "failing")
            await calls.record(20)
            assert calls._recordings.status()["spooled"] == 40
            assert "locked" in calls._recordings.status()["detail"]
            # Reading goes on meanwhile: that is what the write-ahead log is for.
            assert len((await calls._recordings.find(InteractionFilter())).interactions) == 5
        await calls.all_arrived_once()
        assert calls.longest_s < GENEROUS_S
    assert len(events.of(RecorderFailed)) == 1
    assert len(events.of(RecorderRestored)) == 1


async def test_a_file_that_is_moved_away_is_made_again(tmp_path: Path, events: SpySink) -> None:
    path = tmp_path / "recordings.db"
    async with calls_on(f"sqlite:///{path}", tmp_path, events) as calls:
        await calls.record(3)
        await calls.all_in_the_store()
        for file in tmp_path.glob("recordings.db*"):
            if "spool" not in file.name:
                file.rename(tmp_path / f"moved-{file.name}")
        await calls.record(3)
        await calls.all_in_the_store()
        found = [told["toolCallId"] async for told in calls._recordings.stream(InteractionFilter())]
        assert found == ["tool-call-4", "tool-call-5", "tool-call-6"]


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, events: SpySink) -> None:
    path = tmp_path / "recordings.db"
    path.write_bytes(b"somebody's only copy of something else\n" * 100)
    before = path.read_bytes()
    async with calls_on(f"sqlite:///{path}", tmp_path, events) as calls:
        await calls.record(3)
        assert "not a database" in calls._recordings.status()["detail"]
        with pytest.raises(RecordingsUnavailableError, match="not a database"):
            await calls._recordings.find(InteractionFilter())
    assert path.read_bytes() == before
    assert len((tmp_path / "recordings.db.spool").read_bytes().splitlines()) == 3


async def test_recordings_of_a_later_version_are_told_and_left_alone(tmp_path: Path, events: SpySink) -> None:
    path = tmp_path / "recordings.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sheriff_interactions (what_comes_then)")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    async with calls_on(f"sqlite:///{path}", tmp_path, events) as calls:
        await calls.record(1)
        assert "later version" in calls._recordings.status()["detail"]


HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""

FULL_DISK = """
import asyncio, json, resource, sys, time
from dataclasses import replace
from pathlib import Path
from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.recorded import tool_call
from tests.waiting import until

def limit(size):  # of a file: further writes fail, as they do on a disk that is full
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    directory = Path(sys.argv[1])
    policy = RecordingPolicy(retention_days=None, retry_max_s=0.3, spool_directory=directory)
    events, seen, longest = SpySink(), [], 0.0
    url = f"sqlite:///{directory}/recordings.db"
    async with open_recordings(url, clock=SystemClock(), events=events, policy=policy) as recordings:
        limit(300_000)
        for number in range(1_500):
            began = time.monotonic()
            await recordings.record(tool_call(number))
            longest = max(longest, time.monotonic() - began)
            status = recordings.status()
            if status["status"] == "failing" and status["spooled"] and status["queueLength"] > 20:
                break  # the database is full, and so is the spool: memory holds the rest
        seen.append(recordings.status())
        limit(resource.RLIM_INFINITY)
        await until(lambda: recordings.status()["status"] == "ok" and not recordings.queue_length
                    and not recordings.status()["spooled"])
        seen.append(recordings.status())
        kept = [told["toolCallId"] async for told in recordings.stream(InteractionFilter())]
    print(json.dumps({"recorded": number + 1, "kept": len(kept), "once": len(set(kept)), "longest": longest,
                      "seen": seen, "events": [type(event).__name__ for event in events.events]}))

asyncio.run(main())
"""


async def test_a_full_disk_fills_the_spool_and_then_memory_and_nothing_is_lost(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", FULL_DISK, str(tmp_path), cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}, stdout=subprocess.PIPE,
    )  # fmt: skip
    output, _ = await child.communicate()
    assert child.returncode == 0
    told = json.loads(output)
    full, well = told["seen"]
    assert (full["status"], well["status"]) == ("failing", "ok")
    assert full["spooled"] > 0
    assert full["queueLength"] > 0
    assert told["kept"] == told["once"] == told["recorded"]
    assert well["lost"] == 0
    assert told["longest"] < GENEROUS_S
    # A write-ahead log that met the limit is emptied into the database, which has room once or twice more.
    assert 1 <= told["events"].count("RecorderFailed") == told["events"].count("RecorderRestored") <= 4
    connection = sqlite3.connect(tmp_path / "recordings.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.postgres
async def test_a_postgres_that_is_frozen_for_a_while_misses_nothing(
    postgres_server: PostgresServer,
    tmp_path: Path,
    events: SpySink,
) -> None:
    async with calls_on(await fresh_database(postgres_server), tmp_path, events) as calls:
        await calls.record(5)
        await calls.all_in_the_store()
        postgres_server.pause()
        try:
            await calls.record(20)
            await until(lambda: calls._recordings.status()["status"] == "failing")
            await calls.record(20)
            assert calls._recordings.status()["spooled"] == 40
            with pytest.raises(RecordingsUnavailableError):
                await calls._recordings.find(InteractionFilter())
        finally:
            postgres_server.resume()
        await calls.all_arrived_once()
        assert calls.longest_s < GENEROUS_S
    assert len(events.of(RecorderFailed)) == 1
    assert len(events.of(RecorderRestored)) == 1


@pytest.mark.postgres
async def test_a_postgres_that_restarts_under_load_misses_nothing(
    postgres_server: PostgresServer,
    tmp_path: Path,
    events: SpySink,
) -> None:
    async with calls_on(await fresh_database(postgres_server), tmp_path, events) as calls:
        await calls.record(5)
        loads = [asyncio.create_task(calls.record(100)) for _ in range(4)]
        await asyncio.to_thread(postgres_server.stop)
        try:
            await asyncio.gather(*loads)
            await calls.record(20)
            await until(lambda: calls._recordings.status()["status"] == "failing")
        finally:
            await asyncio.to_thread(postgres_server.start)
        await calls.all_arrived_once()
        assert calls.longest_s < GENEROUS_S
    assert len(events.of(RecorderFailed)) == len(events.of(RecorderRestored)) == 1


@pytest.mark.postgres
async def test_a_start_and_a_stop_without_postgres_are_bounded_and_keep_everything(
    postgres_server: PostgresServer,
    tmp_path: Path,
    events: SpySink,
) -> None:
    url = await fresh_database(postgres_server)
    postgres_server.pause()
    try:
        began = time.monotonic()
        async with calls_on(url, tmp_path, events) as calls:
            await calls.record(10)
        assert time.monotonic() - began < POLICY.open_within_s + POLICY.close_within_s + 2 * GENEROUS_S
    finally:
        postgres_server.resume()
    async with calls_on(url, tmp_path, events) as calls:
        calls.recorded = 10
        await calls.all_in_the_store()
        assert len([told async for told in calls._recordings.stream(InteractionFilter())]) == 10
    assert events.of(InteractionLost) == []
