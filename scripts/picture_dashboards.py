"""Draws docs/images/dashboard-*.svg: both dashboards over a scripted incident, watched by a real Prometheus.

Run `python -m scripts.picture_dashboards`; it takes half a minute and needs the `prometheus` binary.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.build_dashboards import dashboards
from scripts.draw_dashboard import View, draw
from tests.prometheus_server import fast_config, running_prometheus

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "images"


def main() -> None:
    """Play, watch, draw."""
    with (
        subprocess.Popen(
            [sys.executable, "-m", "tests.scripted_incident"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as process,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        port = int(process.stdout.readline())
        with running_prometheus(fast_config(f"127.0.0.1:{port}"), Path(folder)) as prometheus:
            prometheus.wait_for("sheriff_lookups_total")
            start = time.time()
            process.stdin.write("go\n")
            process.stdin.flush()
            acts: dict[str, float] = {}
            while (line := process.stdout.readline()) != "over\n":
                name, _, began = line.partition(" ")
                acts[name] = float(began)
            view = View(start, time.time(), step_s=0.5, acts=acts)
            TARGET.mkdir(parents=True, exist_ok=True)
            for file_name, board in dashboards().items():
                target = TARGET / f"dashboard-{file_name.removeprefix('sheriff-').removesuffix('.json')}.svg"
                target.write_text(draw(board, prometheus, view), encoding="utf-8")
                sys.stdout.write(f"{target}\n")
        with contextlib.suppress(BrokenPipeError):
            process.communicate("end\n", timeout=10)


if __name__ == "__main__":
    main()
