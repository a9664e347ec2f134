"""Figures, instants and ages, as a tired person reads them."""

import math
from datetime import UTC, datetime
from typing import Final

ABSENT: Final = "\N{EN DASH}"
_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
_SOON_S: Final = 1.5


def spaced(name: str) -> str:
    """A camelCase `name` as words: "queueLength" as "queue length"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def percent(share: float | None) -> str:
    """`share` as a percentage. Rounded down: what is not all of it never reads as 100 %."""
    if share is None:
        return ABSENT
    tenths = math.floor(share * 1_000 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def duration(seconds: float | None) -> str:
    """A latency: whole milliseconds, one decimal below 10, and seconds from 10 seconds on."""
    if seconds is None:
        return ABSENT
    milliseconds = seconds * 1_000
    if milliseconds < 10:  # noqa: PLR2004 - two significant digits
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"  # noqa: PLR2004 - likewise


def rate(per_minute: float) -> str:
    """So many a minute."""
    return f"{per_minute:.1f}" if per_minute < 10 else f"{per_minute:,.0f}"  # noqa: PLR2004 - one decimal is enough


def age(seconds: float) -> str:
    """How long something has lasted, in its two largest units."""
    if seconds < _SOON_S:
        return "1 s" if seconds >= 1 else "less than 1 s"
    whole = int(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    days = whole // _DAY_S
    return f"{days} day{'s' if days > 1 else ''} {whole % _DAY_S // _HOUR_S} h"


def instant(said: object) -> datetime | None:
    """An instant, as a value or as RFC 3339 text; None for anything else."""
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            return None
    if not isinstance(said, datetime):
        return None
    try:
        return said.replace(tzinfo=said.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def clock_time(at: datetime) -> str:
    """The time of day, in UTC."""
    return f"{at:%H:%M:%S}"


def day_and_time(at: datetime) -> str:
    """Day and time, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}"
