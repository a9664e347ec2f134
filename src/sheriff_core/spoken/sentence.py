"""What each token of an utterance is, judged by itself and by its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sheriff_core.spoken import words
from sheriff_core.spoken.corrections import is_corrected, names_another
from sheriff_core.spoken.kinds import NUMERIC, SPELLED, WRITTEN, Kind
from sheriff_core.spoken.tokens import Token

Edge: TypeAlias = tuple[int, str, float]
"""One way to read on from a token: the token after it, the text it stands for, its cost (the cheapest is likeliest)."""


_LETTERS_OR_OH: Final = SPELLED | {Kind.OH}
_DIGITS_OR_LETTERS: Final = SPELLED | {Kind.NUMBER, Kind.DIGITS}
_NUMBERS: Final = frozenset((Kind.NUMBER, Kind.MULTIPLIER, Kind.OH))

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(words.FILLERS, Kind.FILLER),
    **dict.fromkeys(words.SEPARATORS, Kind.SEPARATOR),
    **dict.fromkeys(words.SPELLING_WORDS, Kind.SPELLING_WORD),
    **dict.fromkeys(words.LETTER_NAMES, Kind.LETTER_NAME),
    **dict.fromkeys(words.LITTLE_HOMOPHONES, Kind.LITTLE_HOMOPHONE),
    **dict.fromkeys(words.DIGIT_HOMOPHONES, Kind.DIGIT_HOMOPHONE),
    **dict.fromkeys(words.MULTIPLIERS, Kind.MULTIPLIER),
    **dict.fromkeys(words.PLURALS, Kind.PLURAL),
    **dict.fromkeys((*words.UNITS, *words.TEENS, *words.TENS, *words.SCALES), Kind.NUMBER),
    **dict.fromkeys(words.CORRECTIONS, Kind.FILLER),
    **dict.fromkeys(("oh", "o"), Kind.OH),
    "or": Kind.GROUP,
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of an utterance and the kind of each. `word(i)` and `kind(i)` hold beyond both ends."""

    tokens: Sequence[Token]
    kinds: Sequence[Kind]
    lone: int | None  # the only understood word among written groups: it may be letters after all

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, i: int) -> str:
        """The word at `i`; empty beyond the ends."""
        return self.tokens[i].word if 0 <= i < len(self.tokens) else ""

    def kind(self, i: int) -> Kind | None:
        """The kind at `i`; None beyond the ends."""
        return self.kinds[i] if 0 <= i < len(self.kinds) else None

    def written(self, i: int) -> str:
        """The token at `i` as letters and digits."""
        return self.tokens[i].word.upper()


def understand(tokens: Sequence[Token]) -> Sentence | None:
    """The sentence that `tokens` make.

    None for an apostrophe in a word that is not known, for a caller's correction, and for two numbers.
    """
    if any("'" in token.word and not _is_contraction(token.word) for token in tokens):
        return None
    kinds = [_first_kind(tokens, i) for i in range(len(tokens))]
    is_mixed = not all(token.in_capitals or token.word.isdigit() for token in tokens)
    for i, token in enumerate(tokens):
        if is_mixed and kinds[i] is Kind.FILLER and _is_abbreviation(token):
            kinds[i] = Kind.GROUP
    weak = [i for i, token in enumerate(tokens) if token.word in words.WEAK_LETTER_NAMES]
    # Those that are no ordinary words first: "you el en" is U beside L, and L beside N.
    for i in sorted(weak, key=lambda i: kinds[i] is Kind.FILLER):
        kinds[i] = _weak_letter(tokens, kinds, i)
    for i, token in enumerate(tokens):
        if token.word == "oh" and _is_exclamation(tokens, kinds, i):
            kinds[i] = Kind.FILLER
    if is_corrected(tokens, kinds) or names_another(tokens, kinds):
        return None
    return Sentence(tokens, kinds, _lone(tokens, kinds))


def _is_contraction(word: str) -> bool:
    stem, _, ending = word.partition("'")
    return ending in ("s", "m", "ve", "ll", "d", "re") and (stem in words.FILLERS or stem in ("i", "one"))


def _first_kind(tokens: Sequence[Token], i: int) -> Kind:
    word = tokens[i].word
    following = tokens[i + 1].word if i + 1 < len(tokens) else ""
    if _counts_characters(tokens, i) or _counts_a_part(tokens, i):
        return Kind.FILLER
    if word in words.BEFORE_MOMENT and following in words.MOMENTS and not tokens[i + 1].joint:
        return Kind.FILLER
    if word.isdigit():
        return Kind.DIGITS
    if word == "i" and following in words.AFTER_I:
        return Kind.FILLER
    if word == "a" and _is_article(tokens, i):
        return Kind.FILLER
    unknown = Kind.FILLER if "'" in word else Kind.LETTER if len(word) == 1 else Kind.GROUP
    return _KINDS.get(word, unknown)


def _is_article(tokens: Sequence[Token], i: int) -> bool:
    """Whether this "a" stands before a noun: "a parcel", "a six digit code", "without a space"."""
    is_noun = i + 1 < len(tokens) and tokens[i + 1].word in words.AFTER_A
    return is_noun or _counts_characters(tokens, i + 1) or (i > 0 and tokens[i - 1].word == "without")


def _counts_characters(tokens: Sequence[Token], i: int) -> bool:
    """Whether a number says how many characters there are: "the last four are", "it's six digits", "two letters"."""
    if i >= len(tokens):
        return False
    word, before = tokens[i].word, tokens[i - 1].word if i > 0 else ""
    if word in words.FOUR and before in ("last", "final"):
        return True
    # Straight after a digit it may be the next one; after a pause where each digit has its own ("two, three, four").
    is_list = tokens[i].joint != "," or tokens[i - 1].joint == ","
    is_next = is_list and (before.isdigit() or _KINDS.get(before) in NUMERIC)
    following, then = (tokens[j].word if j < len(tokens) else "" for j in (i + 1, i + 2))
    is_counted = following in words.CHARACTERS or (following == "digit" and then in words.AFTER_A)
    # "D 3, letters" counts none.
    return word in words.COUNTS and is_counted and not is_next and tokens[i + 1].joint != ","


def _counts_a_part(tokens: Sequence[Token], i: int) -> bool:
    """Whether a number says how long a part is that is told next: "the first three letters are"."""
    is_count = tokens[i].word in words.COUNTS and 0 < i < len(tokens) - 1
    return is_count and tokens[i - 1].word in words.ORDINALS and tokens[i + 1].word in words.COUNTED


def _beside(kinds: Sequence[Kind], i: int, wanted: frozenset[Kind]) -> bool:
    return (i > 0 and kinds[i - 1] in wanted) or (i + 1 < len(kinds) and kinds[i + 1] in wanted)


def _weak_letter(tokens: Sequence[Token], kinds: Sequence[Kind], i: int) -> Kind:
    """A letter beside spelled letters; else the filler or the group that it is."""
    is_marked = i > 0 and tokens[i - 1].word in words.CLEAR_MARKS and not tokens[i].joint
    if _is_double_u(tokens, i - 2) or (is_marked and not tokens[i].in_capitals):
        return Kind.LETTER_NAME  # "double you are seven", "capital you five"
    if _beside(kinds, i, _LETTERS_OR_OH) or _is_double_u(tokens, i + 1):
        is_word = kinds[i] is Kind.FILLER and i > 0 and kinds[i - 1] is Kind.FILLER
        return Kind.FILLER if is_word else Kind.LETTER_NAME  # "let me see A B"
    if kinds[i] is Kind.FILLER:
        return Kind.LETTER_NAME if _ends_number(tokens, kinds, i) else Kind.FILLER
    if kinds[i] is not Kind.GROUP or tokens[i].in_capitals:
        return kinds[i]
    beside = {tokens[j].word for j in (i - 1, i + 1) if 0 <= j < len(tokens)}
    is_spelled = _beside(kinds, i, _NUMBERS) or not beside.isdisjoint(words.WEAK_LETTER_NAMES)
    is_parted = kinds[i + 1 : i + 2] == [Kind.SEPARATOR] and _beside(kinds, i + 1, _NUMBERS)
    # "em one two three", "ay you one two three", "el dash nine"
    return Kind.LETTER_NAME if is_spelled or is_parted else Kind.GROUP


def _is_double_u(tokens: Sequence[Token], i: int) -> bool:
    return 0 <= i < len(tokens) - 1 and tokens[i].word == "double" and tokens[i + 1].word in ("u", "you")


def _ends_number(tokens: Sequence[Token], kinds: Sequence[Kind], i: int) -> bool:
    """Whether nothing but letter names stands between the digits before `i` and the end: "seven zero five you you"."""
    rest = tokens[i + 1 :]
    return i > 0 and kinds[i - 1] in _DIGITS_OR_LETTERS and all(token.word in words.WEAK_LETTER_NAMES for token in rest)


def _is_abbreviation(token: Token) -> bool:
    """Whether capitals in a text that has small letters too say that a short filler is letters: "US six seven"."""
    return token.in_capitals and 1 < len(token.word) <= 3 and token.word not in words.LABELS  # noqa: PLR2004


def _is_exclamation(tokens: Sequence[Token], kinds: Sequence[Kind], i: int) -> bool:
    """Whether this "oh" is the one of "oh, it's ..."."""
    if i + 1 == len(tokens) or not all(kind is Kind.FILLER for kind in kinds[:i]):
        return False
    return kinds[i + 1] is Kind.FILLER or (i == 0 and tokens[1].joint == ",")


def _lone(tokens: Sequence[Token], kinds: Sequence[Kind]) -> int | None:
    """The one understood word in a text that is otherwise written, not spelled."""
    spoken = [i for i, kind in enumerate(kinds) if kind not in WRITTEN and tokens[i].word != "o"]
    if len(spoken) != 1:
        return None
    groups = [token for i, token in enumerate(tokens) if i != spoken[0] and len(token.word) > 1]
    is_written = 0 < len(groups) >= len(tokens) - 1 - len(groups)  # not spelled one by one
    # "IN 7 2 8 1": noise is not written in capitals.
    is_group = tokens[spoken[0]].in_capitals and kinds[spoken[0]] is Kind.FILLER
    return spoken[0] if is_written or is_group else None
