"""How many are said to be: "three packages", "several deliveries"."""

import re
from collections.abc import Iterator
from typing import Final

from sheriff_core.evaluation.claims.numbers import CARDINAL, cardinal
from sheriff_core.evaluation.claims.text import Page, Span, word_set

_COUNT: Final = re.compile(
    rf"(?<![\w:/.$-])(?P<number>{CARDINAL})(?![\w:/]|\.\d"
    rf"|-\d)(?:\s+(?P<noun>(?:separate\s+|different\s+|more\s+|other\s+|delivery\s+){{0,6}}[a-z]+))?"
)
# How often something was tried: no field counts it.
_NTH: Final = re.compile(
    r"(?<=for\sthe\s)(?:second|third|fourth|fifth)(?=\s+time)"
    r"|\b(?:first|second|third|fourth|fifth)(?=\s+(?:delivery\s+)?(?:attempt|try)\b)"
)
# What is counted in small talk: "one moment", "the last four digits".
_COUNTS_NOTHING: Final = word_set(
    "moment second sec minute last digits digit hour thing things way ways detail details "
    "question questions option options point points"
)
_SEVERAL: Final = re.compile(
    r"\b(?:multiple|several|both|a\s+(?:couple|pair)\s+of)\s+(?:\w+\s+)?(?:deliveries|parcels|packages|boxes|items"
    r"|orders|shipments|records|matches|results|entries)\b|\b(?:multiple|several|(?:two|three)\s+or\s+more)\b"
)
# "The last four of your phone number", "those last four numbers"
_LAST_DIGITS: Final = re.compile(
    r"\blast\s+(?P<number>four|4)(?=\s+(?:of\s+(?:the|that|your)\s+(?:tele|mobile\s+)?phone\b|numbers?\b)|\s*(?:[,.;!]|$))"
)
_ITEM: Final = re.compile(r"\s*\d{1,2}[.)]\s")  # the number of an item in a list
_ENDS: Final = word_set("are is please") | {""}  # "the last four are ..." counts digits
SEVERAL: Final = "several"  # more than one, and nobody said how many


def find_counts(page: Page, span: Span) -> Iterator[tuple[int, int, int | str | None]]:
    """Each number of things in `span`: its place and how many, or in words; None where it counts nothing."""
    for match in _SEVERAL.finditer(page.open, span.start, span.end):
        yield match.start(), match.end(), SEVERAL
    for match in _NTH.finditer(page.folded, span.start, span.end):  # "attempt failed" has been read as a state
        yield match.start(), match.end(), match.group()
    for match in _LAST_DIGITS.finditer(page.open, span.start, span.end):
        yield *match.span("number"), None
    for match in _COUNT.finditer(page.open, span.start, span.end):
        if _ITEM.match(page.folded, page.folded.rfind("\n", 0, match.start()) + 1, match.end() + 2):
            yield match.start(), match.end(), None
            continue
        words, noun = match["number"], match["noun"] or ""
        is_end = noun in _ENDS and page.folded.endswith("last ", span.start, match.start("number"))
        if is_end or words in {"one", "zero", "0"} or noun.split(" ")[-1] in _COUNTS_NOTHING:
            yield match.start("number"), match.end("number"), None
        else:
            yield match.start("number"), match.end("number"), cardinal(words)
