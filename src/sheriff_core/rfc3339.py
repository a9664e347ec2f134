"""An instant as text, in UTC (RFC 3339)."""

from datetime import UTC, datetime


def rfc3339(instant: datetime, timespec: str = "milliseconds") -> str:
    """`instant` in UTC, as "2026-02-12T09:30:00.000Z"."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat(timespec=timespec)[: -len("+00:00")] + "Z"
