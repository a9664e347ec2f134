"""The few things an utterance can mean, likeliest first: the cheapest ways through its words."""

from typing import Final, Literal, TypeAlias

from sheriff_core.spoken.cardinals import cardinal_edges
from sheriff_core.spoken.fillers import (
    article_edges,
    carrier_edges,
    count_edges,
    filler_edges,
    is_pause,
    is_pronoun_one,
    little_homophone_edges,
    moment_edges,
    word_edges,
)
from sheriff_core.spoken.kinds import Kind
from sheriff_core.spoken.letters import UNLIKELY, example_edges, letter_edges, multiplied_edges, oh_edges
from sheriff_core.spoken.sentence import Edge, Sentence, understand
from sheriff_core.spoken.tokens import Token
from sheriff_core.spoken.words import DIGIT_HOMOPHONES, HESITATIONS, LABELS, RESTATEMENTS, UNITS

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
            return scale or example_edges(sentence, i) or [*filler_edges(sentence, i), *moment_edges(sentence, i)]
        case Kind.SEPARATOR:
            return [(i + 1, "", 0.0)]
        case Kind.OH:
            return example_edges(sentence, i) or oh_edges(sentence, i)
        case Kind.NUMBER | Kind.DIGITS if is_pronoun_one(sentence, i):
            return [(i + 1, "", 0.0), *cardinal_edges(sentence, i)]
        case Kind.NUMBER | Kind.DIGITS:
            return [*cardinal_edges(sentence, i), *count_edges(sentence, i)]
        case Kind.LETTER if sentence.word(i) == "a":
            return cardinal_edges(sentence, i) or [*letter_edges(sentence, i), *article_edges(sentence, i)]
        case Kind.MULTIPLIER:
            return example_edges(sentence, i) or multiplied_edges(sentence, i)
        case Kind.LITTLE_HOMOPHONE:
            return little_homophone_edges(sentence, i)
        case Kind.DIGIT_HOMOPHONE:
            return [(i + 1, DIGIT_HOMOPHONES[sentence.word(i)], 1.0)]
        case _:
            return carrier_edges(sentence, i) or letter_edges(sentence, i) + word_edges(sentence, i)


def _written_rank(sentence: Sentence, i: int) -> _Rank | None:
    """How likely the lone understood word of a written text is letters after all; None: it is not."""
    token, kind = sentence.tokens[i], sentence.kind(i)
    word = token.word
    if kind is Kind.FILLER and not token.in_capitals:
        return _small_filler_rank(sentence, i)
    if token.in_capitals and len(word) <= _SHORT:
        if kind in {Kind.NUMBER, Kind.SPELLING_WORD} or (word in LABELS and is_pause(sentence, i + 1)):
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
    follows = None if word in LABELS or is_pause(sentence, i + 1) else sentence.kind(i + 1)
    is_affix = len(word) == 2 and Kind.DIGITS in {sentence.kind(i - 1), follows}  # noqa: PLR2004 - as countries have
    return "first" if is_affix else "last"


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
