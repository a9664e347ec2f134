"""What callers notice when Sanity is well, slow, flapping, stormed or dead: (a) to (f) of the resilience figures.

    python -m benchmarks.resilience.run [--only abcdef] [--json | --write]

A real service process on real sockets, a source in a process of its own, fifty callers. Takes about two minutes; ends
with 1 when a goal was missed. Time between questions, and freshness with it, runs twenty times faster than on the
telephone; how long the source takes does not. `--write` puts the figures into docs/explanation/resilience.md.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.resilience import scenes
from benchmarks.resilience.stage import machine

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "a": "50 concurrent calls, source at 80 ms median, 600 ms p99",
    "b": "the same, source at 3 s, everything remembered and old",
    "c": "source dead, breaker open, a third never asked for",
    "d": "requests fail by themselves: numbers never asked for, calls as in (a), 4 attempts",
    "e": "1,000 simultaneous calls for one cold number",
    "f": "memory of the memory",
}
FLAPPING = (0.1, 0.3, 0.5)
WIDTH = 14
PAGE = ROOT / "docs" / "explanation" / "resilience.md"
BEGIN, END = "<!-- figures: written by `python -m benchmarks.resilience.run --write` -->", "<!-- figures end -->"


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
                figures["d"][f"{share:.0%} {name}"] = found
    if "f" in wanted:
        figures["f"] = memory()
    return dict(sorted(figures.items()))


def as_text(figures: dict[str, Any]) -> str:
    """One line a figure; the parts of a scene side by side."""
    lines = []
    for scene, parts in figures.items():
        lines.append(f"({scene}) {TITLES[scene]}" if scene in TITLES else scene)
        names = list(parts)
        if names != [""]:
            lines.append(f"    {'':30}" + "".join(f"{name:>{WIDTH}}" for name in names))
        for what in dict.fromkeys(what for found in parts.values() for what in found):
            shown = [_shown(found.get(what, "")) for found in parts.values()]
            cells = shown[0] if names == [""] else "".join(f"{cell:>{WIDTH}}" for cell in shown)
            lines.append(f"    {what:<30}{cells}".rstrip())
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def write(text: str) -> None:
    """Put `text` between the marks of the page."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n```\n{text}\n```\n{END}{tail}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="abcdef", help="which scenes; a, b, c and e are played together")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    options = parser.parse_args()
    figures = asyncio.run(measured(options.only))
    print(json.dumps(figures, indent=2) if options.json else as_text(figures))
    if options.write:
        write(as_text(figures))
    missed = [scene for scene, parts in figures.items() for found in parts.values() if found.get("met") is False]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
