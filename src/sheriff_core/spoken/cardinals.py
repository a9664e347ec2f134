"""Numbers in words: units, teens, tens and scales, with the joins a speaker may or may not have meant.

Each group of words that is taken together costs `GROUP_COST`, so the reading with the fewest groups is the likeliest:
"twenty three" is 23, then 20 and 3. A hyphen ("twenty-three") and an "and" after a scale make the join certain.
"""

from collections.abc import Iterator
from typing import Final

from sheriff_core.spoken.kinds import Kind
from sheriff_core.spoken.sentence import Edge, Sentence
from sheriff_core.spoken.words import PLURALS, SCALES, TEENS, TENS, UNITS

GROUP_COST: Final = 1.0
_PAUSE_COST: Final = 1.5  # a comma between "twenty" and "three" makes two groups likelier than one
_SMALLER: Final = {1_000_000_000: 1_000_000, 1_000_000: 1_000, 1_000: 100, 100: 1}
_MAX_WRITTEN: Final = 3  # digits before or after a scale: "123 thousand 456"

Part = tuple[int, int, float]
"""The token after it, the value, the cost of pauses inside."""


def cardinal_edges(sentence: Sentence, i: int) -> list[Edge]:
    """Every group of number words that may start at `i`."""
    word, following = sentence.word(i), sentence.word(i + 1)
    if word in UNITS or sentence.kind(i) is Kind.DIGITS:
        digits = UNITS.get(word, word)
        if following in PLURALS and len(digits) == 1:
            return [(i + 2, PLURALS[following] * int(digits), GROUP_COST)]  # "three zeros"
        if following not in SCALES:
            return [(i + 1, digits, GROUP_COST)]
    largest = max(SCALES.values()) if _starts_scale(sentence, i) else 1
    parts = _scaled(sentence, i, largest)
    return [(end, str(value), GROUP_COST + pause) for end, value, pause in parts if _may_end(sentence, end)]


def _starts_scale(sentence: Sentence, i: int) -> bool:
    """Whether a scale follows soon enough to belong to the group at `i`."""
    return any(sentence.word(j) in SCALES for j in range(i, i + 3))


def _may_end(sentence: Sentence, end: int) -> bool:
    """Whether a group may end here: not inside "twenty-three", nor before the "and" of "hundred and five"."""
    if sentence.word(end - 1) in TENS and _joins(sentence, end):
        return sentence.tokens[end].joint != "-"
    return not (
        sentence.word(end - 1) in SCALES and sentence.word(end) == "and" and sentence.kind(end + 1) is Kind.NUMBER
    )


def _joins(sentence: Sentence, i: int) -> bool:
    return UNITS.get(sentence.word(i), "0") != "0"


def _below_hundred(sentence: Sentence, i: int) -> Iterator[Part]:
    word = sentence.word(i)
    if word in UNITS:
        yield i + 1, int(UNITS[word]), 0.0
    elif word in TEENS:
        yield i + 1, int(TEENS[word]), 0.0
    elif word in TENS:
        yield i + 1, int(TENS[word]), 0.0
        if _joins(sentence, i + 1):
            pause = _PAUSE_COST if sentence.tokens[i + 1].joint == "," else 0.0
            yield i + 2, int(TENS[word]) + int(UNITS[sentence.word(i + 1)]), pause
    elif sentence.kind(i) is Kind.DIGITS and len(word) <= _MAX_WRITTEN:
        yield i + 1, int(word), 0.0


def _scaled(sentence: Sentence, i: int, scale: int) -> Iterator[Part]:
    """Groups at `i` below a thousand times `scale`: "two thousand", "two thousand five", "two thousand and five"."""
    if scale == 1:
        yield from _below_hundred(sentence, i)
        return
    smaller = _SMALLER[scale]
    for end, value, pause in _counted(sentence, i, scale, smaller):
        if SCALES.get(sentence.word(end)) != scale:
            yield end, value, pause
            continue
        if not 0 < value < 1_000:  # noqa: PLR2004 - no scale counts its own kind
            continue
        yield end + 1, value * scale, pause
        rest = end + 2 if sentence.word(end + 1) == "and" else end + 1
        # A pause in "four hundred, six" makes two numbers; after a thousand a comma is only grammar.
        is_paused = scale == SCALES["hundred"] and rest < len(sentence) and sentence.tokens[rest].joint == ","
        for last, more, again in _scaled(sentence, rest, smaller):
            if 0 < more < scale:
                yield last, value * scale + more, pause + again + _PAUSE_COST * is_paused


def _counted(sentence: Sentence, i: int, scale: int, smaller: int) -> Iterator[Part]:
    """What `scale` counts at `i`; a bare "hundred" and "a hundred" count one."""
    if SCALES.get(sentence.word(i)) == scale and sentence.kind(i - 1) is not Kind.NUMBER:
        yield i, 1, 0.0
    elif sentence.word(i) == "a" and SCALES.get(sentence.word(i + 1)) == scale:
        yield i + 1, 1, 0.0
    else:
        yield from _scaled(sentence, i, smaller)
