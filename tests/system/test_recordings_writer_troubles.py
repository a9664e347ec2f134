"""Troubles of the writing process that meet others: an outage of its store, a stop, a question, a disk that hangs."""

import asyncio
import signal
from pathlib import Path

import psutil
import pytest

from sheriff_core.events import DefectCaught, InteractionLost, RecorderFailed, RecorderRestored
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.recorded import PATIENT, tool_call
from tests.waiting import until
from tests.written_apart import events as events  # noqa: PLC0414 - a fixture
from tests.written_apart import kept_numbers, recorded_by, writer_of, written_apart

AWAY = "postgresql://user:password@127.0.0.1:1/database"


async def test_a_process_that_freezes_and_dies_while_its_store_is_away_restores_nothing(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events, url=AWAY) as recordings:
        await recorded_by(recordings, range(3))
        await until(lambda: events.of(RecorderFailed))
        writer = writer_of(recordings)
        writer.suspend()
        await until(lambda: "says nothing" in recordings.status()["detail"])
        writer.resume()
        await until(lambda: "Connect call failed" in recordings.status()["detail"])
        writer.kill()
        await until(lambda: "SIGKILL" in recordings.status()["detail"])
        await until(lambda: "Connect call failed" in recordings.status()["detail"])
        assert recordings.status()["spooled"] == 3
    assert len(events.of(RecorderFailed)) == 1
    assert events.of(RecorderRestored) == []


async def test_what_waited_for_a_process_is_told_once_when_it_is_restored(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events) as recordings:
        await recorded_by(recordings, range(20))
        writer = writer_of(recordings)
        writer.suspend()
        await until(lambda: events.of(RecorderFailed))
        await recorded_by(recordings, range(20, 25))
        writer.resume()
        await until(lambda: events.of(RecorderRestored))
        writer.suspend()
        await recorded_by(recordings, range(25, 30))
        writer.kill()
        await until(lambda: len(events.of(RecorderRestored)) == 2)
    assert [event.spooled for event in events.of(RecorderRestored)] == [5, 5]


async def test_a_stop_while_the_process_is_being_started_again_loses_nothing(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events, retry_first_s=60.0, retry_max_s=60.0, close_within_s=10.0) as recordings:
        writer_of(recordings).kill()
        await until(lambda: recordings.writer_pid is None)
        await asyncio.gather(*(recordings.record(tool_call(number)) for number in range(5)))
    assert events.of(InteractionLost) == []
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        assert await kept_numbers(recordings) == [0, 1, 2, 3, 4]


async def test_a_stop_whose_process_dies_while_it_writes_has_another_write(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events, close_within_s=10.0) as recordings:
        writer = writer_of(recordings)
        writer.suspend()
        await recorded_by(recordings, range(5))
        asyncio.get_running_loop().call_later(0.1, writer.kill)
    assert events.of(InteractionLost) == []
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        assert await kept_numbers(recordings) == [0, 1, 2, 3, 4]


async def test_a_purge_by_a_frozen_process_does_not_wait_for_ever(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events) as recordings:
        await recorded_by(recordings, range(1))
        writer = writer_of(recordings)
        writer.suspend()
        async with asyncio.timeout(20.0):
            with pytest.raises(RecordingsUnavailableError, match="the writing process says nothing"):
                await recordings.purge(InteractionFilter(call_id="call-0"))
        writer.resume()
        await until(lambda: recordings.status()["status"] == "ok")


async def test_what_a_hanging_disk_still_holds_at_a_stop_is_lost_once(tmp_path: Path, events: SpySink) -> None:
    (tmp_path / "hanging_writer.py").write_text(HANGING_WRITER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(tmp_path))
        async with written_apart(tmp_path, events, program="hanging_writer", close_within_s=4.0) as recordings:
            await asyncio.gather(*(recordings.record(tool_call(number)) for number in range(7)))
    assert sum(event.count for event in events.of(InteractionLost)) == 7
    assert recordings.status()["lost"] == 7


HANGING_WRITER = """
import time

from sheriff.recordings_writer import main
from sheriff_adapters.recordings.spool_file import SpoolFile

SpoolFile.append = lambda self, lines: time.sleep(600)
main()
"""


async def test_one_bound_gives_up_what_nothing_takes_and_the_process_has_no_narrower_one(
    tmp_path: Path, events: SpySink
) -> None:
    policy = {"timezone": "UTC", "words": "x" * 2_000}  # counted by the service once, and not with each interaction
    async with written_apart(tmp_path, events, url=AWAY, spool_entries=1, queue_bytes=20_000) as recordings:
        await asyncio.gather(*(recordings.record(tool_call(number, policy=policy)) for number in range(15)))
        await until(lambda: recordings.status().get("spool") == "full")
        assert (recordings.status()["lost"], recordings.queue_length) == (0, 15)
        await asyncio.gather(*(recordings.record(tool_call(15, words="x" * 20_000)) for _ in range(2)))
        assert recordings.status()["lost"] == 2


async def test_a_frozen_process_that_outlasts_a_stop_is_killed_and_leaves_no_zombie(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events, close_within_s=0.1) as recordings:
        writer = writer_of(recordings)
        writer.suspend()
        await recorded_by(recordings, range(1))
    assert not psutil.pid_exists(writer.pid)
    assert [event.count for event in events.of(InteractionLost)] == [1]


async def test_signals_that_end_a_service_do_not_end_a_process_that_is_just_starting(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events) as recordings:
        killed = writer_of(recordings)
        killed.kill()
        await until(lambda: recordings.writer_pid not in (None, killed.pid))
        starting = writer_of(recordings)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            starting.send_signal(number)
        await until(lambda: recordings.status()["status"] == "ok")
        assert recordings.writer_pid == starting.pid


async def test_an_interaction_that_cannot_be_read_ends_no_process_and_is_lost_alone(
    tmp_path: Path, events: SpySink
) -> None:
    (tmp_path / "choking_writer.py").write_text(CHOKING_WRITER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(tmp_path))
        async with written_apart(tmp_path, events, program="choking_writer") as recordings:
            await recorded_by(recordings, range(3))
            await recordings.record(tool_call(3, correlationId=None))
            await until(lambda: recordings.queue_length == 0)
            assert await kept_numbers(recordings) == [0, 2, 3]
    assert [(event.count, event.reason) for event in events.of(InteractionLost)] == [
        (1, "no interaction: RecursionError")
    ]
    assert len(events.of(DefectCaught)) == 1
    assert events.of(RecorderFailed) == []


CHOKING_WRITER = """
from sheriff.recordings_writer import main
from sheriff_adapters.recordings import row

ids = row._ids


def choke(interaction):
    if interaction["toolCallId"] == "tool-call-1":
        raise RecursionError
    return ids(interaction)


row._ids = choke
main()
"""
