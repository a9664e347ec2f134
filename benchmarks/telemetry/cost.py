"""What telemetry costs: `python -m benchmarks.telemetry.cost`.

Two real servers run side by side, one with all telemetry (metrics, logs, the tracing that is off) and one without any
listener; the same cached webhook goes to each in turn, over HTTP on loopback, and the CPU time that each process used
is compared. Then what single parts cost. Prints a table; `--json` prints numbers.
"""

import argparse
import asyncio
import http.client
import json
import logging
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import uvloop

from benchmarks.telemetry import listeners
from sheriff_adapters.telemetry.fan_out import FanOut
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.traces import PassingTraces

DEMO = Path(__file__).parent.parent.parent / "src" / "sheriff" / "demo" / "deliveries.ndjson"
MODES = ("off", "on")


async def serve_one(mode: str) -> None:
    """Serve until told to stop; the port is printed."""
    from sheriff.composition import application
    from sheriff.settings import read_settings
    from sheriff_web.server import serve
    from sheriff_web.stop_signals import heard_stop_signals

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

    with heard_stop_signals() as stop:
        async with application(settings, traces=PassingTraces()) as app:
            if mode == "off":
                assert isinstance(app.events, FanOut)
                app.events._sinks = ()
            await serve(
                app.public,
                app.internal,
                public_bind="127.0.0.1:0",
                internal_bind="127.0.0.1:0",
                ready=ready,
                draining=lambda: None,
                stop=stop,
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
        assert self.process.stdout is not None
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
        return float(after.user + after.system - before.user - before.system) / requests * 1e6

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
        if self.process.stdout is not None:
            self.process.stdout.close()


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
        first = servers["on"].scrape()[0]
        scrapes = [servers["on"].scrape() for _ in range(40)]
        busy = busy_scrapes(servers["on"], 40)
    finally:
        for server in servers.values():
            server.stop()
    on, off = (statistics.median(taken[mode]) for mode in ("on", "off"))
    # Neighbours in time share whatever else the machine did: their difference is compared, not that of two medians.
    differences = [with_us - without for with_us, without in zip(taken["on"], taken["off"], strict=True)]
    telemetry_us = statistics.median(differences)
    return {
        "webhook_with_us": on,
        "webhook_without_us": off,
        "telemetry_us": telemetry_us,
        "telemetry_share": telemetry_us / on,
        "scrape_first_ms": first,
        "scrape_ms": statistics.median(took for took, _ in scrapes),
        "scrape_worst_ms": max(took for took, _ in scrapes),
        "scrape_busy_ms": statistics.median(busy),
        "scrape_busy_worst_ms": max(busy),
        "scrape_bytes": scrapes[-1][1],
    }


def busy_scrapes(server: Server, times: int) -> list[float]:
    """Milliseconds of scrapes of a process that answers webhooks without a pause."""
    over = threading.Event()

    def press() -> None:
        while not over.is_set():
            server.cpu_us(20)

    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        took = []
        for _ in range(times):
            took.append(server.scrape()[0])
            time.sleep(0.05)
    finally:
        over.set()
        pressing.join()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", choices=MODES, help=argparse.SUPPRESS)
    parser.add_argument("--batches", type=int, default=8)
    # The system counts processor time in hundredths of a second: with fewer, one of them is microseconds a request.
    parser.add_argument("--requests", type=int, default=10_000, help="in each batch")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.serve:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve_one(asked.serve))
        return
    found = {
        **whole_requests(asked.batches, asked.requests),
        **listeners.parts(),
        **listeners.loop_delay(),
        "lines_per_s_to_a_file": listeners.lines_per_second(),
    }
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:36} {value:12.3f}")


if __name__ == "__main__":
    main()
