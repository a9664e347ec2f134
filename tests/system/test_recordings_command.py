"""`sheriff recordings`, as a person and a script use it."""

import asyncio
import contextlib
import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.recordings_access import exit_code_of
from sheriff_adapters.recordings.jsonl import encode, write_jsonl
from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.postgres_server import fresh_database
from tests.recorded import PATIENT, end_of_call, tool_call, with_outcome
from tests.waiting import until

SOURCE = Path(__file__).parents[2] / "src"
TOLD = [tool_call(1), with_outcome(2, "not_found"), tool_call(3, callId="call-1"), end_of_call("call-1", at=60)]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory that holds four interactions as JSON lines."""
    monkeypatch.chdir(tmp_path)
    for variable in ("SHERIFF_RECORDINGS_URL", "SHERIFF_RECORDINGS_URL_FILE", "SHERIFF_RECORDINGS_RETENTION_DAYS"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "told.jsonl").write_text("".join(f"{encode(told)}\n" for told in TOLD), encoding="utf-8")
    return tmp_path


def recordings(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["recordings", *words], input=answer)


def machine(*words: str) -> Any:
    result = recordings(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def kept() -> None:
    assert machine("import", "told.jsonl") == {"read": 4, "imported": 4, "unreadable": 0}


@pytest.mark.usefixtures("kept")
def test_list_is_newest_first_and_goes_on_at_the_cursor() -> None:
    first = machine("list", "--limit", "3")
    rest = machine("list", "--limit", "3", "--cursor", first["nextCursor"])
    assert first["interactions"] + rest["interactions"] == TOLD[::-1]
    assert rest["nextCursor"] is None


@pytest.mark.usefixtures("kept")
def test_list_for_a_pipe_is_one_line_an_interaction() -> None:
    lines = recordings("list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == [told["receivedAt"] for told in TOLD[::-1]]
    assert lines[3].split("\t")[1:4] == ["tool_call", "not_found", "TRK-000002"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--call", "call-1"], [3, 2, 0]),
        (["--tracking-number", "trk 000002"], [1]),
        (["--correlation-id", "correlation-3"], [2]),
        (["--outcome", "not_found"], [1]),
        (["--kind", "end_of_call"], [3]),
        (["--slower-than", "102.5"], [2]),
        (["--before", "2026-02-12 09:30:02"], [0]),
        (["--before", TOLD[1]["receivedAt"]], [0]),
        (["--before", "2026-02-12T10:30:02+01:00"], [0]),
        (["--before", "2026-02-12"], []),
        (["--call", "nobody"], []),
    ],
)
def test_list_filters(filters: list[str], expected: list[int]) -> None:
    assert machine("list", *filters)["interactions"] == [TOLD[number] for number in expected]


@pytest.mark.parametrize("instant", ["soon", "", "2026-02-30", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_refused_with_an_example(instant: str) -> None:
    refused = recordings("list", "--before", instant)
    assert refused.exit_code == 2
    assert "2026-02-12T09:30:00Z" in refused.stderr


@pytest.mark.usefixtures("kept")
def test_list_prints_nothing_that_steers_a_terminal() -> None:
    hostile = tool_call(9, callId="\x1b[2J\tgone\n")
    Path("hostile.jsonl").write_text(encode(hostile), encoding="utf-8")
    recordings("import", "hostile.jsonl")
    assert "\x1b" not in recordings("list").stdout
    assert len(recordings("list").stdout.splitlines()) == 6


@pytest.mark.usefixtures("kept")
def test_list_shows_no_latency_that_is_beyond_all_bounds() -> None:
    Path("hostile.jsonl").write_text(encode(tool_call(9, latencyMs=10**400)), encoding="utf-8")
    recordings("import", "hostile.jsonl")
    assert recordings("list", "--limit", "1").stdout.splitlines()[1].split("\t")[4] == "-"


@pytest.mark.usefixtures("kept")
def test_show_finds_a_request_or_a_whole_call_and_ends_with_1_for_nothing() -> None:
    assert machine("show", "correlation-1") == [TOLD[0]]
    assert machine("show", "call-1") == [TOLD[0], TOLD[2], TOLD[3]]
    assert json.loads(recordings("show", "correlation-2").stdout) == TOLD[1]
    for asked, told in (["nobody"], ""), (["nobody", "--json"], "[]\n"):
        result = recordings("show", *asked)
        assert (result.exit_code, result.stdout) == (1, told)
        assert result.stderr == "nothing was recorded under 'nobody'\n"


@pytest.mark.usefixtures("kept")
def test_what_is_exported_is_what_was_imported() -> None:
    assert machine("export", "all.jsonl") == {"exported": 4, "file": "all.jsonl"}
    assert Path("all.jsonl").read_bytes() == Path("told.jsonl").read_bytes()
    assert recordings("export", "some.jsonl.gz", "--outcome", "found").stdout == "2 exported to some.jsonl.gz\n"
    assert recordings("export", "all.csv").exit_code == 2


def test_import_can_be_repeated_and_names_bad_lines() -> None:
    with Path("told.jsonl").open("a", encoding="utf-8") as file:
        file.write('\ntorn\n{"kind": "tool_call"}\n')
    for added in (4, 0):
        result = recordings("import", "told.jsonl", "--json")
        assert result.exit_code == 2
        assert json.loads(result.stdout) == {"read": 4, "imported": added, "unreadable": 2}
        assert "told.jsonl:6: not JSON" in result.stderr
        assert "told.jsonl:7: receivedAt" in result.stderr
    assert recordings("import", "missing.jsonl").exit_code == 2


@pytest.mark.postgres
async def test_a_move_from_sqlite_to_postgres_and_back_is_complete(request: pytest.FixtureRequest) -> None:
    url = await fresh_database(request.getfixturevalue("postgres_server"))

    def run(*words: str) -> str:
        program = [sys.executable, "-m", "sheriff", "recordings", *words]
        done = subprocess.run(program, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(SOURCE)})
        return done.stdout.decode()

    assert run("import", "told.jsonl") == "4 imported, 0 there already, 0 unreadable\n"
    assert run("import", "sqlite:///recordings.db", "--url", url) == "4 imported, 0 there already, 0 unreadable\n"
    assert run("import", "sqlite:///recordings.db", "--url", url) == "0 imported, 4 there already, 0 unreadable\n"
    assert run("export", "back.jsonl", "--url", url) == "4 exported to back.jsonl\n"
    assert Path("back.jsonl").read_bytes() == Path("told.jsonl").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_export_that_is_ended_by_a_signal_leaves_nothing_behind(place: Path, number: int) -> None:
    async def interrupted() -> AsyncIterator[dict[str, Any]]:
        yield TOLD[0]
        assert len(list(place.glob("calls.jsonl.*"))) == 1
        signal.pthread_kill(threading.get_ident(), number)  # to this thread: others hold nothing back
        await asyncio.Event().wait()

    async def export() -> int:
        return await write_jsonl(place / "calls.jsonl", interrupted())

    before = signal.getsignal(number)
    assert exit_code_of(export) == 128 + number
    assert list(place.glob("calls.jsonl*")) == []
    assert signal.getsignal(number) == before


@pytest.mark.usefixtures("kept")
def test_purge_asks_first_and_does_nothing_without_a_yes() -> None:
    for answer in ("n\n", ""):
        refused = recordings("purge", "--call", "call-1", answer=answer)
        assert refused.exit_code == 1
        assert "Delete every interaction of call call-1?" in refused.stderr
    assert len(machine("list")["interactions"]) == 4
    assert recordings("purge", "--call", "call-1", answer="y\n").stdout == "3 deleted\n"
    assert machine("list")["interactions"] == [TOLD[1]]


@pytest.mark.usefixtures("kept")
def test_purge_takes_the_report_of_a_call_that_a_killed_service_left_far_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slowly = functools.partial(RecordingPolicy, batch_rows=1)  # more than what is moved in a second
    monkeypatch.setattr("sheriff_adapters.recordings.policy.RecordingPolicy", slowly)
    left = [tool_call(number, callId=None) for number in range(10, 2_500)] + [tool_call(9, callId="call-1")]
    Path("recordings.db.spool").write_text("".join(f"{encode(told)}\n" for told in left), encoding="utf-8")
    assert machine("purge", "--tracking-number", "TRK-000009", "--yes") == {"deleted": 2}


@pytest.mark.usefixtures("kept")
def test_purge_by_age_and_by_number() -> None:
    assert machine("purge", "--tracking-number", "TRK 000003", "--yes") == {"deleted": 2}  # and the call's report
    assert machine("purge", "--older-than", "99999", "--yes") == {"deleted": 0}
    assert machine("purge", "--older-than", "1", "--yes") == {"deleted": 2}


@pytest.mark.usefixtures("kept")
def test_purge_without_more_words_keeps_to_the_retention(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("soon", "0", "nan", "inf"):
        monkeypatch.setenv("SHERIFF_RECORDINGS_RETENTION_DAYS", wrong)
        refused = recordings("purge", "--yes")
        assert refused.exit_code == 2
        assert "must be above 0" in refused.stderr
        assert "(example: SHERIFF_RECORDINGS_RETENTION_DAYS=30)" in refused.stderr
    monkeypatch.setenv("SHERIFF_RECORDINGS_RETENTION_DAYS", "99999")
    assert machine("purge", "--yes") == {"deleted": 0}
    monkeypatch.delenv("SHERIFF_RECORDINGS_RETENTION_DAYS")
    assert "older than 30 days?" in recordings("purge", answer="n\n").stderr
    monkeypatch.setenv("SHERIFF_RECORDINGS_RETENTION_DAYS", "1")
    assert machine("purge", "--yes") == {"deleted": 4}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "words",
    [
        ["--call", "a", "--older-than", "1"],
        ["--older-than", "-1"],
        ["--older-than", "nan", "--yes"],
        ["--older-than", "inf", "--yes"],
        ["--older-than", "1e9", "--yes"],
        ["--call"],
    ],
)
def test_purge_is_told_no_more_than_one_thing(words: list[str]) -> None:
    assert recordings("purge", "--yes", *words).exit_code == 2
    assert len(machine("list")["interactions"]) == 4


@pytest.mark.usefixtures("kept")
def test_the_address_comes_from_the_option_the_environment_or_a_file(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "recordings.db").rename(place / "elsewhere.db")
    assert recordings("list").exit_code == 2
    assert len(machine("list", "--url", "sqlite:///elsewhere.db")["interactions"]) == 4
    (place / "secret").write_text("sqlite:///elsewhere.db\n", encoding="utf-8")
    monkeypatch.setenv("SHERIFF_RECORDINGS_URL_FILE", str(place / "secret"))
    assert len(machine("list")["interactions"]) == 4
    monkeypatch.setenv("SHERIFF_RECORDINGS_URL_FILE", str(place / "missing"))
    assert "cannot read" in recordings("list").stderr
    monkeypatch.setenv("SHERIFF_RECORDINGS_URL", "none")
    assert "given twice" in recordings("list").stderr
    monkeypatch.delenv("SHERIFF_RECORDINGS_URL_FILE")
    assert "nothing is recorded" in recordings("list").stderr


def test_reading_makes_no_file_and_tells_what_is_wrong(place: Path) -> None:
    for words in (["list"], ["show", "x"], ["export", "x.jsonl"], ["purge", "--call", "x", "--yes"]):
        result = recordings(*words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "recordings.db: No such file" in result.stderr
    assert sorted(file.name for file in place.iterdir()) == ["told.jsonl"]
    assert recordings("list", "--url", "mysql://root:hunter2@host/db").exit_code == 2
    assert recordings("list", "--cursor", "nonsense", "--url", "sqlite:///told.jsonl").exit_code == 2


@pytest.mark.usefixtures("kept")
def test_a_copy_in_a_place_where_nothing_can_be_written_is_read(place: Path) -> None:
    assert recordings("list").exit_code == 0  # everything is imported that another user might not be able to import
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "recordings.db"
        copy.write_bytes((place / "recordings.db").read_bytes())
        copy.chmod(0o444)
        Path(directory).chmod(0o555)
        is_root = os.geteuid() == 0
        try:
            if is_root:
                os.seteuid(65534)  # root could write everywhere
            assert len(machine("list", "--url", f"sqlite:///{copy}")["interactions"]) == 4
        finally:
            if is_root:
                os.seteuid(0)
            Path(directory).chmod(0o755)


@pytest.mark.parametrize(("move_every_s", "erased", "exit_code"), [(1.0, 1, 0), (1_000.0, 0, 1)])
async def test_an_erasure_waits_for_what_a_running_service_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, move_every_s: float, erased: int, exit_code: int
) -> None:
    monkeypatch.setattr("sheriff.commands.recordings.SERVICE_WRITES_WITHIN_S", 20.0 if erased else 0.1)
    url, policy = f"sqlite:///{tmp_path}/recordings.db", replace(PATIENT, move_every_s=move_every_s)
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as service:
        for number in range(2):  # the first is moved at once, the second when its turn comes
            await service.record(tool_call(number))
        await until(lambda: service.queue_length == 1)
        told = await asyncio.to_thread(
            CliRunner().invoke, main, ["recordings", "purge", "--call", "call-1", "--yes", "--url", url]
        )
        assert (told.exit_code, told.stdout) == (exit_code, f"{erased} deleted\n")
        assert ("repeat this" in told.stderr) == (exit_code == 1)
        left = [interaction["callId"] async for interaction in service.stream(InteractionFilter())]
        assert left == ["call-0", "call-1"][: 2 - erased]


@pytest.mark.parametrize("version", [0, 1, 9])
def test_a_database_of_another_program_is_left_as_it_is(version: int, place: Path) -> None:
    with contextlib.closing(sqlite3.connect(place / "recordings.db")) as file:
        file.execute("CREATE TABLE users (name)")
        file.execute(f"PRAGMA user_version = {version}")
        file.commit()
    before = (place / "recordings.db").read_bytes()

    result = recordings("import", "told.jsonl")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "another program" in result.stderr
    assert recordings("list").exit_code == 2
    assert (place / "recordings.db").read_bytes() == before
