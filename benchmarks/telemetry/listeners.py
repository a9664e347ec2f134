"""What the listeners of events cost alone: metrics, logs, spans that are off, and the event loop beside the logs."""

import asyncio
import io
import logging
import statistics
import tempfile
import time
from typing import Any

from sheriff.composition import label_words
from sheriff_adapters.telemetry.fan_out import FanOut
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_adapters.telemetry.traces import PassingTraces
from sheriff_core import events


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
    metrics = Metrics(version="0", instance="i", gauges=gauges, words=label_words(None))
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
    metrics.render()
    found["scrape_cpu_ms"] = statistics.median(each_us(metrics.render, times=5) for _ in range(5)) / 1e3
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
    handler = logging.StreamHandler(io.TextIOWrapper(io.BufferedWriter(Slow()), write_through=True))
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
