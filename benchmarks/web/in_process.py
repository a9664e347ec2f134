"""What one cached webhook costs inside the process, server and sockets left out.

    python -m benchmarks.web.in_process [--requests 2000] [--rounds 15] [--recordings sqlite:////tmp/bench.db]

The lowest round counts: whatever else runs on a machine only ever adds.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.web import load

ROOT = Path(__file__).parents[2]
AT_ONCE = 50
NUMBER = "SHR123456"

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def environment(recordings: str) -> dict[str, str]:
    return {
        "SHERIFF_SOURCE": f"dataset:{ROOT / 'src/sheriff/demo/deliveries.ndjson'}",
        "VAPI_SECRET": "bench-secret",
        "SHERIFF_RECORDINGS_URL": recordings,
    }


async def request(app: App, body: bytes) -> None:
    """One request as a server hands it over; raises unless the reply tells the delivery."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [
        (b"host", b"127.0.0.1:8000"),
        (b"content-type", b"application/json"),
        (b"x-vapi-secret", b"bench-secret"),
        (b"content-length", str(len(body)).encode()),
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
    }
    scope |= {"path": "/webhook", "raw_path": b"/webhook", "query_string": b"", "root_path": "", "headers": headers}
    await app(scope, receive, send)
    if sent[0]["status"] != 200 or b'"found"' not in sent[1]["body"]:
        raise RuntimeError(f"not answered: {sent}")


def tool_calls(start: int, count: int) -> list[bytes]:
    """Bodies, each unlike every other."""
    return [load.body(index, NUMBER, 3_600) for index in range(start, start + count)]


async def batch(app: App, bodies: list[bytes]) -> None:
    """Each of `bodies`, `AT_ONCE` at a time."""
    waiting = iter(bodies)

    async def caller() -> None:
        for body in waiting:
            await request(app, body)

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


async def measure(recordings: str, requests: int, rounds: int) -> list[float]:
    """CPU microseconds a request of all threads, round by round."""
    os.environ.update(environment(recordings))
    from sheriff.composition import application
    from sheriff.settings import read_settings
    from sheriff_adapters.telemetry.json_logs import JsonLogs

    settings = read_settings()
    logs = JsonLogs(level="INFO", stream=Path(os.devnull).open("wb"))  # noqa: SIM115 - open until the process ends
    logs.start()
    figures = []
    async with application(settings) as built:
        built.health.started()
        await batch(built.public, tool_calls(0, 100))
        for turn in range(rounds):
            bodies = tool_calls(1_000 + turn * requests, requests)
            started = time.process_time()
            await batch(built.public, bodies)
            figures.append((time.process_time() - started) / requests * 1e6)
    logs.stop()
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--requests", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--recordings")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for url in ("none", f"sqlite:///{scratch}/bench.db"):
            recordings = chosen.recordings or url
            figures = sorted(uvloop.run(measure(recordings, chosen.requests, chosen.rounds)))
            print(
                f"recordings {recordings.partition(':')[0]:7} {figures[0]:6.0f} us a request at best,"
                f" {figures[len(figures) // 2]:6.0f} in the middle"
            )
            if chosen.recordings:
                break


if __name__ == "__main__":
    main()
