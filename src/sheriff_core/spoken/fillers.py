"""The words around a number, where they may be a part of it after all: "see", "a", "one", "to", "UPS"."""

from sheriff_core.spoken.cardinals import GROUP_COST
from sheriff_core.spoken.kinds import NOISE, NUMERIC, SPELLED, Kind
from sheriff_core.spoken.letters import UNLIKELY
from sheriff_core.spoken.sentence import Edge, Sentence
from sheriff_core.spoken.words import (
    AFTER_PRONOUN_ONE,
    BEFORE_LETTER,
    BEFORE_MOMENT,
    BEFORE_PRONOUN_ONE,
    BEFORE_TOLD,
    CARRIERS,
    CHARACTERS,
    COUNTS,
    COURTESIES,
    FILLERS,
    LABELS,
    LITTLE_HOMOPHONES,
    MOMENTS,
    NUMBER_NAMES,
    ONE,
    THING,
    WEAK_LETTER_NAMES,
)


def is_pronoun_one(sentence: Sentence, i: int) -> bool:
    """Whether this "one" may be that of "this one is", "the one ending in", "the other one 1234" or "one package".

    Only before any other part.
    """
    if sentence.word(i) not in ONE or not all(sentence.kind(j) in NOISE for j in range(i)):
        return False
    is_group = sentence.kind(i + 1) is Kind.DIGITS and len(sentence.word(i + 1)) > 1  # rather not said digit by digit
    is_named = sentence.word(i - 1) in BEFORE_PRONOUN_ONE and (is_group or sentence.word(i + 1) in AFTER_PRONOUN_ONE)
    is_one_of = sentence.word(i + 1) == "of" and sentence.kind(i + 2) is Kind.FILLER  # "one of my packages"
    return (sentence.word(i) == "one" and (is_named or is_one_of)) or sentence.word(i + 1) in THING


def article_edges(sentence: Sentence, i: int) -> list[Edge]:
    """A small "a" among other words, before digits or a letter in capitals: "it's a T 1 2 3", "with a 5"."""
    is_before = sentence.kind(i + 1) in NUMERIC or (i + 1 < len(sentence) and sentence.tokens[i + 1].in_capitals)
    is_article = is_before and sentence.kind(i - 1) is Kind.FILLER and not sentence.tokens[i].in_capitals
    return [(i + 1, "", UNLIKELY)] if is_article else []


def count_edges(sentence: Sentence, i: int) -> list[Edge]:
    """A number after a digit that may count them after all: "one two three four, that's four digits"."""
    is_count = sentence.word(i) in COUNTS and sentence.word(i + 1) in CHARACTERS
    return [(i + 1, "", GROUP_COST + UNLIKELY)] if is_count else []


def carrier_edges(sentence: Sentence, i: int) -> list[Edge]:
    """The carrier beside a number: letters of the number, or none of it ("UPS 1Z 999 ...")."""
    is_carrier = sentence.word(i) in CARRIERS
    return [(i + 1, sentence.written(i), 0.0), (i + 1, "", UNLIKELY)] if is_carrier else []


def word_edges(sentence: Sentence, i: int) -> list[Edge]:
    """A letter name that is also a word, and stands beside no clear letter: "one two three, see"."""
    beside = {sentence.kind(i - 1), sentence.kind(i + 1)}
    is_doubtful = sentence.kind(i) is Kind.LETTER_NAME and sentence.word(i) in FILLERS and beside.isdisjoint(SPELLED)
    return [(i + 1, "", UNLIKELY)] if is_doubtful else []


def filler_edges(sentence: Sentence, i: int) -> list[Edge]:
    """Nothing; or what a filler is in a number: the letters of a label in capitals ("NR nine 111"), a letter's name."""
    end, letters = _letter_names(sentence, i)
    is_followed = sentence.kind(end) in NUMERIC or sentence.word(end) in COURTESIES
    if letters and sentence.kind(i - 1) in NUMERIC and is_followed:
        return [(end, letters, 0.0), (end, "", UNLIKELY)]  # "one two see three four", "one two why see, thanks"
    if letters and _may_begin_number(sentence, i):
        # Several words are rather all letters, from one of them on, than letters here and there.
        return [(i + 1, "", 0.0), (end, letters, UNLIKELY), (i + 1, letters[0], UNLIKELY * (end - i))]
    if sentence.word(i) == "oh" and sentence.kind(i + 1) in NUMERIC:
        return [(i + 1, "", 0.0), (i + 1, "0", UNLIKELY)]  # "oh, nine, four, seven": a sigh, or nought
    is_label = sentence.tokens[i].in_capitals and sentence.word(i) in LABELS and i != sentence.lone
    return [(i + 1, "", 0.0), *([(i + 1, sentence.written(i), UNLIKELY)] if is_label else [])]


def _letter_names(sentence: Sentence, i: int) -> tuple[int, str]:
    """The words at `i` that are letter names, too: the token after them, and the letters."""
    end, letters = i, ""
    while sentence.kind(end) is Kind.FILLER and sentence.word(end) in WEAK_LETTER_NAMES:
        letters += WEAK_LETTER_NAMES[sentence.word(end)]
        end += 1
    return end, letters


def _may_begin_number(sentence: Sentence, i: int) -> bool:
    """Whether letter names that are also words lead from where a number may begin to a clear part of it.

    As in "it's see one two", "the number is are tee pee five", "you dash nine six".
    """
    start, end = i, i + 1
    while sentence.word(start - 1) in WEAK_LETTER_NAMES:
        start -= 1
    while sentence.word(end) in WEAK_LETTER_NAMES or sentence.kind(end) is Kind.SEPARATOR:
        end += 1
    is_first = start == 0 or is_pause(sentence, start) or sentence.word(start - 1) in BEFORE_LETTER | NUMBER_NAMES
    return is_first and sentence.kind(end) in NUMERIC | SPELLED


def moment_edges(sentence: Sentence, i: int) -> list[Edge]:
    """The "a" or "one" before "second" where it may be told: "first letter a second letter b", "A B one second"."""
    text = BEFORE_MOMENT.get(sentence.word(i)) if sentence.word(i + 1) in MOMENTS else None
    is_told = sentence.word(i - 1) in BEFORE_TOLD or sentence.kind(i - 1) in NUMERIC | SPELLED | {Kind.GROUP}
    return [(i + 1, text, UNLIKELY)] if text and is_told and sentence.tokens[i].joint != "," else []


def little_homophone_edges(sentence: Sentence, i: int) -> list[Edge]:
    """What "to" and "for" are: a digit beside digits, nothing beside fillers, either where both could be."""
    digit = LITTLE_HOMOPHONES[sentence.word(i)]
    before, after = sentence.kind(i - 1), sentence.kind(i + 1)
    code = NUMERIC | SPELLED | {Kind.GROUP, Kind.LITTLE_HOMOPHONE}
    if after is Kind.FILLER or (before is Kind.FILLER and after in {None, Kind.GROUP, Kind.LETTER}):
        return [(i + 1, "", 0.0)]
    is_digit = before in code or after in {Kind.NUMBER, Kind.OH, Kind.MULTIPLIER, Kind.LITTLE_HOMOPHONE}
    is_digit = is_digit or (after is Kind.DIGITS and len(sentence.word(i + 1)) == 1)
    # Before the number: "what happened to 1234"; but "it's to three four".
    is_begun = before is not Kind.FILLER or not all(sentence.kind(j) in NOISE for j in range(i))
    is_digit = is_digit and (is_begun or sentence.word(i - 1) in BEFORE_LETTER)
    drop_cost, digit_cost = (UNLIKELY * 2, 0.0) if is_digit else (0.0, UNLIKELY)
    return [(i + 1, digit, digit_cost), (i + 1, "", drop_cost)]


def is_pause(sentence: Sentence, i: int) -> bool:
    """Whether the speaker paused before the token at `i`."""
    return i < len(sentence) and sentence.tokens[i].joint in {",", ":", "."}
