"""Sanity for real, on its stand-in: what is sent, and what each failure becomes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from typing import Any

import pytest

from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_adapters.sanity import SanityDeliverySource, SanitySurvey
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import SourceRequestEnded, SourceRetried
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import (
    AttemptResult,
    DeliverySource,
    DeliveryUnreadableError,
    SourceError,
    SourceMisconfiguredError,
    SourceUnavailableError,
    Span,
)
from sheriff_core.tracking_number import TrackingNumber
from tests.fakes import SpySink
from tests.standin import SanityStandin
from tests.waiting import until

pytestmark = pytest.mark.node

HELD = {
    "_id": "d1",
    "_type": "delivery",
    "trackingNumber": "AB123456",
    "customerName": "Zoë Quill",
    "status": "shipped",
}
NUMBER = TrackingNumber("AB123456", ("AB123456",))
SECRET = "standin-token"


class SpyTracer:
    """Keeps the attributes of every span."""

    is_on = True

    def __init__(self) -> None:
        self.spans: list[tuple[str, dict[str, Any]]] = []

    def span(self, name: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:
        kept: dict[str, Any] = dict(attributes)
        self.spans.append((name, kept))

        class Spy:
            def set(self, **more: str | float | bool) -> None:
                kept.update(more)

            def fail(self, reason: str) -> None:
                kept["failed"] = reason

        @contextmanager
        def held() -> Any:
            yield Spy()

        return held()


class Room:
    """A Sanity source on the stand-in, with what it writes down."""

    def __init__(self, standin: SanityStandin) -> None:
        self.standin = standin
        self.clock = SystemClock()
        self.events = SpySink()
        self.tracer = SpyTracer()
        self.log = KeptAttempts(self.clock)
        self.stack = AsyncExitStack()

    async def source(self, **changed: Any) -> SanityDeliverySource:
        settings = {**self.standin.settings, "attempt_timeout_s": 5.0, **changed}
        return await self.stack.enter_async_context(
            SanityDeliverySource(**settings, clock=self.clock, events=self.events, tracer=self.tracer)
        )

    async def ask(
        self, source: DeliverySource, number: TrackingNumber = NUMBER, *, deadline_s: float = 5.0
    ) -> tuple[Delivery, ...]:
        return await source.fetch(number, deadline=Deadline(self.clock.now() + deadline_s), attempts=self.log)

    @property
    def told(self) -> list[SourceRequestEnded]:
        return self.events.of(SourceRequestEnded)


@pytest.fixture
async def room(sanity_standin: SanityStandin) -> AsyncIterator[Room]:
    await sanity_standin.put(HELD)
    room = Room(sanity_standin)
    async with room.stack:
        yield room


# ------------------------------------------------------------------------------------------------------ what is sent


async def test_one_request_asks_by_parameters_for_published_documents_only(room: Room) -> None:
    await room.ask(await room.source())
    (sent,) = room.standin.requests
    assert (sent.method, sent.path) == ("GET", "/v2025-02-19/data/query/production")
    assert "AB123456" not in sent.query["query"]
    assert sent.query["$canon"] == '"AB123456"'
    assert sent.query["$low"] == '"ab123456"'
    assert (sent.query["perspective"], sent.query["returnQuery"], sent.query["tag"]) == (
        "published",
        "false",
        "sheriff.lookup",
    )
    assert sent.headers["authorization"] == f"Bearer {SECRET}"
    assert sent.headers["x-sanity-project-id"] == "demo"
    assert "cookie" not in sent.headers


async def test_an_api_version_may_bear_its_v(room: Room) -> None:
    assert await room.ask(await room.source(api_version="v2025-02-19"))


async def test_drafts_stay_hidden_where_an_old_api_version_would_tell_them(room: Room) -> None:
    await room.standin.put({**HELD, "_id": "drafts.d1", "status": "draft"})
    assert [d.status for d in await room.ask(await room.source(api_version="2021-10-21"))] == ["shipped"]


async def test_a_draft_that_comes_all_the_same_is_not_returned(room: Room) -> None:
    await room.standin.fault("wrong_document", document={**HELD, "_id": "drafts.d1"})
    assert await room.ask(await room.source()) == ()


async def test_a_long_question_is_posted(room: Room) -> None:
    said = "AB-123456" + " " * 12_000
    assert await room.ask(await room.source(), TrackingNumber(said, ("AB123456",)))
    (sent,) = room.standin.requests
    assert sent.method == "POST"
    assert sent.body["params"]["said"] == said
    assert (sent.query["perspective"], sent.query["tag"]) == ("published", "sheriff.lookup")
    assert room.told[0].method == "POST"


async def test_the_second_stage_is_asked_only_when_the_first_found_nothing(room: Room) -> None:
    source = await room.source()
    await room.ask(source)
    assert room.standin.request_count == 1
    await room.standin.put({**HELD, "_id": "d2", "trackingNumber": "CD-98 76"})
    (found,) = await room.ask(source, TrackingNumber("cd9876", ("CD9876",)))
    assert found.document_id == "d2"
    assert [attempt.result for attempt in room.log.attempts] == [
        AttemptResult.OK,
        AttemptResult.EMPTY,
        AttemptResult.OK,
    ]


async def test_all_requests_of_a_source_share_its_session_and_its_connection(room: Room) -> None:
    source = await room.source()
    for _ in range(3):
        await room.ask(source)
    assert room.standin.control("GET", "/count")["connections"] == 1


async def test_a_kept_connection_that_died_is_one_failure_and_no_silent_second_request(room: Room) -> None:
    source = await room.source()
    await room.ask(source)
    await room.standin.fault("reset")
    with pytest.raises(SourceUnavailableError):
        await room.ask(source)
    assert room.standin.request_count == 2


async def test_a_request_before_open_is_a_defect(room: Room) -> None:
    source = SanityDeliverySource(**room.standin.settings, clock=room.clock, events=room.events, tracer=room.tracer)
    with pytest.raises(RuntimeError, match="not open"):
        await room.ask(source)


async def test_an_address_that_is_none_is_refused_at_once(room: Room) -> None:
    with pytest.raises(ValueError, match="base_url"):
        await room.source(base_url="sanity.example")


async def test_trace_context_is_sent_and_the_request_is_a_client_span(room: Room) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    def propagate(headers: dict[str, str]) -> None:
        headers["traceparent"] = traceparent

    await room.ask(await room.source(propagate=propagate))
    assert room.standin.requests[0].headers["traceparent"] == traceparent
    ((name, attributes),) = room.tracer.spans
    assert name == "GET"
    assert attributes["http.request.method"] == "GET"
    assert attributes["http.response.status_code"] == 200
    assert attributes["server.address"] == "127.0.0.1"
    assert attributes["url.full"].endswith("/data/query/production")
    assert "failed" not in attributes


async def test_each_request_is_told_once_with_its_server(room: Room) -> None:
    await room.ask(await room.source())
    (told,) = room.told
    port = int(room.standin.url.rsplit(":", 1)[1])
    assert (told.result, told.http_status, told.method) == (AttemptResult.OK, 200, "GET")
    assert (told.server_address, told.server_port) == ("127.0.0.1", port)
    assert told.duration_s > 0


# ------------------------------------------------------------------------------------------------------ what fails

TRANSIENT: list[tuple[str, dict[str, Any], AttemptResult, int | None, str]] = [
    ("status", {"status": 429, "retry_after": 1}, AttemptResult.RATE_LIMITED, 429, "429"),
    ("status", {"status": 408}, AttemptResult.TIMEOUT, 408, "408"),
    ("status", {"status": 504}, AttemptResult.TIMEOUT, 504, "504"),
    ("status", {"status": 500}, AttemptResult.SERVER_ERROR, 500, "500"),
    ("status", {"status": 502}, AttemptResult.SERVER_ERROR, 502, "502"),
    ("status", {"status": 503}, AttemptResult.SERVER_ERROR, 503, "503"),
    ("status", {"status": 599}, AttemptResult.SERVER_ERROR, 599, "599"),
    ("status", {"status": 204}, AttemptResult.MALFORMED, 204, "204"),
    ("html", {}, AttemptResult.SERVER_ERROR, 502, "502"),
    ("html", {"status": 200}, AttemptResult.MALFORMED, 200, "malformed"),
    ("reset", {}, AttemptResult.NETWORK_ERROR, None, "ClientOSError"),
    ("truncated", {}, AttemptResult.NETWORK_ERROR, 200, "ClientPayloadError"),
    ("malformed", {}, AttemptResult.MALFORMED, 200, "malformed"),
    ("empty_object", {}, AttemptResult.MALFORMED, 200, "malformed"),
    ("null_result", {}, AttemptResult.MALFORMED, 200, "malformed"),
    ("wrong_result", {}, AttemptResult.MALFORMED, 200, "malformed"),
    ("wrong_document", {}, AttemptResult.MALFORMED, 200, "malformed"),
    ("wrong_document", {"document": {**HELD, "trackingNumber": "XX9"}}, AttemptResult.MALFORMED, 200, "malformed"),
    ("wrong_document", {"document": {"trackingNumber": "AB123456"}}, AttemptResult.MALFORMED, 200, "malformed"),
    ("huge", {}, AttemptResult.MALFORMED, 200, "malformed"),
]


@pytest.mark.parametrize(("kind", "how", "result", "status", "error_type"), TRANSIENT)
async def test_a_failure_that_may_pass_is_unavailable_and_never_not_found(
    room: Room, kind: str, how: dict[str, Any], result: AttemptResult, status: int | None, error_type: str
) -> None:
    source = await room.source()
    await room.standin.fault(kind, **how)
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(source)
    assert (raised.value.result, raised.value.transient) == (result, True)
    assert [attempt.result for attempt in room.log.attempts] == [result]
    (told,) = room.told
    assert (told.result, told.http_status, told.error_type) == (result, status, error_type)
    assert told.detail == str(raised.value)
    assert room.tracer.spans[0][1]["failed"] == error_type
    assert "Quill" not in str(raised.value)
    assert room.standin.request_count == 1


@pytest.mark.parametrize("field", ["status", "issueMessage", "estimatedDelivery", "_rev"])
async def test_a_delivery_stored_in_a_wrong_shape_is_told_apart_from_an_answer_that_makes_no_sense(
    room: Room, field: str
) -> None:
    source = await room.source()
    await room.standin.fault("wrong_document", document={**HELD, field: ["Zebediah Quill"]})
    with pytest.raises(DeliveryUnreadableError) as raised:
        await room.ask(source)
    assert str(raised.value) == f"the document {HELD['_id']} cannot be told: wrong shape of {field}"
    assert (raised.value.result, raised.value.transient) == (AttemptResult.MALFORMED, True)
    assert [attempt.result for attempt in room.log.attempts] == [AttemptResult.MALFORMED]
    (told,) = room.told
    assert (told.result, told.error_type, told.detail) == (AttemptResult.MALFORMED, "malformed", str(raised.value))


@pytest.mark.parametrize(
    "document", [{**HELD, "_id": ["a"]}, {**HELD, "_id": ""}, {**HELD, "status": ["a"], "trackingNumber": "XX9"}]
)
async def test_what_is_not_surely_the_delivery_asked_for_makes_no_sense(room: Room, document: dict[str, Any]) -> None:
    source = await room.source()
    await room.standin.fault("wrong_document", document=document)
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(source)
    assert not isinstance(raised.value, DeliveryUnreadableError)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"status": 400}, "HTTP 400: expected ']' following array body"),
    ({"status": 401}, "HTTP 401: Unauthorized Session not found (SIO-401-ANF)"),
    ({"status": 403}, 'HTTP 403: Forbidden Insufficient permissions; permission "read" required'),
    ({"status": 404}, 'HTTP 404: Dataset not found Dataset "production" not found for project ID "demo"'),
    ({"status": 418, "body": "<p>teapot</p>"}, "HTTP 418"),
    ({"status": 400, "body": {"message": f"the token {SECRET} is bad"}}, "HTTP 400: the token *** is bad"),
    ({"status": 409, "body": {"error": {"description": "x" * 999}}}, f"HTTP 409: {'x' * 199}…"),
    ({"status": 401, "body": [1, 2]}, "HTTP 401"),
]


@pytest.mark.parametrize(("how", "message"), REFUSED)
async def test_a_refusal_is_our_configuration_and_never_not_found(
    room: Room, how: dict[str, Any], message: str
) -> None:
    source = await room.source()
    await room.standin.fault("status", **how)
    with pytest.raises(SourceMisconfiguredError) as raised:
        await room.ask(source)
    assert (str(raised.value), raised.value.transient) == (message, False)
    assert (raised.value.result, room.told[0].result) == (AttemptResult.REJECTED, AttemptResult.REJECTED)
    assert room.told[0].http_status == how["status"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"token": "other"}, "Session not found (SIO-401-ANF)"),
        ({"token": "expired-token"}, "Session is expired, please re-authenticate (SIO-401-AEX)"),
        ({"token": ""}, "Session not found"),
        ({"project_id": "elsewhere"}, "Session does not match project host (SIO-401-AWH)"),
        ({"dataset": "staging"}, 'Dataset "staging" not found'),
    ],
)
async def test_a_wrong_setting_is_told_in_sanitys_own_words(room: Room, changed: dict[str, str], message: str) -> None:
    with pytest.raises(SourceMisconfiguredError) as raised:
        await room.ask(await room.source(**changed))
    assert message in str(raised.value)


async def test_a_redirect_is_not_followed_because_the_token_would_travel_along(room: Room) -> None:
    await room.standin.fault("redirect", location=f"{room.standin.url}/elsewhere")
    with pytest.raises(SourceMisconfiguredError, match="HTTP 302"):
        await room.ask(await room.source())
    assert room.standin.request_count == 1


async def test_nobody_listening_is_a_network_error(room: Room) -> None:
    source = await room.source()
    await room.standin.fault("refused")
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(source)
    assert raised.value.result is AttemptResult.NETWORK_ERROR
    assert raised.value.__cause__ is not None
    assert room.told[0].error_type == "ClientConnectorError"
    await room.standin.heal()
    assert await room.ask(source)


async def test_an_answer_that_is_not_http_is_malformed(room: Room) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(babble, "127.0.0.1", 0, family=socket.AF_INET)
    async with server:
        source = await room.source(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(SourceUnavailableError) as raised:
            await room.ask(source)
    assert raised.value.result is AttemptResult.MALFORMED


@pytest.mark.parametrize("kind", ["hang", "hang_body"])
async def test_a_silent_source_is_a_timeout(room: Room, kind: str) -> None:
    source = await room.source(attempt_timeout_s=0.05)
    await room.standin.fault(kind)
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(source)
    assert raised.value.result is AttemptResult.TIMEOUT
    assert [attempt.result for attempt in room.log.attempts] == [AttemptResult.TIMEOUT]
    assert room.told[0].error_type == "timeout"


async def test_without_time_nothing_is_sent(room: Room) -> None:
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(await room.source(), deadline_s=0)
    assert raised.value.result is AttemptResult.TIMEOUT
    assert room.standin.request_count == 0


async def test_a_failing_second_stage_is_a_failure_and_never_not_found(room: Room) -> None:
    await room.standin.fault("status", status=503, skip=1)
    with pytest.raises(SourceUnavailableError):
        await room.ask(await room.source(), TrackingNumber("ZZ9999", ("ZZ9999",)))
    assert [attempt.result for attempt in room.log.attempts] == [AttemptResult.EMPTY, AttemptResult.SERVER_ERROR]


async def test_a_wait_asked_for_is_passed_on(room: Room) -> None:
    await room.standin.fault("status", status=429, retry_after=7)
    with pytest.raises(SourceUnavailableError) as raised:
        await room.ask(await room.source())
    assert raised.value.retry_after_s == 7.0
    assert room.log.attempts[0].retry_after_s == 7.0


async def test_a_cancelled_request_is_given_up_and_stays_without_an_end(room: Room) -> None:
    source = await room.source()
    await room.standin.fault("hang")
    asking = asyncio.ensure_future(room.ask(source))
    await until(lambda: room.standin.request_count == 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert [(attempt.result, attempt.ended_at) for attempt in room.log.attempts] == [(None, None)]
    assert room.told == []


# ------------------------------------------------------------------------------------------------- asked again


def retried(room: Room, source: SanityDeliverySource, **policy: Any) -> RetryingDeliverySource:
    return RetryingDeliverySource(
        source, RetryPolicy(**policy), clock=room.clock, events=room.events, jitter=lambda: 0.0
    )


async def test_503_twice_and_then_fine_is_three_requests_and_found(room: Room) -> None:
    await room.standin.fault("status", status=503, times=2)
    assert await room.ask(retried(room, await room.source()))
    assert room.standin.request_count == 3
    assert [told.http_status for told in room.told] == [503, 503, 200]


@pytest.mark.parametrize("kind", ["reset", "truncated", "malformed", "empty_object", "null_result", "html"])
async def test_a_broken_answer_is_asked_for_again(room: Room, kind: str) -> None:
    await room.standin.fault(kind, times=1)
    assert await room.ask(retried(room, await room.source()))
    assert room.standin.request_count == 2


async def test_a_refusal_is_not_asked_again(room: Room) -> None:
    await room.standin.fault("status", status=401)
    with pytest.raises(SourceMisconfiguredError):
        await room.ask(retried(room, await room.source()))
    assert room.standin.request_count == 1


async def test_a_silent_request_gets_a_twin_on_another_connection(room: Room) -> None:
    await room.standin.fault("hang", times=1)
    assert await room.ask(retried(room, await room.source(), hedge_after_s=0.05))
    assert room.standin.request_count == 2
    assert room.standin.control("GET", "/count")["connections"] == 2
    assert room.events.of(SourceRetried) == [SourceRetried("hedge")]
    assert [attempt.result for attempt in room.log.attempts] == [None, AttemptResult.OK]


async def test_a_timeout_of_an_attempt_is_told_and_asked_again(room: Room) -> None:
    await room.standin.fault("hang", times=1)
    source = retried(room, await room.source(), attempt_timeout_s=0.1, hedge_after_s=0)
    assert await room.ask(source)
    assert [attempt.result for attempt in room.log.attempts] == [AttemptResult.TIMEOUT, AttemptResult.OK]
    assert [told.result for told in room.told] == [AttemptResult.TIMEOUT, AttemptResult.OK]


# ------------------------------------------------------------------------------------------------- for the doctor


async def test_a_ping_counts_what_the_token_may_read(room: Room) -> None:
    await room.standin.put({**HELD, "_id": "drafts.d1"}, {**HELD, "_id": "d2"})
    ping = await (await room.source()).ping()
    assert ping.deliveries == 2
    assert ping.duration_s > 0
    assert room.standin.requests[0].query["tag"] == "sheriff.check"


async def test_a_ping_fails_as_a_lookup_does(room: Room) -> None:
    with pytest.raises(SourceMisconfiguredError, match="Session not found"):
        await (await room.source(token="other")).ping()
    await room.standin.fault("wrong_result")
    with pytest.raises(SourceError, match="not a number"):
        await (await room.source()).ping()


async def test_a_survey_counts_what_the_deliveries_hold(room: Room) -> None:
    separated = {"_id": "d2", "_type": "delivery", "trackingNumber": "SHR-200-001", "customerPhone": "+15555550123"}
    await room.standin.put(separated, {"_id": "d3", "_type": "delivery", "trackingNumber": 200002})
    await room.standin.put({"_id": "d4", "_type": "delivery"})
    survey = await (await room.source()).survey()
    assert survey == SanitySurvey(deliveries=4, numbered=3, separated=1, with_status=1, with_phone=1)
