"""An instant as text, in UTC (RFC 3339)."""

from datetime import UTC, datetime

# From tables: `isoformat` takes three times as long, and each recording has one.
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(100))
_THREE_DIGITS = tuple(f"{number:03d}" for number in range(1_000))


def rfc3339(instant: datetime) -> str:
    """`instant` in UTC and whole milliseconds, as "2026-02-12T09:30:00.000Z"."""
    return f"{_to_the_second(instant)}.{_THREE_DIGITS[instant.microsecond // 1_000]}Z"


def rfc3339_us(instant: datetime) -> str:
    """`instant` in UTC with microseconds, as "2026-02-12T09:30:00.000000Z"."""
    ms, us = divmod(instant.microsecond, 1_000)
    return f"{_to_the_second(instant)}.{_THREE_DIGITS[ms]}{_THREE_DIGITS[us]}Z"


def _to_the_second(instant: datetime) -> str:
    at, two = instant if instant.tzinfo is UTC else instant.astimezone(UTC), _TWO_DIGITS
    century, year = divmod(at.year, 100)
    day = f"{two[century]}{two[year]}-{two[at.month]}-{two[at.day]}"
    return f"{day}T{two[at.hour]}:{two[at.minute]}:{two[at.second]}"
