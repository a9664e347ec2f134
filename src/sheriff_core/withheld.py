"""Callers who withhold their number: what carriers write in its place is the same for all, so it identifies nobody."""

from functools import lru_cache
from typing import Final

_WORDS: Final = ("anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld")
_KEYPAD: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")

# As a word on the keypad: +266696687 is ANONYMOUS.
WITHHELD_DIGITS: Final = frozenset(word.translate(_KEYPAD) for word in _WORDS)

_WITHHELD: Final = WITHHELD_DIGITS.union(_WORDS)
_CALLERS_KEPT: Final = 1_024  # asked for in each call anew; in memory alone, least recently used go first


@lru_cache(maxsize=_CALLERS_KEPT)
def is_withheld(caller: str) -> bool:
    """Whether `caller` names nobody: "anonymous", "+266696687", "sip:anonymous@anonymous.invalid"."""
    address = caller.strip().strip("<>").lower().removeprefix("sips:").removeprefix("sip:").removeprefix("tel:")
    return address.partition("@")[0].removeprefix("+") in _WITHHELD
