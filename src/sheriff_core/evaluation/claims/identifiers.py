"""Tracking numbers and telephone numbers, typed, spelled or spoken, wherever they stand in a turn."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sheriff_core.evaluation.claims.numbers import DIGITS, TEENS, TENS
from sheriff_core.evaluation.claims.text import word_set
from sheriff_core.evaluation.claims.vocabulary import SAFE_WORDS

_NATO = word_set(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu zed zee"
)
_PHONETIC = {word: word[0].upper() for word in _NATO}
_ELEMENT = re.compile(
    r"(?P<as>(?<![a-z0-9'])(?P<asletter>[a-z])\s+(?:as\s+in|like\s+in|for|like)\s+[a-z]+)"
    r"|(?P<times>(?<![a-z0-9])(?P<how>double|triple|treble)\s+(?P<what>[a-z]+|\d)(?![a-z0-9]))"
    r"|(?P<word>(?<![a-z0-9'])x-ray|(?<![a-z0-9'])[a-z0-9]+(?:'[a-z]+)?(?![a-z0-9']))"
)
_GAP = re.compile(r"[\s,.\-_/\"()#]{0,4}(?:(?:dash|hyphen|space|slash|dot|capital|underscore|then|and\s+then)[\s,]+)*")
_REACH = 64  # characters before a number that are looked at
_MIN_LETTERED = 4
_MIN_DIGITS = 5
_MIN_PIECE = 3  # digits said one by one
_MAX_READINGS = 16
_TENS = frozenset(str(value) for value in TENS.values())
_SUFFIX = re.compile(
    r"(?:ending|ends|end|finishing)(?:\s+(?:in|with))?(?:\s+the\s+(?:digits|numbers?))?[\s:,]*$|last\s+(?:four|4"
    r"|three|3|few)?\s*(?:digits|numbers?)?\s*(?:are|is|being)?[\s:,]*$"
)
_COUNTS = re.compile(r"\s+(?:packages|parcels|deliveries|orders|shipments|items|days|hours|minutes|stops|pieces)\b")
_ENDS_PIECE = re.compile(r"\s*(?:[,.;!?\"')]|$)|\s+(?:it|it's|is|at|on|instead|rather|not|and|then|i|that's|that)\b")
_LAST = re.compile(r"\blast\s+$")
_CONTEXT = re.compile(r"(?:number|tracking|code|reference|id)(?:\s+(?:is|was|of|as|reads|number))?[\s:,#\"]*$")
PHONE = re.compile(
    r"\[phone\]|(?<![\w+])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?!\w)"
    r"|(?<![\w+])\+\d{7,15}(?!\w)|(?<![\w-])\d{3}-\d{4}(?![\w-])|(?<![\w-])1-8\d\d(?:-[a-z0-9]+)+"
)
_PHONE_CONTEXT = re.compile(r"(?:call|phone|dial|ring|reach|telephone|line|text|hotline|contact)\b[^.;!?]{0,40}$")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that names something: its span, what it can read as, and whether only its end or a piece was said."""

    start: int
    end: int
    readings: frozenset[str]
    suffix: bool = False
    piece: bool = False
    phone: bool = False

    def names(self, number: str) -> bool:
        """Whether this is said of `number`, a canonical tracking number."""
        if self.piece:
            return any(reading in number for reading in self.readings)
        if self.suffix:
            return any(number.endswith(reading) for reading in self.readings)
        return number in self.readings


@dataclass(slots=True)
class _Element:
    start: int
    end: int
    reads: str
    typed: bool
    digits: int
    letter: bool = False  # a single letter: "a" and "i" are words, too


def find_identifiers(text: str, start: int, end: int) -> Iterator[Identifier]:
    """Each tracking number or telephone number said between `start` and `end`."""
    for match in PHONE.finditer(text, start, end):
        yield Identifier(match.start(), match.end(), frozenset({_digits(match.group())}), phone=True)
    for run in _runs(text, start, end):
        identifier = _identify(text, start, run)
        if identifier is not None:
            yield identifier


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _runs(text: str, start: int, end: int) -> Iterator[list[_Element]]:
    """Neighbouring elements, each a character, a group of characters or a number word."""
    run: list[_Element] = []
    for match in _ELEMENT.finditer(text, start, end):
        element = _element(match)
        joined = bool(run) and (gap := _GAP.match(text, run[-1].end)) is not None and gap.end() >= match.start()
        if element is None:
            # "dash" and its like stand between elements; anything else ends the run.
            if not joined or match.group() not in _JOINTS:
                if run:
                    yield run
                run = []
            continue
        if run and (not joined or _is_whole(run, element) or _begins_anew(run, element)):
            yield run
            run = []
        run.append(element)
    if run:
        yield run


_JOINTS = word_set("dash hyphen space slash dot capital underscore then and")


def _is_whole(run: list[_Element], following: _Element) -> bool:
    """Whether a typed number is complete, so that a word after it ("SHR123456 two ...") begins something else."""
    return run[-1].typed and not following.typed and sum(element.digits for element in run) >= _MIN_LETTERED


def _begins_anew(run: list[_Element], following: _Element) -> bool:
    """Whether a number typed whole follows words that count something else: "of the two, TRK205581"."""
    is_whole = following.typed and following.digits >= _MIN_LETTERED and not following.reads.isdigit()
    return is_whole and not any(element.typed or element.letter for element in run)


def _element(match: re.Match[str]) -> _Element | None:
    """One element of a number, or None for a word that belongs to no number."""
    start, end = match.span()
    if match["as"]:
        return _Element(start, end, match["asletter"].upper(), typed=False, digits=0)
    if match["times"]:
        return _repeated(match, start, end)
    word = match["word"]
    spoken = _SPOKEN.get(word)
    if spoken is not None:
        return _Element(start, end, spoken, typed=False, digits=len(spoken) if spoken.isdigit() else 0)
    if len(word) == 1 and word.isalpha():
        return _Element(start, end, word.upper(), typed=False, digits=0, letter=True)
    digits = sum(character.isdigit() for character in word)
    is_prefix = word.isalpha() and len(word) <= _MAX_PREFIX and word not in _NO_PREFIX
    if is_prefix or (digits and "'" not in word and not _ORDINAL_OR_TIME.fullmatch(word)):
        return _Element(start, end, word.upper(), typed=True, digits=digits)
    return None


def _repeated(match: re.Match[str], start: int, end: int) -> _Element | None:
    """What "double five" or "triple S" stands for."""
    what = DIGITS.get(match["what"]) or (match["what"] if len(match["what"]) == 1 else None)
    if what is None:
        return None
    times = 2 if match["how"] == "double" else 3
    return _Element(start, end, what.upper() * times, typed=False, digits=times if what.isdigit() else 0)


_ORDINAL_OR_TIME = re.compile(r"\d+(?:st|nd|rd|th|am|pm)")
_MAX_PREFIX = 5  # letters typed before the digits, such as SHR
_SPOKEN = (
    {word: digit for word, digit in DIGITS.items() if word != "o"}
    | {"one's": "1"}
    | {word: str(value) for word, value in (TEENS | TENS).items()}
    | _PHONETIC
)
# Short words that stand beside numbers and are no prefix of a tracking number.
_COMMON = word_set(
    "pm bag mins min late left sent ship stop two mr mrs ms dr dana apt suite unit door gate hub depot house road "
    "st ave feb jan mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sun march april june july gmt utc "
    "fifth sixth ninth tenth noon miles km kg lbs pound euro usd cents fee cost bill paid dozen pairs"
)
_NO_PREFIX = _COMMON | SAFE_WORDS | _JOINTS


def _identify(text: str, start: int, run: list[_Element]) -> Identifier | None:
    elements = _trimmed(run)
    if not elements:
        return None
    first, last = elements[0].start, elements[-1].end
    readings = _readings(elements)
    digits = sum(character.isdigit() for character in max(readings, key=len))
    before = text[max(start, first - _REACH) : first]
    if _SUFFIX.search(before):
        is_told = digits > (1 if _LAST.search(before) else 0)  # "the last four digits" says how many, not which
        return Identifier(first, last, readings, suffix=True) if is_told else None
    if _is_a_piece(text, elements):
        return Identifier(first, last, readings, piece=True)
    if not _is_a_number(elements, len(max(readings, key=len)), digits, in_context=_CONTEXT.search(before) is not None):
        return None
    is_phone = digits in {7, 10, 11} and all(reading.isdigit() for reading in readings)
    return Identifier(first, last, readings, phone=is_phone and _PHONE_CONTEXT.search(before) is not None)


def _trimmed(run: list[_Element]) -> list[_Element]:
    """The elements of a run without the words of the sentence at its ends."""
    elements = list(run)
    # A lone "a" or "i" at either end is a word of the sentence.
    while elements and elements[-1].letter and elements[-1].reads in "AI" and len(elements) > 1:
        elements.pop()
    while elements and elements[0].letter and elements[0].reads == "I":
        elements.pop(0)
    # Words before the first character that is not a prefix ("order SHR") do not count: a prefix stands next to digits.
    while len(elements) > 1 and elements[0].typed and not elements[0].digits and not _near_digits(elements):
        elements.pop(0)
    while elements and elements[-1].typed and not elements[-1].digits:
        elements.pop()
    return elements


def _is_a_number(elements: list[_Element], length: int, digits: int, *, in_context: bool) -> bool:
    """Whether so many characters name something; fewer do where the words before announce a number."""
    if not digits or length < (3 if in_context else _MIN_LETTERED):
        return False
    if digits < length:
        is_pronoun = digits == 1 and not elements[-1].typed and elements[-1].reads == "1"  # "the T R K one"
        return not is_pronoun and (len(elements) > 1 or elements[0].typed)
    return digits >= _MIN_DIGITS or in_context


def _is_a_piece(text: str, elements: list[_Element]) -> bool:
    """Whether digits are too few for a number of their own, and count nothing: "nine one two", "912, thanks"."""
    if _COUNTS.match(text, elements[-1].end) is not None:
        return False
    if len(elements) == 1:
        one, ends = elements[0], _ENDS_PIECE.match(text, elements[0].end) is not None
        return one.typed and one.reads.isdigit() and _MIN_PIECE <= one.digits < _MIN_DIGITS and ends
    one_by_one = all(element.digits == 1 and not element.typed for element in elements)
    return one_by_one and _MIN_PIECE <= len(elements) < _MIN_DIGITS


def _near_digits(elements: list[_Element]) -> bool:
    return bool(elements[1].digits) or elements[1].letter or (len(elements) > 2 and elements[2].digits > 0)  # noqa: PLR2004


def _readings(elements: list[_Element]) -> frozenset[str]:
    """What the run can read as: "twenty three" is 23 or 203."""
    parts: list[tuple[str, ...]] = []
    index = 0
    while index < len(elements):
        current = elements[index].reads
        following = elements[index + 1].reads if index + 1 < len(elements) else ""
        is_tens = not elements[index].typed and current in _TENS
        if is_tens and len(following) == 1 and following in "123456789":
            parts.append((current[0] + following, current + following))
            index += 2
        else:
            parts.append((current,))
            index += 1
    return frozenset("".join(choice) for choice in itertools.islice(itertools.product(*parts), _MAX_READINGS))
