"""Numbers as they are spoken: digits, cardinals and ordinals in words, and pattern fragments that finders share."""

import re

DIGITS = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "nil": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "niner": "9",
}
TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_UNITS = {word: int(digit) for word, digit in DIGITS.items() if word not in {"oh", "o", "nought", "naught", "nil"}}
_SMALL = _UNITS | TEENS | TENS
_ORDINAL_UNITS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
}
_ORDINALS = _ORDINAL_UNITS | {
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}

_unit = "one|two|three|four|five|six|seven|eight|nine"
_teen = "|".join(sorted(TEENS, key=len, reverse=True))
_tens = "|".join(TENS)
_ordinal_unit = "|".join(_ORDINAL_UNITS)

# A whole number from 0 to 99 in digits or words, and up to 999 thousand in words.
SMALL_WORDS = rf"(?:(?:{_tens})(?:[- ](?:{_unit}))?|{_teen}|{_unit}|zero)"
CARDINAL = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+|(?:{SMALL_WORDS}|a)(?:\s+(?:hundred|thousand))+(?:(?:\s+and)?\s+{SMALL_WORDS})?"
    rf"|{SMALL_WORDS})"
)
# The day of a month: "14th", "fourteenth", "twenty-first".
_rest = "|".join(word for word in _ORDINALS if word not in _ORDINAL_UNITS)
ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|(?:twenty|thirty)[- ](?:{_ordinal_unit})|{_rest}|{_ordinal_unit})"

NUMBER_WORDS = frozenset(_SMALL) | frozenset(DIGITS) - {"o"} | {"hundred", "thousand", "million", "dozen"}
# Whether a stretch of text holds a number at all, in figures or in words.
ANY_NUMBER = (
    rf"\d|\[phone\]|\b(?:{'|'.join([*DIGITS, *TEENS, *TENS, 'hundred', 'thousand', 'double', 'triple', 'treble'])})\b"
)
_MOST_DIGITS = 18  # what is longer is no quantity that anybody says
_PARTS = re.compile(r"[a-z]+|\d+")


def cardinal(text: str) -> int:
    """The value of what `CARDINAL` matched; "a" counts as one."""
    total = current = 0
    for part in _PARTS.findall(text.replace(",", "")):
        if part.isdigit():
            current += int(part) if len(part) <= _MOST_DIGITS else 10**_MOST_DIGITS
        elif part in _SMALL:
            current += _SMALL[part]
        elif part == "a":
            current += 1
        elif part == "hundred":
            current = max(current, 1) * 100
        elif part == "thousand":
            total, current = total + max(current, 1) * 1000, 0
    return total + current


def ordinal(text: str) -> int:
    """The value of what `ORDINAL` matched."""
    total = 0
    for part in _PARTS.findall(text):
        if part.isdigit():
            return int(part)
        total += _ORDINALS.get(part, TENS.get(part, 0))
    return total


def digits_of(words: list[str]) -> str:
    """A run of number words as one string of digits, so that "two oh four", "two hundred four" and "204" are equal."""
    if "hundred" in words or "thousand" in words:
        return str(cardinal(" ".join(words)))
    written = ""
    tens = False  # a unit after a ten completes it: "twenty three" is 23
    for word in words:
        if word in DIGITS:
            written = written[:-1] + DIGITS[word] if tens and DIGITS[word] != "0" else written + DIGITS[word]
            tens = False
        elif word in TENS or word in TEENS:
            written += str(_SMALL[word])
            tens = word in TENS
        else:
            written += word
            tens = False
    return written
