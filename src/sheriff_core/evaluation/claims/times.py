"""Times of day and ages, in any spoken form."""

import re
from collections.abc import Iterator

from sheriff_core.evaluation.claims.numbers import CARDINAL, SMALL_WORDS, cardinal

_hour = rf"(?:\d{{1,2}}|{SMALL_WORDS})"
_of_day = r"(?:in\s+the\s+(?:morning|afternoon|evening)|at\s+night)"
_half = rf"(?:{_of_day}\b|a\.?\s?m\b\.?|p\.?\s?m\b\.?|o'clock)"
_minutes = r"(?:[:.]\d{2}|\s+(?:oh\s+)?" + SMALL_WORDS + ")"
_zone = r"(?:\s*(?:utc|gmt|et|est|edt|ct|cst|cdt|mt|pt|pst|pdt|cet|cest|local\s+time|eastern|central|pacific)\b)?"
_clock = rf"(?:{_hour}{_minutes}?\s*{_half}{_zone}|\d{{1,2}}:\d{{2}}{_zone}|(?:noon|midday|midnight){_zone})"
_part = r"(?:morning|afternoon|evening|lunchtime|lunch|dinner\s?time|night)"

_TIMES = re.compile(
    rf"(?<![\w$])(?:(?P<range>(?:between\s+|from\s+)?(?:{_clock}|{_hour}{_minutes}?)\s*(?:and|to|-|until"
    rf"|till)\s*{_clock})"
    rf"|(?P<clock>(?:(?:half\s+past\s+{_hour}|(?:a\s+)?quarter\s+(?:past|to)\s+{_hour})(?:\s+{_of_day})?|{_clock}))"
    rf"|(?P<part>(?:(?:in|by|during|this|that|last|early|late|the|tomorrow|first\s+thing)\s+){{1,6}}{_part}\b|(?<=\x01\s){_part}\b|(?:before|after"
    rf"|around|by)\s+lunch"
    r"|(?:by\s+|at\s+|before\s+)?(?:the\s+)?(?:end|close)\s+of\s+(?:the\s+)?(?:business\s+)?(?:day|business|today)\b"
    r"|\bovernight\b|\beod\b|\b(?:(?:by|for|later|late)\s+)?tonight\b)"
    rf"|(?P<span>(?:in|within|after)\s+(?:about\s+|around\s+|the\s+|next\s+|just\s+|approximately\s+"
    rf"|less\s+than\s+){{0,6}}(?:{CARDINAL}|an?|a\s+few|a\s+couple\s+of|half\s+an)?\s*"
    rf"(?:to\s+{CARDINAL}\s+)?(?:hours?|minutes?|mins?|seconds?)\b"
    rf"|(?:{CARDINAL}|an?|a\s+few|a\s+couple\s+of|several)\s+(?:hours?|minutes?|mins?)\s+(?:from\s+now|away|late"
    rf"|early|out)\b)"
    rf"|(?P<bare>(?:by|before|after|around|at|until|till)\s+{_hour}(?=\s*[.,;!?]|$)))(?![\w])"
)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_unit = r"(?:seconds?|minutes?|mins?|hours?|days?|weeks?)"
_count = rf"(?:\d{{1,3}}\.\d|{CARDINAL}(?:\s+and\s+a\s+half)?|an?|a\s+few|a\s+couple\s+of|a\s+couple|half\s+an|several)"
_and_a_half = r"(?P<half>\s+and\s+a\s+half)?"
_hedge = r"(?:,?\s+(?:or\s+so|or\s+thereabouts|more\s+or\s+less|give\s+or\s+take))?"  # "about", said behind
_AGES = re.compile(
    r"(?:\b(?:(?:(?:last|was|were|is|been|being|current|accurate|correct|valid|recorded|true)\s+){0,6}(?:updated|checked"
    r"|confirmed|refreshed|read|verified|looked)?\s*)"
    r"(?:as\s+of|as\s+at|from|of)\s+|\b(?:last\s+)?(?:updated|checked|confirmed|refreshed|verified)\s+)?"
    r"(?:\b(?:about|around|roughly|approximately|nearly|almost|just|some|like|only|over|under|less\s+than|more\s+than)\s+){0,6}"
    rf"\b(?P<number>{_count})\s+(?P<unit>{_unit}){_and_a_half}{_hedge}\s+(?:ago|old|back)\b{_hedge}"
    rf"|\b(?:goes|going|dates|dating)\s+back\s+(?:about\s+|around\s+|some\s+"
    rf"|roughly\s+)?(?P<back>{_count})\s+(?P<backunit>{_unit})\b"
    r"|\bas\s+of\s+(?:(?:right\s+|just\s+)?now|today|this\s+(?:moment|minute|morning|call)|the\s+moment)\b"
    r"|\b(?:just|a)\s+(?:a\s+)?(?:moment|second|minute)\s+ago\b|\bjust\s+now\b"
    r"|\b(?P<live>(?:this|that|it|information|data|status)(?:'s|\s+is)\s+(?:all\s+|right\s+)?(?:live|up[\s-]to[\s-]date|current"
    r"|(?:in\s+)?real[\s-]time|up\s+to\s+the\s+minute))(?=\s*(?:[,.;!]|$))"
)
_FRESH = 86_400.0  # seconds: "as of now" and "as of today" are said of anything told as current
_LIVE = 600.0  # seconds: "this is live" is not said of what is remembered


def find_times(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Each time of day said between `start` and `end`: its span and its 24-hour reading ("17:30"), or its words."""
    for match in _TIMES.finditer(text, start, end):
        said = match.group()
        yield match.start(), match.start() + len(said.rstrip(" ,")), _reading(match)


def find_ages(text: str, start: int, end: int) -> Iterator[tuple[int, int, float, float]]:
    """Each "three minutes ago": its span, the age in seconds, and by how much it is rounded, in seconds."""
    for match in _AGES.finditer(text, start, end):
        words, named = match["number"] or match["back"], match["unit"] or match["backunit"]
        if named is None:
            yield match.start(), match.end(), 0.0, _LIVE if match["live"] else _FRESH
            continue
        unit = _UNITS[named[0]]
        if words in {"a few", "several"}:
            yield match.start(), match.end(), 3.5 * unit, 2.0 * unit
        elif "couple" in words:
            yield match.start(), match.end(), 2.0 * unit, 0.6 * unit
        elif words.startswith("half"):
            yield match.start(), match.end(), 0.5 * unit, 0.2 * unit
        else:
            value = 1.0 if words in {"a", "an"} else float(words) if "." in words else min(cardinal(words), 100_000)
            half = 0.5 * (match["half"] is not None or words.endswith("half"))
            # Rounded to its unit; seconds are said by fives.
            yield match.start(), match.end(), (value + half) * unit, unit * (5.0 if unit == 1.0 else 0.6)


_PART = re.compile(
    r"(?:(?P<lead>in\s+the|during\s+the|this)\s+)?(?P<part>morning|afternoon|evening|night)"
    r"|(?:(?:by|for|later|late)\s+)?(?P<tonight>tonight)"
)
_HOURS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 24), "tonight": (17, 24)}


def part_of_day(said: str) -> tuple[range, bool] | None:
    """The hours of a part of the day ("in the afternoon"), and whether it is one of today; None for other words."""
    match = _PART.fullmatch(" ".join(said.split()))
    if match is None:
        return None
    return range(*_HOURS[match["part"] or "tonight"]), match["lead"] == "this" or match["tonight"] is not None


def _reading(match: re.Match[str]) -> str:
    """The 24-hour reading of a time; with "?" where the half of the day was not said; else its words."""
    said = match.group()
    if match["bare"] is not None and (hour := _BARE.match(said)) is not None:
        return f"{cardinal(hour['hour']):02d}:00?"
    if match["clock"] is None:
        return said
    if (named := _NAMED_IN.search(said)) is not None:
        return _NAMED[named.group()]
    return _past_the_hour(said) or _clock_face(said) or said


_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_NAMED_IN = re.compile(rf"\b(?:{'|'.join(_NAMED)})\b")
_PAST = re.compile(rf"(?:a\s+)?(?P<part>half|quarter)\s+(?P<side>past|to)\s+(?P<hour>{_hour})")
_BARE = re.compile(rf"(?:by|around|at)\s+(?P<hour>{_hour})")
_FACE = re.compile(rf"(?P<hour>{_hour})(?P<minutes>{_minutes})?")


def _past_the_hour(said: str) -> str | None:
    match = _PAST.match(said)
    if match is None:
        return None
    hour = cardinal(match["hour"]) - (match["side"] == "to")
    minutes = "45" if match["side"] == "to" else "30" if match["part"] == "half" else "15"
    of_day = said[match.end() :].strip()
    if not of_day:
        return f"{hour:02d}:{minutes}?"
    return f"{hour % 12 + (0 if 'morning' in of_day else 12):02d}:{minutes}"


def _clock_face(said: str) -> str | None:
    match = _FACE.match(said)
    if match is None:
        return None
    hour = cardinal(match["hour"])
    minutes = (match["minutes"] or "").strip(" :.")
    minute = cardinal(minutes) if minutes else 0
    after = said[match.end() :].replace(".", "").replace(" ", "")
    if after.startswith(("pm", "intheafternoon", "intheevening", "atnight")):
        hour = hour % 12 + 12
    elif after.startswith(("am", "inthemorning")):
        hour %= 12
    elif after.startswith("o'clock") or not re.match(r"\d{2}:\d{2}", said):
        return f"{hour:02d}:{minute:02d}?"
    return f"{hour:02d}:{minute:02d}"
