"""Metrics pushed by OTLP to a collector: what a scrape shows, for where nobody can scrape."""

import http.server
import importlib
import json
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from sheriff.composition import application, label_words
from sheriff.settings import read_settings
from sheriff_adapters.telemetry.metrics import Gauges, Metrics, exporter_from_environment
from sheriff_core.events import InteractionRecorded, RequestServed
from tests.asgi import call
from tests.unit.test_settings import GOOD

SERVED = RequestServed("public", "POST", "/webhook", 200, 0.03, "")


class Collector(http.server.BaseHTTPRequestHandler):
    """As little of an OTLP collector as shows that metrics arrive."""

    received: ClassVar[list[ExportMetricsServiceRequest]] = []
    may_answer = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.may_answer.wait(60)
        if self.path == "/v1/metrics":
            self.received.append(ExportMetricsServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[str]:
    Collector.received.clear()
    Collector.may_answer.set()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Collector.may_answer.set()
    server.shutdown()
    server.server_close()
    thread.join()


def metrics() -> Metrics:
    gauges = Gauges(
        in_flight_lookups=lambda: 2,
        cache_entries=lambda: 7,
        recorder_queue_length=lambda: 3,
        breaker_state=lambda: "closed",
    )
    return Metrics(
        version="1.2.3", instance="i-1", gauges=gauges, words=label_words(None), push_to=exporter_from_environment()
    )


def pushed() -> dict[str, Any]:
    (resource,) = Collector.received[-1].resource_metrics
    told = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert told["service.name"] == "sheriff"
    assert told["service.instance.id"] == "i-1"
    return {metric.name: metric for metric in resource.scope_metrics[0].metrics}


@pytest.mark.parametrize("by", ["own address", "common address"])
def test_what_a_scrape_shows_is_pushed(collector: str, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    if by == "own address":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector}/v1/metrics")
    else:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        monkeypatch.setenv("OTEL_METRICS_EXPORTER", "otlp")
    counted = metrics()
    counted.emit(InteractionRecorded(4))
    counted.emit(SERVED)
    scraped = counted.render()[0].decode()
    counted.shutdown(timeout_s=30)
    found = pushed()
    (recorded,) = found["sheriff.interactions_recorded"].sum.data_points
    assert recorded.as_int == 4
    assert found["sheriff.interactions_recorded"].sum.is_monotonic
    (cached,) = found["sheriff.cache_entries"].gauge.data_points
    assert cached.as_int == 7
    durations = found["http.server.request.duration"].histogram.data_points
    assert sum(point.count for point in durations) == 1
    assert sum(point.sum for point in durations) == pytest.approx(0.03)
    # Every family of the page but what the exporter itself adds.
    families = {line.split()[2] for line in scraped.splitlines() if line.startswith("# TYPE")} - {"target_info"}
    assert len(found) == len(families)


def test_it_is_pushed_again_and_again(collector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector}/v1/metrics")
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "20")
    counted = metrics()
    enough = threading.Event()
    for _ in range(6_000):
        if len(Collector.received) >= 3:
            break
        enough.wait(0.01)
    counted.shutdown(timeout_s=30)
    assert len(Collector.received) >= 3


async def test_what_is_scored_while_the_service_stops_is_in_the_last_push(
    collector: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector}/v1/metrics")
    importlib.import_module("sheriff_core.evaluation.groundedness")  # a stop waits for a scoring, but not for long
    environ = {**GOOD, "SHERIFF_SOURCE": "dataset:src/sheriff/demo/deliveries.ndjson", "SHERIFF_RECORDINGS_URL": "none"}
    said = {"role": "bot", "message": "Your parcel will be at your door by five o'clock.", "secondsFromStart": 1.0}
    report = {"type": "end-of-call-report", "call": {"id": "c"}, "artifact": {"messages": [said]}}
    headers = {"content-type": "application/json", "x-vapi-secret": GOOD["VAPI_SECRET"]}
    async with application(read_settings(environ)) as app:
        taken = await call(app.public, "/webhook", json.dumps({"message": report}).encode(), headers=headers)
    assert taken.status == 200
    (resource,) = Collector.received[-1].resource_metrics
    found = {metric.name: metric for metric in resource.scope_metrics[0].metrics}
    assert sum(point.as_int for point in found["sheriff.ungrounded_claims"].sum.data_points) > 0


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},  # set for traces
        {"OTEL_METRICS_EXPORTER": "otlp"},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/v1/metrics", "OTEL_METRICS_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/v1/metrics", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_nothing_is_pushed_unless_it_is_asked_for(environ: dict[str, str]) -> None:
    assert exporter_from_environment(environ) is None


def test_the_end_does_not_wait_for_a_collector_that_does_not_answer(
    collector: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector}/v1/metrics")
    Collector.may_answer.clear()
    counted = metrics()
    counted.shutdown(timeout_s=0.05)  # comes back, although nobody has answered
    assert Collector.received == []
