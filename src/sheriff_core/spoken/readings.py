"""The few things an utterance can mean, likeliest first: the cheapest ways through its words."""

from typing import Final, Literal, TypeAlias

from sheriff_core.spoken.cardinals import GROUP_COST, cardinal_edges
from sheriff_core.spoken.letters import UNLIKELY, example_edges, letter_edges, multiplied_edges, oh_edges
from sheriff_core.spoken.sentence import NOISE, NUMERIC, SPELLED, Edge, Kind, Sentence, understand
from sheriff_core.spoken.tokens import Token
from sheriff_core.spoken.words import (
    AFTER_PRONOUN_ONE,
    BEFORE_LETTER,
    BEFORE_MOMENT,
    BEFORE_PRONOUN_ONE,
    BEFORE_TOLD,
    CARRIERS,
    CHARACTERS,
    COUNTS,
    DIGIT_HOMOPHONES,
    FILLERS,
    HESITATIONS,
    LABELS,
    LITTLE_HOMOPHONES,
    MOMENTS,
    NUMBER_NAMES,
    ONE,
    RESTATEMENTS,
    THING,
    UNITS,
    WEAK_LETTER_NAMES,
)

_SHORT: Final = 3  # letters; a longer word in capitals is rather a word than a code

_Rank: TypeAlias = Literal["only", "first", "last"]  # of the written reading among the spoken ones


def readings(tokens: list[Token], *, limit: int, max_length: int) -> list[str]:
    """At most `limit` readings of `tokens`, none longer than `max_length`, likeliest first; the same ones every time.

    Empty when nothing is left to read, or when the caller corrected himself on the way.
    """
    twice = _said_twice(tokens, limit=limit, max_length=max_length)
    if twice:
        return twice
    sentence = understand(tokens)
    if sentence is None:
        return []
    return _cheapest(sentence, limit=limit, max_length=max_length)


def _cheapest(sentence: Sentence, *, limit: int, max_length: int) -> list[str]:
    """The `limit` cheapest paths. Costs add up, so at every token the `limit` cheapest beginnings are enough."""
    beginnings: list[dict[str, float]] = [{} for _ in range(len(sentence) + 1)]
    beginnings[0][""] = 0.0
    for i in range(len(sentence)):
        if not beginnings[i]:
            continue
        kept = sorted(beginnings[i].items(), key=_by_cost)[:limit]
        for end, text, cost in _edges(sentence, i):
            reached = beginnings[end]
            for beginning, so_far in kept:
                whole = beginning + text
                if len(whole) <= max_length and so_far + cost < reached.get(whole, float("inf")):
                    reached[whole] = so_far + cost
    return [reading for reading, _ in sorted(beginnings[-1].items(), key=_by_cost) if reading][:limit]


def _by_cost(entry: tuple[str, float]) -> tuple[float, int, str]:
    reading, cost = entry
    return cost, len(reading), reading


def _edges(sentence: Sentence, i: int) -> list[Edge]:
    """Every way to read on from token `i`."""
    as_written: Edge = (i + 1, sentence.written(i), 0.0)
    spoken = _spoken_edges(sentence, i)
    if not spoken and sentence.kind(i) in {Kind.NUMBER, Kind.DIGITS}:
        return []  # half a number: this way leads nowhere
    if i != sentence.lone or not spoken:
        return spoken or [as_written]
    match _written_rank(sentence, i):
        case None:
            return spoken
        case "only":
            return [as_written]
        case "first":
            return [as_written, *((end, text, cost + UNLIKELY) for end, text, cost in spoken)]
        case "last":
            return [*spoken, (i + 1, sentence.written(i), max(cost for _, _, cost in spoken) + UNLIKELY)]


def _spoken_edges(sentence: Sentence, i: int) -> list[Edge]:  # noqa: PLR0911 - one return a kind of token
    match sentence.kind(i):
        case Kind.FILLER:
            scale = cardinal_edges(sentence, i) if sentence.word(i) == "a" else []
            return scale or example_edges(sentence, i) or [*_filler(sentence, i), *_of_a_moment(sentence, i)]
        case Kind.SEPARATOR:
            return [(i + 1, "", 0.0)]
        case Kind.OH:
            return example_edges(sentence, i) or oh_edges(sentence, i)
        case Kind.NUMBER | Kind.DIGITS if _is_pronoun_one(sentence, i):
            return [(i + 1, "", 0.0), *cardinal_edges(sentence, i)]
        case Kind.NUMBER | Kind.DIGITS:
            return [*cardinal_edges(sentence, i), *_count(sentence, i)]
        case Kind.LETTER if sentence.word(i) == "a":
            return cardinal_edges(sentence, i) or [*letter_edges(sentence, i), *_article(sentence, i)]
        case Kind.MULTIPLIER:
            return example_edges(sentence, i) or multiplied_edges(sentence, i)
        case Kind.LITTLE_HOMOPHONE:
            return _little_homophone(sentence, i)
        case Kind.DIGIT_HOMOPHONE:
            return [(i + 1, DIGIT_HOMOPHONES[sentence.word(i)], 1.0)]
        case _:
            return _carrier(sentence, i) or letter_edges(sentence, i) + _word_after_all(sentence, i)


def _is_pronoun_one(sentence: Sentence, i: int) -> bool:
    """Whether this "one" may be that of "this one is", "the one ending in", "the other one 1234" or "one package".

    Only before any other part.
    """
    if sentence.word(i) not in ONE or not all(sentence.kind(j) in NOISE for j in range(i)):
        return False
    is_group = sentence.kind(i + 1) is Kind.DIGITS and len(sentence.word(i + 1)) > 1  # rather not said digit by digit
    is_named = sentence.word(i - 1) in BEFORE_PRONOUN_ONE and (is_group or sentence.word(i + 1) in AFTER_PRONOUN_ONE)
    is_one_of = sentence.word(i + 1) == "of" and sentence.kind(i + 2) is Kind.FILLER  # "one of my packages"
    return (sentence.word(i) == "one" and (is_named or is_one_of)) or sentence.word(i + 1) in THING


def _article(sentence: Sentence, i: int) -> list[Edge]:
    """A small "a" among other words, before digits or a letter in capitals: "it's a T 1 2 3", "with a 5"."""
    is_before = sentence.kind(i + 1) in NUMERIC or (i + 1 < len(sentence) and sentence.tokens[i + 1].in_capitals)
    is_article = is_before and sentence.kind(i - 1) is Kind.FILLER and not sentence.tokens[i].in_capitals
    return [(i + 1, "", UNLIKELY)] if is_article else []


def _count(sentence: Sentence, i: int) -> list[Edge]:
    """A number after a digit that may count them after all: "one two three four, that's four digits"."""
    is_count = sentence.word(i) in COUNTS and sentence.word(i + 1) in CHARACTERS
    return [(i + 1, "", GROUP_COST + UNLIKELY)] if is_count else []


def _carrier(sentence: Sentence, i: int) -> list[Edge]:
    """The carrier beside a number: letters of the number, or none of it ("UPS 1Z 999 ...")."""
    is_carrier = sentence.word(i) in CARRIERS
    return [(i + 1, sentence.written(i), 0.0), (i + 1, "", UNLIKELY)] if is_carrier else []


def _word_after_all(sentence: Sentence, i: int) -> list[Edge]:
    """A letter name that is also a word, and stands beside no clear letter: "one two three, see"."""
    beside = {sentence.kind(i - 1), sentence.kind(i + 1)}
    is_doubtful = sentence.kind(i) is Kind.LETTER_NAME and sentence.word(i) in FILLERS and beside.isdisjoint(SPELLED)
    return [(i + 1, "", UNLIKELY)] if is_doubtful else []


def _filler(sentence: Sentence, i: int) -> list[Edge]:
    """Nothing; or what a filler is in a number: the letters of a label in capitals ("NR nine 111"), a letter's name."""
    end, letters = _letter_names(sentence, i)
    if letters and sentence.kind(i - 1) in NUMERIC and sentence.kind(end) in NUMERIC:
        return [(end, letters, 0.0), (end, "", UNLIKELY)]  # "one two see three four"
    if letters and _may_begin_number(sentence, i):
        return [(i + 1, "", 0.0), (i + 1, letters[0], UNLIKELY)]
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
    is_first = start == 0 or _is_pause(sentence, start) or sentence.word(start - 1) in BEFORE_LETTER | NUMBER_NAMES
    return is_first and sentence.kind(end) in NUMERIC | SPELLED


def _of_a_moment(sentence: Sentence, i: int) -> list[Edge]:
    """The "a" or "one" before "second" where it may be told: "first letter a second letter b", "A B one second"."""
    text = BEFORE_MOMENT.get(sentence.word(i)) if sentence.word(i + 1) in MOMENTS else None
    is_told = sentence.word(i - 1) in BEFORE_TOLD or sentence.kind(i - 1) in NUMERIC | SPELLED | {Kind.GROUP}
    return [(i + 1, text, UNLIKELY)] if text and is_told and sentence.tokens[i].joint != "," else []


def _little_homophone(sentence: Sentence, i: int) -> list[Edge]:
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


def _written_rank(sentence: Sentence, i: int) -> _Rank | None:
    """How likely the lone understood word of a written text is letters after all; None: it is not."""
    token, kind = sentence.tokens[i], sentence.kind(i)
    word = token.word
    if kind is Kind.FILLER and not token.in_capitals:
        return _small_filler_rank(sentence, i)
    if token.in_capitals and len(word) <= _SHORT:
        if kind in {Kind.NUMBER, Kind.SPELLING_WORD} or (word in LABELS and _is_pause(sentence, i + 1)):
            return "last"  # "SIX 1234", "OK, 1234"
        return "first" if word in LABELS or kind in {Kind.OH, Kind.SEPARATOR} else "only"
    if kind is Kind.SEPARATOR:
        return "first" if i == 0 else "last" if token.in_capitals else None
    return None if kind is Kind.MULTIPLIER else "last"  # a multiplier has just multiplied what follows


def _small_filler_rank(sentence: Sentence, i: int) -> _Rank | None:
    word = sentence.word(i)
    if word in HESITATIONS or len(word) > _SHORT:
        return None
    # A prefix or a country, as in "rr 123 456 789 my", more often than a word said alone. A label stands before.
    follows = None if word in LABELS or _is_pause(sentence, i + 1) else sentence.kind(i + 1)
    is_affix = len(word) == 2 and Kind.DIGITS in {sentence.kind(i - 1), follows}  # noqa: PLR2004 - as countries have
    return "first" if is_affix else "last"


def _is_pause(sentence: Sentence, i: int) -> bool:
    return i < len(sentence) and sentence.tokens[i].joint in {",", ":", "."}


def _said_twice(tokens: list[Token], *, limit: int, max_length: int) -> list[str]:
    """What both halves of "AB123, that's A B 1 2 3" can mean; empty when nothing was said twice."""
    for i in range(1, len(tokens) - 1):
        if tokens[i].word in RESTATEMENTS and any(_holds_digit(token.word) for token in tokens[:i]):
            end = i - 1 if tokens[i - 1].word == "i" else i  # "I repeat"
            halves = [understand(tokens[:end]), understand(tokens[i + 1 :])]
            first, second = (_cheapest(half, limit=limit, max_length=max_length) if half else [] for half in halves)
            return [reading for reading in first if reading in second]
    return []


def _holds_digit(word: str) -> bool:
    return word in UNITS or not (word.isalpha() or "'" in word)
