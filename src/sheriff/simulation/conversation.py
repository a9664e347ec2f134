"""The course of one call on Vapi's side: its clock, its growing list of messages, and each message as it is sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sheriff.simulation.script import Ask
from sheriff_core.rfc3339 import rfc3339

WORDS_PER_S = 2.8  # how fast people and the assistant speak
_PAUSE_S = 0.9  # between two speakers: end of speech recognised, model asked

JSON = dict[str, Any]


class Shape(StrEnum):
    """The ways tool calls have been seen to arrive: captured on the wire, typed in the OpenAPI, shown in the docs."""

    CAPTURED = "captured"  # toolCalls, toolCallList and toolWithToolCallList; arguments an object
    OPENAPI = "openapi"  # toolCallList; arguments a JSON string
    DOCUMENTED_PARAMETERS = "documented-parameters"  # toolCallList with name and parameters on the call itself
    DOCUMENTED_ARGUMENTS = "documented-arguments"  # the same with arguments
    ONLY_WITH_TOOL = "only-with-tool"  # toolWithToolCallList alone


@dataclass(frozen=True, slots=True)
class Requested:
    """One tool call of the model, with the id that its answer must carry."""

    identifier: str
    name: str
    arguments: dict[str, str]


class Conversation:
    """One call. Its clock is the conversation's own: speaking takes its time, waiting for us what it really took."""

    def __init__(self, call_id: str, *, caller: str | None, started: datetime) -> None:
        """`started` is aware."""
        self._started = started.astimezone(UTC)
        self._seconds = 0.0
        self._turn = 0
        self._messages: list[JSON] = []
        self._customer: JSON = {} if caller is None else {"customer": {"number": caller}}
        self._call: JSON = {
            "id": call_id,
            "orgId": "00000000-0000-4000-8000-000000000000",
            "type": "inboundPhoneCall",
            "status": "in-progress",
            "phoneCallProvider": "twilio",
            "phoneCallTransport": "pstn",
            "createdAt": self._stamp(0),
            "updatedAt": self._stamp(0),
            **self._customer,
        }

    def request(self) -> JSON:
        """`assistant-request`: the telephone rings."""
        return self._message("assistant-request", call={**self._call, "status": "ringing"})

    def status(self, status: str, **more: str) -> JSON:
        """`status-update`."""
        return self._message("status-update", status=status, **more)

    def say(self, role: str, text: str) -> list[JSON]:
        """Let `bot` or `user` speak; what Vapi sends while and after that."""
        self._turn += role == "bot"
        self._seconds += _PAUSE_S
        spoken = {"role": "assistant" if role == "bot" else role, "turn": self._turn}
        sent = [self._message("speech-update", status="started", **spoken)]
        duration = max(0.4, len(text.split()) / WORDS_PER_S)
        self._note({"role": role, "message": text, "duration": round(duration, 3)}, lasts_s=duration)
        self._seconds += duration
        sent.append(self._message("speech-update", status="stopped", **spoken))
        sent.append(self._message("conversation-update", **self._history()))
        return sent

    def ask(self, calls: Sequence[Requested], shape: Shape) -> JSON:
        """`tool-calls`: the model wants to know something."""
        self._seconds += _PAUSE_S
        noted = [_function(call.identifier, call.name, json.dumps(call.arguments)) for call in calls]
        self._note({"role": "tool_calls", "message": "", "toolCalls": noted})
        return self._message("tool-calls", **_shaped(calls, shape), artifact=self._history())

    def answered(self, results: Sequence[tuple[Requested, str]], *, after_s: float) -> None:
        """Take the answers, which came `after_s` seconds after they were asked for."""
        self._seconds += after_s
        for call, result in results:
            answer = {"name": call.name, "result": result, "toolCallId": call.identifier}
            self._note({"role": "tool_call_result", **answer})

    def report(self, ended_reason: str) -> JSON:
        """`end-of-call-report`."""
        speakers = {"bot": "AI", "user": "User"}
        lines = [f"{speakers[m['role']]}: {m['message']}\n" for m in self._messages if m["role"] in speakers]
        return self._message(
            "end-of-call-report",
            endedReason=ended_reason,
            startedAt=self._stamp(0),
            endedAt=self._stamp(self._seconds),
            durationSeconds=round(self._seconds, 3),
            artifact={**self._history(), "transcript": "".join(lines)},
            analysis={},
            call={**self._call, "status": "ended", "endedReason": ended_reason},
        )

    def _message(self, kind: str, **fields: Any) -> JSON:
        common = {"timestamp": self._millis(self._seconds), "call": self._call, **self._customer}
        return {"message": {"type": kind, **common, **fields}}

    def _note(self, message: JSON, *, lasts_s: float = 0.0) -> None:
        timed = {"time": self._millis(self._seconds), "secondsFromStart": round(self._seconds, 3)}
        if lasts_s:
            timed["endTime"] = self._millis(self._seconds + lasts_s)
        self._messages.append({**message, **timed})

    def _history(self) -> JSON:
        roles = {"bot": "assistant", "user": "user"}
        plain = [{"role": roles[m["role"]], "content": m["message"]} for m in self._messages if m["role"] in roles]
        return {"messages": list(self._messages), "messagesOpenAIFormatted": plain}

    def _millis(self, seconds: float) -> int:
        return int((self._started.timestamp() + seconds) * 1000)

    def _stamp(self, seconds: float) -> str:
        return rfc3339(self._started + timedelta(seconds=seconds))


def requested(ask: Ask, identifiers: Sequence[str], *, caller: str | None) -> tuple[Requested, ...]:
    """The tool calls a model makes of what was said, with the static parameter that Vapi adds."""
    static = {} if caller is None else {"callerNumber": caller}
    return tuple(
        Requested(identifier, tool.value, {**ask.arguments(), **static})
        for identifier, tool in zip(identifiers, ask.tools, strict=True)
    )


def _function(identifier: str, name: str, arguments: Any) -> JSON:
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}


def _shaped(calls: Sequence[Requested], shape: Shape) -> JSON:
    objects = [_function(call.identifier, call.name, call.arguments) for call in calls]
    with_tools = [
        {"type": "function", "function": {"name": call.name}, "toolCall": made}
        for call, made in zip(calls, objects, strict=True)
    ]
    match shape:
        case Shape.OPENAPI:
            strings = [_function(call.identifier, call.name, json.dumps(call.arguments)) for call in calls]
            return {"toolCallList": strings}
        case Shape.DOCUMENTED_PARAMETERS:
            return {"toolCallList": [{"id": c.identifier, "name": c.name, "parameters": c.arguments} for c in calls]}
        case Shape.DOCUMENTED_ARGUMENTS:
            return {"toolCallList": [{"id": c.identifier, "name": c.name, "arguments": c.arguments} for c in calls]}
        case Shape.ONLY_WITH_TOOL:
            return {"toolWithToolCallList": with_tools}
        case Shape.CAPTURED:
            return {"toolCalls": objects, "toolCallList": objects, "toolWithToolCallList": with_tools}
