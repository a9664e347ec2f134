"""Steady callers for a long time, while Sanity fails in every way: does anything grow, break, or say what is not so?

    python -m scripts.soak --minutes 10

Fifty simulated calls at a time against a real process; statuses, dates and notes change all the while, and each answer
is checked afterwards against what was true at the time it claims. Exit code 1 when a promise was not kept.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from scripts.soak_report import Size, Soaked, judge, report
from scripts.soak_world import NOT_FOUND_TTL_S, World
from sheriff.doctor.credential import Credential
from sheriff.simulation import CallResult, Parcel, Simulation, place_calls
from tests.standin import SanityStandin
from tests.system.service import DEFAULTS, ROOT, SECRET, Service

CONCURRENT = 50
# Parts of the whole time: everything is well; faults in turn; Sanity is gone; everything is well again.
FIRST, FAULTS, OUTAGE = 0.2, 0.4, 0.15
HEALTHY: dict[str, Any] = {"median_ms": 60, "p99_ms": 250, "seed": 1}
FAULTS_IN_TURN: Sequence[tuple[str, dict[str, Any]]] = (
    ("status", {"status": 503, "share": 0.3, "seed": 1}),
    ("reset", {"share": 0.3, "seed": 2}),
    ("latency", {"delay_ms": 900}),
    ("malformed", {"share": 0.3, "seed": 3}),
    ("status", {"status": 429, "retry_after": 1, "share": 0.5, "seed": 4}),
    ("truncated", {"share": 0.3, "seed": 5}),
    ("hang", {"share": 0.1, "seed": 6}),
    ("mixed", {"share": 0.5, "seed": 7}),
)


@asynccontextmanager
async def _service(standin: SanityStandin, recordings: Path) -> AsyncIterator[Service]:
    """The process under test, told to remember for seconds, so that Sanity is asked all the time."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SHERIFF_", "SANITY_", "VAPI_"))},
        **DEFAULTS,
        **standin.environment,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{recordings}",
        "SHERIFF_CACHE_TTL_S": "2",
        "SHERIFF_NOT_FOUND_TTL_S": f"{NOT_FOUND_TTL_S:g}",
        "SHERIFF_BREAKER_RESET_S": "3",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.soaked_service", cwd=ROOT, env=environment, limit=16 * 1_048_576,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    running = Service(process)
    try:
        await running.started()
        yield running
    finally:
        await running.close()


async def _size(running: Service) -> Size:
    """Its size: the median of three looks, because connections and tasks come and go."""
    process = psutil.Process(running.pid)
    both = [process, *process.children()]  # and the one that writes its recordings
    looks = []
    for _ in range(3):
        running.lines.clear()  # the log is no part of this
        running.signal(signal.SIGUSR1)
        tasks = await _told_tasks(running)
        connections = [c for c in process.net_connections("tcp") if c.status == psutil.CONN_ESTABLISHED]
        memory, descriptors = sum(p.memory_info().rss for p in both), sum(p.num_fds() for p in both)
        looks.append((memory, descriptors, len(connections), tasks))
        await asyncio.sleep(0.3)
    memory, descriptors, connections_, tasks = (sorted(look[place] for look in looks)[1] for place in range(4))
    return Size(memory, descriptors, connections_, tasks)


async def _told_tasks(running: Service) -> int:
    for _ in range(1_000):
        for line in running.lines:
            if line.get("logger") == "soak":
                return int(line["message"].removeprefix("tasks: "))
        await asyncio.sleep(0.02)
    raise RuntimeError(f"the service does not tell its tasks: {running.other_output[-3:]} {running.lines[-3:]}")


async def _change(world: World, standin: SanityStandin) -> None:
    """Let one delivery after the other change, four a second."""
    while True:
        parcel, present = world.change(time.time())
        if present:
            await standin.put(parcel.document())
        else:
            await standin.delete(f"soak-{parcel.number.lower()}")
        world.settled(parcel, time.time())
        await asyncio.sleep(0.25)


async def _fail_in_turn(standin: SanityStandin, seconds: float) -> None:
    """Each fault for an equal time, in rounds of at most two minutes."""
    end = time.monotonic() + seconds
    each_s = min(seconds, 120.0) / len(FAULTS_IN_TURN)
    for kind, how in itertools.cycle(FAULTS_IN_TURN):
        if time.monotonic() >= end - each_s / 2:
            break
        await standin.fault(kind, **how)
        await asyncio.sleep(each_s)
    await standin.heal()
    await standin.latency(**HEALTHY)


@asynccontextmanager
async def _life_goes_on(
    running: Service, standin: SanityStandin, world: World, pace_s: float
) -> AsyncIterator[list[CallResult]]:
    """Callers call and deliveries change while the block lasts; the calls as they end."""
    calls: list[CallResult] = []
    simulation = Simulation(
        url=f"{running.public}/webhook",
        calls=1_000_000,
        concurrency=CONCURRENT,
        parcels=tuple(Parcel(parcel.number, parcel.phone) for parcel in world.parcels.values()),
        credential=Credential("secret", SECRET),
        pace_s=pace_s,
    )
    going_on = (
        asyncio.create_task(place_calls(simulation, on_call=calls.append)),
        asyncio.create_task(_change(world, standin)),
    )
    try:
        yield calls
    finally:
        for task in going_on:
            task.cancel()
        for task in going_on:
            with suppress(asyncio.CancelledError):
                await task


async def _good_and_bad_times(
    running: Service, standin: SanityStandin, seconds: float, say: Callable[[str], None]
) -> tuple[Size, Size, tuple[float, float]]:
    """Nothing, faults in turn, an outage, nothing again: the sizes before and after, and when the outage was."""
    say("fifty callers, everything is well")
    await asyncio.sleep(seconds * FIRST)
    first = await _size(running)
    say(f"{first}; now faults in turn")
    await _fail_in_turn(standin, seconds * FAULTS)
    outage_from = time.time()
    say("Sanity is gone")
    await standin.fault("refused")
    await asyncio.sleep(seconds * OUTAGE)
    await standin.heal()
    await standin.latency(**HEALTHY)
    outage = (outage_from, time.time())
    say("everything is well again")
    await asyncio.sleep(seconds * (1 - FIRST - FAULTS - OUTAGE))
    return first, await _size(running), outage


async def soak(seconds: float, *, pace_s: float) -> Soaked:
    """Do it all, and say on stderr how far it is."""

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sheriff-soak-") as scratch:
        recordings = Path(scratch) / "recordings.db"
        async with SanityStandin() as standin:
            world = World(today=datetime.now(UTC).date(), at=time.time())
            await standin.put(*(parcel.document() for parcel in world.parcels.values()))
            await standin.latency(**HEALTHY)
            async with _service(standin, recordings) as running:
                async with _life_goes_on(running, standin, world, pace_s) as calls:
                    first, last, outage = await _good_and_bad_times(running, standin, seconds, say)
                say(f"{last}; the callers have hung up")
                await asyncio.sleep(7.0)  # idle connections are closed after five seconds
                idle = await _size(running)
                server_errors = sum(
                    [
                        await running.metric("http_server_request_duration_seconds_count", error_type=status)
                        for status in ("500", "503")
                    ]
                )
                running.signal(signal.SIGTERM)
                exit_code = await running.ended()
            soaked = Soaked(time.monotonic() - began, first, last, idle, calls, outage, server_errors, exit_code)
            say("checking every answer")
            judge(soaked, world, await _exported(recordings, Path(scratch) / "all.jsonl"))
            return soaked


async def _exported(recordings: Path, to: Path) -> list[dict[str, Any]]:
    """Every recorded tool call."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sheriff", "recordings", "export", to, "--url", f"sqlite:///{recordings}",
        "--kind", "tool_call", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    if await process.wait() != 0:
        raise RuntimeError("the recordings cannot be exported")
    text = await asyncio.to_thread(to.read_text)
    return [json.loads(line) for line in text.splitlines()]


def main() -> int:
    """Soak and tell; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default 10)")
    parser.add_argument("--seconds", type=float, help="how long, for a short run")
    parser.add_argument("--pace", type=float, default=1.0, help="seconds between two turns of a call (default 1)")
    given = parser.parse_args()
    seconds = given.seconds or given.minutes * 60
    soaked = asyncio.run(soak(seconds, pace_s=given.pace))
    lines, broken = report(soaked)
    print("\n".join(lines))
    for lie in soaked.lies[:5]:
        print(f"LIE: {lie}")
    for promise in broken:
        print(f"BROKEN: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
