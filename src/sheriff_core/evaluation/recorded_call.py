"""A recorded tool call, read and checked: the world that a replay is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sheriff_core.breaker import BreakerSnapshot, BreakerState
from sheriff_core.caller_ledger import CallerStanding
from sheriff_core.delivery import Delivery
from sheriff_core.evaluation.finite import finite
from sheriff_core.interaction import DOCUMENT_FIELDS, SCHEMA
from sheriff_core.policy import Policy, PolicyError
from sheriff_core.ports import AttemptResult, Remembered

HAIR_S: Final = 2e-5  # more than the rounding of recorded instants adds up to
DAY_MS: Final = 86_400_000.0  # no moment of a call lies further from its arrival
MOST_COUNTED: Final = 100_000  # flights, numbers or failures, beyond all that a service can have seen
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
    in_flight: int

    @property
    def lead_s(self) -> float:
        """How long before the call its world begins: the flight it joined was in the air by then."""
        return max(0.0, -self.flight_start_s) if self.joined else 0.0


def read_call(record: Mapping[str, Any], policy: Mapping[str, Any] | None = None) -> RecordedCall:
    """Check a recorded tool call; `policy` overrides the recorded bounds, group by group and bound by bound.

    Raises `UnreadableInteractionError`.
    """
    if record.get("schema") != SCHEMA:
        raise UnreadableInteractionError(f"schema: {record.get('schema')!r} is not {SCHEMA}")
    if not isinstance(record.get("reply"), Mapping):
        raise UnreadableInteractionError("reply: is missing or not an object")
    try:
        before = record.get("before") or {}
        flights = before.get("flights") or {}
        started_ms = _moment(flights, "startedMs")
        received_at = _instant(record["receivedAt"])
        _check(record)
        return RecordedCall(
            record=record,
            received_at=received_at,
            policy=Policy.from_record(_overlaid(record.get("policy") or {}, policy or {})),
            attempts=_as_heard(
                tuple(
                    _attempt(entry, compared=record.get("callerMatched") is not None)
                    for entry in record.get("upstream") or ()
                ),
                landed=flights.get("landed"),
                until_ms=_moment(flights, "untilMs"),
            ),
            flight_start_s=(started_ms or 0.0) / 1000.0,
            joined=bool(flights.get("joined", False)),
            in_flight=_count(flights, "inFlight"),
        )
    except KeyError as error:
        raise UnreadableInteractionError(f"{error.args[0]}: is missing") from error
    except (TypeError, ValueError, AttributeError, OverflowError, PolicyError) as error:
        raise UnreadableInteractionError(str(error)) from error


def _check(record: Mapping[str, Any]) -> None:
    """Read once what is read again when the call happens again: whatever is wrong is told of this entry.

    Raises `KeyError`, `TypeError`, `ValueError`, `AttributeError` or `OverflowError`.
    """
    if not isinstance(record.get("arguments") or {}, Mapping):
        raise TypeError("arguments: is not an object")
    _moment(record, "latencyMs")
    for name in ("correlationId", "toolCallId"):
        record[name]
    before = record.get("before") or {}
    remembered_from_record(before.get("cache"))
    breaker_from_record(before.get("breaker"))
    standing_from_record(before.get("caller"))


def _moment(holder: Mapping[str, Any], name: str) -> float | None:
    """A number of milliseconds of one call. Raises `TypeError` or `ValueError`."""
    value = holder.get(name)
    if value is None:
        return None
    moment = finite(value)
    if moment is None:
        raise TypeError(f"{name}: is not a number")
    if abs(moment) > DAY_MS:
        raise ValueError(f"{name}: is more than a day")
    return moment


def _count(holder: Mapping[str, Any], name: str) -> int:
    """How many, 0 where it is not recorded. Raises `ValueError`."""
    value = holder.get(name) or 0
    if not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise ValueError(f"{name}: is no count")
    return value


def _instant(recorded: str) -> datetime:
    """A recorder writes UTC; an instant without a zone is read so, whatever this machine's zone is."""
    instant = datetime.fromisoformat(recorded)
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)


def delivery_from_document(document: Mapping[str, Any]) -> Delivery:
    """Read `delivery_document`'s form back; unknown fields are ignored."""
    values: dict[str, Any] = {attribute: document.get(name) for name, attribute in DOCUMENT_FIELDS.items()}
    for name, attribute in DOCUMENT_FIELDS.items():
        if not isinstance(values[attribute], str | None):
            raise TypeError(f"{name}: is not text")
    for required in ("tracking_number", "document_id"):
        values[required] = values[required] or ""
    return Delivery(**values)


def remembered_from_record(cache: Mapping[str, Any] | None) -> Remembered | None:
    """What the cache held, from `before.cache`."""
    if not cache:
        return None
    deliveries = tuple(delivery_from_document(document) for document in cache["documents"])
    return Remembered(deliveries, _instant(cache["fetchedAt"]))


def breaker_from_record(breaker: Mapping[str, Any] | None) -> BreakerSnapshot | None:
    """How the breaker stood, from `before.breaker`."""
    if not breaker:
        return None
    opened_at = breaker.get("openedAt")
    return BreakerSnapshot(
        BreakerState(breaker["state"]),
        _count(breaker, "consecutiveFailures"),
        _instant(opened_at) if opened_at else None,
        None,
    )


def standing_from_record(caller: Mapping[str, Any] | None) -> CallerStanding:
    """How much the caller had asked, from `before.caller`."""
    if not caller:
        return CallerStanding()
    return CallerStanding(_count(caller, "numbers"), _count(caller, "notFound"), bool(caller.get("askedBefore", False)))


def with_phones(deliveries: Iterable[Delivery], *, compared: bool) -> tuple[Delivery, ...]:
    """Put back that there was a telephone number to compare with, which is all that is known of it."""
    return tuple(replace(delivery, customer_phone="recorded" if compared else None) for delivery in deliveries)


def _attempt(entry: Mapping[str, Any], *, compared: bool) -> RecordedAttempt:
    started_ms, duration_ms, retry_after_ms = (
        _moment(entry, name) for name in ("startedMs", "durationMs", "retryAfterMs")
    )
    if started_ms is None:
        raise KeyError("startedMs")
    start_s = started_ms / 1000.0
    result = entry.get("result")
    documents = [entry["document"]] if entry.get("document") else []
    documents += entry.get("otherDocuments") or []
    return RecordedAttempt(
        start_s=start_s,
        end_s=None if duration_ms is None else start_s + duration_ms / 1000.0,
        result=None if result is None else AttemptResult(result),
        deliveries=with_phones((delivery_from_document(document) for document in documents), compared=compared),
        retry_after_s=None if retry_after_ms is None else retry_after_ms / 1000.0,
    )


def _as_heard(
    attempts: tuple[RecordedAttempt, ...], *, landed: bool | None, until_ms: float | None
) -> tuple[RecordedAttempt, ...]:
    """Put the answer that ended the flight on that side of the caller's patience on which it was heard.

    Its instant alone does not tell: from the source to the caller an answer takes a moment, and a timer rings up to a
    millisecond late. Recordings from before `landed` was recorded stay as they are.
    """
    answers = [
        (attempt.end_s, attempt)
        for attempt in attempts
        if attempt.end_s is not None and attempt.result in (AttemptResult.OK, AttemptResult.EMPTY)
    ]
    if landed is None or until_ms is None or not answers:
        return attempts
    end_s, last = max(answers, key=lambda answer: answer[0])
    if any(other.start_s >= end_s for other in attempts):
        return attempts  # it was not the end: a second stage follows
    until_s = until_ms / 1000.0
    heard_s = min(end_s, until_s - HAIR_S) if landed else max(end_s, until_s + TOO_LATE_S)
    return tuple(replace(attempt, end_s=heard_s) if attempt is last else attempt for attempt in attempts)


def _overlaid(recorded: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(recorded)
    for name, value in override.items():
        if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = {**merged[name], **value}
        else:
            merged[name] = value
    return merged
