"""Keeps telephone numbers out of what is kept.

A tracking number may be all digits, so digits alone are no proof of a telephone number. What is removed: the numbers
known to belong to this call, however they are spelled, at home or from abroad, and what is written as only telephone
numbers are.
"""

import re
import unicodedata
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
_SEVERAL = re.compile(r"[/,;|\n]|\s(?:or|and|&)\s|(?<=\d)\s*(?=\+)")  # "+1 555 555 0123 / +1 555 555 0199"
# Country codes by their length (ITU-T E.164): 1 and 7 stand alone, all that are not named have three digits.
_COUNTRY_CODE = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")
_MIN_DIGITS_ABROAD = 11  # fewer without "+" are taken for a number as it is dialled at home

# Between the digits of a number: neither letters nor digits, as in "(555) \u2013 555". More of it parts two numbers.
_GAP = r"[\W_]{0,5}"
_OPEN = r"(?:\((?=\+?\d{1,5}\)))?"  # a bracket that closes again
# Before the digits that identify a number: "+33", "0033", the nought of "(0)6" or "06". Another figure that stands
# there is no part of it: "after 17:00 555-555-0123".
_DIALLED_BEFORE = rf"{_OPEN}(?:\+[\s(]?(?:\d{{1,3}}{_GAP})?|00[1-9]\d{{0,2}}{_GAP})?(?:\(0\){_GAP})?\d{{0,4}}{_OPEN}"
_OTHER_DIGIT = re.compile(r"\d(?<![0-9])")
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


def digits_of(text: str) -> str:
    """The decimal digits of `text`."""
    return text.encode("ascii", "ignore").translate(None, _NOT_DIGITS).decode()


def redact_phones(text: str, known: Iterable[str] = ()) -> str:
    """`text` without telephone numbers; `known` are the numbers of this call (caller, customer)."""
    if len(text) < _MIN_KNOWN_DIGITS:
        return text
    plain = _with_plain_digits(text)
    digits = digits_of(plain)
    if len(digits) < _MIN_KNOWN_DIGITS:  # most texts hold no number at all
        return text
    text = _without_known(text, plain, digits, known)
    if _MAYBE_SHAPED.search(text) is None:
        return text
    return _SHAPED_LIKE_A_PHONE.sub(REDACTED_PHONE, text)


def redact_known_phones(text: str, known: Iterable[str], instead: str = REDACTED_PHONE) -> str:
    """`text` without the `known` numbers, however they are spelled in digits, and with `instead` in their places."""
    plain = _with_plain_digits(text)
    return _without_known(text, plain, digits_of(plain), known, instead)


def _without_known(text: str, plain: str, digits: str, known: Iterable[str], instead: str = REDACTED_PHONE) -> str:
    """`text` without `known`; `plain` is the same text with plain `digits`, character for character."""
    for number in known:
        for form in _forms(number):
            # The cheap test first: a pattern is only made for a number that is really there.
            if form not in digits:
                continue
            pattern = rf"(?<!\d){_DIALLED_BEFORE}{_GAP.join(form)}(?!\d)"
            found = [match.span() for match in re.finditer(pattern, plain)]
            text, plain = _replaced(text, found, instead), _replaced(plain, found, instead)
    return text


def _replaced(text: str, spans: Iterable[tuple[int, int]], instead: str) -> str:
    pieces: list[str] = []
    rest = 0
    for start, end in spans:
        pieces += (text[rest:start], instead)
        rest = end
    return "".join([*pieces, text[rest:]])


def is_phone(readings: Iterable[str], known: Iterable[str]) -> bool:
    """Whether one of the `readings` of what was said is one of the `known` numbers."""
    forms = {form for number in known for form in _forms(number)}
    return any(reading in forms or reading.lstrip("0") in forms for reading in readings)


def _with_plain_digits(text: str) -> str:
    """`text` with each decimal digit of any script as 0 to 9, every character in its place."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


@lru_cache(maxsize=_NUMBERS_KEPT)  # asked for each text of a call anew
def _forms(number: str) -> tuple[str, ...]:
    """The digits of a number as they are dialled from abroad and at home; of each, where a field holds several."""
    forms = {form for one in (number, *_SEVERAL.split(number)) for form in _forms_of_one(one)}
    # The longest first: a shorter one would leave what stands before it.
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _forms_of_one(number: str) -> list[str]:
    written = _with_plain_digits(_AFTER_NUMBER.split(number, maxsplit=1)[0])
    digits = digits_of(written)
    significant = digits.lstrip("0")  # without the "00" for calls abroad, or the nought for calls at home
    forms = [digits, digits[-10:], significant]  # the last ten identify it, too
    is_whole = "+" in written or digits.startswith("00") or len(digits) >= _MIN_DIGITS_ABROAD
    code = _COUNTRY_CODE.match(significant)
    if is_whole and code is not None:
        forms.append(significant[code.end() :].lstrip("0"))
    return [form for form in forms if len(form) >= _MIN_KNOWN_DIGITS]
