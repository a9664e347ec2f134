"""Interactions as large and as varied as those of a busy service, made quickly."""

import hashlib
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sheriff_core.policy import Policy

START = datetime(2026, 1, 1, tzinfo=UTC)
OUTCOMES = ["found"] * 870 + ["not_found"] * 80 + ["issue"] * 30 + ["unavailable"] * 15 + ["refused"] * 5
POLICY = Policy().as_record()


def call_id(number: int) -> str:
    """Of a call by its number: in no order, as Vapi's are, which an index of a million feels."""
    return _scattered("call", number)


def correlation_id(number: int) -> str:
    """Of an interaction by its number, in no order either."""
    return _scattered("correlation", number)


def _scattered(kind: str, number: int) -> str:
    return str(uuid.UUID(bytes=hashlib.blake2b(f"{kind} {number}".encode(), digest_size=16).digest()))


def interactions(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Calls of three tool calls and a report each, half a second apart; 1 in 500 is slow, 1 in 200 000 very slow."""
    dice = random.Random(seed)
    for number in range(count):
        received = (START + timedelta(seconds=number / 2)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        call = call_id(number // 4)
        yield report(number, call, received) if number % 4 == 3 else tool_call(number, call, received, dice)


def tool_call(number: int, call: str, received: str, dice: random.Random) -> dict[str, Any]:
    said = f"SHR{dice.randrange(200_000):06d}"
    outcome = dice.choice(OUTCOMES)
    correlation = correlation_id(number)
    latency = dice.lognormvariate(4.2, 0.8) if dice.random() < 0.3 else dice.uniform(0.3, 3)
    latency += 4_000 * (number % 500 == 1) + 60_000 * (number % 200_000 == 1)
    document = {
        "trackingNumber": said, "status": "in_transit", "customerName": "Zoë Ó Néill", "issueMessage": None,
        "estimatedDelivery": "2026-02-14", "_id": f"delivery-{said}", "_rev": "Ab3dEf6hIj9", "_updatedAt": received,
    }  # fmt: skip
    reply = (
        "Delivery S H R, 1 2 3, 4 5 6, for Zoë Ó Néill is in transit. The estimated delivery is Saturday, February 14."
    )
    return {
        "schema": 1, "kind": "tool_call", "correlationId": correlation, "callId": call,
        "toolCallId": f"call_{number:024x}", "receivedAt": received, "tool": "getDeliveryStatus",
        "trackingNumber": said, "arguments": {"trackingNumber": said}, "callerMatched": True,
        "upstream": [{"attempt": 1, "startedMs": 0.31, "durationMs": 41.2, "result": "ok", "document": document}],
        "before": {
            "cache": None,
            "breaker": {"state": "closed", "consecutiveFailures": 0, "openedAt": None},
            "flights": {"inFlight": 0, "joined": False, "startedMs": 0.3},
            "caller": {"numbers": 1, "notFound": 0, "askedBefore": False},
        },
        "policy": POLICY,
        "reply": {
            "toolCallId": f"call_{number:024x}", "name": "getDeliveryStatus", "result": reply,
            "message": {"type": "request-complete", "content": reply},
            "metadata": {"correlationId": correlation, "outcome": outcome, "ageSeconds": 0, "servedFrom": "source"},
        },
        "latencyMs": round(latency, 3),
    }  # fmt: skip


def report(number: int, call: str, received: str) -> dict[str, Any]:
    turns = [
        {"role": ("assistant", "user")[turn % 2], "text": f"Words of turn {turn}, as they are said on the phone.",
         "secondsFromStart": turn * 4.5}
        for turn in range(12)
    ]  # fmt: skip
    return {
        "schema": 1, "kind": "end_of_call", "callId": call, "receivedAt": received, "startedAt": received,
        "endedAt": received, "endedReason": "customer-ended-call", "transcript": turns,
        "toolResults": [
            {"toolCallId": f"call_{number - 1:024x}", "name": "getDeliveryStatus", "result": "Delivery is in transit.",
             "secondsFromStart": 20.1, "requestedSecondsFromStart": 19.9}
        ],
    }  # fmt: skip
