"""What telemetry costs: `python -m benchmarks.telemetry.cost`.

Two real servers run side by side, one with all telemetry (metrics, logs, the tracing that is off) and one without any
listener; the same cached webhook goes to each in turn, over HTTP on loopback, and the CPU time that each process used
is compared. Then what single parts cost. Prints a table; `--json` prints numbers.
"""

import argparse
import asyncio
import http.client
import io
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import uvloop

from sheriff_adapters.telemetry.fan_out import FanOut
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_adapters.telemetry.traces import PassingTraces
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core import events

DEMO = Path(__file__).parent.parent.parent / "src" / "sheriff" / "demo" / "deliveries.ndjson"
MODES = ("off", "on")


async def serve_one(mode: str) -> None:
    """Serve until told to stop; the port is printed."""
    from sheriff.composition import application
    from sheriff.settings import read_settings
    from sheriff_web.server import serve

    settings = read_settings(
        {
            "SHERIFF_SOURCE": f"dataset:{DEMO}",
            "VAPI_AUTH": "none",
            "SHERIFF_RECORDINGS_URL": "none",
            "SHERIFF_PUBLIC_BIND": "127.0.0.1:0",
            "SHERIFF_INTERNAL_BIND": "127.0.0.1:0",
        }
    )
    logs = JsonLogs(stream=os.fdopen(os.open(os.devnull, os.O_WRONLY), "wb"))
    if mode == "on":
        logs.start()
    else:
        logging.getLogger().setLevel(logging.CRITICAL)

    async def ready() -> None:
        app.health.started()

    async with application(settings, traces=PassingTraces()) as app:
        if mode == "off":
            app.events._sinks = ()
        await serve(
            app.public,
            app.internal,
            public_bind="127.0.0.1:0",
            internal_bind="127.0.0.1:0",
            ready=ready,
            draining=lambda: None,
            on_listening=lambda public, internal: print(public, internal, flush=True),
        )
    logs.stop()


class Server:
    """One server process, and a connection to it that stays open."""

    def __init__(self, mode: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.telemetry.cost", "--serve", mode],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": "src"},
        )
        public, internal = self.process.stdout.readline().split()
        self._cpu = psutil.Process(self.process.pid)
        self._public = public.removeprefix("http://")
        self.internal = internal.removeprefix("http://")
        self._number = 0

    def cpu_us(self, requests: int) -> float:
        """µs of CPU for each of `requests` cached webhooks."""
        connection = http.client.HTTPConnection(self._public)  # an idle one would have been closed by now
        before = self._cpu.cpu_times()
        for _ in range(requests):
            self._number += 1
            arguments = {"trackingNumber": "SHR123456"}
            call = {"id": f"t{self._number}", "function": {"name": "getDeliveryStatus", "arguments": arguments}}
            message = {"type": "tool-calls", "call": {"id": f"c{self._number}"}, "toolCallList": [call]}
            body = json.dumps({"message": message})
            connection.request("POST", "/webhook", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            assert b'"outcome":"found"' in reply.read()
        after = self._cpu.cpu_times()
        connection.close()
        return (after.user + after.system - before.user - before.system) / requests * 1e6

    def scrape(self) -> tuple[float, int]:
        """Milliseconds of one scrape, and its size in bytes."""
        connection = http.client.HTTPConnection(self.internal)
        began = time.perf_counter()
        connection.request("GET", "/metrics")
        size = len(connection.getresponse().read())
        connection.close()
        return (time.perf_counter() - began) * 1e3, size

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


def whole_requests(batches: int, requests: int) -> dict[str, Any]:
    """The same webhook with and without telemetry, in turn."""
    servers = {mode: Server(mode) for mode in MODES}
    try:
        for server in servers.values():
            server.cpu_us(requests)  # warm: imports, cache, buffers
        taken: dict[str, list[float]] = {mode: [] for mode in MODES}
        for number in range(batches):
            for mode in MODES if number % 2 else reversed(MODES):
                taken[mode].append(servers[mode].cpu_us(requests))
        scrapes = [servers["on"].scrape() for _ in range(20)]
    finally:
        for server in servers.values():
            server.stop()
    on, off = (statistics.median(taken[mode]) for mode in ("on", "off"))
    return {
        "webhook_with_us": on,
        "webhook_without_us": off,
        "telemetry_us": on - off,
        "telemetry_share": (on - off) / on,
        "scrape_ms": statistics.median(took for took, _ in scrapes),
        "scrape_worst_ms": max(took for took, _ in scrapes),
        "scrape_bytes": scrapes[-1][1],
    }


def webhook(sink: Any) -> None:
    """The events of one cached webhook."""
    sink.emit(events.MessageReceived("tool-calls"))
    sink.emit(events.LookupEnded("hit"))
    sink.emit(events.ToolCallAnswered("getDeliveryStatus", "found", "cache", 0.001, "call", "tool", "SHR123456"))
    sink.emit(events.RequestServed("public", "POST", "/webhook", 200, 0.002))


def each_us(work: Any, times: int = 5_000) -> float:
    """µs of CPU of one `work`, of all threads."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def parts() -> dict[str, float]:
    """What the listeners cost for the events of one cached webhook, and a span that is off."""
    gauges = Gauges(lambda: 0, lambda: 0, lambda: 0, lambda: "closed")
    metrics = Metrics(version="0", instance="i", gauges=gauges, words=Vocabulary())
    traces = PassingTraces()
    logs = JsonLogs(stream=io.BytesIO())
    nothing = each_us(lambda: webhook(FanOut()))
    found = {"events_alone_us": nothing, "metrics_us": each_us(lambda: webhook(metrics)) - nothing}
    logs.start()
    sink = LogSink()
    began = time.process_time()
    for _ in range(4_000):  # fewer lines than the queue holds
        webhook(sink)
    logs.stop()
    found["logs_us"] = (time.process_time() - began) / 4_000 * 1e6 - nothing

    def span() -> None:
        with traces.span("cache.get") as present:
            present.set(sheriff_cache_result="fresh")

    found["span_off_us"] = each_us(span)
    return found


class Slow(io.RawIOBase):
    """A standard output that takes its time for every write."""

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        time.sleep(0.002)
        return len(text)


async def lateness_ms(lines_per_tick: int, ticks: int) -> list[float]:
    """How late the loop woke a task that logs `lines_per_tick` lines every 5 ms."""
    sink = LogSink()
    late = []
    for _ in range(ticks):
        due = time.perf_counter() + 0.005
        for _ in range(lines_per_tick):
            sink.emit(events.RequestServed("public", "POST", "/webhook", 200, 0.002))
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late.append(max(0.0, time.perf_counter() - due) * 1e3)
    return late


def loop_delay() -> dict[str, float]:
    """The event loop's delay under logging, ours and written in place, to a slow standard output."""
    found: dict[str, float] = {}
    logs = JsonLogs(stream=Slow())
    logs.start()
    late = asyncio.run(lateness_ms(lines_per_tick=10, ticks=300))
    logs.stop()
    found["lines_per_s"] = 10 / 0.005
    found["loop_late_p99_ms"] = statistics.quantiles(late, n=100)[98]
    root = logging.getLogger()
    handler = logging.StreamHandler(io.TextIOWrapper(Slow(), write_through=True))
    before, root.handlers[:] = root.handlers[:], [handler]
    root.setLevel(logging.INFO)
    late = asyncio.run(lateness_ms(lines_per_tick=10, ticks=50))
    root.handlers[:] = before
    found["loop_late_p99_ms_written_in_place"] = statistics.quantiles(late, n=100)[98]
    return found


def lines_per_second() -> float:
    """How many lines of ours the writer brings to a file."""
    with tempfile.TemporaryFile() as file:
        logs = JsonLogs(stream=file)
        logs.start()
        sink = LogSink()
        began = time.perf_counter()
        for _ in range(9_000):
            sink.emit(events.RequestServed("public", "POST", "/webhook", 200, 0.002))
        logs.stop(timeout_s=30)
        return 9_000 / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", choices=MODES, help=argparse.SUPPRESS)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--requests", type=int, default=400, help="in each batch")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.serve:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve_one(asked.serve))
        return
    found = {
        **whole_requests(asked.batches, asked.requests),
        **parts(),
        **loop_delay(),
        "lines_per_s_to_a_file": lines_per_second(),
    }
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:36} {value:12.3f}")


if __name__ == "__main__":
    main()
