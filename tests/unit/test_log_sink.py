"""What events become in the log, and what never gets there."""

import asyncio
import logging
from typing import get_args

import pytest

from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_core import events
from sheriff_core.correlation import correlation_id
from sheriff_core.delivery import Delivery
from sheriff_core.events import Event
from sheriff_core.ports import AttemptResult, SourceUnavailableError
from tests.unit.test_json_logs import Logged

PHONES = (
    "+15555550123",
    "+1 555 555 0123",
    "+1-555-555-0123",
    "(555) 555-0123",
    "555-555-0123",
    "555.555.0123",
    "15555550123",
    "5555550123",
    "+49 (0) 30 1234567",
    "+44 20 7946 0958",
)
NAME = "Maria Lopez"


def logged_of(*told: Event, level: str = "DEBUG") -> Logged:
    with Logged(level=level) as logged:
        sink = LogSink()
        for event in told:
            sink.emit(event)
    return logged


def test_each_kind_of_event_has_a_line():
    assert set(LogSink()._takers) == set(get_args(Event))


def test_request_is_one_access_line():
    (line,) = logged_of(events.RequestServed("public", "POST", "/webhook", 200, 0.0123456), level="INFO").lines
    assert line["logger"] == "sheriff.access"
    assert {key: line[key] for key in ("event", "listener", "method", "route", "status", "latencyMs")} == {
        "event": "request_served",
        "listener": "public",
        "method": "POST",
        "route": "/webhook",
        "status": 200,
        "latencyMs": 12.346,
    }
    assert "error" not in line


def test_every_request_has_its_access_line_however_many_fail():
    served = events.RequestServed("public", "POST", "/webhook", 503, 0.1, "draining")
    lines = logged_of(*[served] * 200).lines
    assert len(lines) == 200
    assert {line["error"] for line in lines} == {"draining"}


def test_of_a_sender_who_is_known_each_rejection_is_told_and_of_strangers_the_first_of_a_burst():
    flaws = [f"message.toolCallList[{n}]: has no usable id" for n in range(20)]
    told = logged_of(*(events.MessageRejected("schema", flaw, sender_known=True) for flaw in flaws)).lines
    assert [line["detail"] for line in told] == flaws
    (*_, summary) = told = logged_of(*[events.MessageRejected("auth", "unauthorized")] * 20).lines
    assert (len(told), summary["event"], summary["count"]) == (4, "repeated", 17)


def test_tool_call_line_holds_what_operators_search_by():
    answered = events.ToolCallAnswered(
        "getDeliveryStatus", "unavailable", "none", 4.5, "call-1", "tool-1", "1234567890123", reason="timeout"
    )
    (line,) = logged_of(answered, level="INFO").lines
    assert {
        key: line[key]
        for key in ("callId", "toolCallId", "tool", "outcome", "servedFrom", "latencyMs", "trackingNumber", "reason")
    } == {
        "callId": "call-1",
        "toolCallId": "tool-1",
        "tool": "getDeliveryStatus",
        "outcome": "unavailable",
        "servedFrom": "none",
        "latencyMs": 4500.0,
        "trackingNumber": "1234567890123",
        "reason": "timeout",
    }


def test_what_happens_per_request_is_quiet_at_info():
    quiet = [
        events.MessageReceived("tool-calls"),
        events.LookupEnded("miss"),
        events.SourceRequestEnded("ok", 0.2),
        events.SourceRetried("timeout"),
        events.CallNotPermitted("open"),
        events.InteractionRecorded(1),
    ]
    assert logged_of(*quiet, level="INFO").lines == []
    assert len(logged_of(*quiet, level="DEBUG").lines) == len(quiet)


@pytest.mark.parametrize(
    ("lost", "restored"),
    [
        (events.CacheLost("refused"), events.CacheRestored()),
        (events.RecorderFailed("disk full"), events.RecorderRestored(12)),
    ],
)
def test_change_of_state_is_told_once_each_way(lost, restored):
    lines = logged_of(restored, lost, lost, lost, restored, restored, lost).lines
    assert [line["level"] == "INFO" for line in lines] == [False, True, False]


def test_breaker_that_opens_is_a_warning_and_one_that_closes_is_not():
    opened, closed = logged_of(
        events.BreakerMoved("closed", "open", "failures", 5), events.BreakerMoved("half_open", "closed", "probe", 0)
    ).lines
    assert (opened["level"], opened["fromState"], opened["toState"], opened["consecutiveFailures"]) == (
        "WARNING",
        "closed",
        "open",
        5,
    )
    assert closed["level"] == "INFO"


def test_source_that_fails_again_and_again_is_summarised():
    failed = events.SourceRequestEnded("timeout", 4.0, None, "timeout", "no answer", "sanity.test", 443)
    lines = logged_of(*[failed] * 50).lines
    assert [line.get("count") for line in lines] == [None, None, None, 47]
    assert lines[-1]["message"] == "more of the same: source failed"


def test_operators_changes_are_told_each_time_even_at_warning():
    acted = events.OperatorActed("breaker.reset", "api", "checked with Sanity", "open", "closed")
    lines = logged_of(*[acted] * 10, level="WARNING").lines
    assert len(lines) == 10
    assert (lines[0]["action"], lines[0]["actor"], lines[0]["reason"]) == (
        "breaker.reset",
        "api",
        "checked with Sanity",
    )


def test_defect_comes_with_its_stack():
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        caught = events.DefectCaught("lookup", error)
    (line,) = logged_of(caught).lines
    assert line["where"] == "lookup"
    assert line["error"].startswith("ZeroDivisionError")
    assert "test_log_sink.py" in line["error"]


def everywhere(secret: str) -> None:
    """Log `secret` in every way that code of ours or of libraries does."""
    library = logging.getLogger("library")
    library.warning("the caller is %s", secret)
    library.warning(f"the caller is {secret}")
    library.info("caller", extra={"caller": secret, "nested": {"list": [secret]}})
    library.info({"caller": secret})
    sink = LogSink()
    for event in (
        events.MessageRejected("schema", f"customer.number {secret}"),
        events.RequestServed("public", "POST", "/webhook", 500, 0.1, secret),
        events.SourceRequestEnded("rejected", 0.1, 400, "400", f"query for {secret} refused"),
        events.CacheLost(f"could not keep {secret}"),
        events.RecorderFailed(secret),
        events.OperatorActed("cache.forget", "api", f"asked by {secret}"),
        events.LifecycleChanged("ready", secret),
        events.InteractionLost(1, secret),
    ):
        sink.emit(event)


def raised_everywhere(secret: str) -> None:
    """Raise and log `secret` in exceptions, with causes, in groups, and from tasks that nobody awaits."""
    sink = LogSink()
    try:
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise ExceptionGroup(secret, [ValueError(secret), error]) from error
    except ExceptionGroup as error:
        sink.emit(events.DefectCaught("lookup", error))
        logging.getLogger("library").exception("failed")
        logging.getLogger("library").error("failed", exc_info=error)
        logging.getLogger("library").warning("failed", extra={"held": error})

    async def forgotten() -> None:
        async def failing() -> None:
            raise ValueError(secret)

        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
        )

    asyncio.run(forgotten())
    delivery = Delivery("TRK1", customer_name=secret, customer_phone=secret)
    logging.getLogger("library").warning("odd delivery: %s", delivery)


@pytest.mark.parametrize("phone", PHONES)
def test_telephone_number_never_reaches_the_log(phone):
    with Logged(level="DEBUG") as logged:
        everywhere(phone)
        raised_everywhere(phone)
        try:
            raise SourceUnavailableError(f"asked for {phone}", result=AttemptResult.TIMEOUT, transient=True)
        except SourceUnavailableError:
            logging.getLogger("x").exception("failed")
    assert phone not in logged.text
    assert len(logged.lines) >= 15


def test_name_in_an_exception_never_reaches_the_log():
    with Logged(level="DEBUG") as logged:
        raised_everywhere(NAME)
    assert len(logged.lines) >= 5
    assert NAME not in logged.text
    assert "Maria" not in logged.text


def test_message_of_our_own_exception_is_kept_for_operators():
    with Logged() as logged:
        try:
            raise SourceUnavailableError("no answer in time", result=AttemptResult.TIMEOUT, transient=True)
        except SourceUnavailableError:
            logging.getLogger("x").exception("failed")
    assert "SourceUnavailableError: no answer in time" in logged.text


@pytest.mark.parametrize(
    "harmless",
    [
        "listening on 127.0.0.1:8080",
        "peer 192.168.100.200 left",
        "since 2026-02-12 09:30:00",
        "correlation 550e8400-e29b-41d4-a716-446655440000",
        "tracking TRK-2024-0012345678",
        "took 1234 ms for 56789 bytes",
        "object at 0x7f0123456789",
    ],
)
def test_what_is_no_telephone_number_stays(harmless):
    with Logged() as logged:
        logging.getLogger("x").info(harmless)
    assert logged.lines[0]["message"] == harmless


def test_ids_of_digits_stay_whole():
    with Logged() as logged:
        token = correlation_id.set("15555550123")
        LogSink().emit(
            events.ToolCallAnswered(
                "getDeliveryStatus", "found", "cache", 0.1, "5555550123", "5555550124", "5555550125"
            )
        )
        correlation_id.reset(token)
    (line,) = logged.lines
    assert (line["correlationId"], line["callId"], line["toolCallId"], line["trackingNumber"]) == (
        "15555550123",
        "5555550123",
        "5555550124",
        "5555550125",
    )


SERVED = events.RequestServed("public", "POST", "/webhook", 200, 0.1)


class Listener(logging.Handler):
    """A developer's own."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name} {record.levelname} {record.getMessage()} {record.sheriff_fields['route']}")


@pytest.mark.parametrize("at", ["", "sheriff.access"])
def test_whoever_else_listens_hears_a_record_and_the_line_is_the_same(at: str) -> None:
    alone = logged_of(SERVED)
    listener = Listener()
    with Logged() as logged:
        logging.getLogger(at).addHandler(listener)
        LogSink().emit(SERVED)
        logging.getLogger(at).removeHandler(listener)
    assert listener.heard == ["sheriff.access INFO request served /webhook"]
    (line,), (same,) = logged.lines, alone.lines
    assert {**line, "timestamp": ""} == {**same, "timestamp": ""}


def test_a_filter_at_the_access_lines_is_asked() -> None:
    with Logged() as logged:
        access = logging.getLogger("sheriff.access")
        access.addFilter(nothing := lambda _: False)
        LogSink().emit(SERVED)
        access.removeFilter(nothing)
        LogSink().emit(SERVED)
    assert len(logged.lines) == 1


def test_a_line_that_cannot_be_made_is_told_and_breaks_nothing() -> None:
    (line,) = logged_of(events.RequestServed("public", "POST", "/webhook", 2**70, 0.1)).lines  # beyond 64 bits
    assert (line["logger"], line["message"]) == ("sheriff.logs", "a log line could not be written")
