"""Play the fault matrix and print what callers heard; exit code 1 when a row did not keep its promise.

    python -m scripts.faults [--write]

`--write` puts the table into docs/explanation/resilience.md.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from tests.system.fault_play import Heard, Played, play_all, problems

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "resilience.md"
BEGIN, END = "<!-- faults: written by `python -m scripts.faults --write` -->", "<!-- faults end -->"
WORDS = {"source": "current", "stale": "remembered", "none": "sorry"}
HEADS = (
    "fault",
    "remembered",
    "after",
    "requests",
    "never asked",
    "after",
    "requests",
    "breaker",
    "then",
)


def cells(played: Played) -> list[str]:
    """One row as people read it."""
    then = "-"
    if played.later:
        slowest_s = max(heard.took_s for heard in played.later)
        words = ", ".join(WORDS[heard.served_from] for heard in played.later)
        then = f"{words}; {_time(slowest_s)}; {played.later_requests} requests"
    return [
        played.row.name,
        *_answer(played.remembered),
        str(played.remembered_requests),
        *_answer(played.never_asked),
        str(played.never_asked_requests),
        played.breaker,
        then,
    ]


def table(rows: list[list[str]]) -> str:
    """The rows under their heads, in Markdown that is also aligned."""
    widths = [max(len(row[column]) for row in [list(HEADS), *rows]) for column in range(len(HEADS))]

    def line(row: list[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    return "\n".join([line(list(HEADS)), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def write(text: str) -> None:
    """Put `text` between the marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def _answer(heard: Heard) -> tuple[str, str]:
    return f"{heard.status} {WORDS[heard.served_from]}", _time(heard.took_s)


def _time(seconds: float) -> str:
    return f"{seconds * 1_000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def main() -> None:
    """Play, print, and write when asked."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    chosen = options.parse_args()
    began = time.monotonic()
    played = asyncio.run(play_all())
    printed = table([cells(row) for row in played])
    print(printed)
    said = {heard.served_from: heard.text for row in played for heard in (row.remembered, row.never_asked)}
    for served_from, word in WORDS.items():
        print(f"{word} ({served_from}): {said[served_from]}")
    broken = [f"{row.row.name}: {problem}" for row in played for problem in problems(row)]
    print("\n".join(broken) if broken else f"{len(played)} rows, every promise kept; {time.monotonic() - began:.0f} s")
    if chosen.write and not broken:
        write(printed)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
