"""Finds where a delivery is said to be, and reads what a recorded status names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sheriff_core.evaluation.claims.plain_words import STATES
from sheriff_core.evaluation.claims.status_table import LEAD, SAID
from sheriff_core.evaluation.recorded_states import STATE_OF

# A wording begins with a word; the short "is" and "has" of "it's lost" is one that hangs on another.
_BEGIN: Final = r"(?:(?<![a-z0-9])|(?<=[a-z])(?='s\s))"
_SHORT: Final = re.compile(r"'s\s+")


@dataclass(frozen=True, slots=True)
class StatusWording:
    """One row, compiled: which states it is true of."""

    expression: re.Pattern[str]
    states: frozenset[str]


def _compile(rows: Iterable[tuple[str, str]]) -> tuple[StatusWording, ...]:
    return tuple(
        StatusWording(
            re.compile(rf"{_BEGIN}{LEAD}(?:{said})(?![a-z0-9])"),
            frozenset(state.strip() for state in states.split(",") if state.strip()),
        )
        for said, states in rows
    )


_ROWS: Final = (*SAID, *STATES)
STATUS_WORDINGS: Final = _compile(_ROWS)
# One look finds where the next wording of the table begins.
_ANY: Final = re.compile(rf"{_BEGIN}{LEAD}(?:{'|'.join(said for said, _ in _ROWS)})(?![a-z0-9])")

_NEGATED = re.compile(
    r"(?:\bnot\b(?!\s+only)|n't\b|\bnever\b|\bno\s+longer\b|\byet\s+to(?:\s+be)?\b|\bcannot\b|\bno\s+(?:sign"
    r"|indication|record)\b|\bnothing\b|"
    r"\bisnt\b|\bhasnt\b|\bwasnt\b|\bwithout\b|\bneither\b|\bnor\b|\bno\b|\brather\s+than\b|\binstead\s+of\b"
    r"|\buntil\s+it(?:'s|\s+is|\s+has\s+been)\b)(?:(?!\bbecause\b|\bbut\b|\bwhy\b)[^,;:.!?]){0,32}$"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


def recorded_state(status: str) -> str:
    """The state a recorded status names; an unknown word is a state of its own."""
    words = status_words(status)
    return STATE_OF.get(words, words)


def status_words(status: str) -> str:
    """A recorded status as words: `OUT_FOR_DELIVERY`, `outForDelivery` and "Out for delivery" are the same."""
    spaced = _CAMEL.sub(" ", status) if not status.isupper() else status
    return _PUNCTUATION.sub(" ", spaced.lower()).strip()


def find_statuses(
    text: str, start: int, end: int, literals: Iterable[str] = ()
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Each wording of a state between `start` and `end`: its span and the states it is true of.

    `literals` are recorded status words that the table does not know, as a regular expression finds them.
    """
    for words in literals:
        if words and words not in STATE_OF:
            expression = r"[\s_-]+".join(map(re.escape, words.split()))
            for match in re.finditer(rf"(?<![a-z0-9]){expression}(?![a-z0-9])", text[:end]):
                if match.start() >= start:
                    yield match.start(), match.end(), frozenset({words})
    position = start
    while (begins := _ANY.search(text, position, end)) is not None:
        # Of all wordings that begin here the longest is meant: "returned to sender" is not "sent".
        matches = ((wording.expression.match(text, begins.start(), end), wording.states) for wording in STATUS_WORDINGS)
        longest = max(
            ((match.end(), states) for match, states in matches if match is not None), key=lambda found: found[0]
        )
        short = _SHORT.match(text, begins.start())
        yield begins.start() if short is None else short.end(), *longest
        position = longest[0]


def tells_a_state(text: str) -> bool:
    """Whether any wording of the table stands in a folded text."""
    return _ANY.search(text) is not None


_REACH = 64  # characters before a state in which a "not" still governs it


def is_negated(text: str, start: int, position: int) -> bool:
    """Whether what begins at `position` stands under a "not" of the same clause, which begins at or after `start`."""
    return _NEGATED.search(text, max(start, position - _REACH), position) is not None
