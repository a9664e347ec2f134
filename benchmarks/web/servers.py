"""The servers worth comparing with a cached webhook, each started and stopped as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
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


def warm(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhook",
        data=b'{"message":{"type":"status-update"}}',
        headers={"Content-Type": "application/json", "X-Vapi-Secret": "bench-secret"},
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        reply.read()
