"""How long `record` takes while old interactions are deleted, beside how long it takes when they are not: in turns.

Usage: python -m benchmarks.recordings.purge [--turns 10] [--only sqlite|postgres]
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.recordings.adapter import CALLS_A_SECOND, TASKS, quantile
from benchmarks.recordings.realistic import START, interactions
from benchmarks.recordings.stores import address, chosen, on_disk, options, store, store_apart
from sheriff_adapters.recordings.row import row_of
from sheriff_core.ports import InteractionFilter

PRESENT = 100_000
DELETED = 4_000  # in one turn, their space given back
QUIET_S = 2.0
BATCH = 2_000


async def measure(kind: str, turns: int) -> None:
    made = interactions(10_000_000)
    with (
        tempfile.TemporaryDirectory(prefix="sheriff-purge-", dir=on_disk()) as directory,
        address(kind, Path(directory)) as url,
    ):
        async with store(url, Path(directory)) as filled:
            for _ in range(0, PRESENT, BATCH):
                await filled.add([row_of(interaction) for interaction in itertools.islice(made, BATCH)])
        async with store_apart(url, Path(directory)) as recordings:
            spent: dict[str, list[list[float]]] = {"quiet": [], "during a purge": []}
            rates: list[float] = []
            scene = "quiet"

            async def caller(number: int) -> None:
                await asyncio.sleep(number / CALLS_A_SECOND)
                while True:
                    told = spent[scene][-1]
                    interaction = next(made)
                    began = time.perf_counter()
                    await recordings.record(interaction)
                    told.append((time.perf_counter() - began) * 1_000)
                    await asyncio.sleep(TASKS / CALLS_A_SECOND)

            spent[scene].append([])
            calling = [asyncio.create_task(caller(number)) for number in range(TASKS)]
            for turn in range(1, turns + 1):
                await asyncio.sleep(QUIET_S)
                scene = "during a purge"
                spent[scene].append([])
                began = time.perf_counter()
                old = InteractionFilter(before=START + timedelta(seconds=turn * DELETED / 2))
                rates.append(await recordings.purge(old) / (time.perf_counter() - began))
                scene = "quiet"
                spent[scene].append([])
            for task in calling:
                task.cancel()
            await asyncio.gather(*calling, return_exceptions=True)
    for name, found in spent.items():
        p50, p99 = ([quantile(turn, q) for turn in found if turn] for q in (0.5, 0.99))
        print(
            f"{kind:9} {CALLS_A_SECOND} a second, {name:15} record p50 {statistics.median(p50):6.2f} ms  p99 "
            f"{statistics.median(p99):6.2f} ms, between {min(p99):.2f} and {max(p99):.2f}, of {len(p99)} turns"
        )
    print(f"{'':9} deleted: {statistics.median(rates):,.0f} a second")


async def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--turns", type=int, default=10, help="with a purge, and without")
    given = parser.parse_args()
    for kind in chosen(given.only):
        await measure(kind, given.turns)


if __name__ == "__main__":
    asyncio.run(main())
