"""Whatever is posted to `/webhook`: never a 5xx, never a defect, and results match the calls by id and order."""

import asyncio
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheriff_core.events import DefectCaught, RequestServed
from tests.asgi import Reply
from tests.webhook_kit import Shop

EXAMPLES = settings(max_examples=150, deadline=None)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**63, max_value=2**200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["getDeliveryStatus", "get_delivery_issue", "unknown", "", None, 5])
ARGUMENTS = st.one_of(
    JSON,
    st.builds(lambda value: {"trackingNumber": value}, JSON),
    st.builds(json.dumps, JSON),
    st.builds(lambda value: {"properties": {"trackingNumber": {"value": value}}}, JSON),
)
IDS = st.one_of(st.text(min_size=1, max_size=12), st.integers(), st.none(), JSON)


@st.composite
def entries(draw: st.DrawFn) -> Any:
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    held = {draw(st.sampled_from(["arguments", "parameters"])): draw(ARGUMENTS)}
    inner = {"id": draw(IDS)}
    if draw(st.booleans()):
        inner["function"] = {"name": draw(NAMES), **held}
    else:
        inner |= {"name": draw(NAMES), **held}
    return {"toolCall": inner, "function": draw(JSON)} if draw(st.booleans()) else inner


TYPES = st.sampled_from(
    ["tool-calls", "tool-calls", "function-call", "end-of-call-report", "status-update", "new.type"]
)
MESSAGES = st.fixed_dictionaries(
    {"type": TYPES},
    optional={
        "toolCallList": st.lists(entries(), max_size=5) | JSON,
        "toolCalls": st.lists(entries(), max_size=3) | JSON,
        "toolWithToolCallList": st.lists(entries(), max_size=3) | JSON,
        "functionCall": entries(),
        "call": st.fixed_dictionaries({"id": IDS}, optional={"customer": JSON, "startedAt": JSON}) | JSON,
        "customer": st.fixed_dictionaries({"number": JSON}) | JSON,
        "artifact": st.fixed_dictionaries({}, optional={"messages": JSON, "transcript": JSON}) | JSON,
        "messages": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["user", "bot", "tool_calls", "tool_call_result", "system"]) | JSON},
                optional={
                    "message": JSON,
                    "toolCalls": JSON,
                    "toolCallId": IDS,
                    "result": JSON,
                    "secondsFromStart": JSON,
                    "name": JSON,
                },
            ),
            max_size=6,
        ),
        "transcript": st.text(alphabet="AIUser: \n.x", max_size=60) | JSON,
    },
)


def post(body: bytes, headers: dict[str, str] | None = None) -> tuple[Reply, Shop]:
    shop = Shop()
    reply = asyncio.run(shop.post(body, headers))
    assert reply.status in (200, 400, 413, 415, 422), reply
    assert reply.headers["content-type"] == "application/json"
    assert b"\n" not in reply.body
    assert isinstance(reply.json(), dict)
    if reply.status != 200:
        assert set(reply.json()) == {"error", "results"}
        assert reply.json()["results"] == []
    assert not shop.sink.of(DefectCaught)
    assert len(shop.sink.of(RequestServed)) == 1
    return reply, shop


@EXAMPLES
@given(st.binary(max_size=300))
@example(b"")
@example(b"\x00")
@example(b"[" * 50_000)
@example(b'{"message":' * 20_000)
@example(b'{"message":{"type":"tool-calls","toolCallList":[{"id":"\\ud800"}]}}')
@example(b'{"message":{"type":"tool-calls","toolCallList":[{"id":1e400}]}}')
@example(b'{"message":{"type":"tool-calls","toolCallList":[{"id":"a","arguments":{"trackingNumber":1e400}}]}}')
@example(b'{"message":{"type":"tool-calls","toolCallList":[{"id":' + b"9" * 4_299 + b"}]}}")
@example(
    b'{"message":{"type":"tool-calls","toolCallList":[{"id":"a","arguments":{"n":1e30,"x":'
    + b"[" * 500
    + b"]" * 500
    + b"}}]}}"
)
def test_no_byte_string_is_a_failure_of_ours(body):
    post(body)


@EXAMPLES
@given(JSON)
def test_no_json_value_is_a_failure_of_ours(value):
    post(json.dumps(value).encode())


@EXAMPLES
@given(MESSAGES)
def test_no_message_is_a_failure_of_ours_and_results_match_their_calls(message):
    body = json.dumps({"message": message}).encode()
    reply, shop = post(body)
    if message["type"] == "tool-calls" and reply.status == 200:
        ids = [result["toolCallId"] for result in reply.json()["results"]]
        assert ids == [call.tool_call_id for call in shop.desk.calls]
        assert len(ids) == len(set(ids)) > 0
        assert all(call.arguments is None or isinstance(call.arguments, dict) for call in shop.desk.calls)


@EXAMPLES
@given(st.binary(min_size=1, max_size=12), st.integers(0, 10_000))
def test_no_damage_to_a_good_body_is_a_failure_of_ours(damage, where):
    good = json.dumps(
        {
            "message": {
                "type": "tool-calls",
                "toolCallList": [{"id": "a", "name": "f", "arguments": {"trackingNumber": "T1"}}],
            }
        }
    ).encode()
    at = where % len(good)
    post(good[:at] + damage + good[at + len(damage) :])


HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=30)


@EXAMPLES
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "content-type",
                "content-encoding",
                "content-length",
                "x-correlation-id",
                "traceparent",
                "tracestate",
                "host",
            ]
        ),
        HEADER_TEXT,
    )
)
def test_no_header_is_a_failure_of_ours(headers):
    post(b'{"message":{"type":"hang"}}', headers)
