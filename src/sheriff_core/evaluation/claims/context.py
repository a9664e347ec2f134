"""What stands around a claim, or is looked for before a long look: it decides how the words are read."""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sheriff_core.evaluation.claims.numbers import ANY_NUMBER, CARDINAL
from sheriff_core.evaluation.claims.status import is_negated
from sheriff_core.evaluation.claims.text import Span
from sheriff_core.evaluation.day_pattern import DayPattern

# Cheap looks that spare most sentences the long ones.
NUMBER: Final = re.compile(rf"{ANY_NUMBER}|\b(?:second|third|fourth|fifth)\b")
UNIT: Final = re.compile(
    r"[$\u20ac\u00a3\u00a5%]|\b(?:dollar|buck|euro|pound|cent|pence|usd|eur|gbp|percent|per\s+cent|kilo|kg|lb|mile"
    r"|block|stop)"
)
MODAL: Final = re.compile(r"\b(?:will|shall|should|would|ought|going|gonna|won't|supposed|to)\b|'ll\b")
HAPPENED: Final = re.compile(
    r"(?:delivered|arrived|dropped\s+off|shipped|sent|dispatched|left|collected|picked\s+up|returned|cancell?ed"
    r"|attempted|received|created|placed|ordered|handed\s+over|happened|occurred)"
    r"(?:\s+(?:it|out|back|to\s+you|successfully|already|safely))*\s*,?\s*(?:just\s+|back\s+|earlier\s+"
    r"|late\s+){0,6}(?:on|at|by|as\s+of|since|in)?\s*$"
)
FUTURE_BEFORE: Final = re.compile(
    r"\b(?:be|to|will|'ll|expected|estimated?|scheduled|due|should|would|being|get)\s+(?:\w+\s+){0,1}$"
)
_OUT_TODAY: Final = re.compile(r"\bout\s+for\s+(?:its\s+)?delivery\s+$")
# The caller is asked to call on that day; a courier who "will try again tomorrow" is not the caller.
_call_again = (
    r"(?:^\W*|(?<=[.!?;\x01])\s*|,\s+|\b(?:please|y'all|feel\s+free\s+to"
    r"|you\s+(?:can|could|may|might(?:\s+want\s+to)?|are\s+welcome\s+to))\s+)"
    r"(?:(?:please|just|also|always)\s+){0,2}(?:call|ring|phone|try|check)(?:\s+(?:us|me|back|again|in|with)){0,3}\s+"
)
_CALL_AGAIN: Final = re.compile(rf"{_call_again}(?:on\s+|later\s+(?:on\s+)?)?$")
# When, if no day is said, or behind a day that has been read.
TIME_TO_CALL: Final = re.compile(
    rf"{_call_again}(?:\x01+\s*)?(?:(?:in|within|after)\s+(?:(?:about|around|maybe|like|another)\s+){{0,2}}"
    rf"(?:{CARDINAL}|an?(?:\s+(?:few|couple\s+of|little))?|half\s+an)\s+(?:hours?|minutes?|mins?|moments?|seconds?|bit|while)"
    r"|later(?:\s+on)?|tonight|(?:(?:later|in\s+the|this)\s+)*(?:morning|afternoon|evening))\b"
)
# What is said to be before or after a day is not said to be on it.
_BESIDE_DAY: Final = re.compile(
    r"\b(?:(?P<before>before|ahead\s+of|prior\s+to|(?:earlier|sooner)\s+than)|after|past|later\s+than)\s+(?:on\s+)?$"
)
_SHIFTED_DAY: Final = re.compile(
    r"\b(?:(?:(?P<day>day)|week)\s+(?:(?P<before>before)|after|from)|a\s+week\s+(?:on|this))\s+$"
)
_WEEK_LATER: Final = re.compile(r"\s+(?:week\b|after\s+(?:next|this)\b)")
WAS_NOT: Final = re.compile(
    r"\b(?:able|unable|fail\w*|attempt\w*|tried|trying|waiting|yet|impossible|not|refused|want\w*|ready)\s+$"
)
AS_OF: Final = re.compile(r"\b(?:as\s+of|updated|checked|confirmed|current\s+as\s+of|refreshed)\s+(?:on\s+|at\s+)?$")
JUST_NOW: Final = re.compile(r"just\s+now|a\s+(?:moment|second|minute)\s+ago")
OF_THE_AGENT: Final = re.compile(
    r"\b(?:i|i'm|i've|we|we're|we've)\b(?:(?!\b(?:it|it's|your|the|that)\s+(?:is|was|has)\b)[^,;:.!?\x01])*$"
)
_TODAY_IS: Final = re.compile(r"today(?:'s|\s+is)\s+(?:the\s+)?")
REACH: Final = 64  # characters before a claim that are looked at
_WEEK: Final = 7  # days


def days_of_the_call(
    folded: str, days: Sequence[tuple[int, int, DayPattern]], today: date
) -> Collection[tuple[int, int, DayPattern]]:
    """Those of the days of a sentence that tell which day it is: "today is Saturday", where it is one."""
    told = [
        pair
        for pair in itertools.pairwise(days)
        if _TODAY_IS.fullmatch(folded, pair[0][0], pair[1][0]) and pair[1][2].fits(today, today)
    ]
    return [*itertools.chain.from_iterable(told)]


def is_no_day_of_the_delivery(folded: str, begin: int, before: str) -> bool:
    """Whether the day at `begin` says of what stands now that it stands now, or when the caller may call again."""
    is_now = folded.startswith("today", begin) and _OUT_TODAY.search(before) is not None
    return is_now or _CALL_AGAIN.search(before) is not None


def beside(pattern: DayPattern, folded: str, said: Span, sentence: Span) -> DayPattern:
    """The day that is meant by what stands around one: "the day after Monday", "not before Monday"."""
    before = folded[max(sentence.start, said.start - REACH) : said.start]
    if (shifted := _SHIFTED_DAY.search(before)) is not None:
        return replace(pattern, shift=(1 if shifted["day"] else _WEEK) * (-1 if shifted["before"] else 1))
    if _WEEK_LATER.match(folded, said.end, sentence.end):
        return replace(pattern, shift=_WEEK)
    if (bound := _BESIDE_DAY.search(before)) is None:
        return pattern
    denied = is_negated(folded, sentence.start, said.start)
    return replace(pattern, side=-1 if bound["before"] else 1, denied=denied)
