"""Days in any spoken form, found in a text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sheriff_core.evaluation.claims.numbers import CARDINAL, ORDINAL, SMALL_WORDS, cardinal, ordinal
from sheriff_core.evaluation.day_pattern import NO_DAY, DayPattern
from sheriff_core.evaluation.holidays import find_holidays

_MONTH_OF = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WEEKDAY_OF = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_WEEK = timedelta(days=7)


_month = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_weekday = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|tues?|wed|thur?s?|fri|sat|sun)\b\.?)"
_year = rf"(?:20\d\d|two\s+thousand(?:\s+and)?\s+{SMALL_WORDS}|twenty[\s-]+{SMALL_WORDS})"
_day = rf"(?:{ORDINAL}|\d{{1,2}}(?![\d:,]\d)|{SMALL_WORDS})"
_relative = r"(?:the\s+day\s+after\s+tomorrow|the\s+day\s+before\s+yesterday|today|tomorrow|yesterday)"
_lead = r"(?:(?:next|this|last|coming|this\s+coming|the\s+following|following)\s+)"
_sep = r"(?:\s*,\s*|\s+|\s*,?\s*(?:on|which\s+is|that\s+is|that's|i\s+mean)\s+)"
_full = (
    rf"(?:{_month}\s+(?:the\s+)?(?P<day_a>{_day})|(?:the\s+)?(?P<day_b>{_day})(?:\s+day)?(?:\s+of)?\s+{_month}"
    rf"|the\s+(?P<day_c>{ORDINAL}))"
)
# One pattern for a day with everything that is said about it together: "tomorrow, Saturday, February 14th, 2026".
_SPOKEN = re.compile(
    rf"\b(?:(?P<relative>{_relative}){_sep}?)?(?:(?P<lead>{_lead})?(?P<weekday>{_weekday}){_sep}?(?:the\s+)?)?"
    rf"(?:(?P<full>{_full})(?!\s*(?:%|percent))(?:{_sep}(?P<year>{_year}))?|(?P<bare>(?<=day\s){ORDINAL}"
    rf"|(?<=day,\s){ORDINAL}|(?<=day\s)(?:\d{{1,2}}|{SMALL_WORDS})(?=\s*(?:[.,;!?)]|$))))?"
    rf"(?![\w])"
)
_DAYLIKE = re.compile(
    rf"\b(?:{_relative}|{_weekday}|{_month}|(?:the|day,?)\s+{ORDINAL})\b"
)  # a cheap look before the long one
_TYPED = re.compile(
    r"(?<![\w/.-])(?:(?P<iso>\d{4}-\d{2}-\d{2})(?:t[\d:.]+z?)?|(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})"
    r"(?:(?P=mark)(?P<y>(?:20)?\d\d))?)(?![\w/-]|\.\d)"
)
_number = rf"(?:{CARDINAL}|a\s+couple\s+of|a\s+couple|a\s+few|several|an?)"
_IN_DAYS = re.compile(
    rf"\b(?P<how>in|within|after|over|for|by)\s+(?:about\s+|around\s+|just\s+|the\s+next\s+|another\s+|approximately\s+"
    rf"|only\s+){{0,6}}"
    rf"(?P<low>{_number})(?:\s*(?:to|or|-)\s*(?P<high>{_number}))?\s+"
    r"(?:(?:more|business|working|calendar|full)\s+){0,6}(?P<unit>days?|weeks?|months?)(?:'\s*time|\s+time)?\b"
)
_DAYS_FROM_NOW = re.compile(
    rf"\b(?P<low>{_number})(?:\s*(?:to|or|-)\s*(?P<high>{_number}))?\s+(?:(?:more|business|working|calendar)\s+){{0,6}}"
    r"(?P<unit>days?|weeks?|months?)\s+(?P<when>from\s+(?:now|today)|ago|away|later|late|earlier|early|out|off|overdue|"
    r"behind|ahead)\b"
)
_FROM_NOW = re.compile(r"\s+(?:from|after|out|away)\b")
_STRETCH = re.compile(
    r"\b(?:(?:early|earlier|later?|middle|mid|end|beginning|start)(?:\s+of)?[\s-]+)?(?:(?:this|next|last|the|coming"
    r"|the\s+coming)\s+){1,6}"
    r"(?P<what>weekend|week|month|year|weekdays?)\b|\b(?:over|at|on)\s+the\s+weekend\b|\bany\s+day(?:\s+now)?\b"
    r"|\bin\s+the\s+(?:next|coming)\s+(?:few\s+)?(?:days|weeks)\b"
)

# "The date has come and gone": what is recorded lies before the day of the call, or on it.
_PASSED = re.compile(
    r"\b(?:date|day|estimate|eta|that)(?:\s+(?:of|on|was)\b[^;:.!?]{0,72}?|,\s+[^,;:.!?]{1,32},)?(?:,?\s+which)?"
    r"(?:\s+|(?='s))(?P<said>(?:(?:'s|has|had|is|was)(?P<not>n't|\s+not)?\s+)?(?:(?:now|already|just|yet|also|long|since)\s+)*"
    r"(?:passed|past|gone\s+(?:by|past)|(?:come|been)\s+and\s+gone))(?!\s+(?!yet\b|now\b|already\b|and\b|but\b|so\b)[a-z])"
)


def find_days(
    text: str, start: int, end: int, today: date, is_capitalised: Callable[[int], bool]
) -> Iterator[tuple[int, int, DayPattern]]:
    """Each day said in `text` between `start` and `end`: its span, and the pattern of what was said."""
    for match in _TYPED.finditer(text, start, end):
        if (pattern := _typed(match)) is not None:
            yield match.start(), match.end(), pattern
    for expression in (_IN_DAYS, _DAYS_FROM_NOW):
        for match in expression.finditer(text, start, end):
            yield match.start(), match.end(), _counted(match, today)
    for match in _STRETCH.finditer(text, start, end):
        yield match.start(), match.end(), _stretch(match.group(), match["what"] or "", today)
    for begin, finish, day in find_holidays(text, start, end, today):
        yield begin, finish, DayPattern(first=day, last=day)
    yield from _passed(text, start, end, today)
    if _DAYLIKE.search(text, start, end) is None:
        return
    for match in _SPOKEN.finditer(text, start, end):
        said = match.group().rstrip(" ,")
        if not said or _is_other_word(match, is_capitalised) or _is_a_place_in_line(text, match):
            continue
        yield match.start(), match.start() + len(said), _spoken(match, today)


def _passed(text: str, start: int, end: int, today: date) -> Iterator[tuple[int, int, DayPattern]]:
    for match in _PASSED.finditer(text, start, end):
        day = today if match["not"] else today + timedelta(days=1)
        yield *match.span("said"), DayPattern(first=day, last=day, side=-1, denied=match["not"] is not None)


def _typed(match: re.Match[str]) -> DayPattern | None:
    if match["iso"]:
        try:
            day = date.fromisoformat(match["iso"])
        except ValueError:
            return None
        return DayPattern(day.year, day.month, day.day)
    first, second = int(match["a"]), int(match["b"])
    year = int(match["y"]) if match["y"] else None
    if year is not None and year < 100:  # noqa: PLR2004 - a year of two digits
        year += 2000
    if match["mark"] != "/" and year is None:
        return None  # "2-3" and "2.14" are more often something else
    if 1 <= first <= 12 and 1 <= second <= 31:  # noqa: PLR2004 - months and days
        return DayPattern(year, first, second, swapped=second <= 12)  # noqa: PLR2004
    if 1 <= second <= 12 and 1 <= first <= 31:  # noqa: PLR2004
        return DayPattern(year, second, first)
    return None


def _spoken(match: re.Match[str], today: date) -> DayPattern:
    full = match["full"] or ""
    month = None
    day = None
    if full:
        day_words = match["day_a"] or match["day_b"] or match["day_c"]
        day = _day_number(day_words)
        if not match["day_c"]:
            found = re.search(_month, full)
            month = _MONTH_OF[found.group()[:3]] if found else None
    elif match["bare"]:
        day = _day_number(match["bare"])
    weekday = _WEEKDAY_OF[match["weekday"][:3]] if match["weekday"] else None
    first = last = None
    relative = match["relative"]
    if relative:
        first = last = today + timedelta(days=_RELATIVE[" ".join(relative.split())])
    elif weekday is not None and match["lead"] and day is None:
        first, last = _led_weekday(match["lead"].split()[0], weekday, today)
    return DayPattern(_year_number(match["year"]), month, day, weekday, first, last)


_RELATIVE = {
    "the day after tomorrow": 2,
    "the day before yesterday": -2,
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
}


def _led_weekday(lead: str, weekday: int, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if lead == "last":
        return today - _WEEK, today - timedelta(days=1)
    if lead == "next":  # of the following week; said of a day still to come this week it would be "this"
        following = monday + _WEEK + timedelta(days=weekday)
        return following, following
    return today, today + timedelta(days=6)


def _day_number(words: str) -> int:
    return cardinal(words) if re.fullmatch(rf"\d{{1,2}}|{SMALL_WORDS}", words) else ordinal(words)


def _year_number(words: str | None) -> int | None:
    if not words:
        return None
    if words.isdigit():
        return int(words)
    parts = re.split(r"[\s-]+", words)
    if parts[0] == "twenty":
        return 2000 + cardinal(" ".join(parts[1:]))
    return cardinal(words)


def _counted(match: re.Match[str], today: date) -> DayPattern:
    if _is_a_length(match):
        return NO_DAY
    days = {"d": 1, "w": 7, "m": 30}[match["unit"][0]]
    low, high = _amount(match["low"]), _amount(match["high"] or match["low"])
    slack = {"d": 0, "w": 3, "m": 5}[match["unit"][0]]
    backwards = match.groupdict().get("when") in {"ago", "earlier"}
    first, last = low[0] * days - slack, high[1] * days + slack
    if match.groupdict().get("how") == "within":
        first = 0
    if backwards:
        first, last = -last, -first
    return DayPattern(first=today + timedelta(days=first), last=today + timedelta(days=last))


def _is_a_length(match: re.Match[str]) -> bool:
    """Whether days are counted and none is named: "for two days", "by a week", "two days late"."""
    found = match.groupdict()
    if found.get("how") in {"for", "by"}:
        return not match.group().endswith("time") and _FROM_NOW.match(match.string, match.end()) is None
    return found.get("when") in {"late", "early", "overdue", "behind", "ahead"}


def _amount(words: str) -> tuple[int, int]:
    if "couple" in words:
        return 2, 2
    if words in {"a few", "several"}:
        return 2, 5
    value = 1 if words in {"a", "an"} else min(cardinal(words), 10_000)
    return value, value


def _stretch(said: str, what: str, today: date) -> DayPattern:
    monday = today - timedelta(days=today.weekday())
    step = 7 if "next" in said else -7 if "last" in said else 0
    if "weekend" in said:
        return DayPattern(first=monday + timedelta(days=5 + step), last=monday + timedelta(days=6 + step))
    if what == "week":
        return DayPattern(first=monday + timedelta(days=step), last=monday + timedelta(days=6 + step))
    if what == "month":
        month = today.month + (1 if step > 0 else -1 if step < 0 else 0)
        return DayPattern(month=(month - 1) % 12 + 1)
    if what == "year":
        return DayPattern(first=date(today.year, 1, 1), last=date(today.year, 12, 31))
    return NO_DAY  # "any day now": no day fits what is not said


_COUNTED = re.compile(r"the\s+(?:first|second|third|fourth|fifth|sixth)")
_LEADS_TO_A_DAY = re.compile(r"\b(?:on|by|for|until|till|before|after|around|due|from)\s+$")


def _is_a_place_in_line(text: str, match: re.Match[str]) -> bool:
    """Whether "the first" is the first of several and not of a month."""
    if match["relative"] or match["weekday"] or not _COUNTED.fullmatch(match.group().strip(" ,")):
        return False
    return (
        _LEADS_TO_A_DAY.search(text, 0, match.start()) is None or re.match(r"\s+[a-z]", text[match.end() :]) is not None
    )


def _is_other_word(match: re.Match[str], is_capitalised: Callable[[int], bool]) -> bool:
    """Whether a lone "may", "march", "sat" or "sun" is a verb or a noun and not a day."""
    if match["relative"] or match["full"]:
        return False
    weekday = match["weekday"]
    return weekday is not None and len(weekday) <= 3 and not is_capitalised(match.start("weekday"))  # noqa: PLR2004
