"""What recording costs by itself: how long `record` takes, how many a second, and how much the event loop is held up.

Usage: python -m benchmarks.recordings.adapter [--seconds 5] [--only sqlite|postgres]
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.recordings.realistic import interactions
from benchmarks.recordings.stores import address, chosen, on_disk, options, store_apart
from sheriff_adapters.recordings.apart.opening import RecordingsApart
from sheriff_core.ports import InteractionFilter

TASKS = 50
CALLS_A_SECOND = 500  # fifty times what fifty concurrent calls ask for


def quantile(values: list[float], q: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * q))] if values else 0.0


async def lag(found: list[float]) -> None:
    """How late the event loop is, in ms, asked every 5 ms."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        found.append((time.perf_counter() - began - 0.005) * 1_000)


async def load(recordings: RecordingsApart, told: Iterator[dict[str, Any]], seconds: float, pause_s: float) -> str:
    """Record with fifty tasks at once; with `pause_s` between two of a task, or without any."""
    spent: list[float] = []
    lags: list[float] = []
    until = time.perf_counter() + seconds

    async def caller(first_s: float) -> None:
        await asyncio.sleep(first_s)
        while time.perf_counter() < until:
            interaction = next(told)
            began = time.perf_counter()
            await recordings.record(interaction)
            spent.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(pause_s)

    watching = asyncio.create_task(lag(lags))
    await asyncio.gather(*(caller(pause_s * number / TASKS) for number in range(TASKS)))
    watching.cancel()
    return (
        f"{len(spent) / seconds:7,.0f} a second   record p50 {quantile(spent, 0.5):6.2f} ms  p99 "
        f"{quantile(spent, 0.99):6.2f} ms   loop late p99 {quantile(lags, 0.99):5.2f} ms"
    )


async def measure(kind: str, seconds: float) -> None:
    told = iter(list(interactions(int(seconds * 40_000))))
    with (
        tempfile.TemporaryDirectory(prefix="sheriff-adapter-", dir=on_disk()) as directory,
        address(kind, Path(directory)) as url,
    ):
        async with store_apart(url, Path(directory)) as recordings:
            steady = TASKS / CALLS_A_SECOND
            print(f"{kind:9} {CALLS_A_SECOND} a second        {await load(recordings, told, seconds, steady)}")
            print(f"{kind:9} as many as possible {await load(recordings, told, seconds, 0)}")
            purging = asyncio.create_task(recordings.purge(InteractionFilter(kind="tool_call")))
            print(f"{kind:9} during a purge      {await load(recordings, told, seconds, steady)}")
            print(f"{'':9} deleted meanwhile: {await purging:,}; {recordings.status()}")


async def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each of the three loads")
    given = parser.parse_args()
    for kind in chosen(given.only):
        await measure(kind, given.seconds)


if __name__ == "__main__":
    asyncio.run(main())
