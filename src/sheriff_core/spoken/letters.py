"""Letters as they are spelled: by name, by spelling word, "S as in Sam", and doubled like digits."""

from typing import Final

from sheriff_core.spoken.kinds import NOISE, NUMERIC, SPELLED, Kind
from sheriff_core.spoken.sentence import Edge, Sentence
from sheriff_core.spoken.words import (
    CONNECTORS,
    DIGIT_HOMOPHONES,
    DIGIT_MARKS,
    LETTER_MARKS,
    LETTER_NAMES,
    LITTLE_HOMOPHONES,
    MULTIPLIERS,
    PLURALS,
    SCALES,
    SPELLING_WORDS,
    TEENS,
    TENS,
    UNITS,
    WEAK_LETTER_NAMES,
)

UNLIKELY: Final = 1.0


def letter_at(sentence: Sentence, i: int) -> str:
    """The letter that the token at `i` names by itself; empty when it names none."""
    word = sentence.word(i)
    if len(word) == 1:
        return word.upper() if word.isalpha() else ""
    if word == "oh":
        return "O"
    return SPELLING_WORDS.get(word) or LETTER_NAMES.get(word) or WEAK_LETTER_NAMES.get(word) or ""


def letter_edges(sentence: Sentence, i: int) -> list[Edge]:
    """Letters spelled at `i`."""
    example = example_edges(sentence, i)
    if example:
        return example
    word, following = sentence.word(i), sentence.word(i + 1)
    if word == "x" and following == "ray":
        return [(i + 2, "X", 0.0)]
    if sentence.kind(i) not in SPELLED:
        return []
    letter = letter_at(sentence, i)
    if sentence.kind(i + 1) is Kind.SPELLING_WORD and len(word) == 1 and SPELLING_WORDS[following] == letter:
        return [(i + 2, letter, 0.0), (i + 2, letter * 2, UNLIKELY)]  # "S sierra"
    return [(i + 1, letter, 0.0)]


def example_edges(sentence: Sentence, i: int) -> list[Edge]:
    """A letter with its example: "S as in Sam", "B for Bravo", "M like Mary"; also "B 4 Bravo", as it gets written."""
    letter, end = _letter_before_example(sentence, i)
    if not letter:
        return []
    following = sentence.word(end)
    if following == "4" and sentence.kind(end + 1) is Kind.SPELLING_WORD and letter_at(sentence, end + 1) == letter:
        return [(end + 2, letter, 0.0), (end + 2, f"{letter}4{letter}", UNLIKELY)]
    for connector in CONNECTORS:
        if following == connector[0] and (len(connector) == 1 or sentence.word(end + 1) == connector[1]):
            # "for", "like" and "as" are ordinary words too: then the example must fit the letter.
            return _example(sentence, i, letter, end + len(connector), is_sure=len(connector) > 1)
    return []


def _letter_before_example(sentence: Sentence, i: int) -> tuple[str, int]:
    if sentence.word(i) == "double" and sentence.word(i + 1) in ("u", "you"):
        return "W", i + 2
    return letter_at(sentence, i), i + 1


def _example(sentence: Sentence, i: int, letter: str, at: int, *, is_sure: bool) -> list[Edge]:
    word = sentence.word(at)
    end = at + 2 if (word, sentence.word(at + 1)) == ("x", "ray") else at + 1
    if not word.isalpha() or (len(word) == 1 and end == at + 1):
        return []
    initial = word[0].upper()
    if not is_sure and (initial != letter or sentence.kind(at) not in {Kind.GROUP, Kind.SPELLING_WORD, Kind.LETTER}):
        return []
    is_spelled = len(sentence.word(i)) == 1 or sentence.kind(i) in SPELLED
    if not is_sure and not is_spelled and sentence.kind(at) is not Kind.SPELLING_WORD:
        return []
    if initial != letter and word in SPELLING_WORDS:
        return [(end, initial, 0.0), (end, letter, UNLIKELY)]  # the example is heard better than the letter
    return [(end, letter, 0.0)]


def multiplied_edges(sentence: Sentence, i: int) -> list[Edge]:
    """What a multiplier at `i` multiplies: "double five", "triple oh", "double A"; and the letter "double u"."""
    times = MULTIPLIERS[sentence.word(i)]
    word, at = sentence.word(i + 1), i + 1
    if word in MULTIPLIERS:
        # Only "triple double u": multipliers that multiply each other grow without bound.
        is_w = word == "double" and sentence.word(at + 1) in ("u", "you")
        return [(end, text * times, cost) for end, text, cost in multiplied_edges(sentence, at)] if is_w else []
    if times == MULTIPLIERS["double"] and word in ("u", "you"):
        return [(i + 2, "W", 0.0), *([(i + 2, "UU", UNLIKELY)] if word == "u" else [])]
    example = example_edges(sentence, at)
    if example:
        return [(end, text * times, cost) for end, text, cost in example]
    return _multiplied(sentence, at, times)


def _multiplied(sentence: Sentence, at: int, times: int) -> list[Edge]:
    word, end = sentence.word(at), at + 1
    digit = UNITS.get(word) or PLURALS.get(word) or TEENS.get(word) or TENS.get(word)
    digit = digit or LITTLE_HOMOPHONES.get(word) or DIGIT_HOMOPHONES.get(word)
    if digit and sentence.word(end) not in SCALES:
        return [(end, digit * times, 1.0)]
    if sentence.kind(at) is Kind.OH:
        return [(end, "0" * times, 0.0), (end, "O" * times, UNLIKELY)]
    if word and sentence.kind(at) is Kind.DIGITS:
        # A transcriber writes "double five one two" as "double 512".
        whole = [(end, word * times, 1.0 + UNLIKELY)] if len(word) == 2 else []  # noqa: PLR2004 - "double 55"
        return [(end, word[0] * times + word[1:], 1.0), *whole]
    letter = letter_at(sentence, at)
    return [(end, letter * times, 0.0)] if letter else []


def oh_edges(sentence: Sentence, i: int) -> list[Edge]:
    """What "oh" and a lone "o" are: nought among digits, the letter among letters, either between the two."""
    end = i
    while sentence.kind(end) is Kind.OH:
        end += 1
    noughts, letters = "0" * (end - i), "O" * (end - i)
    if sentence.word(i - 1) in LETTER_MARKS:
        return [(end, letters, 0.0)]
    if sentence.word(i - 1) in DIGIT_MARKS:
        return [(end, noughts, 0.0)]
    sides = _sides(sentence, i, end)
    if sentence.word(i) == "o":
        if "digit" not in sides:
            return [(end, letters, 0.0)]
        nought_first = "letter" not in sides
    else:
        nought_first = "digit" in sides or "letter" not in sides
    if nought_first:
        return [(end, noughts, 0.0), (end, letters, UNLIKELY)]
    return [(end, letters, 0.0), (end, noughts, UNLIKELY)]


def _sides(sentence: Sentence, start: int, end: int) -> set[str]:
    """What stands on both sides, noise skipped: "digit", "letter", or nothing."""
    before, after = start - 1, end
    while sentence.kind(before) in NOISE:
        before -= 1
    while sentence.kind(after) in NOISE:
        after += 1
    sides = set()
    for i, edge in ((before, -1), (after, 0)):
        kind = sentence.kind(i)
        if kind in NUMERIC or kind is Kind.LITTLE_HOMOPHONE or sentence.word(i)[edge:][:1].isdigit():
            sides.add("digit")
        elif kind is not None:
            sides.add("letter")
    return sides
