"""Webhook latency and throughput on the dataset source, beside the floor of the stack, in one run.

    python benchmarks/web/run.py [--seconds 3] [--rounds 3] [--connections 1,50]

The machine is noisy: variants take turns, figures are medians over the rounds, and the ratio to the floor counts.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NUMBER = "SHR123456"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def variants(scratch: Path) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Command and environment of each server; `{port}` and `{internal}` are filled in."""
    service = [sys.executable, "-m", "sheriff", "serve"]
    environment = {
        "SHERIFF_SOURCE": f"dataset:{ROOT / 'src/sheriff/demo/deliveries.ndjson'}",
        "VAPI_SECRET": "bench-secret",
        "SHERIFF_PUBLIC_BIND": "127.0.0.1:{port}",
        "SHERIFF_INTERNAL_BIND": "127.0.0.1:{internal}",
        "SHERIFF_RECORDINGS_URL": "none",
    }
    recording = {"SHERIFF_RECORDINGS_URL": f"sqlite:///{scratch / 'bench.db'}"}
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "sheriff.asgi:public", "--port", "{port}"]
    uvicorn += ["--no-access-log", "--log-level", "warning"]
    return {
        "floor: Starlette echo, hypercorn": ([sys.executable, str(HERE / "floor.py"), "{port}"], {}),
        "sheriff, recording (sqlite)": (service, {**environment, **recording}),
        "sheriff, recording off": (service, environment),
        "sheriff's application on uvicorn": (uvicorn, environment),
    }


@contextmanager
def server(command: list[str], environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    port, internal = free_port(), free_port()
    filled = [part.format(port=port) for part in command]
    variables = {name: value.format(port=port, internal=internal) for name, value in environment.items()}
    process = subprocess.Popen(
        filled,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def load(port: int, connections: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), "/webhook", str(connections)]
    ended = subprocess.run([*command, str(seconds), NUMBER], capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def warm(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhook",
        data=b'{"message":{"type":"status-update"}}',
        headers={"Content-Type": "application/json", "X-Vapi-Secret": "bench-secret"},
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        reply.read()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--connections", default="1,50")
    chosen = options.parse_args()
    results: dict[tuple[str, int], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(chosen.rounds):
            for name, (command, environment) in variants(Path(scratch)).items():
                with server(command, environment) as (port, process):
                    warm(port)
                    for connections in map(int, chosen.connections.split(",")):
                        load(port, connections, 0.5)
                        before = process.cpu_times()
                        result = load(port, connections, chosen.seconds)
                        after = process.cpu_times()
                        result["cpu_us"] = (
                            (after.user + after.system - before.user - before.system) * 1e6 / result["requests"]
                        )
                        result["rss_mb"] = process.memory_info().rss / 1e6
                        results.setdefault((name, connections), []).append(result)
    heads = ("req/s", "of floor", "p50 ms", "p99 ms", "CPU us", "RSS MB")
    print(f"{'server':36} {'conns':>5} " + " ".join(f"{head:>8}" for head in heads))
    floor: dict[int, float] = {}
    for (name, connections), runs in results.items():

        def median(key: str, runs: list[dict[str, float]] = runs) -> float:
            return statistics.median(run[key] for run in runs)

        rate = statistics.median(run["requests"] / run["seconds"] for run in runs)
        floor.setdefault(connections, rate)
        failures = sum(run["failures"] for run in runs)
        print(
            f"{name:36} {connections:5} {rate:8.0f} {rate / floor[connections]:8.0%} {median('p50'):8.2f}"
            f" {median('p99'):8.2f} {median('cpu_us'):8.0f} {median('rss_mb'):8.0f}"
            + (f"  {failures} failed" if failures else "")
        )


if __name__ == "__main__":
    main()
