"""Text cut into words and groups, or refused for a character that no tracking number holds."""

import re
import unicodedata
from typing import Final, NamedTuple

# Dashes and apostrophes that keyboards and transcribers put for the plain ones.
_PLAIN: Final = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), **dict.fromkeys("\u2018\u2019\u02bc", "'")}
)
_REFUSED_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_TOLERATED: Final = re.compile(r"[A-Za-z0-9 _.,:/?!#'-]+")
# Between two tokens stands one separator, with or without spaces; an abbreviation's dot or an ellipsis may join it.
_JOINT: Final = re.compile(r" *(?:[-_,:/?!]|\.{3}|\.[,:?!-]?)? *#? *")
_TOKEN: Final = re.compile(r"([^A-Za-z0-9']*)([A-Za-z0-9]+(?:'[A-Za-z]+)?)")


class Token(NamedTuple):
    """One word or group of what was said."""

    word: str  # in lower case
    in_capitals: bool  # the group holds a letter, and no small one
    joint: str  # what stood before it, stripped of spaces


def plain(text: str) -> str:
    """`text` in compatibility form (NFKC): full-width and styled characters plain, every decimal digit 0 to 9."""
    if text.isascii():
        return text
    normal = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    if normal.isascii():
        return normal
    return "".join(str(unicodedata.decimal(character, character)) for character in normal)


def cut(text: str, max_length: int) -> list[Token] | None:
    """The tokens of `text`; None when it is longer than `max_length` or holds what is not tolerated.

    Tolerated are letters and digits, spaces, single separators (`-` `_` `.` `,` `:` `/`, an ellipsis), sentence
    marks (`?` `!`), a `#` before a token, and an apostrophe inside a word. Control, format and bidirectional
    characters are refused, and so is every letter that is not A to Z in compatibility form.
    """
    if len(text) > max_length:
        return None
    if not text.isascii() and any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in text):
        return None
    text = plain(text)
    if not _TOLERATED.fullmatch(text):
        return None
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        joint, word = match.groups()
        if match.start() != end or not _JOINT.fullmatch(joint):
            return None
        end = match.end()
        tokens.append(Token(word=word.lower(), in_capitals=word.isupper(), joint=joint.strip()))
    return tokens if _JOINT.fullmatch(text[end:]) else None
