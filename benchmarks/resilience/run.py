"""What callers notice when Sanity is well, slow, flapping, stormed or dead: (a) to (f) of the resilience figures.

    python benchmarks/resilience/run.py [--only abcdef] [--json]

A real service process on real sockets, a source in a process of its own, fifty callers. Takes about two minutes; ends
with 1 when a goal was missed. Time between questions, and freshness with it, runs twenty times faster than on the
telephone; how long the source takes does not.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.resilience import scenes  # noqa: E402 - found by the line above
from benchmarks.resilience.stage import machine  # noqa: E402 - as above

TITLES = {
    "a": "50 concurrent calls, source at 80 ms median, 600 ms p99",
    "b": "the same, source at 3 s, everything remembered and old",
    "c": "source dead, breaker open, a third never asked for",
    "d": "requests fail by themselves",
    "e": "1,000 simultaneous calls for one cold number",
    "f": "memory of the memory",
}
FLAPPING = (0.1, 0.3, 0.5)


def memory() -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.resilience.memory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {"": json.loads(ended.stdout)}


async def measured(wanted: str) -> dict[str, Any]:
    figures: dict[str, Any] = {"machine": {"": machine()}}
    if set(wanted) & set("abce"):
        for scene, found in (await scenes.normal_slow_dead()).items():
            figures[scene] = {"": found}
    if "d" in wanted:
        figures["d"] = {}
        for share in FLAPPING:
            for name, found in (await scenes.flapping(share)).items():
                figures["d"][f"{share:.0%}, {name}"] = found
    if "f" in wanted:
        figures["f"] = memory()
    return dict(sorted(figures.items()))


def as_text(figures: dict[str, Any]) -> str:
    lines = []
    for scene, parts in figures.items():
        lines.append(f"({scene}) {TITLES[scene]}" if scene in TITLES else scene)
        for name, found in parts.items():
            lines.append("    " + (f"{name}: " if name else "") + " · ".join(f"{k} {v}" for k, v in found.items()))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="abcdef", help="which scenes; a, b, c and e are played together")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = asyncio.run(measured(options.only))
    print(json.dumps(figures, indent=2) if options.json else as_text(figures))
    missed = [scene for scene, parts in figures.items() for found in parts.values() if found.get("met") is False]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
