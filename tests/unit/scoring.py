"""Recordings of one call, made for the tests of the scorer."""

from typing import Any

DAY = "2026-02-12"  # a Thursday
DANA = {
    "trackingNumber": "SHR123456",
    "status": "out_for_delivery",
    "customerName": "Dana Whitfield",
    "estimatedDelivery": "2026-02-14",
    "issueMessage": None,
    "_updatedAt": "2026-02-11T10:00:00Z",
}
ROSA = {
    "trackingNumber": "SHR777001",
    "status": "delayed",
    "customerName": "Rosa Quinn",
    "estimatedDelivery": "2026-02-20",
    "issueMessage": "Address needs an apartment number. Please call before noon.",
    "_updatedAt": "2026-02-11T10:00:00Z",
}


def tool_call(
    document: dict[str, Any] | None = None,
    *,
    number: str = "SHR123456",
    outcome: str = "found",
    age_s: float | None = 0.0,
    result: str | None = None,
    identity: str = "tool",
    **more: Any,
) -> dict[str, Any]:
    reply: dict[str, Any] = {"metadata": {"outcome": outcome, "ageSeconds": age_s, "servedFrom": "source"}}
    if result is not None:
        reply["result"] = result
    attempt: dict[str, Any] = {"attempt": 1, "result": "ok" if document else "empty"}
    if document is not None:
        attempt["document"] = document
    return {
        "schema": 1,
        "kind": "tool_call",
        "callId": "call",
        "toolCallId": identity,
        "receivedAt": f"{DAY}T09:30:00.000Z",
        "tool": "getDeliveryStatus",
        "arguments": {"trackingNumber": number},
        "upstream": [attempt],
        "reply": reply,
        "latencyMs": 40.0,
    } | more


def call(*turns: tuple[str, str] | str, **more: Any) -> dict[str, Any]:
    """An end of call; a bare string is said by the agent."""
    spoken = [("assistant", turn) if isinstance(turn, str) else turn for turn in turns]
    return {
        "schema": 1,
        "kind": "end_of_call",
        "callId": "call",
        "receivedAt": f"{DAY}T09:32:00.000Z",
        "startedAt": f"{DAY}T09:29:00.000Z",
        "transcript": [{"role": role, "text": text} for role, text in spoken],
    } | more
