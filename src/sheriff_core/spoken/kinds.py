"""What a token of an utterance can be, and what several kinds have in common."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a token is."""

    DIGITS = "digits"
    GROUP = "group"  # letters, or letters and digits, taken as they are written
    LETTER = "letter"
    LETTER_NAME = "letter name"
    SPELLING_WORD = "spelling word"
    OH = "oh"
    NUMBER = "number"  # a unit, a teen, a ten, a scale
    PLURAL = "plural"
    MULTIPLIER = "multiplier"
    DIGIT_HOMOPHONE = "digit homophone"
    LITTLE_HOMOPHONE = "little homophone"
    SEPARATOR = "separator"
    FILLER = "filler"


SPELLED: Final = frozenset((Kind.LETTER, Kind.LETTER_NAME, Kind.SPELLING_WORD))
NUMERIC: Final = frozenset((Kind.DIGITS, Kind.NUMBER, Kind.PLURAL, Kind.MULTIPLIER, Kind.OH, Kind.DIGIT_HOMOPHONE))
WRITTEN: Final = frozenset((Kind.DIGITS, Kind.GROUP, Kind.LETTER))
NOISE: Final = frozenset((Kind.FILLER, Kind.SEPARATOR))
