"""What a webhook leaves in a collector: one span for it, and a child for each thing that a caller waited for."""

import asyncio
import signal
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.otlp_collector import Collector
from tests.standin import SanityStandin
from tests.system.service import service, tool_call

pytestmark = pytest.mark.node

SENDER = "00f067aa0ba902b7"
TREE = """
POST /webhook
  execute_tool getDeliveryStatus
    lookup
      cache.get
{requests}
  recordings.write
"""


def spans_of(collector: Collector, trace: str) -> list[Span]:
    """The spans of a trace, in the order of their beginning."""
    sent = map(ExportTraceServiceRequest.FromString, collector.bodies("/v1/traces"))
    spans = [span for each in sent for one in each.resource_spans for scope in one.scope_spans for span in scope.spans]
    return sorted((span for span in spans if span.trace_id.hex() == trace), key=lambda span: span.start_time_unix_nano)


def tree(collector: Collector, trace: str, parent: str = SENDER, depth: int = 0) -> list[str]:
    """The names of a trace, from the sender's span down, in the order of their beginning."""
    lines = []
    for span in spans_of(collector, trace):
        if span.parent_span_id.hex() == parent:
            lines += ["  " * depth + span.name, *tree(collector, trace, span.span_id.hex(), depth + 1)]
    return lines


def tree_with(*requests: str) -> list[str]:
    return [line for line in TREE.format(requests="\n".join(" " * 6 + name for name in requests)).splitlines() if line]


def told(span: Span) -> dict[str, str | bool]:
    return {pair.key: pair.value.string_value or pair.value.bool_value for pair in span.attributes}


async def test_each_webhook_is_one_span_with_a_child_for_each_thing_that_was_waited_for(
    collector: Collector, tmp_path: Path
) -> None:
    missed, hit, first, joined = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
    async with SanityStandin() as sanity:
        environment = {
            **sanity.environment,
            "SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }
        async with service(environment) as running:

            async def ask(number: str, trace: str) -> None:
                await running.post(tool_call(number, call=trace), traceparent=f"00-{trace}-{SENDER}-01")

            await sanity.replace(
                *({"_id": number, "_type": "delivery", "trackingNumber": number} for number in ("FLT10001", "FLT10002"))
            )
            await sanity.fault("status", status=503, times=1)
            await ask("FLT10001", missed)
            sent_on = [request.headers["traceparent"] for request in sanity.requests]
            await ask("FLT10001", hit)
            await sanity.fault("latency", delay_ms=300)
            await asyncio.gather(ask("FLT10002", first), ask("FLT10002", joined))
            running.signal(signal.SIGTERM)
            assert await running.ended() == 0
    assert tree(collector, missed) == tree_with("GET", "GET")
    assert tree(collector, hit) == tree_with()
    lookups = [span for trace in (first, joined) for span in spans_of(collector, trace) if span.name == "lookup"]
    flights = {told(span)["sheriff.lookup.joined"]: span.trace_id.hex() for span in lookups}
    assert tree(collector, flights[False]) == tree_with("GET")
    assert tree(collector, flights[True]) == tree_with()
    requests = [span for span in spans_of(collector, missed) if span.name == "GET"]
    assert [span.status.code == Status.STATUS_CODE_ERROR for span in requests] == [True, False]
    assert told(requests[0])["error.type"] == "503"
    assert sent_on == [f"00-{missed}-{span.span_id.hex()}-01" for span in requests]


async def test_a_lookup_says_why_the_source_was_not_heard(collector: Collector) -> None:
    trace = "e" * 32
    async with SanityStandin() as sanity:
        async with service({**sanity.environment, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) as running:
            await running.act("/admin/circuit-breaker/isolate", {"reason": "a test"})
            await running.post(tool_call("FLT10001"), traceparent=f"00-{trace}-{SENDER}-01")
            running.signal(signal.SIGTERM)
            assert await running.ended() == 0
        (lookup,) = [span for span in spans_of(collector, trace) if span.name == "lookup"]
        assert told(lookup) == {"sheriff.lookup.reason": "circuit_open"}
