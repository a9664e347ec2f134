"""What a webhook leaves in a collector: one span for it, and a child for each thing that a caller waited for."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

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


class Collector:
    """Keeps every span that it is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    async def take(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        self.spans += [span for one in sent.resource_spans for scope in one.scope_spans for span in scope.spans]
        return web.Response()

    def of(self, trace: str) -> list[Span]:
        spans = [span for span in self.spans if span.trace_id.hex() == trace]
        return sorted(spans, key=lambda span: span.start_time_unix_nano)

    def tree(self, trace: str, parent: str = SENDER, depth: int = 0) -> list[str]:
        """The names of a trace, from the sender's span down, in the order of their beginning."""
        lines = []
        for span in self.of(trace):
            if span.parent_span_id.hex() == parent:
                lines += ["  " * depth + span.name, *self.tree(trace, span.span_id.hex(), depth + 1)]
        return lines


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    collector = Collector()
    application = web.Application()
    application.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield collector, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def tree_with(*requests: str) -> list[str]:
    return [line for line in TREE.format(requests="\n".join(" " * 6 + name for name in requests)).splitlines() if line]


def told(span: Span) -> dict[str, str | bool]:
    return {pair.key: pair.value.string_value or pair.value.bool_value for pair in span.attributes}


async def test_each_webhook_is_one_span_with_a_child_for_each_thing_that_was_waited_for(tmp_path: Path) -> None:
    missed, hit, first, joined = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
    async with SanityStandin() as sanity, collecting() as (collector, address):
        environment = {
            **sanity.environment,
            "SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
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
    assert collector.tree(missed) == tree_with("GET", "GET")
    assert collector.tree(hit) == tree_with()
    flights = {told(span)["sheriff.lookup.joined"]: trace for trace in (first, joined) for span in collector.of(trace)
               if span.name == "lookup"}  # fmt: skip
    assert collector.tree(flights[False]) == tree_with("GET")
    assert collector.tree(flights[True]) == tree_with()
    requests = [span for span in collector.of(missed) if span.name == "GET"]
    assert [span.status.code == Status.STATUS_CODE_ERROR for span in requests] == [True, False]
    assert told(requests[0])["error.type"] == "503"
    assert sent_on == [f"00-{missed}-{span.span_id.hex()}-01" for span in requests]


async def test_a_lookup_says_why_the_source_was_not_heard() -> None:
    trace = "e" * 32
    async with SanityStandin() as sanity, collecting() as (collector, address):
        async with service({**sanity.environment, "OTEL_EXPORTER_OTLP_ENDPOINT": address}) as running:
            await running.act("/admin/circuit-breaker/isolate", {"reason": "a test"})
            await running.post(tool_call("FLT10001"), traceparent=f"00-{trace}-{SENDER}-01")
            running.signal(signal.SIGTERM)
            assert await running.ended() == 0
        (lookup,) = [span for span in collector.of(trace) if span.name == "lookup"]
        assert told(lookup) == {"sheriff.lookup.reason": "circuit_open"}
