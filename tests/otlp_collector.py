"""As little of an OTLP collector as shows what arrives, as a fixture."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

ENOUGH_S = 60.0


class Export(NamedTuple):
    """One request, as it came."""

    path: str
    content_type: str | None
    api_key: str | None
    body: bytes


class Collector:
    """What it was sent, and how it answers."""

    def __init__(self, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"
        self.status = 200
        self.received: list[Export] = []  # once they could be answered
        self.may_answer = threading.Event()
        self.may_answer.set()

    def bodies(self, path: str) -> list[bytes]:
        """What was sent to `path`, in order."""
        return [export.body for export in self.received if export.path == path]


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that takes everything at once until it is told otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            running.may_answer.wait(ENOUGH_S)
            running.received.append(Export(self.path, self.headers["Content-Type"], self.headers["api-key"], body))
            self.send_response(running.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Collector(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.may_answer.set()
        server.shutdown()
        thread.join()
