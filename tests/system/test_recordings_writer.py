"""The writing process: killed, frozen, absent and left alone, it loses nothing and keeps nobody waiting."""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.recordings.row import row_of
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.events import DefectCaught, InteractionLost, RecorderFailed, RecorderRestored
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.recorded import PATIENT, WRITER, tool_call
from tests.system.service import service
from tests.waiting import until
from tests.written_apart import events as events  # noqa: PLC0414 - a fixture
from tests.written_apart import kept_numbers, recorded_by, writer_of, written_apart

# What a caller may wait on a machine that has other things to do; the bound itself is held in no real time elsewhere.
GENEROUS_S = 2.0


async def test_a_writing_process_that_is_killed_is_started_again_and_nothing_is_missing(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events) as recordings:
        longest_s, at = 0.0, 0
        for _ in range(3):
            killed = writer_of(recordings)
            callers = [asyncio.create_task(recorded_by(recordings, range(at + n, at + 200, 20))) for n in range(20)]
            await asyncio.sleep(0.02)  # the moment of death, not a wait for anything
            killed.kill()
            longest_s = max(longest_s, *await asyncio.gather(*callers))
            at += 200
            await until(lambda: recordings.writer_pid not in (None, killed.pid))  # noqa: B023 - at once
            await until(lambda: recordings.status()["status"] == "ok")
        await until(lambda: recordings.queue_length == 0)
        assert await kept_numbers(recordings) == list(range(600))
        assert recordings.status()["lost"] == 0
    assert longest_s < GENEROUS_S
    failed = events.of(RecorderFailed)
    assert [event.detail for event in failed] == ["the writing process was ended by SIGKILL"] * len(failed)
    assert 0 < len(failed) == len(events.of(RecorderRestored))
    assert events.of(InteractionLost) == []


async def test_a_frozen_writing_process_keeps_nobody_waiting_and_is_told(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events) as recordings:
        await recorded_by(recordings, range(5))
        frozen = writer_of(recordings)
        frozen.suspend()
        try:
            longest_s = await recorded_by(recordings, range(5, 25))
            await until(lambda: recordings.status()["status"] == "failing")
            assert recordings.status()["detail"] == "the writing process says nothing for 1.5 s"
            assert recordings.status()["queueLength"] >= 20
        finally:
            frozen.resume()
        await until(lambda: recordings.status()["status"] == "ok" and recordings.queue_length == 0)
        assert await kept_numbers(recordings) == list(range(25))
    assert longest_s < GENEROUS_S
    assert len(events.of(RecorderFailed)) == 1
    assert events.of(RecorderRestored) == [RecorderRestored(spooled=20)]  # that waited, each once


async def test_a_writing_process_that_stays_frozen_is_replaced_and_nothing_is_missing(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events, replace_silent_after_s=2.0) as recordings:
        await recorded_by(recordings, range(5))
        frozen = writer_of(recordings)
        frozen.suspend()
        await recorded_by(recordings, range(5, 10))
        await until(lambda: not frozen.is_running())
        await until(lambda: recordings.status()["status"] == "ok" and recordings.queue_length == 0)
        assert await kept_numbers(recordings) == list(range(10))
        assert recordings.status()["lost"] == 0
    assert len(events.of(RecorderFailed)) == len(events.of(RecorderRestored)) == 1


async def test_what_the_service_finds_in_its_working_directory_the_writing_process_finds_too(
    tmp_path: Path, events: SpySink, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_writer_here.py").write_text("from sheriff.recordings_writer import main\n\nmain()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*sys.path, ""])  # as in a service that a server loads from where it stands
    async with written_apart(tmp_path, events, program="a_writer_here", policy=PATIENT) as recordings:
        await recorded_by(recordings, range(2))
        assert await kept_numbers(recordings) == [0, 1]


@pytest.mark.parametrize("program", ["sheriff.no_such_program", "this"], ids=["absent", "mute"])
async def test_without_a_writing_process_callers_are_answered_and_losses_are_counted(
    tmp_path: Path, events: SpySink, program: str
) -> None:
    async with written_apart(
        tmp_path, events, program=program, queue_entries=10, open_within_s=0.2, close_within_s=0.2
    ) as recordings:
        longest_s = await recorded_by(recordings, range(110))
        await until(lambda: recordings.status()["status"] == "failing")
        status = recordings.status()
        assert status["detail"].startswith("the writing process ended with status")
        assert (status["queueLength"], status["lost"]) == (10, 100)
        with pytest.raises(RecordingsUnavailableError, match="writing process"):
            await recordings.purge(InteractionFilter(call_id="call-1"))
        with pytest.raises(RecordingsUnavailableError):
            await recordings.find(InteractionFilter())
    assert longest_s < GENEROUS_S
    *full, stopped = events.of(InteractionLost)
    assert stopped == InteractionLost(count=10, reason="stopped before it could be written")
    assert {event.reason for event in full} == {"queue and spool are full"}
    assert sum(event.count for event in full) == 100
    assert len(full) < 20  # the first at once, the others together


async def test_an_interaction_that_json_cannot_say_is_counted_and_disturbs_nobody(
    tmp_path: Path, events: SpySink
) -> None:
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        await recordings.record(tool_call(1, arguments={"what": object()}))
        await recordings.record({"kind": "something else", "correlationId": "c"})
        await recordings.record(tool_call(2))
        await until(lambda: recordings.status()["lost"] == 2)
        assert await kept_numbers(recordings) == [2]
    assert all(event.reason.startswith("no interaction: ") for event in events.of(InteractionLost))


async def test_a_policy_that_changes_is_the_one_that_stands_in_what_follows(tmp_path: Path, events: SpySink) -> None:
    told = [tool_call(number, policy={"timezone": "UTC", "version": number // 2}) for number in range(6)]
    told += [tool_call(6, policy=None), tool_call(7, correlationId=None, toolCallId="tool-call-7")]
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        await asyncio.gather(*(recordings.record(interaction) for interaction in told))
        writer_of(recordings).kill()  # the next process has been told no policy yet
        told.append(tool_call(8, policy={"timezone": "UTC", "version": 2}))
        await recordings.record(told[-1])
        assert [interaction async for interaction in recordings.stream(InteractionFilter())] == told


async def test_a_purge_whose_process_dies_says_so(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events) as recordings:
        await recorded_by(recordings, range(3))
        dying = writer_of(recordings)
        dying.suspend()
        purge = asyncio.create_task(recordings.purge(InteractionFilter(call_id="call-1")))
        await asyncio.sleep(0)
        dying.kill()
        with pytest.raises(RecordingsUnavailableError, match="ended by SIGKILL"):
            await purge
        await until(lambda: recordings.status()["status"] == "ok")
        assert await recordings.purge(InteractionFilter(call_id="call-1")) == 1
        with pytest.raises(ValueError, match="refusing to purge everything"):
            await recordings.purge(InteractionFilter())


async def test_signals_that_end_a_service_do_not_end_its_writing(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        writer = writer_of(recordings)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            writer.send_signal(number)
        await recorded_by(recordings, range(3))
        assert await kept_numbers(recordings) == [0, 1, 2]
        assert writer_of(recordings).pid == writer.pid
    assert not writer.is_running()
    assert events.of(RecorderFailed) == []


async def test_signals_that_come_before_the_writing_process_can_hear_them_do_not_end_it(
    tmp_path: Path, events: SpySink
) -> None:
    (tmp_path / "signalled_writer.py").write_text(SIGNALLED_WRITER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(tmp_path))
        async with written_apart(tmp_path, events, program="signalled_writer", policy=PATIENT) as recordings:
            assert events.of(RecorderFailed) == []
            await recorded_by(recordings, range(3))
            assert await kept_numbers(recordings) == [0, 1, 2]
    assert events.of(RecorderFailed) == []


SIGNALLED_WRITER = """
import os
import signal

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    os.kill(os.getpid(), number)

from sheriff.recordings_writer import main

main()
"""


async def test_a_stop_leaves_one_file_and_nothing_beside_it(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        await recorded_by(recordings, range(3))
        assert await kept_numbers(recordings) == [0, 1, 2]  # the service has it open for reading now
    assert [file.name for file in tmp_path.iterdir()] == ["recordings.db"]


async def test_what_lies_in_the_working_directory_is_not_taken_for_our_code(
    tmp_path: Path, events: SpySink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sqlite3", "sheriff", "sheriff_core", "orjson"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)\n")
    monkeypatch.chdir(tmp_path)
    async with written_apart(tmp_path, events, policy=PATIENT) as recordings:
        await recorded_by(recordings, range(1))
        assert await kept_numbers(recordings) == [0]


async def test_what_another_process_left_that_died_since_is_taken_over(tmp_path: Path, events: SpySink) -> None:
    async with written_apart(tmp_path, events, adopt_every_s=0.05) as recordings:
        # A second writer of the same recordings, which dies while its store takes nothing.
        left = Spool(tmp_path / "recordings.db.spool", replace(PATIENT, spool_directory=tmp_path))
        await left.open()
        await left.append([row_of(tool_call(number)) for number in range(4)])
        await left.close()
        await until(lambda: not list(tmp_path.glob("*.spool-*")))
        await until(lambda: recordings.queue_length == 0)
        assert await kept_numbers(recordings) == [0, 1, 2, 3]


async def test_a_defect_in_the_writing_process_is_told_without_what_was_written(
    tmp_path: Path, events: SpySink
) -> None:
    (tmp_path / "broken_writer.py").write_text(BROKEN_WRITER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(tmp_path))
        async with written_apart(tmp_path, events, program="broken_writer") as recordings:
            await recorded_by(recordings, range(1))
            await until(lambda: events.of(DefectCaught))
    defect = events.of(DefectCaught)[0]
    assert defect.where == "recordings.spool"
    assert str(defect.error).startswith("ZeroDivisionError\n")
    assert "in append" in str(defect.error)
    assert "tool-call-0" not in str(defect.error)


BROKEN_WRITER = """
from sheriff.recordings_writer import main
from sheriff_adapters.recordings.spool_file import SpoolFile


def append(self, lines):
    raise ZeroDivisionError(lines[0].decode())


SpoolFile.append = append
main()
"""


async def test_a_writing_process_that_says_only_why_it_ends_does_not_end_the_outage(
    tmp_path: Path, events: SpySink
) -> None:
    (tmp_path / "failing_writer.py").write_text(FAILING_WRITER)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(tmp_path))
        async with written_apart(tmp_path, events, program="failing_writer", open_within_s=0.2) as recordings:
            await until(lambda: len(events.of(DefectCaught)) >= 3)
            await until(lambda: recordings.status().get("detail") == "the writing process ended with status 1")
    assert len(events.of(RecorderFailed)) == 1
    assert events.of(RecorderRestored) == []


FAILING_WRITER = """
from sheriff.recordings_writer import main
from sheriff_adapters.recordings.apart import writer


def open_recordings(*address, **bounds):
    raise ZeroDivisionError


writer.open_recordings = open_recordings
main()
"""


async def test_a_service_that_is_killed_leaves_nothing_undone_and_no_process_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/recordings.db"
    secret = "a-secret-in-an-address"
    async with service({"SHERIFF_RECORDINGS_URL": url, "UNRELATED": secret}, cwd=tmp_path) as running:
        (writer,) = psutil.Process(running.pid).children()
        assert WRITER in writer.cmdline()
        for number in range(5):
            await running.ask("SHR123456", call=f"call-{number}", tool_call_id=f"tool-call-{number}")
        running.signal(signal.SIGKILL)
        await running.ended()
        await until(lambda: not writer.is_running())
    assert not (tmp_path / "recordings.db.spool").exists()
    policy = replace(PATIENT, spool_directory=tmp_path)
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        assert await kept_numbers(recordings) == list(range(5))


async def test_a_service_whose_writing_process_dies_tells_it_and_goes_on(tmp_path: Path) -> None:
    async with service({"SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path}/recordings.db"}, cwd=tmp_path) as running:
        (writer,) = psutil.Process(running.pid).children()
        writer.kill()
        for number in range(5):
            assert (await running.ask("SHR123456", call=f"call-{number}"))["metadata"]["outcome"] == "found"
        await until(lambda: running.events("recorder_restored"))
        (failed,) = running.events("recorder_failed")
        assert "the writing process was ended by SIGKILL" in str(failed)
        status, ready = await running.get("/readyz")
        assert (status, ready["checks"]["recordings"]["status"]) == (200, "ok")
        _, page = await running.get("/admin/interactions")
        assert len(page["interactions"]) == 5


async def test_the_password_of_a_database_stands_in_no_command_line(tmp_path: Path) -> None:
    url = "postgresql://user:hidden-password@127.0.0.1:1/database"
    async with service({"SHERIFF_RECORDINGS_URL": url}, cwd=tmp_path) as running:
        (writer,) = psutil.Process(running.pid).children()
        assert "hidden-password" not in " ".join(writer.cmdline())
