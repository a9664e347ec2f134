"""Every `EventSink`, real and fake, takes every event: it never raises and never waits."""

from typing import Any, get_args

import pytest

from sheriff.composition import label_words
from sheriff_adapters.telemetry.fan_out import MOST_EARLY, FanOut
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_core import events
from sheriff_core.events import Event
from sheriff_core.ports import EventSink
from tests.fakes import SpySink

EXAMPLES: list[Event] = [
    events.MessageReceived("tool-calls"),
    events.MessageRejected("schema", "message.type is missing"),
    events.RequestServed("public", "POST", "/webhook", 200, 0.003),
    events.ToolCallAnswered("getDeliveryStatus", "found", "cache", 0.001, "call-1", "tool-1", "TRK123"),
    events.LookupEnded("hit"),
    events.StaleServed(120.0, "timeout"),
    events.SourceRequestEnded("timeout", 4.0, None, "timeout", "no answer in time", "sanity.test", 443),
    events.SourceRetried("timeout"),
    events.RetryDenied("budget"),
    events.BreakerMoved("closed", "open", "5 failures", 5),
    events.CallNotPermitted("open"),
    events.FlightShed(200),
    events.CallerRefused("numbers", "call-1"),
    events.CacheLost("connection refused"),
    events.CacheRestored(),
    events.InteractionRecorded(1),
    events.InteractionLost(1, "disk full"),
    events.RecorderFailed("disk full"),
    events.RecorderRestored(3),
    events.ClaimUngrounded("date", "contradicted", "call-1"),
    events.OperatorActed("breaker.reset", "api", "checked by hand", "open", "closed"),
    events.DefectCaught("lookup", ValueError("surprise")),
    events.LifecycleChanged("ready"),
]


def _metrics() -> Metrics:
    return Metrics(
        version="0",
        instance="i",
        gauges=Gauges(lambda: 0, lambda: 0, lambda: 0, lambda: "closed"),
        words=label_words(None),
    )


class Broken:
    """A listener with a defect."""

    def emit(self, event: Any) -> None:
        raise RuntimeError("a defect in a listener")


SINKS = {
    "spy": SpySink,
    "metrics": _metrics,
    "logs": LogSink,
    "several": lambda: FanOut(SpySink(), _metrics(), LogSink()),
    "several with a broken one": lambda: FanOut(Broken(), SpySink()),
}


@pytest.fixture(params=SINKS)
def sink(request) -> EventSink:
    return SINKS[request.param]()


def test_examples_hold_one_event_of_each_kind():
    assert [type(event) for event in EXAMPLES] == list(get_args(Event))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_sink_takes_every_event(sink, event):
    sink.emit(event)
    sink.emit(event)


def test_listeners_after_a_broken_one_still_hear():
    spy = SpySink()
    FanOut(Broken(), spy).emit(EXAMPLES[0])
    assert spy.events == [EXAMPLES[0]]


def test_who_comes_to_listen_hears_what_was_told_before_and_everybody_hears_it_once():
    first, second = SpySink(), SpySink()
    sink = FanOut(first)
    sink.emit(EXAMPLES[0])
    sink.listen(Broken(), second)
    sink.emit(EXAMPLES[1])
    assert first.events == second.events == [EXAMPLES[0], EXAMPLES[1]]


def test_what_is_kept_for_those_who_come_to_listen_is_bounded():
    spy = SpySink()
    sink = FanOut()
    for _ in range(MOST_EARLY + 5):
        sink.emit(EXAMPLES[0])
    sink.listen(spy)
    assert len(spy.events) == MOST_EARLY


def test_sink_ignores_a_kind_of_event_that_it_does_not_know(sink):
    sink.emit(object())
