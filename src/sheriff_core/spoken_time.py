"""Dates, times and ages, as one says them on the telephone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from sheriff_core.visible import visible

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3339, and the same without seconds, without an offset, or with one in hours alone, as PostgreSQL writes it.
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_BELOW_TWENTY = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_RELATIVE_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}

_NOON = time(12)
_MIDNIGHT = time(0)
_DAYS_KEPT = 1_024  # days in words


@dataclass(frozen=True, slots=True)
class SpokenEstimate:
    """An estimate in words, and whether it lies before the request."""

    words: str
    passed: bool


def spoken_estimate(recorded: str, *, at: datetime, timezone: str) -> SpokenEstimate | None:
    """Say a recorded date, or date with time, as heard at the instant `at` in `timezone` (an IANA name).

    None where `recorded` is neither (free words, or a day that no calendar has): those are read out to the letter.

    - A date is that day, wherever the caller is; it has passed when the day is over in `timezone`.
    - A date with time is converted to `timezone`. Without an offset it is taken as already in it.
    - Midnight, in the recorded offset or in `timezone`, is how a source that knows only the day fills a date with
      time: the day is told, no time. In the recorded offset it is the day as written, never the day before.
    - Seconds are not said. In UTC the time is said with "UTC", because no caller lives by it.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a time zone that does not exist.
    """
    zone = _zone(timezone)
    now = at.astimezone(zone)
    text = visible(recorded)
    try:
        if _DATE.fullmatch(text):
            return _day(date.fromisoformat(text), now.date())
        if _DATE_TIME.fullmatch(text):
            return _instant(datetime.fromisoformat(text.upper()), now, zone)
    except (ValueError, OverflowError):
        return None
    return None


def spoken_age(seconds: float) -> str:
    """Say how long ago something was, in round words: "three minutes". Meant to follow "about".

    Seconds up to ten, then by fives; minutes from one, hours from one, days from two.
    """
    whole = max(1, round(seconds))
    minutes = round(seconds / 60)
    hours = round(seconds / 3_600)
    if whole <= 10:  # noqa: PLR2004 - the docstring's bounds
        return _count(whole, "second")
    if whole < 58:  # noqa: PLR2004
        return _count(5 * round(whole / 5), "second")
    if minutes < 60:  # noqa: PLR2004
        return _count(minutes, "minute")
    if hours < 48:  # noqa: PLR2004
        return _count(hours, "hour")
    return _count(round(seconds / 86_400), "day")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=_DAYS_KEPT)
def _day(day: date, today: date) -> SpokenEstimate:
    return SpokenEstimate(_spoken_date(day, today), passed=day < today)


def _instant(recorded: datetime, now: datetime, zone: ZoneInfo) -> SpokenEstimate:
    if recorded.time() == _MIDNIGHT:
        return _day(recorded.date(), now.date())
    there = recorded.replace(tzinfo=zone) if recorded.tzinfo is None else recorded.astimezone(zone)
    if there.time() == _MIDNIGHT:
        return _day(there.date(), now.date())
    in_utc = recorded.tzinfo is not None and there.tzname() == "UTC"
    clock = _spoken_time(there.time()) + (" UTC" if in_utc else "")
    # Compared in UTC: two instants of one zone would be compared by their clock faces, wrongly when clocks go back.
    passed = there.astimezone(UTC) < now.astimezone(UTC)
    return SpokenEstimate(f"{_spoken_date(there.date(), now.date())}, at {clock}", passed=passed)


def _spoken_date(day: date, today: date) -> str:
    words = f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {_ordinal(day.day)}"
    if day.year != today.year:
        words = f"{words}, {day.year}"
    relative = _RELATIVE_DAYS.get((day - today) // timedelta(days=1))
    return f"{relative}, {words}" if relative else words


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _spoken_time(clock: time) -> str:
    if (clock.hour, clock.minute) == (_NOON.hour, _NOON.minute):
        return "noon"  # "12 PM" is heard both ways
    half = "AM" if clock < _NOON else "PM"
    hour = clock.hour % 12 or 12
    return f"{hour} {half}" if clock.minute == 0 else f"{hour}:{clock.minute:02d} {half}"


def _count(number: int, unit: str) -> str:
    return f"{_in_words(number)} {unit}" if number == 1 else f"{_in_words(number)} {unit}s"


def _in_words(number: int) -> str:
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    if number >= 100:  # noqa: PLR2004 - more than ninety-nine days: digits are read well enough
        return str(number)
    tens, ones = divmod(number, 10)
    return _TENS[tens] if ones == 0 else f"{_TENS[tens]}-{_BELOW_TWENTY[ones]}"
