"""Everything there is to measure about recordings, one after the other.

Usage: python benchmarks/recordings/run.py [COUNT]   (default: a million interactions in each store)
"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the measurements use the servers and the builders of the tests

from benchmarks.recordings import adapter, million, purge

if __name__ == "__main__":
    count = int(sys.argv[1].replace("_", "")) if sys.argv[1:] else 1_000_000
    for kind in ("sqlite", "postgres"):
        asyncio.run(adapter.measure(kind, 5.0))
        asyncio.run(purge.measure(kind, 10))
    held = [asyncio.run(million.measure(kind, count)) for kind in ("sqlite", "postgres")]
    sys.exit(0 if all(held) else 1)
