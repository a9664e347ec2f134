"""How much memory a remembered delivery takes, and all of them at the bound; `run.py` starts it as a process."""

import argparse
import asyncio
import gc
import json
import sys
import tracemalloc
from datetime import UTC, datetime

import psutil

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.delivery import Delivery
from sheriff_core.ports import Remembered

BOUND = 50_000  # SHERIFF_CACHE_MAX_ENTRIES
BEYOND = 60_000


def remembered(index: int) -> Remembered:
    """An answer as a reply of Sanity makes it: no text is shared between two of them."""
    issue = f"Held at depot {index}: the street number on the label could not be read." if index % 4 == 0 else None
    return Remembered(
        (
            Delivery(
                tracking_number=f"SHR{index:08d}",
                status=f"{'in_transit' if index else 'pending'}",
                customer_name=f"Maria Lopez {index}",
                customer_phone=f"+1555{index:07d}",
                estimated_delivery=f"2031-03-{index % 28 + 1:02d}",
                issue_message=issue,
                document_id=f"delivery-{index:08d}-4f6a-9f6b",
                revision=f"aBcDeFgHiJkLmNoPq{index:05d}",
                updated_at=f"2031-02-01T10:{index % 60:02d}:00Z",
            ),
        ),
        datetime.now(UTC),
    )


async def fill() -> dict[str, float]:
    process = psutil.Process()
    cache = MemoryDeliveryCache(max_entries=BOUND, clock=SystemClock())
    gc.collect()
    resident = process.memory_info().rss
    for index in range(BOUND):
        await cache.put(f"SHR{index:08d}", remembered(index), ttl_s=86_400.0)
    at_the_bound = process.memory_info().rss
    for index in range(BOUND, BEYOND):
        await cache.put(f"SHR{index:08d}", remembered(index), ttl_s=86_400.0)
    beyond = process.memory_info().rss
    return {
        "entries after 60,000 were put": len(cache),
        "bytes per delivery, resident": round((at_the_bound - resident) / BOUND),
        "MB at the bound": round((at_the_bound - resident) / 1e6, 1),
        "MB after 60,000": round((beyond - resident) / 1e6, 1),
    }


async def traced() -> int:
    """Bytes that Python itself allocates for one, without what the allocator keeps back."""
    cache = MemoryDeliveryCache(max_entries=BOUND, clock=SystemClock())
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for index in range(10_000):
        await cache.put(f"SHR{index:08d}", remembered(index), ttl_s=86_400.0)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) // 10_000


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    figures = asyncio.run(fill())
    figures["bytes per delivery, allocated"] = asyncio.run(traced())
    json.dump(figures, sys.stdout)
