"""The operators' page with a million recorded interactions: how long it takes, and what it costs callers.

    python -m benchmarks.console.run [--count 1_000_000]

Pages are asked for over HTTP from a service that records into the same store. For the cost, callers ask 50 times a
second for some seconds, in turns without anybody looking and with some people who leave the page open and search on.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from benchmarks.recordings.million import fill
from benchmarks.recordings.realistic import call_id, correlation_id
from benchmarks.recordings.stores import count, store
from tests.system.service import SECRET, service, tool_call

BOUND_MS = 100.0
TIMES = 40  # each page is asked for so often
RATE = 50  # calls a second
ROUNDS = 4
ROUND_S = 8.0
WATCHERS = (0, 1, 5)


def pages(count: int) -> dict[str, str]:
    number = count // 8 * 4
    correlation, call = correlation_id(number), call_id(number // 4)
    return {
        "the page": "/admin",
        "its figures alone": "/admin/fragments/now",
        "its recent interactions": "/admin/fragments/recent",
        "find: everything": "/admin/find",
        "find: tracking number": "/admin/find?trackingNumber=shr+000-777",
        "find: call": f"/admin/find?callId={call}",
        "find: correlation id": f"/admin/find?correlationId={correlation}",
        "find: rare outcome": "/admin/find?outcome=refused",
        "find: absent outcome": "/admin/find?outcome=ambiguous",
        "find: slow only": "/admin/find?slowerThanMs=800",
        "find: slow, rare outcome": "/admin/find?slowerThanMs=800&outcome=refused",
        "one interaction": f"/admin/find/interaction?correlationId={correlation}",
        "one call": f"/admin/find/call?callId={call}",
        "a replay": f"/admin/find/replay?correlationId={correlation}&toolCallId=call_{number:024x}",
    }


def recorded_into(database: Path) -> dict[str, str]:
    """The environment of a service that keeps what is recorded in `database`, however old it is."""
    return {"SHERIFF_RECORDINGS_URL": f"sqlite:///{database}", "SHERIFF_RECORDINGS_RETENTION_DAYS": "36500"}


async def time_pages(session: aiohttp.ClientSession, internal: str, count: int) -> bool:
    held = True
    for name, path in pages(count).items():
        spent: list[float] = []
        for _ in range(TIMES):
            began = time.perf_counter()
            async with session.get(f"{internal}{path}") as reply:
                size = len(await reply.read())
                assert reply.status == 200, (path, reply.status)
            spent.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(0.02)
        first, later = spent[0], sorted(spent[1:])
        p95 = later[int(len(later) * 0.95)]
        held &= p95 <= BOUND_MS
        print(
            f"  {name:28} first {first:6.1f} ms   p50 {statistics.median(later):6.1f}   p95 {p95:6.1f}"
            f"   slowest {later[-1]:6.1f}   {size / 1_000:6.1f} kB"
        )
    return held


async def callers(session: aiohttp.ClientSession, public: str, numbers: "itertools.count[int]") -> list[float]:
    """Ask `RATE` times a second for `ROUND_S`; how long each took, in milliseconds."""
    spent: list[float] = []

    async def one() -> None:
        number = next(numbers)
        body = tool_call(f"SHR{100_001 + number % 40}", call=f"bench-{number}", tool_call_id=f"t-{number}")
        began = time.perf_counter()
        headers = {"X-Vapi-Secret": SECRET}
        async with session.post(f"{public}/webhook", json=body, headers=headers) as reply:
            assert reply.status == 200
            await reply.read()
        spent.append((time.perf_counter() - began) * 1_000)

    began = time.perf_counter()
    asking: list[asyncio.Task[None]] = []
    for turn in range(int(RATE * ROUND_S)):
        await asyncio.sleep(max(0.0, began + turn / RATE - time.perf_counter()))
        asking.append(asyncio.create_task(one()))
    await asyncio.gather(*asking)
    return spent


async def watch(session: aiohttp.ClientSession, internal: str, offset: int) -> None:
    """One person: the page refreshes itself as its script does, and now and then they search."""
    await asyncio.sleep(offset * 0.6)
    for turn in itertools.count():
        paths = ["/admin/fragments/now"]
        paths += ["/admin/fragments/recent"] if turn % 3 == 0 else []
        paths += ["/admin/find?outcome=refused"] if turn % 3 == 1 else []
        for path in paths:
            async with session.get(f"{internal}{path}") as reply:
                await reply.read()
        await asyncio.sleep(3)


async def processor(session: aiohttp.ClientSession, internal: str, process: psutil.Process) -> None:
    """What looking takes of a processor, which other work on this machine does not blur."""
    print("processor time of the service, nobody calling:")
    for watchers in WATCHERS:
        watching = [asyncio.create_task(watch(session, internal, n)) for n in range(watchers)]
        before, began = process.cpu_times(), time.perf_counter()
        await asyncio.sleep(18)
        after, spent = process.cpu_times(), time.perf_counter() - began
        share = (after.user + after.system - before.user - before.system) / spent
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        print(f"  {watchers} people look: {share:.2%} of one core")


async def cost(session: aiohttp.ClientSession, public: str, internal: str) -> None:
    numbers = itertools.count()
    await callers(session, public, numbers)  # warms everything up
    rounds: dict[int, list[list[float]]] = {watchers: [] for watchers in WATCHERS}
    for _, watchers in itertools.product(range(ROUNDS), WATCHERS):
        watching = [asyncio.create_task(watch(session, internal, n)) for n in range(watchers)]
        rounds[watchers].append(sorted(await callers(session, public, numbers)))
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    print(f"callers, {RATE} a second, medians of {ROUNDS} rounds of {ROUND_S:g} s, recording on:")
    for watchers, runs in rounds.items():
        p50, p95, p99 = (statistics.median(run[int(len(run) * share)] for run in runs) for share in (0.50, 0.95, 0.99))
        print(f"  {f'{watchers} people look':28} p50 {p50:6.2f} ms   p95 {p95:6.2f}   p99 {p99:6.2f}")


async def measure(count: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="sheriff-console-", dir=Path.cwd()) as directory:
        async with store(f"sqlite:///{directory}/recordings.db", Path(directory)) as recordings:
            await fill(recordings, count)
        environment = recorded_into(Path(directory) / "recordings.db")
        async with service(environment) as running, aiohttp.ClientSession() as session:
            print(f"\npages, {count:,} interactions in SQLite, {TIMES} times each:")
            held = await time_pages(session, running.internal, count)
            await processor(session, running.internal, psutil.Process(running.pid))
            await cost(session, running.public, running.internal)
    print(f"  {'every page' if held else 'NOT every page'} within {BOUND_MS:g} ms (p95)")
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=count, default=1_000_000, help="interactions in the store")
    return 0 if asyncio.run(measure(parser.parse_args().count)) else 1


if __name__ == "__main__":
    sys.exit(main())
