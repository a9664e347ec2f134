"""The result object of one tool call, as it goes over the wire (docs/reference/http-api.md)."""

from typing import Any

from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import Speech
from sheriff_core.tool_call import ToolCall


def reply_wire(
    call: ToolCall,
    sentence: str,
    outcome: OutcomeName,
    served_from: ServedFrom,
    *,
    speech: Speech,
    age_s: float | None = None,
    is_error: bool = False,
) -> dict[str, Any]:
    """The result of `call` that says `sentence`; `is_error` where the agent asked in a way that cannot be answered."""
    wire: dict[str, Any] = {
        "toolCallId": call.tool_call_id,
        "name": call.name,
        "error" if is_error else "result": sentence,
    }
    if speech is Speech.VERBATIM:
        # Vapi speaks a message of this type as it stands and does not ask the model to word an answer.
        wire["message"] = {"type": "request-failed" if is_error else "request-complete", "content": sentence}
    wire["metadata"] = {
        "correlationId": call.correlation_id,
        "outcome": outcome.value,
        "ageSeconds": age_s,
        "servedFrom": served_from.value,
    }
    return wire
