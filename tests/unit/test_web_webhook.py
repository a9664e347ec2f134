"""`POST /webhook`, row by row of docs/reference/http-api.md."""

import asyncio
import hashlib
import hmac
import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from sheriff_core.correlation import correlation_id
from sheriff_core.events import DefectCaught, MessageReceived, MessageRejected, RequestServed
from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.phrases import Sentence
from sheriff_core.policy import Speech
from sheriff_core.tool_call import ToolReply
from sheriff_web.authentication import BearerAuthentication, SecretAuthentication
from sheriff_web.drain import Drain
from sheriff_web.limits import WebLimits
from sheriff_web.problems import RejectionReason
from sheriff_web.signature import HmacAuthentication
from tests.asgi import NoReplyError, call
from tests.fakes import START, FakeClock, settle
from tests.webhook_kit import Shop, entry, found, never, sample, samples, tool_calls


def rejections(shop):
    return [(event.reason, event.detail) for event in shop.sink.of(MessageRejected)]


async def test_only_what_is_found_in_a_body_was_sent_by_somebody_known():
    shop = Shop(authentication=SecretAuthentication(("s3cret",)))
    known = {"x-vapi-secret": "s3cret"}
    call_without_id = {"type": "tool-calls", "call": {"id": "c"}, "toolCallList": [entry(), {"function": {}}]}
    await shop.send({"type": "tool-calls"}, headers=known)
    await shop.send(call_without_id, headers=known)
    await shop.send({"type": "end-of-call-report"}, headers=known)
    await shop.send({"type": "tool-calls"})
    told = [(event.reason, event.sender_known) for event in shop.sink.of(MessageRejected)]
    assert told == [("schema", True), ("no_id", True), ("no_id", True), ("auth", False)]


# -- tool calls that have an id -----------------------------------------------------------------------------------


async def test_a_tool_call_is_answered_by_its_id():
    shop = Shop()
    reply = await shop.send(tool_calls(entry("call_1", "TRK1")))
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    (result,) = reply.json()["results"]
    assert (result["toolCallId"], result["name"], result["result"]) == ("call_1", "getDeliveryStatus", "This is TRK1.")
    assert b"\n" not in reply.body


async def test_the_desk_gets_what_it_needs():
    shop = Shop()
    reply = await shop.send(tool_calls(entry("call_1", "TRK1"), customer={"number": "+15555550123"}))
    (call,) = shop.desk.calls
    assert call.tool_call_id == "call_1"
    assert call.name == "getDeliveryStatus"
    assert call.arguments == {"trackingNumber": "TRK1"}
    assert call.call_id == "call-uuid"
    assert call.caller_number == "+15555550123"
    assert call.correlation_id == reply.headers["x-correlation-id"]
    assert (call.received_at, call.received_now) == (START, 0.0)
    assert call.deadline.at == 4.5


async def test_a_static_caller_number_goes_before_signalling():
    shop = Shop()
    await shop.send(tool_calls(entry(callerNumber="+49123"), customer={"number": "+15555550123"}))
    assert shop.desk.calls[0].caller_number == "+49123"


async def test_the_moment_of_arrival_is_whole_milliseconds():
    shop = Shop()
    await shop.clock.advance(0.0129)
    await shop.send(tool_calls(entry()))
    assert shop.desk.calls[0].received_at == datetime(2026, 2, 12, 9, 30, 0, 12_000, tzinfo=UTC)


async def test_the_deadline_counts_from_the_first_byte_and_not_from_the_last():
    shop = Shop(hard_timeout_s=4.5)
    pieces = [json.dumps({"message": tool_calls(entry())}).encode()]

    async def more():
        await shop.clock.advance(3)
        return {"type": "http.request", "body": b"", "more_body": False}

    await shop.post(pieces, more=more)
    assert shop.desk.calls[0].deadline.remaining(shop.clock.now()) == 1.5


async def test_several_calls_are_answered_at_the_same_time_and_in_order():
    shop = Shop()
    arrived = []
    all_there = asyncio.Event()

    async def wait_for_all(call):
        arrived.append(call.tool_call_id)
        if len(arrived) == 3:
            all_there.set()
        await all_there.wait()
        for _ in range(3 - int(call.tool_call_id)):  # the last one is done first
            await asyncio.sleep(0)
        return found(call)

    shop.desk.behaviour = wait_for_all
    reply = await shop.send(tool_calls(*(entry(str(n), f"T{n}") for n in range(3))))
    assert [result["toolCallId"] for result in reply.json()["results"]] == ["0", "1", "2"]
    assert [result["result"] for result in reply.json()["results"]] == ["This is T0.", "This is T1.", "This is T2."]


async def test_a_call_without_an_id_among_others_is_left_out_and_told():
    shop = Shop()
    reply = await shop.send(tool_calls(entry("a"), {"name": "x"}, entry("b")))
    assert [result["toolCallId"] for result in reply.json()["results"]] == ["a", "b"]
    assert rejections(shop) == [("no_id", "message.toolCallList[1]: has no usable id")]


@pytest.mark.parametrize("arguments", ["TRK1", "[1]", 5, ["x"]])
async def test_unusable_arguments_reach_the_desk_as_such(arguments):
    shop = Shop()
    await shop.send(
        tool_calls({"id": "a", "function": {"name": "getDeliveryStatus", "arguments": arguments}}, entry("b"))
    )
    assert [call.arguments for call in shop.desk.calls] == [None, {"trackingNumber": "TRK1"}]


async def test_a_desk_that_raises_is_an_apology_for_that_call_alone():
    shop = Shop()

    async def broken_for_a(call):
        if call.tool_call_id == "a":
            raise RuntimeError("a defect")
        return found(call)

    shop.desk.behaviour = broken_for_a
    reply = await shop.send(tool_calls(entry("a"), entry("b")))
    first, second = reply.json()["results"]
    assert reply.status == 200
    assert first["result"] == Sentence.UNAVAILABLE.value
    assert first["message"] == {"type": "request-complete", "content": first["result"]}
    assert first["metadata"] == {
        "correlationId": reply.headers["x-correlation-id"],
        "outcome": "unavailable",
        "ageSeconds": None,
        "servedFrom": "none",
    }
    assert second["result"] == "This is TRK1."
    assert [event.where for event in shop.sink.of(DefectCaught)] == ["webhook.answer"]


async def test_an_apology_is_not_spoken_verbatim_where_the_model_speaks():
    shop = Shop(speech=Speech.MODEL)

    async def broken(call):
        raise RuntimeError("a defect")

    shop.desk.behaviour = broken
    assert "message" not in (await shop.send(tool_calls(entry()))).json()["results"][0]


async def test_a_reply_that_cannot_be_written_is_an_apology():
    shop = Shop()

    async def unwritable(call):
        return ToolReply({"toolCallId": call.tool_call_id, "result": object()}, OutcomeName.FOUND, ServedFrom.SOURCE)

    shop.desk.behaviour = unwritable
    (result,) = (await shop.send(tool_calls(entry("a")))).json()["results"]
    assert (result["toolCallId"], result["metadata"]["outcome"]) == ("a", "unavailable")
    assert [event.where for event in shop.sink.of(DefectCaught)] == ["webhook.write"]


async def test_more_calls_than_one_message_may_hold_hear_the_apology():
    shop = Shop(limits=WebLimits(max_calls_per_message=2))
    reply = await shop.send(tool_calls(*(entry(str(n)) for n in range(4))))
    assert [result["toolCallId"] for result in reply.json()["results"]] == ["0", "1", "2", "3"]
    assert len(shop.desk.calls) == 2
    assert [result["metadata"]["outcome"] for result in reply.json()["results"]] == ["found"] * 2 + ["unavailable"] * 2
    assert rejections(shop) == [("busy", "4 tool calls in one message")]


async def test_beyond_the_bound_a_call_hears_the_apology_at_once():
    shop = Shop(limits=WebLimits(max_in_flight=1))
    release = asyncio.Event()

    async def wait(call):
        await release.wait()
        return found(call)

    shop.desk.behaviour = wait
    first = asyncio.create_task(shop.send(tool_calls(entry("a"))))
    await settle()
    second = await shop.send(tool_calls(entry("b")))
    assert second.status == 200
    assert second.json()["results"][0]["result"] == Sentence.BUSY.value
    release.set()
    assert (await first).json()["results"][0]["result"] == "This is TRK1."
    assert rejections(shop) == [("busy", "1 in flight")]
    assert (await shop.send(tool_calls(entry("c")))).json()["results"][0]["result"] == "This is TRK1."


# -- other messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["status-update", "assistant-request", "call.teleported", "TOOL-CALLS", "x" * 10_000])
async def test_any_other_message_is_taken_with_an_empty_object(kind):
    shop = Shop()
    reply = await shop.send({"type": kind})
    assert (reply.status, reply.body) == (200, b"{}")
    expected = kind if kind in ("status-update", "assistant-request") else "_OTHER"
    assert [event.message_type for event in shop.sink.of(MessageReceived)] == [expected]


@pytest.mark.parametrize("field", ["result", "error"])
async def test_a_legacy_function_call_is_answered_with_one_result(field):
    shop = Shop()

    async def answer(call):
        return ToolReply({"toolCallId": call.tool_call_id, field: "words"}, OutcomeName.FOUND, ServedFrom.SOURCE)

    shop.desk.behaviour = answer
    reply = await shop.post(sample("legacy/function-call.json"))
    assert (reply.status, reply.json()) == (200, {"result": "words"})
    assert shop.desk.calls[0].arguments == {"emailAddress": "john@example.com"}


async def test_two_legacy_calls_never_share_an_id():
    shop = Shop()
    for _ in range(2):
        await shop.post(sample("legacy/function-call.json"))
    first, second = shop.desk.calls
    assert first.tool_call_id != second.tool_call_id


async def test_a_report_reaches_the_desk_and_is_acknowledged():
    shop = Shop()
    reply = await shop.post(sample("captured/end-of-call-report.2024-07.json"))
    assert (reply.status, reply.body) == (200, b"{}")
    assert [report.call_id for report in shop.desk.reports] == ["b1223960-1b4d-4585-91b8-a69b0f57ec2f"]


async def test_a_report_that_names_no_call_is_acknowledged_and_told():
    shop = Shop()
    reply = await shop.send({"type": "end-of-call-report"})
    assert (reply.status, reply.body, shop.desk.reports) == (200, b"{}", [])
    assert rejections(shop) == [("no_id", "message.call.id: is missing")]


async def test_a_report_that_cannot_be_kept_is_acknowledged():
    shop = Shop()

    def full(report):
        raise RuntimeError("a defect")

    shop.desk.call_ended = full
    reply = await shop.send({"type": "end-of-call-report", "call": {"id": "c"}})
    assert reply.status == 200
    assert [event.where for event in shop.sink.of(DefectCaught)] == ["webhook.call_ended"]


@pytest.mark.parametrize("name", samples())
async def test_every_sample_gets_the_reply_of_its_row(name):
    shop = Shop()
    reply = await shop.post(sample(name))
    message = json.loads(sample(name))["message"]
    match message.get("type"):
        case None:
            assert reply.status == 422
        case "tool-calls":
            assert [result["toolCallId"] for result in reply.json()["results"]] == [message["toolCallList"][0]["id"]]
        case "function-call":
            assert list(reply.json()) == ["result"]
        case _:
            assert reply.body == b"{}"


# -- refusals -----------------------------------------------------------------------------------------------------


async def test_a_body_that_is_not_json_is_a_400():
    shop = Shop()
    reply = await shop.post(b"not json: secret words")
    assert (reply.status, reply.json()) == (400, {"error": "the body is not JSON", "results": []})
    assert rejections(shop) == [("not_json", "the body is not JSON")]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "message.type: is missing"),
        ({"type": "tool-calls"}, "message.toolCallList: is missing or empty"),
        ({"type": "tool-calls", "toolCallList": [{}]}, "message.toolCallList[0]: has no usable id"),
        ({"type": "function-call"}, "message.functionCall: must be an object"),
    ],
)
async def test_an_envelope_nobody_can_answer_is_a_422_that_names_the_field(message, error):
    shop = Shop()
    reply = await shop.send(message)
    assert (reply.status, reply.json()) == (422, {"error": error, "results": []})
    assert rejections(shop) == [("schema", error)]


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.vapi+json", None],
)
async def test_a_json_media_type_is_accepted_and_so_is_none(content_type):
    shop = Shop()
    body = json.dumps({"message": {"type": "hang"}}).encode()
    headers = {} if content_type is None else {"content-type": content_type}
    assert (await call(shop.app, "/webhook", body, headers=headers)).status == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "json", "text/json", "multipart/form-data"]
)
async def test_another_media_type_is_a_415(content_type):
    shop = Shop()
    reply = await shop.post(b"{}", {"content-type": content_type})
    assert (reply.status, reply.json()) == (415, {"error": "content-type: must be application/json", "results": []})
    assert rejections(shop)[0][0] == "media_type"


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
async def test_a_compressed_body_is_a_415(encoding):
    shop = Shop()
    assert (await shop.post(b"{}", {"content-encoding": encoding})).status == 415


async def test_an_identity_encoding_is_none():
    shop = Shop()
    assert (await shop.post(b'{"message":{"type":"hang"}}', {"content-encoding": "identity"})).status == 200


async def test_a_body_that_declares_too_much_is_a_413_before_it_is_read():
    shop = Shop(limits=WebLimits(max_body_bytes=10, max_buffered_bytes=100))
    for declared in ("11", "9" * 5_000):
        reply = await shop.post(b"", {"content-length": declared})
        assert (reply.status, reply.json()) == (413, {"error": "the body is larger than 10 bytes", "results": []})


async def test_a_body_that_is_too_large_without_saying_so_is_a_413():
    shop = Shop(limits=WebLimits(max_body_bytes=10, max_buffered_bytes=100))
    assert (await shop.post([b"x" * 6, b"x" * 6, b"x" * 6])).status == 413
    assert rejections(shop)[0][0] == "too_large"


async def test_a_body_of_just_the_permitted_size_is_taken():
    body = b'{"message":{"type":"hang"}}'
    shop = Shop(limits=WebLimits(max_body_bytes=len(body)))
    assert (await shop.post(body, {"content-length": str(len(body))})).status == 200


@pytest.mark.parametrize("declared", ["-1", "x", "1_0", ""])
async def test_a_length_that_is_no_number_is_a_400(declared):
    shop = Shop()
    assert (await shop.post(b"{}", {"content-length": declared})).status == 400


async def test_a_body_that_does_not_arrive_in_time_is_a_408():
    shop = Shop(limits=WebLimits(body_timeout_s=0.01))
    reply = await shop.post(b"{", more=never)
    assert reply.status == 408
    assert reply.json() == {"error": "the body did not arrive within 0.01 seconds", "results": []}
    assert reply.headers["connection"] == "close"
    assert rejections(shop)[0][0] == "timeout"


async def test_when_too_much_is_being_received_at_once_the_largest_body_is_put_off():
    shop = Shop(limits=WebLimits(max_body_bytes=100, max_buffered_bytes=150))
    small = asyncio.create_task(shop.post(b"x" * 59, more=never))
    large_goes = asyncio.Event()

    async def until_it_goes():
        await large_goes.wait()

    large = asyncio.create_task(shop.post(b"x" * 90, more=until_it_goes))
    await settle()
    assert (await shop.post([b'{"message":', b'{"type":"hang"}}'])).status == 200
    large_goes.set()
    reply = await large
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    assert rejections(shop) == [("busy", "busy, try again")]
    assert not small.done()
    large = await shop.post([b"x" * 60, b"x" * 40])  # the room that is left is not enough for the largest of all
    assert (large.status, large.headers["retry-after"]) == (503, "1")
    small.cancel()
    await asyncio.gather(small, return_exceptions=True)
    assert (await shop.post([b"x" * 60, b"x" * 40])).status == 400  # the room is free again


async def test_no_more_bodies_are_put_off_than_make_room():
    shop = Shop(limits=WebLimits(max_body_bytes=100, max_buffered_bytes=800))
    waiting = [asyncio.create_task(shop.post(b"x" * size, more=never)) for size in (90, 80, *[70] * 8)]
    await settle()
    assert (await shop.post([b'{"message":{"type":"hang"}', b" " * 50 + b"}"])).status == 200
    await settle()
    assert rejections(shop) == [("busy", "busy, try again")] * 2  # 90 and 80: 637 are left of 807
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_client_that_goes_away_gets_nothing_and_is_told_of_once():
    shop = Shop()

    async def gone():
        return None

    with pytest.raises(NoReplyError):
        await shop.post(b"{", more=gone)
    (served,) = shop.sink.of(RequestServed)
    assert (served.status, served.error_type) == (499, "client_disconnected")
    assert not shop.sink.of(DefectCaught)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY", "BREW"])
async def test_another_method_is_a_405_that_names_the_right_one(method):
    shop = Shop()
    reply = await shop.post(b"", method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert reply.json() == {"error": "method not allowed"}


@pytest.mark.parametrize(
    "path", ["/", "/webhook/", "/webhook/x", "/healthz", "/admin", "/metrics", "//webhook", "/Webhook", "/webhook\n"]
)
async def test_anything_else_is_a_404(path):
    shop = Shop()
    reply = await shop.post(b"{}", path=path)
    assert (reply.status, reply.json()) == (404, {"error": "not found"})


# -- who is asking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{}, {"x-vapi-secret": "wrong"}])
async def test_a_wrong_credential_is_a_401_without_detail_and_the_body_is_not_read(said):
    shop = Shop(authentication=SecretAuthentication(["right"]))
    reply = await shop.post(b"not even json", said)
    assert (reply.status, reply.json()) == (401, {"error": "unauthorized"})
    assert rejections(shop) == [("auth", "unauthorized")]


async def test_the_right_credential_opens():
    for authentication, headers in (
        (SecretAuthentication(["right"]), {"x-vapi-secret": "right"}),
        (BearerAuthentication(["right"]), {"authorization": "Bearer right"}),
    ):
        assert (await Shop(authentication=authentication).send({"type": "hang"}, headers)).status == 200


async def test_a_signature_is_checked_over_the_raw_body():
    body = b'{"message":  {"type": "hang"}}'  # as no serializer would write it
    now = str(int(START.timestamp()))
    signature = hmac.new(b"s", now.encode() + b"." + body, hashlib.sha256).hexdigest()
    shop = Shop(authentication=HmacAuthentication(["s"], clock=FakeClock()))
    headers = {"x-signature": signature, "x-timestamp": now}
    assert (await shop.post([body[:9], body[9:]], headers)).status == 200
    refused = await shop.post(body + b" ", headers)
    assert (refused.status, refused.json()) == (401, {"error": "unauthorized"})


# -- the correlation id and the trace -----------------------------------------------------------------------------


async def test_every_reply_carries_a_correlation_id_of_its_own():
    shop = Shop(authentication=SecretAuthentication(["right"]))
    replies = [
        await shop.send({"type": "hang"}, {"x-vapi-secret": "right"}),
        await shop.post(b""),
        await shop.post(b"", path="/nowhere"),
        await shop.post(b"", method="GET"),
    ]
    assert len({reply.headers["x-correlation-id"] for reply in replies}) == 4


async def test_an_authenticated_senders_id_is_adopted():
    shop = Shop(authentication=SecretAuthentication(["right"]))
    said = {"x-vapi-secret": "right", "x-correlation-id": "trace-me.0815"}
    reply = await shop.send(tool_calls(entry()), said)
    assert reply.headers["x-correlation-id"] == "trace-me.0815"
    assert shop.desk.calls[0].correlation_id == "trace-me.0815"


async def test_a_strangers_id_is_not_adopted():
    shop = Shop(authentication=SecretAuthentication(["right"]))
    reply = await shop.send({"type": "hang"}, {"x-correlation-id": "trace-me.0815"})
    assert reply.headers["x-correlation-id"] != "trace-me.0815"


@pytest.mark.parametrize("said", ["short", "x" * 65, "with space", "nåme-with-å", "semi;colon"])
async def test_an_id_of_another_form_is_not_adopted(said):
    reply = await Shop().send({"type": "hang"}, {"x-correlation-id": said})
    assert reply.headers["x-correlation-id"] != said


async def test_the_context_variable_holds_the_id_while_the_request_lasts():
    shop = Shop()
    seen = []

    async def look(call):
        seen.append(correlation_id.get())
        return found(call)

    shop.desk.behaviour = look
    reply = await shop.send(tool_calls(entry("a"), entry("b")))
    assert seen == [reply.headers["x-correlation-id"]] * 2
    assert correlation_id.get() is None


class SpyTracer:
    is_on = True

    def __init__(self):
        self.spans = []
        self.carriers = []
        self.open = 0

    @contextmanager
    def span(self, name, **attributes):
        span = type("Span", (), {"attributes": dict(attributes), "failed": None, "name": name})()
        span.set = lambda **more: span.attributes.update(more)
        span.fail = lambda reason: setattr(span, "failed", reason)
        self.spans.append(span)
        self.open += 1
        yield span
        self.open -= 1

    @contextmanager
    def continue_trace(self, carrier):
        self.carriers.append(dict(carrier))
        yield


async def test_a_request_is_a_span_in_the_senders_trace():
    tracer = SpyTracer()
    shop = Shop(tracer=tracer, continue_trace=tracer.continue_trace)
    parent = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=b"}
    reply = await shop.send(tool_calls(entry()), parent)
    (span,) = tracer.spans
    assert span.name == "POST /webhook"
    assert tracer.carriers == [parent]
    assert tracer.open == 0
    assert span.attributes == {
        "http.request.method": "POST",
        "url.path": "/webhook",
        "url.scheme": "http",
        "http.route": "/webhook",
        "http.response.status_code": 200,
        "sheriff.correlation_id": reply.headers["x-correlation-id"],
    }


async def test_a_server_that_tells_no_scheme_is_served_and_told_of():
    shop = Shop()
    inner = shop.app

    async def app(scope, receive, send):
        await inner({name: value for name, value in scope.items() if name != "scheme"}, receive, send)

    shop.app = app
    reply = await shop.send({"type": "hang"})
    assert reply.status == 200
    assert shop.sink.of(RequestServed)


async def test_a_stranger_gets_into_no_trace():
    tracer = SpyTracer()
    shop = Shop(tracer=tracer, continue_trace=tracer.continue_trace, authentication=SecretAuthentication(["right"]))
    await shop.send({"type": "hang"}, {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    assert (tracer.spans, tracer.carriers) == ([], [])


# -- told once, and ended in order --------------------------------------------------------------------------------


async def test_each_request_is_told_exactly_once_by_its_template():
    shop = Shop()
    await shop.send({"type": "hang"})
    await shop.post(b"x")
    await shop.post(b"", path="/customer/4711?name=x")
    await shop.post(b"", method="QUERY")
    await shop.post(b"", method="BREW")
    assert [(e.listener, e.method, e.route, e.status, e.error_type) for e in shop.sink.of(RequestServed)] == [
        ("public", "POST", "/webhook", 200, ""),
        ("public", "POST", "/webhook", 400, ""),
        ("public", "POST", "_OTHER", 404, ""),
        ("public", "QUERY", "/webhook", 405, ""),
        ("public", "_OTHER", "/webhook", 405, ""),
    ]


async def test_a_websocket_is_turned_away_and_told_where_a_server_knows_them():
    shop = Shop()
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    await shop.app({"type": "websocket", "path": "/webhook", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1000}]
    assert [(e.route, e.status) for e in shop.sink.of(RequestServed)] == [("_OTHER", 403)]


async def test_a_cut_answers_the_finished_calls_and_apologises_for_the_others():
    shop = Shop()
    drain = Drain(shop.app)
    shop.app = drain
    shop.desk.behaviour = lambda call: answered(call) if call.tool_call_id == "b" else stuck()

    async def answered(call):
        return found(call)

    async def stuck():
        await asyncio.Event().wait()

    asking = asyncio.create_task(shop.send(tool_calls(entry("a"), entry("b"), entry("c"))))
    await settle()
    assert drain.in_flight == 1
    assert drain.cut() == 1
    reply = await asking
    assert reply.status == 200
    assert [result["metadata"]["outcome"] for result in reply.json()["results"]] == [
        "unavailable",
        "found",
        "unavailable",
    ]
    assert reply.headers["connection"] == "close"
    assert drain.in_flight == 0


async def test_a_cut_while_the_body_arrives_is_a_503():
    shop = Shop()
    drain = Drain(shop.app)
    shop.app = drain
    asking = asyncio.create_task(shop.post(b"{", more=never))
    await settle()
    drain.cut()
    reply = await asking
    assert (reply.status, reply.json()["results"]) == (503, [])
    assert [(e.status, e.error_type) for e in shop.sink.of(RequestServed)] == [(503, "draining")]


async def test_http_2_is_not_asked_to_close_by_a_header_it_forbids():
    shop = Shop()
    drain = Drain(shop.app)
    shop.app = drain
    drain.begin()
    assert "connection" not in (await shop.post(b"{}", http_version="2")).headers
    assert (await shop.post(b"{}")).headers["connection"] == "close"


async def test_a_refusal_that_closes_its_connection_says_so_once():
    shop = Shop(limits=WebLimits(body_timeout_s=0.01))
    drain = Drain(shop.app)
    shop.app = drain
    drain.begin()
    assert (await shop.post(b"{", more=never)).headers["connection"] == "close"


async def test_a_chunked_request_is_the_last_one_of_its_connection():
    """Behind the chunks of a request with a length, too, may stand one that was smuggled past a proxy."""
    shop = Shop()
    chunked = {"transfer-encoding": "chunked"}
    assert (await shop.post(b'{"message":{"type":"hang"}}', chunked)).headers["connection"] == "close"
    assert "connection" not in (await shop.post(b'{"message":{"type":"hang"}}')).headers


async def test_a_request_cancelled_from_elsewhere_stays_cancelled():
    shop = Shop()
    asking = asyncio.create_task(shop.post(b"{", more=never))
    await settle()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert [(e.status, e.error_type) for e in shop.sink.of(RequestServed)] == [(499, "client_disconnected")]


def test_reasons_for_refusals_are_a_closed_set():
    assert tuple(RejectionReason) == (
        "auth",
        "media_type",
        "too_large",
        "timeout",
        "not_json",
        "schema",
        "no_id",
        "operator",
        "throttled",
        "busy",
    )


@pytest.mark.parametrize(
    "bounds",
    [
        {"max_body_bytes": 0},
        {"body_timeout_s": 0},
        {"max_in_flight": 0},
        {"max_calls_per_message": 0},
        {"max_buffered_bytes": 1},
    ],
)
def test_bounds_that_cannot_hold_are_refused(bounds):
    with pytest.raises(ValueError, match="must"):
        WebLimits(**bounds)
