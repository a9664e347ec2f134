"""End-of-call reports, read by allow-list."""

import json

import pytest

from sheriff_core.tool_call import ToolResult, Turn
from sheriff_web.vapi import read_message
from sheriff_web.vapi_report import read_report
from tests.fakes import START
from tests.webhook_kit import sample


def report(**fields):
    fields = {"type": "end-of-call-report", "call": {"id": "c"}, **fields}
    return read(json.dumps({"message": fields}).encode())


def read(body):
    return read_report(read_message(body), received_at=START)


def said(role, message, seconds=None, **more):
    return {"role": role, "message": message, "secondsFromStart": seconds, **more}


def test_the_captured_report_is_read_whole():
    captured = read(sample("captured/end-of-call-report.2024-07.json"))
    assert captured is not None
    assert captured.call_id == "b1223960-1b4d-4585-91b8-a69b0f57ec2f"
    assert captured.received_at == START
    assert captured.ended_reason == "customer-ended-call"
    assert captured.caller_number == "+15555550123"
    assert [turn.role for turn in captured.transcript] == [
        "assistant", "user", "assistant", "user", "assistant", "user", "assistant", "assistant", "user",
    ]  # fmt: skip
    assert captured.transcript[0] == Turn("assistant", "Hi there. I'm assistant 1.", 1.52)
    assert captured.tool_results[0] == ToolResult(
        "call_hncn", "getWeatherByCity_001", "The weather in Danville, California is windy", 10.48, 9.532
    )
    assert [result.tool_call_id for result in captured.tool_results] == ["call_hncn", "call_ef22", "call_0pfw"]


def test_the_documented_report_is_read():
    documented = read(sample("documented/end-of-call-report.skills-doc.json"))
    assert documented is not None
    assert [turn.text for turn in documented.transcript] == ["Hello! How can I help?", "I need to check my order."]
    assert documented.started_at is not None
    assert documented.ended_at is not None


def test_the_prompt_is_not_read():
    kept = report(artifact={"messages": [said("system", "the prompt"), said("user", "Hello")]})
    assert kept.transcript == (Turn("user", "Hello"),)


def test_the_artifact_goes_before_the_message():
    kept = report(artifact={"messages": [said("bot", "new")]}, messages=[said("bot", "old")])
    assert [turn.text for turn in kept.transcript] == ["new"]


@pytest.mark.parametrize(
    "artifact", [None, {}, [], "x", {"messages": None}, {"messages": "x"}, {"messages": [5, None]}]
)
def test_the_message_serves_where_the_artifact_does_not(artifact):
    assert [turn.text for turn in report(artifact=artifact, messages=[said("bot", "old")]).transcript] == ["old"]


@pytest.mark.parametrize("where", ["artifact", "message"])
def test_without_messages_the_transcripts_text_is_read(where):
    text = "a line before anybody speaks\nAI: Hello.\nHow can I help?\nUser: Where is it?\n\nAI:\nUser: Hello?\n"
    fields = {"artifact": {"transcript": text}} if where == "artifact" else {"transcript": text}
    assert report(**fields, messages=[said("system", "the prompt")]).transcript == (
        Turn("assistant", "Hello. How can I help?"),
        Turn("user", "Where is it?"),
        Turn("user", "Hello?"),
    )


def nested(depth):
    return [nested(depth - 1)] if depth else []


def test_results_that_are_no_text_are_kept_as_json():
    entries = [
        {"role": "tool_call_result", "toolCallId": "a", "name": "f", "result": {"x": 1}},
        {"role": "tool_call_result", "toolCallId": "b", "result": nested(500)},
        {"role": "tool_call_result", "toolCallId": "c", "result": None},
        {"role": "tool_call_result", "result": "for nobody"},
    ]
    assert [(result.name, result.result) for result in report(messages=entries).tool_results] == [
        ("f", '{"x":1}'),
        ("", ""),
    ]


@pytest.mark.parametrize("seconds", ["1", True, -1, None, [], 1e300])
def test_seconds_that_cannot_be_are_left_out(seconds):
    assert report(messages=[said("user", "Hello", seconds)]).transcript[0].seconds_from_start is None


def test_the_call_tells_the_times_that_the_message_does_not():
    kept = report(call={"id": "c", "startedAt": "2026-02-12T09:00:00Z", "endedAt": "2026-02-12T09:05:00Z"})
    assert (kept.started_at, kept.ended_at) == ("2026-02-12T09:00:00Z", "2026-02-12T09:05:00Z")


def test_a_time_that_is_none_is_not_kept():
    kept = report(startedAt="+15555550188", endedAt="", call={"id": "c", "endedAt": "https://storage.example/x?sig=1"})
    assert (kept.started_at, kept.ended_at) == (None, None)


@pytest.mark.parametrize("call", [None, {}, {"id": ""}, "c"])
def test_a_report_that_names_no_call_is_none(call):
    assert report(call=call) is None


def test_nothing_but_the_allowed_fields_can_be_found_in_what_is_kept():
    kept = report(
        artifact={"messages": [said("user", "Hello", source="SECRET")], "recordingUrl": "SECRET", "logUrl": "SECRET"},
        call={"id": "c", "monitor": {"controlUrl": "SECRET"}, "assistant": {"model": {"messages": ["SECRET"]}}},
        phoneNumber={"twilioAuthToken": "SECRET"},
        assistant={"server": {"secret": "SECRET"}},
        summary="SECRET",
        recordingUrl="SECRET",
    )
    assert "SECRET" not in "".join(str(getattr(kept, name)) for name in kept.__slots__)
    assert "SECRET" not in str([turn.text for turn in kept.transcript])


def test_neither_words_nor_numbers_show_when_a_report_is_printed():
    kept = report(messages=[said("user", "my words")], customer={"number": "+15555550123"})
    assert "my words" not in repr(kept)
    assert "5555550123" not in repr(kept)
