"""Our own sentences, each scored with its own delivery: not one of them may be called a fabrication."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sheriff_core.answer import ToolError, error_sentence
from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.fragments import Answer
from sheriff_core.interaction import delivery_document
from sheriff_core.outcome import Ambiguous, Found, FoundStale, Outcome
from sheriff_core.phrases import Sentence
from sheriff_core.redaction import redact_phones
from sheriff_core.tracking_number import TrackingNumber
from tests.unit.golden import walk


@dataclass(frozen=True)
class Said:
    """An answer, and the recording it would leave."""

    label: str
    answer: Answer
    tool_call: dict[str, Any]


@pytest.fixture
def everything_said(monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """Every answer of the golden walk, with what it was made from."""
    asked: list[tuple[str, Outcome, TrackingNumber, str]] = []
    ask = walk._ask

    def noting(
        tool: str, outcome: Outcome, disclosed: Disclosed, number: TrackingNumber = walk.PLAIN, timezone: str = "UTC"
    ) -> Answer:
        asked.append((tool, outcome, number, timezone))
        return ask(tool, outcome, disclosed, number, timezone)

    monkeypatch.setattr(walk, "_ask", noting)
    return list(_said(asked))


def _said(asked: list[tuple[str, Outcome, TrackingNumber, str]]) -> Iterator[Said]:
    for label, answer in walk.answers():
        tool, outcome, number, timezone = asked[-1]
        yield Said(label, answer, _recording(tool, outcome, number, timezone, answer))


def _recording(tool: str, outcome: Outcome, number: TrackingNumber, timezone: str, answer: Answer) -> dict[str, Any]:
    delivery: Delivery | None = outcome.delivery if isinstance(outcome, Found | FoundStale) else None
    document = None if delivery is None else delivery_document(delivery)
    return {
        "kind": "tool_call",
        "callId": "call",
        "toolCallId": "tool",
        "tool": tool,
        "receivedAt": walk.AT.isoformat(),
        "trackingNumber": number.canonical,
        "arguments": {"trackingNumber": number.said},
        "upstream": [] if document is None else [{"attempt": 1, "result": "ok", "document": document}],
        "policy": {"timezone": timezone},
        "reply": {
            "result": answer.text,
            "metadata": {
                "outcome": answer.outcome.value,
                "ageSeconds": outcome.age_s if isinstance(outcome, Found | FoundStale | Ambiguous) else None,
                "servedFrom": outcome.served_from.value,
            },
        },
    }


def _call(text: str) -> dict[str, Any]:
    return {
        "kind": "end_of_call",
        "callId": "call",
        "receivedAt": walk.AT.isoformat(),
        "transcript": [{"role": "assistant", "text": redact_phones(text)}],
    }


def _alarms(call: dict[str, Any], tool_calls: list[dict[str, Any]]) -> list[str]:
    score = score_call(call, tool_calls)
    return [f"{claim.kind} {claim.verdict}: {claim.text!r}" for claim in score.claims if claim.verdict != "supported"]


def test_every_sentence_of_ours_is_supported_by_its_own_delivery(everything_said: list[Said]) -> None:
    alarms = {
        f"{said.label}: {said.answer.text}": found
        for said in everything_said
        if (found := _alarms(_call(said.answer.text), [said.tool_call]))
    }

    assert not alarms


def test_the_record_alone_supports_our_sentences_where_the_reply_was_not_kept(everything_said: list[Said]) -> None:
    alarms = {}
    for said in everything_said:
        if Sentence.ISSUE_GOES_ON in said.answer.text:
            continue  # only the reply itself can tell that an over-long issue was cut before it was spoken
        reply = {"metadata": said.tool_call["reply"]["metadata"]}
        if found := _alarms(_call(said.answer.text), [{**said.tool_call, "reply": reply}]):
            alarms[f"{said.label}: {said.answer.text}"] = found

    assert not alarms


def test_the_reply_alone_supports_our_sentences_where_no_record_was_kept(everything_said: list[Said]) -> None:
    alarms = {}
    for said in everything_said:
        report = {
            **_call(said.answer.text),
            "toolResults": [
                {"toolCallId": "tool", "name": said.tool_call["tool"], "result": redact_phones(said.answer.text)}
            ],
        }
        if found := _alarms(report, []):
            alarms[f"{said.label}: {said.answer.text}"] = found

    assert not alarms


def test_what_is_wrong_with_an_unanswerable_call_can_be_said() -> None:
    for error in ToolError:
        text = error_sentence(error)
        assert not _alarms(_call(text), [{"callId": "call", "toolCallId": "tool", "reply": {"error": text}}])
