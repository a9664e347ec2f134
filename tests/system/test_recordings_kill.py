"""SIGKILL at random moments under full load: what was acknowledged is there afterwards, whole."""

import asyncio
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.postgres_server import PostgresServer, fresh_database
from tests.recorded import RecordingPolicy, tool_call
from tests.system.service import START_WITHIN_S, service
from tests.waiting import until

PROGRAM = Path(__file__).with_name("recording_under_fire.py")
ROOT = Path(__file__).parents[2]


def record_and_kill(url: str, spool: Path, *, kills: int, move_every_s: float) -> set[int]:
    """Start and kill as often; the numbers that were acknowledged."""
    dice = random.Random(20260212)
    acknowledged: set[int] = set()
    program = subprocess.Popen(
        [sys.executable, PROGRAM, url, str(spool), str(move_every_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    with program:
        for kill in range(kills):
            program.stdin.write(b"%d\n" % (kill * 1_000_000))
            program.stdin.flush()
            pids = list(map(int, program.stdout.readline().removeprefix(b"pids ").split()))
            acknowledged.add(int(program.stdout.readline()))
            time.sleep(dice.uniform(0, 0.05))  # the moment of death, not a wait for anything
            # As by hand, the service alone; or all at once, as with a container: now the one first, now the other.
            for pid in dice.choice([pids[:1], pids, pids[::-1]]):
                os.kill(pid, signal.SIGKILL)
            while (line := program.stdout.readline()) != b"dead\n":
                acknowledged.add(int(line))
        program.stdin.close()
    return acknowledged


async def kept_whole(url: str, spool: Path) -> set[int]:
    """The numbers of all interactions that are in the store after a restart; each is found to be whole."""
    policy = RecordingPolicy(retention_days=None, spool_directory=spool)
    numbers: set[int] = set()
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        assert await recordings.spooled_elsewhere_moves_on(within_s=20.0)  # a writing process outlives its service
        await until(lambda: recordings.queue_length == 0)
        async for interaction in recordings.stream(InteractionFilter()):
            number = int(interaction["toolCallId"].removeprefix("tool-call-"))
            assert interaction == tool_call(number)
            assert number not in numbers
            numbers.add(number)
    return numbers


@pytest.mark.parametrize(("kills", "move_every_s"), [(50, 0.1), (10, 0.0005)], ids=["in-batches", "at-once"])
async def test_fifty_kills_lose_and_tear_nothing_in_sqlite(tmp_path: Path, kills: int, move_every_s: float) -> None:
    url = f"sqlite:///{tmp_path}/recordings.db"
    acknowledged = record_and_kill(url, tmp_path, kills=kills, move_every_s=move_every_s)
    assert len(acknowledged) > kills * 5
    assert acknowledged - await kept_whole(url, tmp_path) == set()
    connection = sqlite3.connect(tmp_path / "recordings.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize(("kills", "move_every_s"), [(6, 0.1), (6, 0.0005)], ids=["in-batches", "at-once"])
async def test_kills_lose_and_tear_nothing_in_postgres(
    postgres_server: PostgresServer,
    tmp_path: Path,
    kills: int,
    move_every_s: float,
) -> None:
    url = await fresh_database(postgres_server)
    acknowledged = record_and_kill(url, tmp_path, kills=kills, move_every_s=move_every_s)
    assert len(acknowledged) > kills * 5
    assert acknowledged - await kept_whole(url, tmp_path) == set()


async def sentences_heard_until_killed(url: str, directory: Path, life: int, dice: random.Random) -> dict[str, str]:
    """One life of the service under 20 callers: what each heard in time, by the id of the tool call."""
    heard: dict[str, str] = {}
    async with service({"SHERIFF_RECORDINGS_URL": url}, cwd=directory) as running:
        first = asyncio.Event()

        async def caller(number: int) -> None:
            for turn in itertools.count():
                asked, call = time.monotonic(), f"life-{life}-caller-{number}-turn-{turn}"
                try:
                    result = await running.ask("SHR123456", call=call, tool_call_id=call)
                except (aiohttp.ClientError, OSError, json.JSONDecodeError):
                    return  # the service is dead
                # A reply that waited for as long as it may is let go whether it is recorded or not.
                if time.monotonic() - asked < RecordingPolicy().ack_bound_s:
                    heard[call] = result["result"]
                first.set()

        callers = [asyncio.create_task(caller(number)) for number in range(20)]
        await asyncio.wait_for(first.wait(), START_WITHIN_S)
        await asyncio.sleep(dice.uniform(0, 0.3))  # the moment of death, not a wait for anything
        running.signal(signal.SIGKILL)
        await asyncio.gather(*callers)
        await running.ended()
    return heard


async def test_what_callers_heard_of_a_service_that_was_killed_is_recorded(tmp_path: Path) -> None:
    url, dice = f"sqlite:///{tmp_path}/recordings.db", random.Random(20260213)
    heard: dict[str, str] = {}
    for life in range(2):
        heard |= await sentences_heard_until_killed(url, tmp_path, life, dice)
    policy = RecordingPolicy(retention_days=None, spool_directory=tmp_path)
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as recordings:
        assert await recordings.spooled_elsewhere_moves_on(within_s=20.0)
        await until(lambda: recordings.queue_length == 0)
        kept = [interaction async for interaction in recordings.stream(InteractionFilter())]
    recorded = {each["toolCallId"]: each["reply"]["result"] for each in kept}
    assert len(recorded) == len(kept) > 0
    assert {call: sentence for call, sentence in heard.items() if recorded.get(call) != sentence} == {}
