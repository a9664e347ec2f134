"""Machine instructions of one cached webhook, server and all: the same on a quiet machine and on a busy one.

    python -m benchmarks.web.instructions [--seconds 8] [--only WORD]       # needs valgrind

What runs in the kernel is not counted; it is the same for every server here but for the writes of recordings.
"""

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.web.run import load
from benchmarks.web.servers import ROOT, sanity, server, variants, warm

AT_ONCE = 10


def control(process: psutil.Process, state: str) -> None:
    """Start or end the counting: `on` or `off`."""
    subprocess.run(["callgrind_control", "-i", state, str(process.pid)], check=True, capture_output=True)


@contextlib.contextmanager
def under_valgrind(
    command: list[str], environment: dict[str, str], cwd: Path
) -> Iterator[tuple[int, psutil.Process, Path]]:
    report = cwd / "valgrind.txt"
    wrapped = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null"]
    wrapped += [f"--log-file={report}", *command]
    with server(wrapped, {**environment, "PYTHONHASHSEED": "0"}, cwd) as (port, process):
        yield port, process, report


def counted(command: list[str], environment: dict[str, str], cwd: Path, seconds: float) -> float:
    """Instructions a request."""
    with under_valgrind(command, environment, cwd) as (port, process, report):
        for _ in range(20):
            with contextlib.suppress(OSError):
                warm(port)
                break
            time.sleep(1)
        load(port, AT_ONCE, 3.0)
        control(process, "on")
        requests = load(port, AT_ONCE, seconds)["requests"]
        control(process, "off")
    return int(re.findall(r"Collected : (\d+)", report.read_text())[0]) / requests


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=8.0)
    options.add_argument("--only", default="", help="servers whose name holds this word, beside the floor")
    chosen = options.parse_args()
    (ROOT / "out").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "out") as scratch, sanity() as source:
        first: float | None = None
        for name, command, environment in variants(Path(scratch), source, None):
            if "granian" in name or (first is not None and chosen.only not in name):
                continue  # granian works in a second process, which would need counting of its own
            figure = counted(command, environment, Path(scratch), chosen.seconds)
            first = first or figure
            print(
                f"{name:36} {figure / 1_000:7.0f} thousand instructions a request   {first / figure:5.0%} of the floor"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
