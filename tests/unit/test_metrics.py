"""What events become in Prometheus."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any, get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families

import sheriff_core
from sheriff.composition import label_words
from sheriff_adapters.telemetry import catalogue, tallies
from sheriff_adapters.telemetry.catalogue import CATALOGUE, Kind
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_adapters.telemetry.tally import MAX_SERIES, Distribution, Tally
from sheriff_adapters.telemetry.vocabulary import ROOMS
from sheriff_core import events
from sheriff_core.events import OTHER, Event
from sheriff_core.outcome import UnavailableReason
from tests.fakes import FakeClock, settle

SERVER = ("abc.api.sanity.io", 443)


def made(**gauges: Any) -> Metrics:
    asked = {
        "in_flight_lookups": lambda: 2,
        "cache_entries": lambda: 7,
        "recorder_queue_length": lambda: 3,
        "breaker_state": lambda: "closed",
        **gauges,
    }
    return Metrics(version="9.8.7", instance="i-1", gauges=Gauges(**asked), words=label_words(SERVER))


def samples(metrics: Metrics) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample of a scrape, by name and sorted labels."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(metrics.render()[0].decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return samples(metrics).get(name, {}).get(tuple(sorted(labels.items())))


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.prometheus_name)
def test_metric_is_exposed_from_the_start_under_its_name_and_labels(metric):
    found = samples(made())
    names = (
        [f"{metric.prometheus_name}_{end}" for end in ("bucket", "sum", "count")]
        if metric.kind is Kind.HISTOGRAM
        else [metric.prometheus_name]
    )
    for name in names:
        assert found[name], name
        for labels in found[name]:
            assert {key for key, _ in labels} - {"le"} == set(metric.prometheus_labels)


def test_every_counted_thing_starts_at_zero():
    found = samples(made())
    for metric in CATALOGUE:
        if metric.kind is Kind.COUNTER and metric is not catalogue.PROCESS_CPU:
            assert set(found.get(metric.prometheus_name, {}).values()) <= {0.0}, metric.name
        if metric.kind is Kind.HISTOGRAM:
            assert set(found[f"{metric.prometheus_name}_count"].values()) == {0.0}


def test_every_usual_ending_of_a_request_to_the_source_is_there_from_the_start():
    name = "http_client_request_duration_seconds_count"
    endings = {
        (dict(labels)["http_response_status_code"], dict(labels)["error_type"]) for labels in samples(made())[name]
    }
    assert endings >= {("200", ""), ("401", "401"), ("429", "429"), ("503", "503"), ("", "timeout")}


@pytest.mark.parametrize("metric", ["sheriff_stale_answers_total", "sheriff_unavailable_answers_total"])
def test_every_reason_why_the_source_was_not_heard_is_a_series_from_the_start(metric):
    found = samples(made())[metric]
    assert {reason for ((_, reason),) in found} >= set(UnavailableReason)


def test_nothing_is_exposed_that_the_catalogue_does_not_name():
    known = {metric.prometheus_name for metric in CATALOGUE} | {"target_info"}
    for family in text_string_to_metric_families(made().render()[0].decode()):
        for sample in family.samples:
            base = sample.name
            for end in ("_bucket", "_sum", "_count"):
                if family.type == "histogram":
                    base = base.removesuffix(end)
            assert base in known


def test_scrape_names_version_and_instance_and_carries_no_scope_labels():
    text = made().render()[0].decode()
    (labels,) = samples(made())["target_info"]
    told = dict(labels)
    assert (told["service_name"], told["service_version"], told["service_instance_id"]) == ("sheriff", "9.8.7", "i-1")
    assert "otel_scope" not in text


ONE_OF_EACH: list[tuple[Event, str, dict[str, str], float]] = [
    (events.MessageReceived("tool-calls"), "sheriff_messages_total", {"message_type": "tool-calls"}, 1),
    (events.MessageReceived("<script>"), "sheriff_messages_total", {"message_type": OTHER}, 1),
    (events.MessageRejected("schema"), "sheriff_rejected_messages_total", {"reason": "schema"}, 1),
    (
        events.ToolCallAnswered("getDeliveryStatus", "found", "cache", 0.001, "c", "t"),
        "sheriff_tool_calls_total",
        {"tool": "getDeliveryStatus", "outcome": "found", "served_from": "cache"},
        1,
    ),
    (
        events.ToolCallAnswered("dropTables", "unavailable", "none", 0.001, "c", "t"),
        "sheriff_tool_calls_total",
        {"tool": OTHER, "outcome": "unavailable", "served_from": "none"},
        1,
    ),
    (
        events.ToolCallAnswered("getDeliveryIssue", "unavailable", "none", 0.001, "c", "t", reason="circuit_open"),
        "sheriff_unavailable_answers_total",
        {"reason": "circuit_open"},
        1,
    ),
    (
        events.ToolCallAnswered("getDeliveryIssue", "issue", "stale", 0.7, "c", "t"),
        "sheriff_tool_call_duration_seconds_bucket",
        {"tool": "getDeliveryIssue", "served_from": "stale", "le": "0.8"},
        1,
    ),
    (
        events.ToolCallAnswered("getDeliveryIssue", "issue", "stale", 0.7, "c", "t"),
        "sheriff_tool_call_duration_seconds_bucket",
        {"tool": "getDeliveryIssue", "served_from": "stale", "le": "0.65"},
        0,
    ),
    (
        events.RequestServed("public", "POST", "/webhook", 503, 0.2),
        "http_server_request_duration_seconds_count",
        {
            "http_route": "/webhook",
            "http_request_method": "POST",
            "http_response_status_code": "503",
            "error_type": "503",
        },
        1,
    ),
    (
        events.RequestServed("public", "BREW", "_OTHER", 405, 0.2),
        "http_server_request_duration_seconds_sum",
        {
            "http_route": "_OTHER",
            "http_request_method": OTHER,
            "http_response_status_code": "405",
            "error_type": "",
        },
        0.2,
    ),
    (events.LookupEnded("stale"), "sheriff_lookups_total", {"result": "stale"}, 1),
    (events.StaleServed(400.0, "timeout"), "sheriff_stale_answers_total", {"reason": "timeout"}, 1),
    (events.StaleServed(400.0, "timeout"), "sheriff_cache_entry_age_seconds_sum", {}, 400),
    (
        events.SourceRequestEnded("server_error", 0.3, 500, "500", "", *SERVER),
        "sheriff_source_requests_total",
        {"result": "server_error"},
        1,
    ),
    (
        events.SourceRequestEnded("server_error", 0.3, 500, "500", "", *SERVER),
        "http_client_request_duration_seconds_count",
        {
            "http_request_method": "GET",
            "http_response_status_code": "500",
            "error_type": "500",
            "server_address": SERVER[0],
            "server_port": "443",
        },
        1,
    ),
    (
        events.SourceRequestEnded("ok", 0.3),
        "sheriff_source_request_duration_seconds_count",
        {"result": "ok"},
        1,
    ),
    (events.SourceRetried("timeout"), "sheriff_source_retries_total", {}, 1),
    (events.SourceRetried("hedge"), "sheriff_source_hedges_total", {}, 1),
    (events.RetryDenied("budget"), "sheriff_source_retries_denied_total", {"reason": "budget"}, 1),
    (
        events.BreakerMoved("closed", "open", "failures", 5),
        "sheriff_circuit_breaker_transitions_total",
        {"from": "closed", "to": "open"},
        1,
    ),
    (events.CallNotPermitted("open"), "sheriff_circuit_breaker_not_permitted_total", {"state": "open"}, 1),
    (events.FlightShed(200), "sheriff_flights_shed_total", {}, 1),
    (events.CallerRefused("numbers", "c"), "sheriff_callers_refused_total", {"reason": "numbers"}, 1),
    (events.CacheLost("gone"), "sheriff_cache_available", {}, 0),
    (events.CacheRestored(), "sheriff_cache_available", {}, 1),
    (events.InteractionRecorded(4), "sheriff_interactions_recorded_total", {}, 4),
    (events.InteractionLost(3, "disk"), "sheriff_interactions_lost_total", {}, 3),
    (events.RecorderFailed("gone"), "sheriff_recorder_available", {}, 0),
    (events.RecorderRestored(1), "sheriff_recorder_available", {}, 1),
    (events.ClaimUngrounded("date", "contradicted", "c"), "sheriff_ungrounded_claims_total", {"kind": "date"}, 1),
    (
        events.OperatorActed("breaker.reset", "me", "because"),
        "sheriff_operator_actions_total",
        {"action": "breaker.reset"},
        1,
    ),
    (events.DefectCaught("lookup", ValueError()), "sheriff_defects_total", {"where": "lookup"}, 1),
    (events.LifecycleChanged("ready"), "sheriff_lookups_total", {"result": "hit"}, 0),
]


@pytest.mark.parametrize(("event", "name", "labels", "expected"), ONE_OF_EACH)
def test_event_is_counted(event, name, labels, expected):
    metrics = made()
    metrics.emit(event)
    assert value(metrics, name, **labels) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("lost", "restored", "name"),
    [
        (events.CacheLost("gone"), events.CacheRestored(), "sheriff_cache_available"),
        (events.RecorderFailed("gone"), events.RecorderRestored(1), "sheriff_recorder_available"),
    ],
)
def test_what_is_there_again_is_available(lost, restored, name):
    metrics = made()
    metrics.emit(lost)
    metrics.emit(restored)
    assert value(metrics, name) == 1


def test_every_kind_of_event_is_counted_once_above():
    assert {type(event) for event, *_ in ONE_OF_EACH} == set(get_args(Event))


def test_every_kind_of_event_but_the_lifecycle_is_counted():
    assert set(tallies.Tallies(label_words(None)).takers()) == set(get_args(Event)) - {events.LifecycleChanged}


@pytest.mark.parametrize("state", ["closed", "open", "half_open", "isolated"])
def test_breaker_state_is_one_for_the_present_state_only(state):
    found = samples(made(breaker_state=lambda: state))["sheriff_circuit_breaker_state"]
    assert {dict(labels)["state"]: told for labels, told in found.items()} == {
        word: float(word == state) for word in ("closed", "open", "half_open", "isolated")
    }


def test_gauges_are_read_at_each_scrape():
    entries = [1]
    metrics = made(cache_entries=lambda: entries[0])
    assert value(metrics, "sheriff_cache_entries") == 1
    entries[0] = 5
    assert value(metrics, "sheriff_cache_entries") == 5


def test_gauge_that_raises_leaves_out_only_itself(caplog):
    def broken() -> float:
        raise RuntimeError("the queue is gone")

    metrics = made(recorder_queue_length=broken)
    assert value(metrics, "sheriff_recorder_queue_length") is None
    assert value(metrics, "sheriff_cache_entries") == 7


def test_scrape_from_a_thread_while_events_arrive_loses_nothing():
    metrics = made()
    stop = threading.Event()

    def scrape() -> None:
        while not stop.is_set():
            metrics.render()

    thread = threading.Thread(target=scrape)
    thread.start()
    for number in range(3_000):
        metrics.emit(events.LookupEnded("hit"))
        metrics.emit(events.DefectCaught(f"room{number % 50}", ValueError()))
    stop.set()
    thread.join()
    assert value(metrics, "sheriff_lookups_total", result="hit") == 3_000
    assert sum(samples(metrics)["sheriff_defects_total"].values()) == 3_000


def test_scrapes_are_cumulative_and_do_not_reset():
    metrics = made()
    for seconds in (0.001, 0.4, 3.0):
        metrics.emit(events.SourceRequestEnded("ok", seconds))
    metrics.render()
    buckets = samples(metrics)["sheriff_source_request_duration_seconds_bucket"]
    of_ok = {dict(labels)["le"]: told for labels, told in buckets.items() if dict(labels)["result"] == "ok"}
    assert (of_ok["0.001"], of_ok["0.5"], of_ok["4.0"], of_ok["+Inf"]) == (1, 2, 3, 3)


async def test_event_loop_lag_is_measured_while_the_task_runs():
    metrics, clock = made(), FakeClock()
    task = asyncio.create_task(metrics.observe_loop_lag(clock))
    await clock.advance(1.0)
    task.cancel()
    await settle()
    assert value(metrics, "sheriff_event_loop_lag_seconds_count") == 4


def test_shutdown_stops_the_exposition():
    metrics = made()
    metrics.shutdown()
    assert b"sheriff_lookups_total" not in metrics.render()[0]


def test_every_room_that_catches_defects_is_known_from_the_start():
    src = Path(sheriff_core.__file__).parent.parent
    literal = re.compile(r'DefectCaught\(\s*(?:where=)?"([^"]+)"')
    caught = {room for file in src.rglob("*.py") for room in literal.findall(file.read_text())}
    assert caught - set(ROOMS) == set()


def test_tally_never_grows_beyond_its_bound():
    tally = Tally(())
    for number in range(MAX_SERIES * 2):
        tally.add((f"word{number}",))
    assert len(tally.items()) == MAX_SERIES + 1
    assert dict(tally.items())[(OTHER,)] == MAX_SERIES


def test_distribution_counts_a_value_at_an_edge_below_it_and_a_negative_one_as_zero():
    held = Distribution((0.5, 0.8))
    for seconds in (-1.0, 0.5, 0.8, 0.81):
        held.observe(seconds)
    assert held.items() == [((), (2, 1, 1), pytest.approx(2.11))]
