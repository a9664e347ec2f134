"""What of a recorded text can be seen: pasting and visual editing leave characters around it that nobody sees."""

import unicodedata
from typing import Final

_UNSEEN: Final = "Cf"  # joiners, marks of direction, zero-width spaces


def visible(text: str) -> str:
    """`text` without spaces and unseen characters at its ends; empty when nothing in it can be seen."""
    stripped = text.strip()
    if stripped.isascii() and stripped.isprintable():
        return stripped
    start, end = 0, len(text)
    while start < end and _is_unseen(text[start]):
        start += 1
    while end > start and _is_unseen(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_unseen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == _UNSEEN
