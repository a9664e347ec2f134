"""Recordings at a million interactions: their size, how fast they go in, and how long a page takes with each filter.

Usage: python -m benchmarks.recordings.million [--count 1_000_000] [--only sqlite|postgres]
"""

import asyncio
import gc
import itertools
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.recordings.realistic import START, call_id, correlation_id, interactions
from benchmarks.recordings.stores import address, chosen, count, on_disk, options, store
from sheriff_adapters.recordings.opening import OpenRecordings
from sheriff_adapters.recordings.row import row_of
from sheriff_core.ports import InteractionFilter

BATCH = 2_000
PAGES = 7  # of each filter; the slowest is told
BOUND_MS = 50.0


def questions(count: int) -> dict[str, InteractionFilter]:
    middle = START + timedelta(seconds=count / 4)
    someone = call_id(count // 8)
    return {
        "everything": InteractionFilter(),
        "before": InteractionFilter(before=middle),
        "correlation id": InteractionFilter(correlation_id=correlation_id(count // 8 * 4)),
        "call": InteractionFilter(call_id=someone),
        "call, outcome": InteractionFilter(call_id=someone, outcome="found"),
        "tracking number": InteractionFilter(tracking_number="shr 000-777"),
        "tracking number, outcome": InteractionFilter(tracking_number="shr 000-777", outcome="not_found"),
        "outcome, common": InteractionFilter(outcome="found"),
        "outcome, rare": InteractionFilter(outcome="refused"),
        "outcome, absent": InteractionFilter(outcome="ambiguous"),
        "slower than 1 ms (1 in 2)": InteractionFilter(slower_than_ms=1),
        "slower than 4 s (1 in 500)": InteractionFilter(slower_than_ms=4_000),
        "slower than 1 min (a few)": InteractionFilter(slower_than_ms=60_000),
        "slower than 4 s, rare outcome": InteractionFilter(slower_than_ms=4_000, outcome="refused"),
        "slower than 400 ms, outcome, before": InteractionFilter(
            slower_than_ms=400, outcome="unavailable", before=middle
        ),
        "kind, tool calls": InteractionFilter(kind="tool_call"),
        "kind, reports": InteractionFilter(kind="end_of_call", before=middle),
    }


async def fill(recordings: OpenRecordings, count: int) -> float:
    """Import `count` interactions; how many a second, the making of them apart."""
    spent = 0.0
    made = interactions(count)
    for done in itertools.count(BATCH, BATCH):
        rows = [row_of(interaction) for interaction in itertools.islice(made, BATCH)]
        if not rows:
            break
        began = time.perf_counter()
        await recordings.add(rows)
        spent += time.perf_counter() - began
        if sys.stderr.isatty():
            print(f"\r{done:,}", end="", file=sys.stderr)
    return count / spent


async def page_times(recordings: OpenRecordings, wanted: InteractionFilter) -> tuple[float, float, int]:
    """The first page, cold or not, the slowest of the following ones in ms, and how many were on them."""
    cursor: str | None = None
    spent: list[float] = []
    found = 0
    for _ in range(PAGES):
        asked = InteractionFilter(
            **{name: getattr(wanted, name) for name in InteractionFilter.__slots__} | {"cursor": cursor}
        )
        began = time.perf_counter()
        page = await recordings.find(asked)
        spent.append((time.perf_counter() - began) * 1_000)
        found += len(page.interactions)
        cursor = page.next_cursor
        if cursor is None:
            break
    return spent[0], max(spent), found


async def measure(kind: str, count: int) -> bool:
    with (
        tempfile.TemporaryDirectory(prefix="sheriff-million-", dir=on_disk()) as directory,
        address(kind, Path(directory)) as url,
    ):
        async with store(url, Path(directory)) as recordings:
            rate = await fill(recordings, count)
            size = await recordings.size_bytes()
            print(f"\n{kind}: {count:,} interactions, {rate:,.0f} a second in, {size / count:,.0f} bytes each")
            # The interpreter looks through all its objects now and then, for 50 ms on a busy machine: not the store's.
            gc.collect()
            gc.freeze()
            slowest = 0.0
            for name, wanted in questions(count).items():
                first, worst, found = await page_times(recordings, wanted)
                slowest = max(slowest, worst)
                print(f"  {name:40} first {first:7.1f} ms   slowest {worst:7.1f} ms   {found:4} found")
            began = time.perf_counter()
            gone = await recordings.purge(InteractionFilter(before=START + timedelta(seconds=count / 2 / 50)))
            spent = time.perf_counter() - began
            print(f"  purge of the oldest {gone:,}: {spent:.1f} s")
    print(f"  {'every page within' if slowest <= BOUND_MS else 'NOT every page within'} {BOUND_MS:g} ms")
    return slowest <= BOUND_MS


async def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--count", type=count, default=1_000_000, help="interactions in each store")
    given = parser.parse_args()
    held = [await measure(kind, given.count) for kind in chosen(given.only)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
