"""A remembered answer as bytes: JSON with a schema number, so that another version's entry is a miss, not a crash."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from sheriff_core.delivery import Delivery
from sheriff_core.ports import Remembered

# Raise it when a field changes its meaning. It stands in the key, too: two versions running side by side during a
# deployment keep their entries apart instead of overwriting each other's.
SCHEMA = 1

# Clocks of two instances differ a little. An entry from further ahead would pass as fresh for too long.
CLOCK_SKEW = timedelta(seconds=2)

_FIELDS = {
    "trackingNumber": "tracking_number",
    "status": "status",
    "customerName": "customer_name",
    "customerPhone": "customer_phone",
    "estimatedDelivery": "estimated_delivery",
    "issueMessage": "issue_message",
    "documentId": "document_id",
    "revision": "revision",
    "updatedAt": "updated_at",
}
_ALWAYS_TEXT = ("trackingNumber", "documentId")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was remembered, and until when it may be told."""

    remembered: Remembered
    kept_until: datetime


def encode(remembered: Remembered, *, kept_until: datetime) -> bytes:
    """Write an entry; both instants become UTC."""
    return orjson.dumps(
        {
            "schema": SCHEMA,
            "fetchedAt": remembered.fetched_at.astimezone(UTC).isoformat(),
            "keptUntil": kept_until.astimezone(UTC).isoformat(),
            "deliveries": [
                {wire: getattr(delivery, name) for wire, name in _FIELDS.items()} for delivery in remembered.deliveries
            ],
        }
    )


def decode(stored: bytes | None, *, now: datetime) -> Entry | None:
    """Read an entry; None for nothing, garbage, another schema, a past end, or an instant of fetching in the future."""
    if stored is None:
        return None
    try:
        entry = _read(orjson.loads(stored))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None  # whatever lies there is not ours to understand
    if entry.kept_until <= now or entry.remembered.fetched_at > now + CLOCK_SKEW:
        return None
    return entry


def _read(document: dict[str, Any]) -> Entry:
    if document["schema"] != SCHEMA:
        raise ValueError("another schema")
    deliveries = tuple(_read_delivery(held) for held in document["deliveries"])
    return Entry(Remembered(deliveries, _instant(document["fetchedAt"])), _instant(document["keptUntil"]))


def _read_delivery(held: dict[str, Any]) -> Delivery:
    facts = {name: held[wire] for wire, name in _FIELDS.items()}
    for wire, name in _FIELDS.items():
        if not (isinstance(facts[name], str) or (facts[name] is None and wire not in _ALWAYS_TEXT)):
            raise TypeError(f"{wire} is not text")
    return Delivery(**facts)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(UTC)
