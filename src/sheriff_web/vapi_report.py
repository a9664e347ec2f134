"""An end-of-call report, read by allow-list into what may be kept of a call.

Prompts, credentials, control addresses, signed recording addresses: none of them is a field here, so none is ever read
(docs/explanation/privacy.md). What was said is taken from the artifact, or from the message itself as Vapi used to send
it, or from the transcript's text when there are no messages.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sheriff_core.tool_call import EndOfCall, ToolResult, Turn
from sheriff_web.vapi import Message, read_id

_ROLES: Final = {"user": "user", "customer": "user", "bot": "assistant", "assistant": "assistant", "ai": "assistant"}
_SPOKEN_LINE: Final = re.compile(r"\s*(AI|Assistant|Bot|User|Customer)\s*:\s*(.*)", re.IGNORECASE)
_CONFIG = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class _Artifact(BaseModel):
    model_config = _CONFIG
    messages: Any = None
    transcript: Any = None


class _Report(BaseModel):
    model_config = _CONFIG
    # A union with Any takes the model where the value is an object, and anything else without complaint.
    artifact: Annotated[_Artifact | Any, Field(union_mode="left_to_right")] = None
    messages: Any = None
    transcript: Any = None
    ended_reason: Any = None
    started_at: Any = None
    ended_at: Any = None


def read_report(message: Message, *, received_at: datetime) -> EndOfCall | None:
    """The report that `message` is; None when it names no call, so that nobody could find it again."""
    if message.call_id is None:
        return None
    report = _Report.model_validate(message.fields)
    artifact = report.artifact if isinstance(report.artifact, _Artifact) else _Artifact()
    turns: tuple[Turn, ...] = ()
    results: tuple[ToolResult, ...] = ()
    for messages in (artifact.messages, report.messages):
        entries = [entry for entry in messages if isinstance(entry, dict)] if isinstance(messages, list) else []
        turns = turns or tuple(_turns(entries))
        results = results or tuple(_results(entries))
    for transcript in (artifact.transcript, report.transcript):
        if not turns and isinstance(transcript, str):
            turns = tuple(_turns_of_text(transcript))
    return EndOfCall(
        call_id=message.call_id,
        received_at=received_at,
        started_at=_first_instant(report.started_at, message.call.get("startedAt")),
        ended_at=_first_instant(report.ended_at, message.call.get("endedAt")),
        ended_reason=_first_text(report.ended_reason),
        transcript=turns,
        tool_results=results,
        caller_number=message.customer_number,
    )


def _turns(entries: list[dict[str, Any]]) -> Iterator[Turn]:
    """What the two parties said; `system` messages hold the prompt and are left out like everything else."""
    for entry in entries:
        role = entry.get("role")
        text = _first_text(entry.get("message"), entry.get("content"))
        if isinstance(role, str) and role in _ROLES and text is not None:
            yield Turn(_ROLES[role], text, _seconds(entry))


def _results(entries: list[dict[str, Any]]) -> Iterator[ToolResult]:
    """What tools returned, each with the moment the agent had asked for it."""
    asked: dict[str, float | None] = {}
    for entry in entries:
        calls = entry.get("toolCalls")
        if entry.get("role") == "tool_calls" and isinstance(calls, list):
            for call in calls:
                call_id = read_id(call.get("id")) if isinstance(call, dict) else None
                if call_id is not None:
                    asked[call_id] = _seconds(entry)
        elif entry.get("role") == "tool_call_result":
            call_id = read_id(entry.get("toolCallId"))
            result = entry.get("result")
            if call_id is not None and result is not None:
                text = result if isinstance(result, str) else _as_json(result)
                name = _first_text(entry.get("name")) or ""
                yield ToolResult(call_id, name, text, _seconds(entry), asked.get(call_id))


def _turns_of_text(transcript: str) -> Iterator[Turn]:
    """Read `AI: …` and `User: …` lines; a line without a speaker goes on with what the one before said."""
    role, said = "", list[str]()
    for line in transcript.splitlines():
        spoken = _SPOKEN_LINE.fullmatch(line)
        if spoken is None:
            said.append(line.strip())
            continue
        if role and any(said):
            yield Turn(role, " ".join(filter(None, said)))
        role, said = _ROLES[spoken[1].lower()], [spoken[2].strip()]
    if role and any(said):
        yield Turn(role, " ".join(filter(None, said)))


def _seconds(entry: dict[str, Any]) -> float | None:
    value = entry.get("secondsFromStart")
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:  # noqa: PLR2004 - no inf, no NaN
        return float(value)
    return None


def _first_text(*values: object) -> str | None:
    return next((value for value in values if isinstance(value, str) and value.strip()), None)


def _first_instant(*values: object) -> str | None:
    return next((value for value in values if isinstance(value, str) and _is_instant(value)), None)


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _as_json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # nested deeper than can be written
        return ""
