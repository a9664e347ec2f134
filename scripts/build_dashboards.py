"""Writes deploy/grafana/dashboards/*.json.

Run `python -m scripts.build_dashboards`; a test fails when the files are not what this writes.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from scripts import dashboard_dependencies, dashboard_overview
from scripts.grafana import dashboard

TARGET = Path(__file__).parent.parent / "deploy" / "grafana" / "dashboards"


def dashboards() -> dict[str, dict[str, Any]]:
    """Each dashboard by its file name."""
    return {
        "sheriff-overview.json": dashboard(
            "sheriff-overview",
            "sheriff: is the caller served?",
            "The page for whoever is on call: what callers get, and the first hint at why if they do not.",
            dashboard_overview.ROWS,
            {"Dependencies": "sheriff-dependencies"},
        ),
        "sheriff-dependencies.json": dashboard(
            "sheriff-dependencies",
            "sheriff: dependencies",
            "Sanity, cache, recordings and the process itself.",
            dashboard_dependencies.ROWS,
            {"Overview": "sheriff-overview"},
        ),
    }


def rendered() -> dict[str, str]:
    """The text of each file."""
    return {name: json.dumps(content, indent=1) + "\n" for name, content in dashboards().items()}


if __name__ == "__main__":
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    for file_name, text in rendered().items():
        (TARGET / file_name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{TARGET / file_name}\n")
