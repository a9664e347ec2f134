"""Draws docs/images: both dashboards and the time line, from one rehearsed incident of a real service.

Run `python -m scripts.picture_dashboards`; it takes three minutes and needs what `make incident` needs, and Chromium.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.draw_incident import photograph, pictures
from scripts.incident_report import as_text, disappointments, figures
from scripts.rehearsal import FULL, missing, rehearsed

TARGET = Path(__file__).parent.parent / "docs" / "images"


def main() -> None:
    """Rehearse and draw; pictures of an incident that did not show what it must are not kept."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    if lacking := missing():
        raise SystemExit("\n".join(lacking))
    with tempfile.TemporaryDirectory() as folder, rehearsed(FULL, Path(folder), print) as rehearsal:
        told = figures(rehearsal)
        print(f"\n{as_text(told)}\n")  # for docs/how-to/rehearse-an-incident.md
        if missed := disappointments(told, rehearsal):
            raise SystemExit("not seen: " + ", ".join(missed))
        for name, picture in pictures(rehearsal).items():
            (TARGET / name).write_text(picture, encoding="utf-8")
    if not photograph(TARGET / "incident.svg", TARGET / "incident.png"):
        sys.exit("incident.png was not drawn: Chromium is not installed")


if __name__ == "__main__":
    main()
