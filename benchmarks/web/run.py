"""A cached webhook on every server worth comparing, in one run.

    python -m benchmarks.web.run [--seconds 1] [--rounds 9] [--connections 1,50,500] [--postgres] [--pace 300]
                                 [--only WORD,WORD]

Beside the service stand (a) the floor of its stack, a bare Starlette echo on hypercorn; (b) the obvious server for the
same job, `naive.py`, on uvicorn; (c) our own application on uvicorn and on granian. All of them authenticate, validate,
count and log, but for the floor; "recording" says who also keeps each answer on the disk before it is sent.

The machine is noisy, and slower in one minute than in the next: all servers run all the time and are loaded in turns
of a second. Figures are medians over the rounds; ratios are taken within a round, and their median counts.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from benchmarks.web.servers import HERE, NUMBER, ROOT, postgres_server, sanity, server, variants, warm


def used(process: psutil.Process) -> tuple[float, float]:
    """CPU seconds and megabytes of a server and its workers."""
    family = [process, *process.children(recursive=True)]
    times = [each.cpu_times() for each in family]
    return sum(each.user + each.system for each in times), sum(each.memory_info().rss for each in family) / 1e6


def load(port: int, connections: int, seconds: float, pace: float = 0.0) -> dict[str, float]:
    command = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), "/webhook", str(connections)]
    ended = subprocess.run([*command, str(seconds), NUMBER, str(pace)], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(ended.stdout)
    return result


def measured(process: psutil.Process, port: int, connections: int, seconds: float) -> dict[str, float]:
    """One run at so many connections, after a short one that wakes the server up."""
    load(port, connections, 0.2)
    before, memory = used(process)
    result = load(port, connections, seconds)
    after, memory_after = used(process)
    requests = result["requests"]
    result["rate"] = requests / result["seconds"]
    result["cpu_us"] = (after - before) * 1e6 / requests
    result["rss_mb"] = memory_after
    result["kept_bytes"] = (memory_after - memory) * 1e6 / requests
    return result


def table(results: dict[tuple[str, int], list[dict[str, float]]], floor: str) -> None:
    heads = ("req/s", "of floor", "p50 ms", "p99 ms", "CPU us", "RSS MB", "B/req")
    print(f"{'server':36} {'conns':>5} " + " ".join(f"{head:>8}" for head in heads))
    for (name, connections), runs in sorted(results.items(), key=lambda item: item[0][1]):

        def median(key: str, runs: list[dict[str, float]] = runs) -> float:
            return statistics.median(run[key] for run in runs)

        beside = [run["rate"] for run in results[floor, connections]]
        share = statistics.median(run["rate"] / other for run, other in zip(runs, beside, strict=True))
        failures = sum(run["failures"] for run in runs)
        print(
            f"{name:36} {connections:5} {median('rate'):8.0f} {share:8.0%} {median('p50'):8.2f}"
            f" {median('p99'):8.2f} {median('cpu_us'):8.0f} {median('rss_mb'):8.0f} {median('kept_bytes'):8.0f}"
            + (f"  {failures:.0f} failed" if failures else "")
        )


def cost_of_recording(results: dict[tuple[str, int], list[dict[str, float]]]) -> None:
    """What recording takes of the throughput, round by round beside the same server without it."""
    for (name, connections), runs in sorted(results.items(), key=lambda item: item[0][1]):
        without = results.get(("sheriff", connections))
        if without is None or not name.startswith("sheriff, recording"):
            continue
        pairs = list(zip(runs, without, strict=True))
        share = statistics.median(1 - on["rate"] / off["rate"] for on, off in pairs)
        cpu = statistics.median(on["cpu_us"] - off["cpu_us"] for on, off in pairs)
        print(
            f"{name:36} {connections:5} costs {share:.0%} of the throughput, {cpu:.0f} us of processor time a request"
        )


def paced(running: list[tuple[str, int, psutil.Process]], rounds: int, seconds: float, pace: float) -> None:
    """What recording adds to a reply at a steady pace that every server keeps, at 50 connections."""
    servers = [(name, port) for name, port, _ in running if name.startswith("sheriff")]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name, _ in servers}
    for _ in range(rounds):
        for name, port in servers:
            runs[name].append(load(port, 50, seconds, pace))
    print(f"\nat a pace of {pace:.0f} requests a second, 50 connections:")
    for name, _ in servers:
        added = statistics.median(on["p50"] - off["p50"] for on, off in zip(runs[name], runs["sheriff"], strict=True))
        median = {key: statistics.median(run[key] for run in runs[name]) for key in ("p50", "p99")}
        print(f"{name:36} p50 {median['p50']:6.2f} ms ({added:+.2f})  p99 {median['p99']:6.2f} ms")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--connections", default="1,50,500")
    options.add_argument("--postgres", action="store_true", help="record into a PostgreSQL of our own, too")
    options.add_argument("--pace", type=float, default=300.0, help="requests a second of the paced comparison; 0: none")
    options.add_argument("--only", default="", help="servers whose name holds one of these words, beside the floor")
    chosen = options.parse_args()
    results: dict[tuple[str, int], list[dict[str, float]]] = {}
    on_disk = ROOT / "out"  # the temporary directory may be in memory, and a commit is to cost what it costs
    on_disk.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=on_disk)))
        source = stack.enter_context(sanity())
        postgres = stack.enter_context(postgres_server(wanted=chosen.postgres))
        floor, *others = variants(scratch, source, postgres)
        words = chosen.only.split(",")
        running = []
        for name, command, environment in (floor, *(each for each in others if any(word in each[0] for word in words))):
            port, process = stack.enter_context(server(command, environment, scratch))
            warm(port)
            load(port, 50, 1.0)
            running.append((name, port, process))
        for connections in map(int, chosen.connections.split(",")):
            for _ in range(chosen.rounds):
                for name, port, process in running:
                    result = measured(process, port, connections, chosen.seconds)
                    results.setdefault((name, connections), []).append(result)
        table(results, floor[0])
        cost_of_recording(results)
        if chosen.pace:
            paced(running, chosen.rounds, chosen.seconds, chosen.pace)


if __name__ == "__main__":
    main()
