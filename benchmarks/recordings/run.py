"""Everything there is to measure about recordings, one after the other.

Usage: python -m benchmarks.recordings.run [--count 1_000_000] [--only sqlite|postgres]
"""

import asyncio
import sys

from benchmarks.recordings import adapter, million, purge
from benchmarks.recordings.stores import chosen, count, options


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--count", type=count, default=1_000_000, help="interactions in each store")
    given = parser.parse_args()
    for kind in chosen(given.only):
        asyncio.run(adapter.measure(kind, 5.0))
        asyncio.run(purge.measure(kind, 10))
    held = [asyncio.run(million.measure(kind, given.count)) for kind in chosen(given.only)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
