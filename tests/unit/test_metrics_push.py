"""Metrics pushed by OTLP to a collector: what a scrape shows, for where nobody can scrape."""

import importlib
import json
import threading
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from sheriff.composition import application, instance_name, label_words
from sheriff.settings import read_settings
from sheriff_adapters.telemetry.metrics import Gauges, Metrics, exporter_from_environment
from sheriff_core.events import InteractionRecorded, RequestServed
from tests.asgi import call
from tests.otlp_collector import Collector
from tests.otlp_collector import collector as collector  # noqa: PLC0414 - a fixture
from tests.unit.test_settings import GOOD

SERVED = RequestServed("public", "POST", "/webhook", 200, 0.03, "")


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


def pushed(collector: Collector, *, instance: str = "i-1") -> dict[str, Any]:
    (resource,) = ExportMetricsServiceRequest.FromString(collector.bodies("/v1/metrics")[-1]).resource_metrics
    told = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert told["service.name"] == "sheriff"
    assert told["service.instance.id"] == instance
    return {metric.name: metric for metric in resource.scope_metrics[0].metrics}


@pytest.mark.parametrize("by", ["own address", "common address"])
def test_what_a_scrape_shows_is_pushed(collector: Collector, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    if by == "own address":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector.url}/v1/metrics")
    else:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_METRICS_EXPORTER", "otlp")
    counted = metrics()
    counted.emit(InteractionRecorded(4))
    counted.emit(SERVED)
    scraped = counted.render()[0].decode()
    counted.shutdown(timeout_s=30)
    found = pushed(collector)
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


def test_it_is_pushed_again_and_again(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector.url}/v1/metrics")
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "20")
    counted = metrics()
    enough = threading.Event()
    for _ in range(6_000):
        if len(collector.received) >= 3:
            break
        enough.wait(0.01)
    counted.shutdown(timeout_s=30)
    assert len(collector.received) >= 3


async def test_what_is_scored_while_the_service_stops_is_in_the_last_push(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector.url}/v1/metrics")
    importlib.import_module("sheriff_core.evaluation.groundedness")  # a stop waits for a scoring, but not for long
    environ = {**GOOD, "SHERIFF_SOURCE": "dataset:src/sheriff/demo/deliveries.ndjson", "SHERIFF_RECORDINGS_URL": "none"}
    said = {"role": "bot", "message": "Your parcel will be at your door by five o'clock.", "secondsFromStart": 1.0}
    report = {"type": "end-of-call-report", "call": {"id": "c"}, "artifact": {"messages": [said]}}
    headers = {"content-type": "application/json", "x-vapi-secret": GOOD["VAPI_SECRET"]}
    async with application(read_settings(environ)) as app:
        taken = await call(app.public, "/webhook", json.dumps({"message": report}).encode(), headers=headers)
    assert taken.status == 200
    found = pushed(collector, instance=instance_name())
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
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{collector.url}/v1/metrics")
    collector.may_answer.clear()
    counted = metrics()
    counted.shutdown(timeout_s=0.05)  # comes back, although nobody has answered
    assert collector.received == []
