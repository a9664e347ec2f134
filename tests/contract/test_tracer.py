"""One contract for every `Tracer`: spans cost nobody an answer, whatever they are told and however they end."""

import asyncio

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sheriff_adapters.telemetry.traces import PassingTraces, Traces
from sheriff_core.ports import Tracer
from tests.fakes import NullTracer


def _traces() -> Traces:
    return Traces(SimpleSpanProcessor(InMemorySpanExporter()), version="0", instance="i")


@pytest.fixture(params=[NullTracer, PassingTraces, _traces], ids=["fake", "passing", "opentelemetry"])
def tracer(request: pytest.FixtureRequest) -> Tracer:
    made: Tracer = request.param()
    return made


def test_a_tracer_says_whether_it_makes_spans(tracer: Tracer) -> None:
    assert tracer.is_on is isinstance(tracer, Traces)


def test_a_span_takes_attributes_of_every_kind_and_a_failure(tracer: Tracer) -> None:
    with tracer.span("cache.get", sheriff_cache_result="fresh", number=1, share=0.5, known=True) as span:
        assert span.set(sheriff_outcome="found") is None
        assert span.fail("internal") is None


def test_spans_stand_inside_each_other(tracer: Tracer) -> None:
    with tracer.span("outer") as outer, tracer.span("inner") as inner:
        inner.set(of="inner")
        outer.set(of="outer")


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError, KeyboardInterrupt])
def test_what_is_raised_inside_comes_out_as_it_was(tracer: Tracer, error: type[BaseException]) -> None:
    raised = error()
    with pytest.raises(error) as caught, tracer.span("outer"), tracer.span("inner"):
        raise raised
    assert caught.value is raised


async def test_the_spans_of_two_tasks_do_not_meet(tracer: Tracer) -> None:
    async def work(name: str) -> str:
        with tracer.span(name) as span:
            await asyncio.sleep(0)
            span.set(of=name)
        return name

    assert await asyncio.gather(work("one"), work("other")) == ["one", "other"]
