"""Recorded text as it is said: an issue to the letter, a name in whole or in part.

"To the letter" means word by word: case, punctuation, accents and the way a number is written do not count, because a
transcript does not keep them ("apt. 4" is "apartment four").
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sheriff_core.evaluation.claims.numbers import NUMBER_WORDS, digits_of
from sheriff_core.evaluation.claims.text import WORD, Page, fold
from sheriff_core.speakable import speakable

_ABBREVIATED = {
    "apt": "apartment",
    "st": "street",
    "ave": "avenue",
    "rd": "road",
    "dr": "drive",
    "no": "number",
    "ste": "suite",
    "blvd": "boulevard",
    "bldg": "building",
    "fl": "floor",
    "rm": "room",
    "dept": "department",
    "mr": "mister",
    "mrs": "missus",
    "cannot": "can't",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ENDS_SENTENCE = re.compile(r"[.!?]")
_MIN_PART = 3  # words of a part that is recognised
_MIN_NAME = 2  # letters


@dataclass(frozen=True, slots=True)
class Literal:
    """Recorded text found in a turn; `field` is `issue`, `name` or `text`.

    An issue may be told in several turns: `parts` are the places of its sentences said here, of all `of`.
    """

    start: int
    end: int
    field: str
    recorded: str
    parts: frozenset[int] = frozenset({0})
    of: int = 1


@dataclass(frozen=True, slots=True)
class _Word:
    reads: str
    start: int
    end: int


def find_literals(page: Page, issues: Iterable[str], names: Iterable[str], texts: Iterable[str]) -> Iterator[Literal]:
    """Every recorded text said in the turn, the longest first; the found do not overlap."""
    issues, names, texts = tuple(issues), tuple(names), tuple(texts)
    heard = read_words(page.folded) if issues or names or texts else []
    if not heard:
        return
    taken: list[Literal] = []
    candidates = itertools.chain(
        itertools.chain.from_iterable(_issue(page, heard, issue) for issue in sorted(issues, key=len, reverse=True)),
        itertools.chain.from_iterable(_plain(heard, text, "text") for text in texts),
        itertools.chain.from_iterable(_name(page, heard, name) for name in names),
    )
    for literal in candidates:
        if all(literal.end <= other.start or other.end <= literal.start for other in taken):
            taken.append(literal)
            yield literal


def _issue(page: Page, heard: Sequence[_Word], issue: str) -> Iterator[Literal]:
    parts = [_reads(sentence) for sentence in _SENTENCE.split(speakable(issue).strip())]
    parts = [part for part in parts if part]
    whole = tuple(itertools.chain.from_iterable(parts))
    if not whole:
        return
    # The longest stretch of whole sentences first: all of it, then fewer.
    for length in range(len(parts), 0, -1):
        for first in range(len(parts) - length + 1):
            wanted = tuple(itertools.chain.from_iterable(parts[first : first + length]))
            if length < len(parts) and len(wanted) < _MIN_PART:
                continue
            for start, end in _places(heard, wanted):
                yield Literal(start, end, "issue", issue, frozenset(range(first, first + length)), len(parts))
    yield from _interrupted(page, heard, whole, issue)


def _interrupted(page: Page, heard: Sequence[_Word], whole: tuple[str, ...], issue: str) -> Iterator[Literal]:
    """The beginning of an issue at the very end of a turn that was broken off."""
    if _ENDS_SENTENCE.search(page.original, heard[-1].end):
        return
    for length in range(min(len(whole), len(heard)) - 1, _MIN_PART - 1, -1):
        if tuple(word.reads for word in heard[-length:]) == whole[:length]:
            yield Literal(heard[-length].start, heard[-1].end, "issue", issue)  # broken off: nothing was left out
            return


def _name(page: Page, heard: Sequence[_Word], name: str) -> Iterator[Literal]:
    parts = _reads(name)
    if not parts:
        return
    for start, end in _places(heard, parts):
        yield Literal(start, end, "name", name)
    for part in parts:
        if len(part) >= _MIN_NAME:
            for start, end in _places(heard, (part,)):
                if page.is_capitalised(start):
                    yield Literal(start, end, "name", name)
    for part in parts:  # a possessive is one word with its name: "Dana's"
        for word in heard:
            if word.reads in {f"{part}'s", f"{part}'"} and page.is_capitalised(word.start):
                yield Literal(word.start, word.end, "name", name)


def _plain(heard: Sequence[_Word], text: str, field: str) -> Iterator[Literal]:
    wanted = _reads(text)
    if wanted:
        for start, end in _places(heard, wanted):
            yield Literal(start, end, field, text)


def _places(heard: Sequence[_Word], wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    length = len(wanted)
    first = wanted[0]
    for index in range(len(heard) - length + 1):
        if heard[index].reads == first and all(
            heard[index + offset].reads == word for offset, word in enumerate(wanted)
        ):
            yield heard[index].start, heard[index + length - 1].end
    if length > 1:
        # The last word may carry a possessive: "Dana Whitfield's delivery".
        for index in range(len(heard) - length + 1):
            run = [word.reads for word in heard[index : index + length]]
            if run[:-1] == list(wanted[:-1]) and run[-1] in {f"{wanted[-1]}'s", f"{wanted[-1]}'"}:
                yield heard[index].start, heard[index + length - 1].end


@lru_cache(maxsize=4096)
def _reads(text: str) -> tuple[str, ...]:
    return tuple(word.reads for word in read_words(fold(text)))


@lru_cache(maxsize=2048)
def reads_as(text: str) -> str:
    """A text as it is compared with what is said: its speakable words, one space between them."""
    return " ".join(_reads(speakable(text)))


def read_words(folded: str) -> list[_Word]:
    """The words of a folded text as they are compared: abbreviations written out, numbers as digits."""
    words: list[_Word] = []
    run: list[re.Match[str]] = []
    for match in WORD.finditer(folded):
        word = match.group()
        if word in NUMBER_WORDS or word.isdigit():
            if run and not folded[run[-1].end() : match.start()].strip(" -"):
                run.append(match)
                continue
            if run:
                words.append(_number(run))
            run = [match]
            continue
        if run:
            words.append(_number(run))
            run = []
        words.append(_Word(_ABBREVIATED.get(word, word), match.start(), match.end()))
    if run:
        words.append(_number(run))
    return words


def _number(run: Sequence[re.Match[str]]) -> _Word:
    return _Word(digits_of([match.group() for match in run]), run[0].start(), run[-1].end())
