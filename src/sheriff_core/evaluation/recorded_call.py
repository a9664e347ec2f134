"""A recorded tool call, read and checked: the world that a replay is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sheriff_core.attempt_log import ANSWERED
from sheriff_core.breaker import BreakerSnapshot, BreakerState
from sheriff_core.caller_ledger import CallerStanding
from sheriff_core.delivery import Delivery
from sheriff_core.evaluation.recorded_fields import (
    an_object,
    count_in,
    instant_in,
    list_in,
    moment_in,
    object_in,
    text_in,
    word_in,
)
from sheriff_core.interaction import DOCUMENT_FIELDS, SCHEMA
from sheriff_core.memory import Freshness
from sheriff_core.policy import Policy, PolicyError, Speech, known_bounds
from sheriff_core.ports import AttemptResult, Remembered
from sheriff_core.tool_arguments import said_number
from sheriff_core.tracking_number import TrackingNumber, read_tracking_number

_MISS: Final = "miss"  # in a recording written by hand
HAIR_S: Final = 2e-5  # more than the rounding of recorded instants adds up to
TOO_LATE_S: Final = 0.02  # after the caller has left, and past the leeway that a request's own time has in a replay


class UnreadableInteractionError(ValueError):
    """A recorded interaction that cannot be replayed; the message says which field, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RecordedAttempt:
    """One request to the source as it went. Seconds after the call arrived; an `end_s` of None never came."""

    start_s: float
    end_s: float | None
    result: AttemptResult | None
    deliveries: tuple[Delivery, ...]
    retry_after_s: float | None


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A recorded tool call, read and checked."""

    record: Mapping[str, Any]
    received_at: datetime
    policy: Policy
    attempts: tuple[RecordedAttempt, ...]
    flight_start_s: float  # when the lookup's flight left; negative: the call joined it
    joined: bool
    sent_flight: bool  # the lookup sent off the flight itself, so the breaker let it
    in_flight: int

    @property
    def number(self) -> TrackingNumber | None:
        """What was said for the tracking number, under whichever name, as it is read; None where it cannot be."""
        said = said_number(self.record.get("arguments") or {})
        return None if said is None else read_tracking_number(said, self.policy.tracking_number)

    @property
    def lead_s(self) -> float:
        """How long before the call its world begins: the flight it joined was in the air by then."""
        return max(0.0, -self.flight_start_s) if self.joined else 0.0


def read_call(record: Mapping[str, Any], policy: Mapping[str, Any] | None = None) -> RecordedCall:
    """Check a recorded tool call; `policy` overrides the recorded bounds, group by group and bound by bound.

    Raises `UnreadableInteractionError`.
    """
    schema = record.get("schema")
    if schema is not None and schema != SCHEMA:
        raise UnreadableInteractionError(f"schema: {schema!r} is not {SCHEMA}")
    if not isinstance(record.get("reply"), Mapping):
        raise UnreadableInteractionError("reply: is missing or not an object")
    try:
        before = object_in(record, "before")
        flights = object_in(before, "flights", of="before")
        started_ms = moment_in(flights, "startedMs")
        received_at = instant_in(record, "receivedAt")
        _check(record)
        return RecordedCall(
            record=record,
            received_at=received_at,
            policy=Policy.from_record(_overlaid(_bounds_in_force(record), policy or {})),
            attempts=_as_heard(
                tuple(
                    _attempt(entry, compared=record.get("callerMatched") is not None)
                    for entry in list_in(record, "upstream")
                ),
                landed=flights.get("landed"),
                until_ms=moment_in(flights, "untilMs"),
                joined=bool(flights.get("joined", False)),
            ),
            flight_start_s=(started_ms or 0.0) / 1000.0,
            joined=bool(flights.get("joined", False)),
            sent_flight=started_ms is not None and not flights.get("joined", False),
            in_flight=count_in(flights, "inFlight"),
        )
    except KeyError as error:
        raise UnreadableInteractionError(f"{error.args[0]}: is missing") from error
    except (TypeError, ValueError, AttributeError, OverflowError, PolicyError) as error:
        raise UnreadableInteractionError(str(error)) from error


def _check(record: Mapping[str, Any]) -> None:
    """Read once what is read again when the call happens again: whatever is wrong is told of this entry.

    Raises `KeyError`, `TypeError`, `ValueError`, `AttributeError` or `OverflowError`.
    """
    object_in(record, "arguments")
    object_in(record, "policy")
    object_in(record["reply"], "metadata", of="reply")
    moment_in(record, "latencyMs")
    for name in ("correlationId", "toolCallId"):
        if record.get(name) is None:
            raise KeyError(name)
    before = object_in(record, "before")
    remembered_from_record(before.get("cache"))
    breaker_from_record(before.get("breaker"))
    standing_from_record(before.get("caller"))


def delivery_from_document(document: Mapping[str, Any]) -> Delivery:
    """Read `delivery_document`'s form back; unknown fields are ignored."""
    document = an_object(document, "document")
    values: dict[str, Any] = {attribute: text_in(document, name) for name, attribute in DOCUMENT_FIELDS.items()}
    for required in ("tracking_number", "document_id"):
        values[required] = values[required] or ""
    return Delivery(**values)


def remembered_from_record(cache: Mapping[str, Any] | str | None) -> Remembered | None:
    """What the cache held that could be told, from `before.cache`; "miss" says nothing, any other word too little."""
    if not cache or cache == _MISS:
        return None
    cache = an_object(cache, "before.cache")
    if cache.get("state") in (Freshness.NONE.value, _MISS):
        # Hidden from this caller then. Who he is may only have shown by what the source said afterwards.
        return None
    if "documents" not in cache:
        raise KeyError("before.cache.documents")
    deliveries = tuple(delivery_from_document(document) for document in list_in(cache, "documents"))
    return Remembered(deliveries, instant_in(cache, "fetchedAt"))


def breaker_from_record(breaker: Mapping[str, Any] | str | None) -> BreakerSnapshot | None:
    """How the breaker stood, from `before.breaker`: an object, or the state alone."""
    if not breaker:
        return None
    breaker = {"state": breaker} if isinstance(breaker, str) else an_object(breaker, "before.breaker")
    return BreakerSnapshot(
        word_in(breaker, "state", BreakerState),
        count_in(breaker, "consecutiveFailures"),
        instant_in(breaker, "openedAt") if breaker.get("openedAt") else None,
        None,
    )


def standing_from_record(caller: Mapping[str, Any] | None) -> CallerStanding:
    """How much the caller had asked, from `before.caller`."""
    caller = an_object(caller, "before.caller")
    return CallerStanding(
        count_in(caller, "numbers"), count_in(caller, "notFound"), bool(caller.get("askedBefore", False))
    )


def with_phones(deliveries: Iterable[Delivery], *, compared: bool) -> tuple[Delivery, ...]:
    """Put back that there was a telephone number to compare with, which is all that is known of it."""
    return tuple(replace(delivery, customer_phone="recorded" if compared else None) for delivery in deliveries)


def _attempt(entry: Mapping[str, Any], *, compared: bool) -> RecordedAttempt:
    entry = an_object(entry, "upstream")
    started_ms, duration_ms, retry_after_ms = (
        moment_in(entry, name) for name in ("startedMs", "durationMs", "retryAfterMs")
    )
    if started_ms is None:
        raise KeyError("startedMs")
    start_s = started_ms / 1000.0
    documents = [entry["document"]] if entry.get("document") else []
    documents += list_in(entry, "otherDocuments")
    return RecordedAttempt(
        start_s=start_s,
        end_s=None if duration_ms is None else start_s + duration_ms / 1000.0,
        result=None if entry.get("result") is None else word_in(entry, "result", AttemptResult),
        deliveries=with_phones((delivery_from_document(document) for document in documents), compared=compared),
        retry_after_s=None if retry_after_ms is None else retry_after_ms / 1000.0,
    )


def _as_heard(
    attempts: tuple[RecordedAttempt, ...], *, landed: bool | None, until_ms: float | None, joined: bool
) -> tuple[RecordedAttempt, ...]:
    """Put the answer that ended the flight on that side of the caller's patience on which it was heard.

    Its instant alone does not tell: from the source to the caller an answer takes a moment, and a timer rings up to a
    millisecond late. Nor did a flight that was joined land before the call was there, even if its answer had come.
    Recordings from before `landed` was recorded stay as they are.
    """
    answers = [
        (attempt.end_s, attempt) for attempt in attempts if attempt.end_s is not None and attempt.result in ANSWERED
    ]
    if landed is None or until_ms is None or not answers:
        return attempts
    end_s, last = max(answers, key=lambda answer: answer[0])
    if any(other.start_s >= end_s for other in attempts):
        return attempts  # it was not the end: a second stage follows
    until_s = until_ms / 1000.0
    heard_s = min(end_s, until_s - HAIR_S) if landed else max(end_s, until_s + TOO_LATE_S)
    if joined:
        heard_s = max(heard_s, HAIR_S)
    return tuple(replace(attempt, end_s=heard_s) if attempt is last else attempt for attempt in attempts)


def _bounds_in_force(record: Mapping[str, Any]) -> dict[str, Any]:
    """The recorded bounds; where they do not name how the reply was to be spoken, the reply shows it."""
    shown = Speech.VERBATIM if record["reply"].get("message") else Speech.MODEL
    return {"speech": shown.value, **known_bounds(object_in(record, "policy"))}


def _overlaid(recorded: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(recorded)
    for name, value in override.items():
        if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = {**merged[name], **value}
        else:
            merged[name] = value
    return merged
