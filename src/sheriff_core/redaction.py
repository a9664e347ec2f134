"""Keeps telephone numbers out of what is kept.

A tracking number may be all digits, so digits alone are no proof of a telephone number. What is removed: the numbers
known to belong to this call, however they are spelled, and what is written as only telephone numbers are.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

REDACTED_PHONE = "[phone]"

# Models and word processors write dashes of their own between the groups: "555\u2011555\u20110123".
_DASHES = r"\-\u2010-\u2015\u2212"
_SHAPED_LIKE_A_PHONE = re.compile(
    rf"""
    (?<![\w+])
    (?: \+ \s? \d (?: [\s().{_DASHES}/]* \d ){{6,14}}                      # +1 555 555 0123
      | (?:\+?1[\s.{_DASHES}])? \( \d{{3}} \) [\s.{_DASHES}]? \d{{3}} [\s.{_DASHES}]? \d{{4}}  # (555) 555-0123
      | (?:\+?1[\s.{_DASHES}])? \d{{3}} ([\s.{_DASHES}]) \d{{3}} \1 \d{{4}}             # 555-555-0123
    )
    (?!\w)
    """,
    re.VERBOSE,
)
_MIN_KNOWN_DIGITS = 7  # a shorter "number" would match by accident
_NUMBERS_KEPT = 1_024  # in memory alone, least recently used go first
# Each of the shapes has one of these; dates and times, which records are full of, have none.
_MAYBE_SHAPED = re.compile(rf"[+(]|\d{{3}}[\s.{_DASHES}]\d{{3}}")
_AFTER_NUMBER = re.compile(r"[@;#]|ext|x", re.IGNORECASE)  # a host, a parameter, an extension
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


def digits_of(text: str) -> str:
    """The decimal digits of `text`."""
    return text.encode("ascii", "ignore").translate(None, _NOT_DIGITS).decode()


def redact_phones(text: str, known: Iterable[str] = ()) -> str:
    """`text` without telephone numbers; `known` are the numbers of this call (caller, customer)."""
    if len(text) < _MIN_KNOWN_DIGITS:
        return text
    digits = digits_of(text)
    if len(digits) < _MIN_KNOWN_DIGITS:  # most texts hold no number at all
        return text
    text = _without_known(text, digits, known)
    if _MAYBE_SHAPED.search(text) is None:
        return text
    return _SHAPED_LIKE_A_PHONE.sub(REDACTED_PHONE, text)


def redact_known_phones(text: str, known: Iterable[str], instead: str = REDACTED_PHONE) -> str:
    """`text` without the `known` numbers, however they are spelled in digits, and with `instead` in their places."""
    return _without_known(text, digits_of(text), known, instead)


def _without_known(text: str, digits_in_text: str, known: Iterable[str], instead: str = REDACTED_PHONE) -> str:
    for number in known:
        for form in _forms(number):
            # The cheap test first: a pattern is only made for a number that is really there.
            if form in digits_in_text:
                between = rf"[\s().{_DASHES}/,]*".join(form)
                pattern = rf"(?<!\d)\+?(?:\d{{1,3}}[\s.{_DASHES}]*)?\(?{between}(?!\d)"
                text = re.sub(pattern, instead, text)
    return text


def is_phone(readings: Iterable[str], known: Iterable[str]) -> bool:
    """Whether one of the `readings` of what was said is one of the `known` numbers."""
    forms = {form for number in known for form in _forms(number)}
    return any(reading in forms for reading in readings)


@lru_cache(maxsize=_NUMBERS_KEPT)  # asked for each text of a call anew
def _forms(number: str) -> tuple[str, ...]:
    """The digits of a number with and without the country's code: the last ten identify it, too."""
    digits = digits_of(_AFTER_NUMBER.split(number, maxsplit=1)[0])
    return tuple(form for form in dict.fromkeys((digits, digits[-10:])) if len(form) >= _MIN_KNOWN_DIGITS)
