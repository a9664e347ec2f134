"""Tracking numbers and telephone numbers, typed, spelled or spoken, wherever they stand in a turn."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sheriff_core.evaluation.claims_numbers import DIGITS, TEENS, TENS
from sheriff_core.evaluation.claims_vocabulary import SAFE_WORDS

_NATO = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu zed zee"
).split()
_PHONETIC = {word: word[0].upper() for word in _NATO}
_ELEMENT = re.compile(
    r"(?P<as>(?<![a-z0-9'])(?P<asletter>[a-z])\s+(?:as\s+in|like\s+in|for|like)\s+[a-z]+)"
    r"|(?P<times>(?<![a-z0-9])(?P<how>double|triple|treble)\s+(?P<what>[a-z]+|\d)(?![a-z0-9]))"
    r"|(?P<word>(?<![a-z0-9'])x-ray|(?<![a-z0-9'])[a-z0-9]+(?:'[a-z]+)?(?![a-z0-9']))"
)
_GAP = re.compile(r"[\s,.\-_/\"()#]{0,4}(?:(?:dash|hyphen|space|slash|dot|capital|underscore|then|and\s+then)[\s,]+)*")
_MIN_LETTERED = 4
_MIN_DIGITS = 5
_MAX_READINGS = 16
_SUFFIX = re.compile(
    r"(?:ending|ends|end|finishing)(?:\s+(?:in|with))?(?:\s+the\s+(?:digits|numbers?))?[\s:,]*$|last\s+(?:four|4|three|3|few)?\s*(?:digits|numbers?)?\s*(?:are|is|being)?[\s:,]*$"
)
_CONTEXT = re.compile(r"(?:number|tracking|code|reference|id)(?:\s+(?:is|was|of|as|reads|number))?[\s:,#\"]*$")
PHONE = re.compile(
    r"\[phone\]|(?<![\w+])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?!\w)"
    r"|(?<![\w+])\+\d{7,15}(?!\w)|(?<![\w-])\d{3}-\d{4}(?![\w-])|(?<![\w-])1-8\d\d(?:-[a-z0-9]+)+"
)
_PHONE_CONTEXT = re.compile(r"(?:call|phone|dial|ring|reach|telephone|line|text|hotline|contact)\b[^.;!?]{0,40}$")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that names something: its span, what it can read as, and whether only its end was said."""

    start: int
    end: int
    readings: frozenset[str]
    suffix: bool = False
    phone: bool = False


@dataclass(slots=True)
class _Element:
    start: int
    end: int
    choices: tuple[str, ...]
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
        if run and (not joined or _is_whole(run, element)):
            yield run
            run = []
        run.append(element)
    if run:
        yield run


_JOINTS = frozenset("dash hyphen space slash dot capital underscore then and".split())


def _is_whole(run: list[_Element], following: _Element) -> bool:
    """Whether a typed number is complete, so that a word after it ("SHR123456 two ...") begins something else."""
    return run[-1].typed and not following.typed and sum(element.digits for element in run) >= _MIN_LETTERED


def _element(match: re.Match[str]) -> _Element | None:
    start, end = match.span()
    if match["as"]:
        return _Element(start, end, (match["asletter"].upper(),), typed=False, digits=0)
    if match["times"]:
        what = DIGITS.get(match["what"]) or (match["what"] if len(match["what"]) == 1 else None)
        if what is None:
            return None
        times = 2 if match["how"] == "double" else 3
        return _Element(start, end, (what.upper() * times,), typed=False, digits=times if what.isdigit() else 0)
    word = match["word"]
    if word in _JOINTS:
        return None
    if word in DIGITS and word != "o":
        return _Element(start, end, (DIGITS[word],), typed=False, digits=1)
    if word in TEENS:
        return _Element(start, end, (str(TEENS[word]),), typed=False, digits=2)
    if word in TENS:
        return _Element(start, end, (str(TENS[word]),), typed=False, digits=2)
    if len(word) == 1 and word.isalpha():
        return _Element(start, end, (word.upper(),), typed=False, digits=0, letter=True)
    if word in _PHONETIC:
        return _Element(start, end, (_PHONETIC[word],), typed=False, digits=0)
    digits = sum(character.isdigit() for character in word)
    if digits and "'" not in word and not re.fullmatch(r"\d+(?:st|nd|rd|th|am|pm)", word):
        return _Element(start, end, (word.upper(),), typed=True, digits=digits)
    if word.isalpha() and 2 <= len(word) <= 5 and word not in _COMMON and word not in SAFE_WORDS:  # noqa: PLR2004 - a typed prefix such as SHR
        return _Element(start, end, (word.upper(),), typed=True, digits=0)
    return None


# Short words that stand beside numbers and are no prefix of a tracking number.
_COMMON = frozenset(
    "is it its was for the and or on at by to of in as an am pm no not are be has have had you your my me we our us he she they "
    "with from will can may that this then than there here so but if yes well okay ok sure hi hello hey number order item "
    "box boxes bag items been see let get got one ones all any some just only now also too do does did who what when where "
    "which why how about after again under over up down out off into per via says said read reads shows show today says that's "
    "its date day days week weeks hour hours mins min due eta sorry thank great good nice right please code case next last "
    "late later left more most much must need needs new none note ago old other plus same sent ship stop such sure take "
    "tell text time tried try two type until used very want wait way went were yet dear mr mrs ms dr dana apt suite unit "
    "door gate hub depot house road st ave feb jan mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun "
    "march april may june july gmt utc find found look looks might could would these those their them call calls caller "
    "every first third fifth sixth ninth tenth month year noon miles km kg lbs pound euro usd cents fee cost bill paid "
    "dozen pairs couple".split()
)


def _identify(text: str, start: int, run: list[_Element]) -> Identifier | None:
    elements = list(run)
    # A lone "a" or "i" at either end is a word of the sentence.
    while elements and elements[-1].letter and elements[-1].choices[0] in "AI" and len(elements) > 1:
        elements.pop()
    while elements and elements[0].letter and elements[0].choices[0] in "I":
        elements.pop(0)
    # Words before the first character that is not a prefix ("order SHR") do not count: a prefix stands next to digits.
    while len(elements) > 1 and elements[0].typed and not elements[0].digits and not _near_digits(elements):
        elements.pop(0)
    while elements and elements[-1].typed and not elements[-1].digits:
        elements.pop()
    if not elements:
        return None
    readings = _readings(elements)
    longest = max(readings, key=len)
    digits = sum(character.isdigit() for character in longest)
    letters = len(longest) - digits
    before = text[max(0, start) : elements[0].start]
    first, last = elements[0].start, elements[-1].end
    if _SUFFIX.search(before):
        return Identifier(first, last, readings, suffix=True) if digits else None
    if not digits or len(longest) < (3 if _CONTEXT.search(before) else _MIN_LETTERED):
        return None
    if letters and len(elements) == 1 and not elements[0].typed:
        return None
    if not letters and digits < _MIN_DIGITS and not _CONTEXT.search(before):
        return None
    phone = not letters and digits in {7, 10, 11} and _PHONE_CONTEXT.search(before) is not None
    return Identifier(first, last, readings, phone=phone)


def _near_digits(elements: list[_Element]) -> bool:
    return bool(elements[1].digits) or elements[1].letter or (len(elements) > 2 and elements[2].digits > 0)  # noqa: PLR2004


def _readings(elements: list[_Element]) -> frozenset[str]:
    """What the run can read as: "twenty three" is 23 or 203."""
    parts: list[tuple[str, ...]] = []
    index = 0
    while index < len(elements):
        current = elements[index].choices[0]
        following = elements[index + 1].choices[0] if index + 1 < len(elements) else ""
        is_tens = (
            not elements[index].typed
            and len(current) == 2
            and current.isdigit()
            and current[1] == "0"
            and current != "10"
        )  # noqa: PLR2004
        if is_tens and len(following) == 1 and following.isdigit() and following != "0":
            parts.append((current[0] + following, current + following))
            index += 2
        else:
            parts.append((current,))
            index += 1
    return frozenset("".join(choice) for choice in itertools.islice(itertools.product(*parts), _MAX_READINGS))
