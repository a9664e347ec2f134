"""Spans as OpenTelemetry's conventions want them, and what remains of them when tracing is off."""

import asyncio
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from sheriff_adapters.telemetry.resource import resource_of
from sheriff_adapters.telemetry.span_names import spelled
from sheriff_adapters.telemetry.traces import PassingTraces, Traces, traces_from_environment
from tests.otlp_collector import collector as collector  # noqa: PLC0414 - a fixture

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
INCOMING = {"traceparent": f"00-{TRACE_ID}-{SPAN_ID}-01", "tracestate": "vendor=1"}


class Seen(InMemorySpanExporter):
    """Keeps spans, by name."""

    def __getitem__(self, name):
        (span,) = [span for span in self.get_finished_spans() if span.name == name]
        return span


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def traces(seen) -> Iterator[Traces]:
    traces = Traces(SimpleSpanProcessor(seen), version="1", instance="i-1")
    yield traces
    traces.shutdown()


def test_spans_form_a_tree_with_the_kinds_of_the_conventions(traces, seen):
    with traces.span("POST /webhook"), traces.span("execute_tool getDeliveryStatus"):
        with traces.span("cache.get"):
            pass
        with traces.span("GET"):
            pass
    kinds = {span.name: span.kind for span in seen.get_finished_spans()}
    assert kinds == {
        "POST /webhook": SpanKind.SERVER,
        "execute_tool getDeliveryStatus": SpanKind.INTERNAL,
        "cache.get": SpanKind.INTERNAL,
        "GET": SpanKind.CLIENT,
    }
    tool = seen["execute_tool getDeliveryStatus"]
    assert tool.parent.span_id == seen["POST /webhook"].context.span_id
    assert {seen["cache.get"].parent.span_id, seen["GET"].parent.span_id} == {tool.context.span_id}


@pytest.mark.parametrize(
    ("written", "convention"),
    [
        ("gen_ai_tool_call_id", "gen_ai.tool.call.id"),
        ("gen_ai_operation_name", "gen_ai.operation.name"),
        ("http_response_status_code", "http.response.status_code"),
        ("http.response.status_code", "http.response.status_code"),
        ("sheriff_served_from", "sheriff.served_from"),
        ("sheriff_cache_result", "sheriff.cache.result"),
        ("network_protocol_version", "network.protocol.version"),
    ],
)
def test_attributes_are_spelled_as_the_conventions_do(written, convention):
    assert spelled(written) == convention


def test_attributes_come_with_the_span_and_later(traces, seen):
    with traces.span("execute_tool x", gen_ai_tool_name="x") as span:
        span.set(sheriff_outcome="found")
    assert dict(seen["execute_tool x"].attributes) == {"gen_ai.tool.name": "x", "sheriff.outcome": "found"}


def test_exception_marks_the_span_as_failed_without_its_message(traces, seen):
    with pytest.raises(ValueError, match="Maria"), traces.span("cache.get"):
        raise ValueError("no such name: Maria Lopez")
    span = seen["cache.get"]
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "ValueError"
    assert "Maria" not in span.to_json()


def test_failure_told_by_hand_marks_the_span(traces, seen):
    with traces.span("GET") as span:
        span.fail("timeout")
    assert (seen["GET"].status.status_code, seen["GET"].attributes["error.type"]) == (StatusCode.ERROR, "timeout")


def test_cancelled_span_is_no_failure(traces, seen):
    with pytest.raises(asyncio.CancelledError), traces.span("GET"):
        raise asyncio.CancelledError
    assert seen["GET"].status.status_code is StatusCode.UNSET
    assert seen["GET"].attributes["sheriff.cancelled"] is True


def test_incoming_trace_is_continued_and_sent_on(traces, seen):
    outgoing: dict[str, str] = {}
    with traces.continue_from(INCOMING), traces.span("POST /webhook"), traces.span("GET"):
        traces.propagate(outgoing)
        ids = traces.current_ids()
    get = seen["GET"]
    assert format(get.context.trace_id, "032x") == TRACE_ID
    assert format(seen["POST /webhook"].parent.span_id, "016x") == SPAN_ID
    assert outgoing["traceparent"] == f"00-{TRACE_ID}-{get.context.span_id:016x}-01"
    assert outgoing["tracestate"] == "vendor=1"
    assert ids == (TRACE_ID, f"{get.context.span_id:016x}")
    assert traces.current_ids() is None


async def test_task_outlives_its_span_and_keeps_its_trace(traces, seen):
    async def flight() -> None:
        await asyncio.sleep(0)
        with traces.span("GET"):
            pass

    with traces.span("execute_tool x"):
        task = asyncio.create_task(flight())
    await task
    assert seen["GET"].parent.span_id == seen["execute_tool x"].context.span_id


def test_without_an_endpoint_tracing_is_off():
    assert isinstance(traces_from_environment({}, version="1", instance="i"), PassingTraces)


@pytest.mark.parametrize("off", [{"OTEL_SDK_DISABLED": " True"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_tracing_can_be_switched_off_beside_an_endpoint(off):
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", **off}
    assert isinstance(traces_from_environment(environ, version="1", instance="i"), PassingTraces)


def test_switched_off_the_incoming_trace_is_passed_on_unchanged():
    traces, outgoing = PassingTraces(), {}
    with traces.continue_from(INCOMING), traces.span("POST /webhook") as span:
        span.set(http_route="/webhook")
        span.fail("timeout")
        traces.propagate(outgoing)
        assert traces.current_ids() == (TRACE_ID, SPAN_ID)
    assert outgoing == INCOMING
    assert traces.current_ids() is None


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "nonsense",
        f"ff-{TRACE_ID}-{SPAN_ID}-01",
        f"00-{'0' * 32}-{SPAN_ID}-01",
        f"00-{TRACE_ID}-{'0' * 16}-01",
        f"00-{TRACE_ID.upper()}-{SPAN_ID}-01",
        f"00-{TRACE_ID}-{SPAN_ID}-01\r\nX-Injected: 1",
    ],
)
def test_malformed_traceparent_is_not_passed_on(traceparent):
    traces, outgoing = PassingTraces(), {}
    with traces.continue_from({"traceparent": traceparent}):
        traces.propagate(outgoing)
        assert traces.current_ids() is None
    assert outgoing == {}


def test_spans_reach_a_collector_over_otlp(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    traces = traces_from_environment(version="1.2.3", instance="i-1")
    assert isinstance(traces, Traces)
    with traces.span("POST /webhook"):
        pass
    assert traces.shutdown(timeout_s=10)
    (sent,) = collector.bodies("/v1/traces")
    (resource,) = ExportTraceServiceRequest.FromString(sent).resource_spans
    told = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert told["service.name"] == "sheriff"
    assert told["service.version"] == "1.2.3"
    assert told["deployment.environment.name"] == "test"
    (span,) = resource.scope_spans[0].spans
    assert span.name == "POST /webhook"


@pytest.mark.parametrize(
    "environ", [{"OTEL_SERVICE_NAME": "canary"}, {"OTEL_RESOURCE_ATTRIBUTES": "service.name=canary,service.version=9"}]
)
def test_the_service_may_have_another_name_and_keeps_its_version(environ, monkeypatch):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    told = resource_of(version="1.2.3", instance="i-1").attributes
    assert (told["service.name"], told["service.version"]) == ("canary", "1.2.3")
    assert told["service.instance.id"] == "i-1"


@pytest.mark.parametrize(("sampler", "argument", "arrive"), [("always_off", "", 0), ("traceidratio", "1.0", 1)])
def test_sampling_follows_the_environment(collector, monkeypatch, sampler, argument, arrive):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{collector.url}/v1/traces")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", argument)
    traces = traces_from_environment(version="1", instance="i-1")
    with traces.span("POST /webhook"):
        pass
    assert traces.shutdown(timeout_s=10)
    assert len(collector.received) == arrive


def test_shutdown_is_bounded_when_the_collector_does_not_answer(collector, monkeypatch):
    collector.may_answer.clear()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    traces = traces_from_environment(version="1", instance="i-1")
    with traces.span("POST /webhook"):
        pass
    assert traces.shutdown(timeout_s=0.05) is False
