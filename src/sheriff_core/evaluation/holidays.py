"""Days that are named by what is kept on them: "Valentine's Day", "Thanksgiving"."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import partial
from typing import Final

_WEEK = 7  # days
_JUST_PAST = timedelta(days=31)
_MON, _THU, _FRI, _SUN = 0, 3, 4, 6


def _nth(month: int, weekday: int, nth: int, year: int) -> date:
    """The `nth` `weekday` (Monday is 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % _WEEK + _WEEK * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the rule of Meeus, Jones and Butcher)."""
    golden, century = year % 19, year // 100
    leap, rest = century // 4, century % 4
    epact = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (year % 100 // 4) - epact - year % 100 % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _from_easter(days: int, year: int) -> date:
    return _easter(year) + timedelta(days=days)


def _on(month: int, day: int, year: int) -> date:
    return date(year, month, day)


_BY_NAME: Final[Mapping[str, Callable[[int], date]]] = {
    r"new\s+year(?:'?s)?\s+eve": partial(_on, 12, 31),
    r"new\s+year(?:'?s)?(?:\s+day)?": partial(_on, 1, 1),
    r"martin\s+luther\s+king(?:\s+jr\.?)?\s+day|mlk\s+day": partial(_nth, 1, _MON, 3),
    r"groundhog\s+day": partial(_on, 2, 2),
    r"(?:saint\s+|st\.?\s+)?valentine'?s(?:\s+day)?": partial(_on, 2, 14),
    r"presidents?'?s?\s+day": partial(_nth, 2, _MON, 3),
    r"(?:saint|st\.?)\s+patrick'?s\s+day|st\.?\s+paddy'?s\s+day": partial(_on, 3, 17),
    r"april\s+fools?'?s?(?:\s+day)?": partial(_on, 4, 1),
    r"good\s+friday": partial(_from_easter, -2),
    r"easter\s+monday": partial(_from_easter, 1),
    r"easter(?:\s+(?:sunday|day))?": partial(_from_easter, 0),
    r"cinco\s+de\s+mayo": partial(_on, 5, 5),
    r"memorial\s+day": _last_monday_of_may,
    r"juneteenth": partial(_on, 6, 19),
    r"independence\s+day": partial(_on, 7, 4),
    r"labou?r\s+day": partial(_nth, 9, _MON, 1),
    r"columbus\s+day|indigenous\s+peoples?'?s?\s+day": partial(_nth, 10, _MON, 2),
    r"halloween": partial(_on, 10, 31),
    r"veterans?'?s?\s+day": partial(_on, 11, 11),
    r"thanksgiving(?:\s+day)?": partial(_nth, 11, _THU, 4),
    r"black\s+friday": lambda year: _nth(11, _THU, 4, year) + timedelta(days=1),
    r"christmas\s+eve": partial(_on, 12, 24),
    r"(?:christmas|xmas)(?:\s+day)?": partial(_on, 12, 25),
    r"boxing\s+day": partial(_on, 12, 26),
}
_RULES: Final = tuple(_BY_NAME.values())
_ANY: Final = re.compile(r"\b(?:" + "|".join(f"({name})" for name in _BY_NAME) + r")(?![\w'])")
# "Happy Easter!", "have a lovely Christmas": what is wished for a day says nothing about a delivery.
WISH: Final = re.compile(
    r"\b(?:happy|merry|(?:enjoy|have)(?:\s+(?:an?|your|the))?)\s+"
    r"(?:(?:very|happy|merry|early|belated|good|great|lovely|nice|wonderful|safe|blessed)\s+){0,3}"
    rf"(?>{'|'.join(_BY_NAME)}|holidays?|hanukkah|diwali|eid|weekend)(?:\s+to\s+(?:you|all|everyone))?(?![\w'])"
    r"(?!\s*,?\s*(?:which|when)\b)"
)


def find_holidays(text: str, start: int, end: int, today: date) -> Iterator[tuple[int, int, date]]:
    """Each day named by its holiday between `start` and `end`: its span, and the one that is meant `today`."""
    for match in _ANY.finditer(text, start, end):
        if match.lastindex is not None:
            yield match.start(), match.end(), _meant(_RULES[match.lastindex - 1], today)


def _meant(rule: Callable[[int], date], today: date) -> date:
    """The holiday of which somebody speaks today: the one just past, else the next."""
    years = range(max(MINYEAR, today.year - 1), min(MAXYEAR, today.year + 1) + 1)
    return next((day for day in map(rule, years) if day >= today - _JUST_PAST), rule(today.year))
