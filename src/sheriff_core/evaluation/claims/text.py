"""The text of a turn, made easy to read: folded without moving a character, cut into sentences, masked as it is read.

Positions matter more than beauty here: a claim is reported by its characters in the turn as it was recorded, so every
step keeps the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


def word_set(words: str) -> frozenset[str]:
    """A table of words, written as text."""
    return frozenset(words.split())


TAKEN = "\x01"  # a character that an earlier finder has already read

_ODD = {
    "*": " ",  # marks of Markdown part words, and a bar parts the cells of a table
    "|": ",",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u0060": "'",
    "\u00b4": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2212": "-",
    "\u2014": ",",
    "\u2015": ",",  # an em dash parts clauses as a comma does
    "\u2026": ".",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\t": " ",
}
_ODD_OF_ASCII = str.maketrans({odd: plain for odd, plain in _ODD.items() if odd.isascii()})
_ABBREVIATIONS = word_set(
    "mr mrs ms mx dr prof st ave rd apt no nr vs etc approx dept jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thur thurs fri sat sun inc ltd co a.m p.m e.g i.e u.s u.k"
)
_STOP = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|;|\n+|,?\s-{1,2}\s")
_LAST_WORD = re.compile(r"[a-z0-9.']+$")
_NEXT_WORD = re.compile(r"\s*[\"'(]?([A-Za-z0-9]+)")
_PRONOUN = re.compile(r"\s*I(?:['\u2019]|\s+[a-z]{2})")  # "Feb 6. I'll" begins a sentence, "S. H. I. 2." spells on
_DROPPED_G = re.compile(r"(?<=[a-z]{2}in)'(?![a-z])")  # "runnin'" is "running", in as many characters
_CODE = re.compile(r"(?<![A-Za-z])`|`(?![A-Za-z])")  # around code; between letters it is an apostrophe
_OPENS_QUOTE = re.compile(r"(?:^|[\s(])'[a-z]")
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")


def fold(text: str) -> str:
    """`text` in lower case, accents and typographic marks made plain, with exactly as many characters as before."""
    text = _CODE.sub(" ", text)
    folded = text.lower().translate(_ODD_OF_ASCII) if text.isascii() else "".join(map(_fold_character, text))
    if "in'" not in folded or _OPENS_QUOTE.search(folded):
        return folded  # in a quotation the mark may close it: "'come back again'"
    return _DROPPED_G.sub("g", folded)


def _fold_character(character: str) -> str:
    plain = _ODD.get(character)
    if plain is not None:
        return plain
    decomposed = unicodedata.normalize("NFKD", character)
    base = decomposed[0] if len(decomposed) == 1 or unicodedata.combining(decomposed[1]) else character
    lowered = base.lower()
    return lowered if len(lowered) == 1 else base


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a turn."""

    start: int
    end: int


class Page:
    """One turn while it is being read: what a finder has read is masked, so that no word is claimed twice."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.folded = fold(text)  # as it was, for looking around a span
        self.open = self.folded  # what is still to be read; taken characters are masked

    def take(self, start: int, end: int) -> None:
        """Mask the characters from `start` to `end`."""
        self.open = self.open[:start] + TAKEN * (end - start) + self.open[end:]

    def is_capitalised(self, start: int) -> bool:
        """Whether the character at `start` was written in upper case."""
        return self.original[start].isupper()

    def words(self, span: Span) -> list[re.Match[str]]:
        """The words within `span` that are still to be read."""
        return list(WORD.finditer(self.open, span.start, span.end))


def sentences(page: Page) -> list[Span]:
    """Cut the turn into sentences; abbreviations, initials and spelled-out characters do not end one."""
    spans: list[Span] = []
    start = 0
    text = page.open
    for stop in _STOP.finditer(text):
        if stop.group().startswith(".") and _continues(page, stop):
            continue
        spans.append(Span(start, stop.end()))
        start = stop.end()
    spans.append(Span(start, len(text)))
    return [span for span in spans if text[span.start : span.end].strip(" .,!?;-\n")]


def _continues(page: Page, stop: re.Match[str]) -> bool:
    """Whether a full stop belongs to an abbreviation or a spelled character and not to the end of a sentence."""
    if stop.end() >= len(page.open):
        return False
    before = _LAST_WORD.search(page.folded, max(0, stop.start() - 12), stop.start())
    after = _NEXT_WORD.match(page.original, stop.end())
    if before is None or after is None:
        return False
    word, following = before.group().strip("."), after.group(1)
    if _PRONOUN.match(page.original, stop.end()):
        return False
    if word in {"a.m", "p.m"}:
        return not following[0].isupper()
    if len(word) == 1 or (word.isdigit() and following.isdigit()):
        return len(following) == 1 or following.isdigit()
    return word in _ABBREVIATIONS


def words_of(texts: Iterable[str]) -> Iterator[str]:
    """The folded words of `texts`."""
    for text in texts:
        for word in Page(text).words(Span(0, len(text))):
            yield word.group()
