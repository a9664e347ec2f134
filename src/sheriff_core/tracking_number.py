"""A tracking number, as callers say it and as the source spells it."""

import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.spoken.kinds import NOISE, Kind
from sheriff_core.spoken.readings import readings
from sheriff_core.spoken.sentence import understand
from sheriff_core.spoken.tokens import Token, cut, plain
from sheriff_core.spoken.words import (
    BEFORE_PHONE,
    DIGIT_WORDS,
    LABELS,
    PHONES,
    READ_FROM,
    TEENS,
    TENS,
    UNDERSTOOD,
    UNITS,
)

# Groups with single separators between: nothing to understand, unless a group is also a word.
_TYPED: Final = re.compile(r"[A-Za-z0-9]+(?:[ _./-][A-Za-z0-9]+)*[.,!?]?")
_WORD: Final = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{2,}|[Oo])(?![A-Za-z0-9])")
_MAX_TYPED_WORDS: Final = 8  # letters of all words that are understood
_MAX_AFFIX: Final = 3  # letters
_READ_FROM_WITHIN: Final = 3  # words: "on my cell phone"
_LONG_GROUP: Final = re.compile(r"[0-9]{3}")  # digits that were not said one by one
_LETTERS_TWICE: Final = re.compile(r"([A-Z]{2,})\1(?=[0-9])")  # and then the digits
_SEPARATORS: Final = str.maketrans("", "", " _./-,!?")
_MEANINGFUL: Final = UNDERSTOOD | {"o", "ray"}
_DIGITS: Final = frozenset((Kind.DIGITS, Kind.NUMBER, Kind.PLURAL))
_ASIDE: Final = NOISE | {Kind.LITTLE_HOMOPHONE, Kind.MULTIPLIER}  # "A for apple", "double A"
_NOT_AFFIXES: Final = frozenset().union(UNITS, TEENS, TENS, LABELS)
_OR: Final = "|"  # between the readings of a key: no reading holds it


@dataclass(frozen=True, slots=True)
class TrackingNumber:
    """What was said, and the few numbers it can mean: canonical forms (upper case letters and digits), likeliest first.

    One reading is the rule. More than one means that the words are ambiguous ("twenty three" is 23 or 203): the
    source is asked for all of them in one query, and two existing deliveries are never guessed between.
    """

    said: str
    readings: tuple[str, ...]

    @property
    def canonical(self) -> str:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def key(self) -> str:
        """The name under which answers to this number are remembered and flights are shared."""
        return _OR.join(self.readings)


def readings_of(key: str) -> frozenset[str]:
    """The readings that a `TrackingNumber.key` is made of."""
    return frozenset(key.split(_OR))


def canonical(text: str) -> str:
    """`text` reduced to what identifies a delivery: its letters and digits, A to Z in upper case, digits 0 to 9.

    This is how the source's own spelling is compared. It never fails and is idempotent. A letter outside A to Z stays
    as it is: no reading of a caller's words can then equal it, and it cannot fall together with another number.
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text)).upper()
    kept = "".join(filter(str.isalnum, plain(text)))
    # Letters that a separator kept apart may compose once it is gone.
    return "".join(c.upper() if c.isascii() else c for c in unicodedata.normalize("NFKC", kept))


def read_tracking_number(said: str, policy: TrackingNumberPolicy) -> TrackingNumber | None:
    """Read `said`, typed or spoken; None when it cannot be a tracking number.

    None for what is empty, longer than the policy allows, holds a character that no tracking number holds (see
    `spoken.tokens.cut`), has no digit though the policy needs one, was corrected by the caller on the way, or is said
    to be a telephone number.
    """
    if len(said) > policy.max_said_length:
        return None
    typed = said.translate(_SEPARATORS).upper() if _TYPED.fullmatch(said) else ""
    meaningful = [word for word in _WORD.findall(said) if word.lower() in _MEANINGFUL] if typed else []
    if typed and not meaningful:
        possible = [typed] if _is_possible(typed, policy) else []
        possible += _halves(said, [typed], policy)
        return TrackingNumber(said, tuple(possible[: policy.max_readings])) if possible else None
    tokens = cut(said, policy.max_said_length)
    if not tokens or _tells_a_phone(tokens):
        return None
    # Twice the bound: some readings may turn out too short, or without a digit.
    found = readings(tokens, limit=2 * policy.max_readings, max_length=policy.max_length)
    possible = [reading for reading in found if _is_possible(reading, policy)][: policy.max_readings]
    if typed and _looks_typed(said, meaningful) and _is_possible(typed, policy):
        possible = _with_typed(possible, typed, is_first=_is_affixed(said, meaningful))
    possible += _halves(said, found, policy)
    return TrackingNumber(said, tuple(possible[: policy.max_readings])) if possible else None


def tells_a_phone(said: str, policy: TrackingNumberPolicy) -> bool:
    """Whether `said` names a telephone's number as such: "my phone number is 555 ...". It is not to be kept."""
    tokens = cut(said, policy.max_said_length)
    return tokens is not None and _tells_a_phone(tokens)


def _tells_a_phone(tokens: list[Token]) -> bool:
    """Whether the number is said to be a telephone's.

    Not in capitals, which are letters, nor what is read from one: "the number on my phone is".
    """
    for i, token in enumerate(tokens):
        is_read_from = any(before.word in READ_FROM for before in tokens[max(0, i - _READ_FROM_WITHIN) : i])
        if token.word in PHONES and not token.in_capitals and not is_read_from:
            rest = itertools.dropwhile(lambda following: following.word in BEFORE_PHONE, tokens[i + 1 :])
            following = next(rest, None)
            if following is not None and (following.word[0].isdigit() or following.word in DIGIT_WORDS):
                return True
    return False


def _halves(said: str, found: list[str], policy: TrackingNumberPolicy) -> list[str]:
    """The likeliest reading without what somebody may have said twice: "SHR123, SHR123", "SHR, S as in Sam ... 123".

    Not of digits alone: they repeat by themselves.
    """
    whole = found[0] if found else ""
    half = whole[: len(whole) // 2]
    if whole == half * 2 and not half.isdigit():
        once = half
    else:
        letters = _LETTERS_TWICE.match(whole)
        once = whole[letters.end(1) :] if letters and _is_spelled_anew(said, letters[1]) else ""
    return [once] if once and not said.isalnum() and _is_possible(once, policy) else []


def _is_spelled_anew(said: str, letters: str) -> bool:
    """Whether `letters` were told in two ways: "SHR, sierra hotel romeo". "TATA" and "T A T A" are four letters."""
    sentence = understand(cut(said, len(said)) or [])
    if sentence is None or len(set(letters)) == 1:
        return False
    kinds = itertools.takewhile(lambda kind: kind not in _DIGITS, sentence.kinds)
    told = [sentence.word(i) for i, kind in enumerate(kinds) if kind not in _ASIDE]
    half = len(told) // 2
    return told[:half] != told[half:] and not any(letters * 2 in word.upper() for word in told)


def _looks_typed(said: str, meaningful: list[str]) -> bool:
    """Whether words in `said` may be letters after all: a few short ones, joined without a space or in capitals.

    "TO-MY-1234" may be typed; "to my 1234" and "MY TRACKING NUMBER IS 1234" are not.
    """
    return (" " not in said or said.isupper()) and sum(map(len, meaningful)) <= _MAX_TYPED_WORDS


def _is_affixed(said: str, meaningful: list[str]) -> bool:
    """Whether those words are rather the letters before or after a typed group: "up-3946499", "DO 60529834 OH"."""
    is_short = all(len(word) <= _MAX_AFFIX and word.lower() not in _NOT_AFFIXES for word in meaningful)
    return is_short and _LONG_GROUP.search(said) is not None


def _with_typed(possible: list[str], typed: str, *, is_first: bool) -> list[str]:
    others = [reading for reading in possible if reading != typed]
    if is_first:
        return [typed, *others]
    return possible if typed in possible else [*others, typed]


def _is_possible(reading: str, policy: TrackingNumberPolicy) -> bool:
    if not policy.min_length <= len(reading) <= policy.max_length:
        return False
    return not policy.needs_digit or not reading.isalpha()
