"""A recorded interaction: what happened, written down so completely that it can happen again.

Its fields are described in docs/reference/recording-format.md.

Recorded by allow-list: each field is named here. Credentials, prompts, control addresses and telephone numbers have
no field to stand in, and free text loses what is shaped like a telephone number.
"""

import functools
import math
import operator
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sheriff_core.caller_ledger import CallerStanding
from sheriff_core.delivery import Delivery
from sheriff_core.lookup import LookupTrace
from sheriff_core.memory import Memory
from sheriff_core.ports import Attempt
from sheriff_core.redaction import redact_known_phones, redact_phones
from sheriff_core.rfc3339 import rfc3339, rfc3339_us
from sheriff_core.tool_call import EndOfCall, ToolCall

SCHEMA: Final = 1
KINDS: Final = ("tool_call", "end_of_call")

DOCUMENT_FIELDS = {
    "trackingNumber": "tracking_number",
    "status": "status",
    "customerName": "customer_name",
    "estimatedDelivery": "estimated_delivery",
    "issueMessage": "issue_message",
    "_id": "document_id",
    "_rev": "revision",
    "_updatedAt": "updated_at",
}

_fields_of = operator.attrgetter(*DOCUMENT_FIELDS.values())

# What is remembered is recorded with every answer it gives, and so are its words: made ready once, and not for each of
# them. In memory alone, the least recently used go first.
_DOCUMENTS_KEPT = 1_024
_WORDS_KEPT = 1_024
_LONGEST_WORDS_KEPT = 1_000  # characters; a tool's name is the agent's, and bounded by nothing but its message


def tool_call_record(
    call: ToolCall,
    *,
    tool: str,
    arguments: Mapping[str, Any] | None,
    number: str | None,
    trace: LookupTrace,
    standing: CallerStanding,
    caller_matched: bool | None,
    policy: Mapping[str, Any],
    reply: Mapping[str, Any],
    latency_s: float,
) -> dict[str, Any]:
    """One answered tool call; times are milliseconds.

    `number` is its likeliest reading, by which it is searched. `arguments` hold no telephone number any more (`tools`).
    """
    known = _known_phones(call.caller_number, trace)
    return {
        "schema": SCHEMA,
        "kind": "tool_call",
        "correlationId": call.correlation_id,
        "callId": call.call_id,
        "toolCallId": call.tool_call_id,
        "receivedAt": rfc3339(call.received_at),
        "tool": tool,
        "trackingNumber": number,
        "arguments": arguments,
        "callerMatched": caller_matched,
        "upstream": [_upstream(attempt, call.received_now, known) for attempt in trace.attempts],
        "before": _before(call, trace, standing, known),
        "policy": policy,
        "reply": _speech_without_phones(reply, known),
        "latencyMs": _ms(latency_s),
    }


def end_of_call_record(report: EndOfCall) -> dict[str, Any]:
    """One ended call: what was said, and what the tools returned in it."""
    known = (report.caller_number,) if report.caller_number else ()
    return {
        "schema": SCHEMA,
        "kind": "end_of_call",
        "callId": report.call_id,
        "receivedAt": rfc3339(report.received_at),
        "startedAt": report.started_at,
        "endedAt": report.ended_at,
        "endedReason": redact_phones(report.ended_reason, known) if report.ended_reason else None,
        "transcript": [
            {"role": turn.role, "text": redact_phones(turn.text, known), "secondsFromStart": turn.seconds_from_start}
            for turn in report.transcript
        ],
        "toolResults": [
            {
                "toolCallId": result.tool_call_id,
                "name": redact_phones(result.name, known),
                "result": redact_phones(result.result, known),
                "secondsFromStart": result.seconds_from_start,
                "requestedSecondsFromStart": result.requested_seconds_from_start,
            }
            for result in report.tool_results
        ],
    }


def delivery_document(delivery: Delivery, known_phones: Iterable[str] = ()) -> dict[str, Any]:
    """A delivery as the recording keeps it: every fact but the customer's telephone number."""
    document = dict(zip(DOCUMENT_FIELDS, _fields_of(delivery), strict=True))
    for name, value in document.items():
        if isinstance(value, str):
            # A tracking number may be grouped as telephone numbers are ("800-555-1234"): facts are found under it.
            redact = redact_known_phones if name == "trackingNumber" else redact_phones
            document[name] = redact(value, known_phones)
    return document


@functools.lru_cache(maxsize=_DOCUMENTS_KEPT)
def _kept_document(delivery: Delivery, known: tuple[str, ...]) -> dict[str, Any]:
    """`delivery_document`, one object for all who ask: nobody changes a record."""
    return delivery_document(delivery, known)


@functools.lru_cache(maxsize=_DOCUMENTS_KEPT)
def _precisely(instant: datetime) -> str:
    return rfc3339_us(instant)


_kept_words = functools.lru_cache(maxsize=_WORDS_KEPT)(redact_phones)


def _without_phones(words: str, known: tuple[str, ...]) -> str:
    return (_kept_words if len(words) <= _LONGEST_WORDS_KEPT else redact_phones)(words, known)


def _known_phones(caller_number: str | None, trace: LookupTrace) -> tuple[str, ...]:
    phones = {caller_number}
    if trace.memory.remembered is not None:
        phones.update([delivery.customer_phone for delivery in trace.memory.remembered.deliveries])
    for attempt in trace.attempts:
        phones.update([delivery.customer_phone for delivery in attempt.deliveries])
    return tuple(sorted(filter(None, phones)))


def _before(call: ToolCall, trace: LookupTrace, standing: CallerStanding, known: tuple[str, ...]) -> dict[str, Any]:
    """What was the case when the lookup decided."""
    snapshot, breaker = trace.breaker, None
    if snapshot is not None:
        breaker = {
            "state": str(snapshot.state),
            "consecutiveFailures": snapshot.consecutive_failures,
            "openedAt": None if snapshot.opened_at is None else rfc3339_us(snapshot.opened_at),
        }
    return {
        "cache": _cache(trace.memory, known),
        "breaker": breaker,
        "flights": {
            "inFlight": trace.flights,
            "joined": trace.joined,
            "startedMs": _ms_after(call.received_now, trace.flight_started_at),
            "untilMs": _ms_after(call.received_now, trace.waits_until),
            "landed": trace.landed,
        },
        "caller": {
            "numbers": standing.numbers,
            "notFound": standing.not_found,
            "askedBefore": standing.asked_before,
        },
    }


def _upstream(attempt: Attempt, received_now: float, known: tuple[str, ...]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "attempt": attempt.number,
        "startedMs": _ms(attempt.started_at - received_now),
        "durationMs": _ms_after(attempt.started_at, attempt.ended_at),
        "result": None if attempt.result is None else attempt.result.value,
    }
    if attempt.retry_after_s is not None:
        entry["retryAfterMs"] = _ms(attempt.retry_after_s)
    if attempt.deliveries:
        entry["document"], *others = (_kept_document(delivery, known) for delivery in attempt.deliveries)
        if others:
            entry["otherDocuments"] = others
    return entry


def _cache(memory: Memory, known: tuple[str, ...]) -> dict[str, Any] | None:
    if memory.remembered is None:
        return None
    return {
        "state": str(memory.freshness),
        "fetchedAt": _precisely(memory.remembered.fetched_at),
        "ageMs": _ms(memory.age_s),
        "documents": [_kept_document(delivery, known) for delivery in memory.remembered.deliveries],
    }


def _ms(seconds: float) -> float:
    microseconds = seconds * 1_000_000.0
    # Rounding to a whole number takes a third of the time that rounding to digits does.
    return round(microseconds) / 1_000.0 if math.isfinite(microseconds) else seconds * 1_000.0


def _ms_after(start: float, instant: float | None) -> float | None:
    return None if instant is None else _ms(instant - start)


def _speech_without_phones(reply: Mapping[str, Any], known: tuple[str, ...]) -> Mapping[str, Any]:
    """The reply as sent; its words, and a name the agent made up, can hold a number (ids must stay as they are)."""
    field = "result" if "result" in reply else "error"
    name, words = _without_phones(reply["name"], known), _without_phones(reply[field], known)
    if name == reply["name"] and words == reply[field]:
        return reply
    kept = {**reply, "name": name, field: words}
    if "message" in kept:
        kept["message"] = {**kept["message"], "content": words}  # the same words are spoken: see `reply_wire`
    return kept
