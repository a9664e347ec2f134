"""Finds an issue that is told otherwise than to the letter: almost, with something hung on, or only announced."""

import re
from collections import Counter
from collections.abc import Sequence

from sheriff_core.evaluation.claims.literals import Literal
from sheriff_core.evaluation.claims.text import Page, Span, word_set, words_of

_INTRODUCED = re.compile(
    r"(?:\b(?:says|reads|states|stating|saying|reading|said|noted|recorded|quote|goes|follows|words|wording|text"
    r"|verbatim|(?:issue|problem|note|message|reason)"
    r"(?:\s+(?:recorded|given|on\s+\w+|listed|reported|noted|is))*)\b[^:;.!?\x01]{0,24}:|\b(?:issue|problem|note"
    r"|message|it|text|reason|record|entry|wording)\b[^.:;!?\x01]{0,30}?\b(?:says|reads|states|said)\b|\b(?:issue"
    r"|problem|note|message|reason)\b[^.:;!?\x01]{0,30}?\b(?:is|was)\s+(?:that\b|,))\s*[\"']?\s*"
)
_HUNG_ON = re.compile(r"[\s,\"']*(?:-\s*)?(?P<words>(?!\x01)[a-z][^\x01]*)")
_HARMLESS_TAIL = re.compile(
    r"(?:is|was|and\s+that's|and\s+that\s+is|that's|that\s+is|as\s+(?:it\s+)?(?:recorded|reads|stands)"
    r"|which\s+is\s+(?:all|what)|and\s+(?:it|its|the|your|i)\b|end\s+quote|unquote|recorded|on\s+record|"
    r"according\s+to|so\s+(?:please|i|would|you|that)|would|could|shall|can|do|please|let|i'm|i\s|i'll|if\s"
    r"|for\s+(?:this|that|the|your)\s+(?:delivery|package|parcel|order))"
)
_JOINING = word_set(
    "not no a an the this that is are was were be been has have had to of at in on for from by with and or it its as"
)
_MIN_NEAR = 2  # words that a sentence and an issue must share, those that only join not counted,
_NEAR_SHARE = 0.6  # and their share of the issue


def find_near_issue(page: Page, span: Span, issues: Sequence[str]) -> Span | None:
    """An issue told almost to the letter is told wrongly, however harmless its words."""
    if not issues:
        return None
    heard = Counter(word.group() for word in page.words(span) if word.group() not in _JOINING)
    for issue in issues:
        recorded = Counter(word for word in words_of([issue]) if word not in _JOINING)
        shared = (heard & recorded).total()
        if shared >= _MIN_NEAR and shared >= _NEAR_SHARE * recorded.total():
            return Span(page.words(span)[0].start(), page.words(span)[-1].end())
    return None


def find_hung_on(page: Page, issue: Literal, span: Span) -> Span | None:
    """What is hung on to an issue in the same breath embellishes it: "... and nobody was there"."""
    more = _HUNG_ON.match(page.open, issue.end, span.end)
    if more is None or _HARMLESS_TAIL.match(more["words"]):
        return None
    begin = more.start("words")
    return Span(begin, begin + len(page.open[begin : more.end("words")].rstrip(" .,!?;\"'")))


def find_introduced(page: Page, span: Span) -> Span | None:
    """What follows "it says:" is recorded text: to the letter, or made of claims that can be checked."""
    match = _INTRODUCED.search(page.folded, span.start, span.end)
    if match is None:
        return None
    begin = match.end()
    rest = page.original[begin : span.end].rstrip(" .,!?;\"'")
    return Span(begin, begin + len(rest)) if len(rest.split()) > 1 else None
