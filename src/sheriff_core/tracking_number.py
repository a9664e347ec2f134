"""A tracking number, as callers say it and as the source spells it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.spoken.readings import readings
from sheriff_core.spoken.tokens import cut, plain
from sheriff_core.spoken.words import UNDERSTOOD

# Groups with single separators between: nothing to understand, unless a group is also a word.
_TYPED: Final = re.compile(r"[A-Za-z0-9]+(?:[ _./-][A-Za-z0-9]+)*[.,!?]?")
_WORD: Final = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{2,}|[Oo])(?![A-Za-z0-9])")
_SEPARATORS: Final = str.maketrans("", "", " _./-,!?")


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
        return "|".join(self.readings)


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
    `spoken.tokens.cut`), has no digit though the policy needs one, or was corrected by the caller on the way.
    """
    if len(said) > policy.max_said_length:
        return None
    if _TYPED.fullmatch(said) and not any(word.lower() in _MEANINGFUL for word in _WORD.findall(said)):
        typed = said.translate(_SEPARATORS).upper()
        return TrackingNumber(said, (typed,)) if _is_possible(typed, policy) else None
    tokens = cut(said, policy.max_said_length)
    if not tokens:
        return None
    # Twice the bound: some readings may turn out too short, or without a digit.
    found = readings(tokens, limit=2 * policy.max_readings, max_length=policy.max_length)
    possible = tuple(reading for reading in found if _is_possible(reading, policy))
    return TrackingNumber(said, possible[: policy.max_readings]) if possible else None


_MEANINGFUL: Final = UNDERSTOOD | {"o", "ray"}


def _is_possible(reading: str, policy: TrackingNumberPolicy) -> bool:
    if not policy.min_length <= len(reading) <= policy.max_length:
        return False
    return not policy.needs_digit or not reading.isalpha()
