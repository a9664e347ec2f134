"""Interactions of docs/reference/recording-format.md, as small as tests want them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sheriff_adapters.recordings.policy import RecordingPolicy

WRITER = "sheriff.recordings_writer"  # the program of the writing process

MORNING = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)

# Durable before acknowledged, however slow the machine is: no bound is met in these tests unless one is set.
PATIENT = RecordingPolicy(ack_bound_s=30.0, settle_within_s=20.0, retention_days=None)


def instant(seconds: float) -> str:
    return (MORNING + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tool_call(number: int, **changes: Any) -> dict[str, Any]:
    """The `number`-th tool call, received as many seconds after the morning began."""
    return {
        "schema": 1,
        "kind": "tool_call",
        "correlationId": f"correlation-{number}",
        "callId": f"call-{number}",
        "toolCallId": f"tool-call-{number}",
        "receivedAt": instant(number),
        "tool": "getDeliveryStatus",
        "arguments": {"trackingNumber": f"TRK-{number:06d}"},
        "callerMatched": None,
        "upstream": [],
        "before": {"cache": "empty", "breaker": "closed"},
        "policy": {"timezone": "UTC"},
        "reply": {
            "toolCallId": f"tool-call-{number}",
            "name": "getDeliveryStatus",
            "result": "The delivery of Zoë Ó Néill is in transit.",
            "metadata": {"correlationId": f"correlation-{number}", "outcome": "found", "servedFrom": "source"},
        },
        "latencyMs": 100.0 + number,
    } | changes


def with_outcome(number: int, outcome: str, **changes: Any) -> dict[str, Any]:
    return tool_call(number, reply={"result": "…", "metadata": {"outcome": outcome}}, **changes)


def end_of_call(call: str, *, at: float = 0.0, turns: int = 1, results: int = 1, **changes: Any) -> dict[str, Any]:
    """A report of `call` with as many turns and tool results."""
    return {
        "schema": 1,
        "kind": "end_of_call",
        "callId": call,
        "receivedAt": instant(at),
        "startedAt": instant(at - 60),
        "endedAt": instant(at),
        "endedReason": "customer-ended-call",
        "transcript": [{"role": "user", "text": f"turn {n}", "secondsFromStart": float(n)} for n in range(turns)],
        "toolResults": [
            {"toolCallId": f"t{n}", "name": "getDeliveryStatus", "result": "…", "secondsFromStart": float(n)}
            for n in range(results)
        ],
    } | changes
