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
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from tests.free_port import free_port
from tests.postgres_server import PostgresServer, find_postgres

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NUMBER = "SHR123456"
START_WITHIN_S = 30.0
DATASET = ROOT / "src/sheriff/demo/deliveries.ndjson"

Variant = tuple[str, list[str], dict[str, str]]


def variants(scratch: Path, source: str, postgres: str | None) -> list[Variant]:
    """Name, command and environment of each server; `{port}` and `{internal}` are filled in. The first is the floor."""
    service = [sys.executable, "-m", "sheriff", "serve"]
    off = {
        "SHERIFF_SOURCE": f"dataset:{DATASET}",
        "VAPI_SECRET": "bench-secret",
        "SHERIFF_PUBLIC_BIND": "127.0.0.1:{port}",
        "SHERIFF_INTERNAL_BIND": "127.0.0.1:{internal}",
        "SHERIFF_RECORDINGS_URL": "none",
    }

    def sqlite(name: str) -> dict[str, str]:
        return {**off, "SHERIFF_RECORDINGS_URL": f"sqlite:///{scratch / name}.db"}

    uvicorn = [sys.executable, "-m", "uvicorn", "--port", "{port}", "--no-access-log", "--log-level", "warning"]
    ours = [*uvicorn, "--factory", "sheriff.asgi:public"]
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", "{port}", "--log-level", "warning"]
    granian += ["--factory", "sheriff.asgi:public"]
    naive = [*uvicorn, "--app-dir", str(HERE), "naive:app"]
    listed: list[Variant] = [
        ("(a) floor: Starlette echo, hypercorn", [sys.executable, str(HERE / "floor.py"), "{port}"], {}),
        ("sheriff", service, off),
        ("sheriff, recording (sqlite)", service, sqlite("service")),
        ("(b) FastAPI and tenacity, uvicorn", naive, {"NAIVE_SOURCE": source}),
        ("(c) sheriff's application, uvicorn", ours, off),
        (
            "(b) the same, recording (sqlite)",
            naive,
            {"NAIVE_SOURCE": source, "NAIVE_RECORDINGS": f"{scratch / 'naive.db'}"},
        ),
        ("(c) the same, recording (sqlite)", ours, sqlite("uvicorn")),
        ("(c) sheriff's application, granian", granian, off),
    ]
    if postgres is not None:
        recorded = {**off, "SHERIFF_RECORDINGS_URL": postgres}
        listed.insert(3, ("sheriff, recording (postgres)", service, recorded))
    return listed


@contextmanager
def sanity() -> Iterator[str]:
    """The address of a Sanity that knows one delivery, for the server that asks over HTTP."""
    documents = map(json.loads, DATASET.read_text(encoding="utf-8").splitlines())
    document = next(each for each in documents if each.get("trackingNumber") == NUMBER)
    content = json.dumps({"result": document}).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 1_024

        def handle_error(self, *_: object) -> None:
            """Whoever asked has hung up at the end of a turn."""

    with Server(("127.0.0.1", 0), Answer) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()


@contextmanager
def postgres_server(*, wanted: bool) -> Iterator[str | None]:
    """The address of a PostgreSQL of our own, on the disk."""
    if not wanted:
        yield None
        return
    running = PostgresServer(find_postgres(), in_memory=False)
    try:
        running.start()
        yield running.url("postgres")
    finally:
        running.remove()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def server(command: list[str], environment: dict[str, str], cwd: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The running server's port and process. Raises when it does not come up."""
    port, internal = free_port(), free_port()
    filled = [part.format(port=port) for part in command]
    variables = {name: value.format(port=port, internal=internal) for name, value in environment.items()}
    process = subprocess.Popen(
        filled,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **variables},
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + START_WITHIN_S
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"did not come up: {' '.join(filled)}")
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


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


def warm(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhook",
        data=b'{"message":{"type":"status-update"}}',
        headers={"Content-Type": "application/json", "X-Vapi-Secret": "bench-secret"},
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        reply.read()


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
