"""Rehearse an incident: Sanity slows down, dies and comes back under steady calls; see what an operator would see.

    python -m scripts.incident [--short] [--json] [--out out/incident]

A real service, a stand-in for Sanity and a real Prometheus with the production rules. Prints what the dashboards showed
in each act, and leaves pictures of the time line and of both dashboards. Ends with 1 when something that must be seen
was not. Takes about three minutes.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from scripts.draw_incident import photograph, pictures
from scripts.incident_report import as_record, as_text, disappointments, figures
from scripts.rehearsal import FULL, SHORT, missing, rehearsed

ROOT = Path(__file__).parent.parent


def tell(line: str) -> None:
    """Progress; on standard error, so that standard output stays a report."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Rehearse, report, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="half a minute instead of three")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "incident", help="where pictures go")
    options = parser.parse_args()
    if lacking := missing():
        raise SystemExit("\n".join(lacking))
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        rehearsed(SHORT if options.short else FULL, Path(folder), tell) as rehearsal,
    ):
        told = figures(rehearsal)
        missed = disappointments(told, rehearsal)
        if options.json:
            print(json.dumps(as_record(told, rehearsal)))
        else:
            print(f"\n{as_text(told)}\n")
            print(f"{len(rehearsal.calls)} calls were placed; in {len(rehearsal.failed_calls)} an answer was lost")
        for name, picture in pictures(rehearsal).items():
            (options.out / name).write_text(picture, encoding="utf-8")
            tell(f"drawn: {options.out / name}")
    line = options.out / "incident.svg"
    if photograph(line, line.with_suffix(".png")):
        tell(f"drawn: {line.with_suffix('.png')}")
    for what in missed:
        tell(f"not seen: {what}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
