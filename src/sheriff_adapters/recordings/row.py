"""An interaction as a row: its JSON text, the key that makes it unique, and the columns it is found by."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sheriff_adapters.recordings.interaction_text import InteractionUnusableError, decode, encode
from sheriff_adapters.recordings.kept_policy import KeptPolicy, body_and_policy
from sheriff_core.interaction import KINDS, SCHEMA
from sheriff_core.ports import InteractionFilter
from sheriff_core.tool_arguments import TRACKING_NUMBER_ARGUMENTS
from sheriff_core.tracking_number import canonical

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEY_BYTES = 16
_TIMED_KEY_BYTES = 12  # beside the eight of the time
_MAX_COLUMN = 200  # characters; an index entry has a size limit, a stranger's id has none
_MAX_NUMBER = 64


class Row(NamedTuple):
    """What a store keeps of an interaction. `text` is the interaction; everything else is derived from it."""

    key: bytes
    kind: str
    correlation_id: str | None
    call_id: str | None
    received_at: int  # microseconds since 1970 in UTC
    outcome: str | None
    latency_ms: float | None
    completeness: int  # of an end of call: a fuller report replaces a poorer one, never the other way round
    numbers: tuple[str, ...]  # canonical tracking numbers, as asked for and as found
    body: str  # the interaction as JSON text, with the digest of its policy in place of it
    policy: KeptPolicy | None
    size_bytes: int  # of `text` in UTF-8

    @property
    def text(self) -> str:
        """The interaction as JSON text, on one line."""
        return self.body if self.policy is None else self.policy.put_into(self.body)

    def supersedes(self, other: "Row") -> bool:
        """Whether this repetition of `other` is to be kept in its place."""
        return self.kind == "end_of_call" and (self.completeness, self.received_at) >= (
            other.completeness,
            other.received_at,
        )


def row_of(interaction: dict[str, Any]) -> Row:
    """Read an interaction. Raises `InteractionUnusableError`."""
    _require_interaction(interaction)
    ids = _ids(interaction)
    # Without any id, the same words are the same interaction: to the letter, its policy where it stands.
    body, kept = (encode(interaction), None) if ids is None else body_and_policy(interaction)
    return _row(interaction, ids, body, kept)


def row_of_body(body: str, policy: KeptPolicy) -> Row:
    """Read what `kept_policy.body_and_policy` made. Raises `InteractionUnusableError`, and `ValueError` for no JSON."""
    interaction = decode(body)
    _require_interaction(interaction)
    return _row(interaction, _ids(interaction), body, policy)


def _require_interaction(interaction: object) -> None:
    problem = problem_of(interaction)
    if problem:
        raise InteractionUnusableError(problem)


def _row(interaction: dict[str, Any], ids: str | None, body: str, kept: KeptPolicy | None) -> Row:
    kind = interaction["kind"]
    received_at = _received_at(interaction)
    size = len(body) if body.isascii() else len(body.encode())
    key = _key(body if ids is None else ids)
    metadata = _object(_object(interaction.get("reply")).get("metadata"))
    return Row(
        key=timed_key(received_at, key) if kind == "tool_call" else key,
        kind=kind,
        correlation_id=searchable(interaction.get("correlationId")),
        call_id=searchable(interaction.get("callId")),
        received_at=received_at,
        outcome=searchable(metadata.get("outcome")),
        latency_ms=_milliseconds(interaction.get("latencyMs")),
        completeness=2 * bool(interaction.get("transcript")) + bool(interaction.get("toolResults")),
        numbers=_numbers(interaction) if kind == "tool_call" else (),
        body=body,
        policy=kept,
        size_bytes=size if kept is None else size + kept.spared_bytes,
    )


def row_of_line(line: bytes) -> Row:
    """Read the text of a row. Raises `InteractionUnusableError`, and `ValueError` for what is no JSON."""
    return row_of(decode(line))


def problem_of(interaction: object) -> str | None:
    """What keeps this from being an interaction; None when nothing does."""
    if not isinstance(interaction, dict):
        return "not a JSON object"
    schema = interaction.get("schema")
    if schema is not None and schema != SCHEMA:
        return f"schema: {str(schema)[:40]!r} is not known here, expected {SCHEMA}"
    kind = interaction.get("kind")
    if kind not in KINDS:
        return f"kind: expected {' or '.join(KINDS)}, not {str(kind)[:40]!r}"
    return None


def searchable(value: object) -> str | None:
    """`value` as a column: text that every store can keep and index, or None. Searches go through here, too."""
    if not isinstance(value, str) or not value:
        return None
    if len(value) <= _MAX_COLUMN and value.isascii() and "\0" not in value:
        return value
    return value[:_MAX_COLUMN].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def microseconds(instant: datetime) -> int:
    """`instant` since 1970; a naive one is in UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND


def timed_key(received_at: int, key: bytes) -> bytes:
    """The key of what happened once, at a time: what comes together is kept together, and an index grows at its end."""
    return received_at.to_bytes(8, "big", signed=True) + key[:_TIMED_KEY_BYTES]


def without_repetitions(rows: Iterable[Row]) -> list[Row]:
    """One row a key: the first tool call, the fullest end of call."""
    kept: dict[bytes, Row] = {}
    for row in rows:
        held = kept.get(row.key)
        if held is None or row.supersedes(held):
            kept[row.key] = row
    return list(kept.values())


def is_restricted(wanted: InteractionFilter) -> bool:
    """Whether `wanted` leaves anything out."""
    return wanted != InteractionFilter(limit=wanted.limit, cursor=wanted.cursor)


def matches(row: Row, wanted: InteractionFilter) -> bool:
    """Whether `row` is among `wanted`: what a store's query says, for rows that are not in a store yet."""
    return (
        (wanted.correlation_id is None or row.correlation_id == searchable(wanted.correlation_id))
        and (wanted.call_id is None or row.call_id == searchable(wanted.call_id))
        and (wanted.tracking_number is None or number_column(wanted.tracking_number) in row.numbers)
        and (wanted.outcome is None or row.outcome == searchable(wanted.outcome))
        and (wanted.kind is None or row.kind == wanted.kind)
        and (wanted.slower_than_ms is None or (row.latency_ms or 0.0) > wanted.slower_than_ms)
        and (wanted.before is None or row.received_at < microseconds(wanted.before))
    )


def number_column(text: str) -> str:
    """A tracking number as it is indexed: compared by letters and digits."""
    if len(text) <= _MAX_NUMBER and text.isascii() and text.isalnum():  # as nearly all are spelt
        return text.upper()
    return searchable(canonical(text)[:_MAX_NUMBER]) or ""


def _ids(interaction: dict[str, Any]) -> str | None:
    """What tells `interaction` from all others; None where no id does."""
    kind, call = interaction["kind"], str(interaction.get("callId") or "")
    tool_call, correlation = "", ""
    if kind == "tool_call":
        tool_call = str(interaction.get("toolCallId") or "")
        correlation = str(interaction.get("correlationId") or "")
        is_identified = bool(tool_call or correlation)
    else:
        is_identified = bool(call)
    # Lengths keep ids apart that would run into each other.
    return f"{kind} {len(call)} {len(tool_call)} {call}{tool_call}{correlation}" if is_identified else None


def _key(named: str) -> bytes:
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def _received_at(interaction: dict[str, Any]) -> int:
    said = interaction.get("receivedAt")
    try:
        return microseconds(datetime.fromisoformat(said))  # type: ignore[arg-type]  # a TypeError is told, too
    except (ValueError, TypeError, OverflowError) as error:
        shown = f", not {str(said)[:40]!r}" if said else ""
        raise InteractionUnusableError(
            f"receivedAt: expected an instant such as 2026-02-12T09:30:00.000Z{shown}"
        ) from error


def _milliseconds(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float) else None
    except OverflowError:
        return None


def _numbers(interaction: dict[str, Any]) -> tuple[str, ...]:
    """What was asked for, how it was read, and what was found: each may spell one number differently."""
    said = {_said(interaction.get("trackingNumber"))}
    if isinstance(arguments := interaction.get("arguments"), dict):
        said.update([_said(arguments[name]) for name in TRACKING_NUMBER_ARGUMENTS if name in arguments])
    for attempt in _objects(interaction.get("upstream")):
        said.add(_said(_object(attempt.get("document")).get("trackingNumber")))
        said.update([_said(document.get("trackingNumber")) for document in _objects(attempt.get("otherDocuments"))])
    remembered = _object(_object(interaction.get("before")).get("cache")).get("documents")
    said.update([_said(document.get("trackingNumber")) for document in _objects(remembered)])
    return tuple(sorted({number for text in said if text and (number := number_column(text))}))


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and value else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
