"""Independent renderers: each writes a tracking number the way one kind of caller or transcriber would.

None of them knows the grammar's tables. A renderer returns the spoken form; numbers and dice come from `numbers.py`.
"""

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from random import Random

from num2words import num2words

NATO = dict(
    zip(
        string.ascii_uppercase,
        [
            *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo"),
            *("Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor"),
            *("Whiskey", "X-ray", "Yankee", "Zulu"),
        ],
        strict=True,
    )
)
EVERYDAY = dict(
    zip(
        string.ascii_uppercase,
        [
            *("Adam", "Bob", "cat", "dog", "Edward", "Frank", "George", "Harry", "Ida", "John", "kilo", "Larry"),
            *("Mary", "Nancy", "Oliver", "Peter", "queen", "Robert", "Sam", "Thomas", "umbrella", "Victor", "William"),
            *("xylophone", "yellow", "zebra"),
        ],
        strict=True,
    )
)
SOUNDS = dict(
    zip(
        string.ascii_uppercase,
        [
            *("ay", "bee", "cee", "dee", "ee", "eff", "gee", "aitch", "eye", "jay", "kay", "el", "em", "en", "oh"),
            *("pee", "queue", "ar", "ess", "tee", "you", "vee", "double u", "ex", "why", "zed"),
        ],
        strict=True,
    )
)
MULTIPLES = {2: "double", 3: "triple"}


@dataclass(frozen=True)
class Renderer:
    """One way to say a number. `is_clear`: a careful listener would write down one number only.

    The letter O is left out of clear kinds: spelled beside digits it sounds like the digit. It has kinds of its own.
    """

    kind: str
    render: Callable[[str, Random], str]
    is_clear: bool
    letters: str = string.ascii_uppercase.replace("O", "")


def runs(number: str) -> Iterator[tuple[bool, str]]:
    for is_digits, run in groupby(number, key=str.isdigit):
        yield is_digits, "".join(run)


def one_by_one(number: str, dice: Random) -> str:
    return " ".join(num2words(c) if c.isdigit() else c for c in number)


def nato(number: str, dice: Random) -> str:
    return " ".join(num2words(c) if c.isdigit() else NATO[c].lower() for c in number)


def for_example(number: str, dice: Random) -> str:
    said = []
    for c in number:
        link = dice.choice(("as in", "for", "like"))
        said.append(num2words(c) if c.isdigit() else f"{c} {link} {EVERYDAY[c]}")
    return ", ".join(said)


def letter_sounds(number: str, dice: Random) -> str:
    return " ".join(num2words(c) if c.isdigit() else SOUNDS[c] for c in number)


def doubled(number: str, dice: Random) -> str:
    said = []
    for c, run in groupby(number):
        count, name = len(list(run)), num2words(c) if c.isdigit() else c
        while count:
            times = min(count, 3)
            said.append(f"{MULTIPLES[times]} {name}" if times in MULTIPLES else name)
            count -= times
    return " ".join(said)


def courteous(number: str, dice: Random) -> str:
    said = one_by_one(number, dice).split()
    for _ in range(2):
        said.insert(dice.randrange(1, len(said)), dice.choice(("um", "uh,", "dash", "hyphen", "and then")))
    opening = dice.choice(
        ("Hi, my tracking number is", "it's", "So the number is, um,", "okay I think it's", "yes it's")
    )
    return f"{opening} {' '.join(said)}{dice.choice((' please', ', thank you.', '.', ''))}"


def shouted(number: str, dice: Random) -> str:
    return one_by_one(number, dice).upper()


def spelled_groups(number: str, dice: Random) -> str:
    said = []
    for _, run in runs(number):
        said += [" ".join(run[i : i + 3]) for i in range(0, len(run), 3)]
    return ", ".join(said)


def typed(number: str, dice: Random) -> str:
    text = dice.choice("-_. /").join(run for _, run in runs(number))
    return text.lower() if dice.random() < 0.5 else text


def typed_in_capitals(number: str, dice: Random) -> str:
    return dice.choice("-_. /").join(run for _, run in runs(number))


def half_transcribed(number: str, dice: Random) -> str:
    """Some digits as words, some as numerals, joined as a transcriber joins them: "S H R 12 three 4"."""
    said = []
    for is_digits, run in runs(number):
        if not is_digits:
            said.append(dice.choice((run, " ".join(run), ".".join(run) + ".")))
            continue
        rest = run
        while rest:
            size = dice.choice((1, 1, 2, 3))
            said.append(rest[:size] if size > 1 or dice.random() < 0.5 else num2words(rest[0]))
            rest = rest[size:]
    return " ".join(said)


def whole_cardinals(number: str, dice: Random) -> str:
    """Digits as one number where they can be: "one hundred and twenty-three"."""
    said = []
    for is_digits, run in runs(number):
        groups = [run[i : i + 3] for i in range(0, len(run), 3)] if is_digits else list(run)
        for group in groups:
            if is_digits and group[0] != "0":
                said.append(num2words(group))
            else:
                said += [num2words(c) if c.isdigit() else c for c in group]
    return ", ".join(said)


def loose_tens(number: str, dice: Random) -> str:
    """Pairs without a hyphen: "twenty three forty five" (23 or 203)."""
    said = []
    for is_digits, run in runs(number):
        pairs = [run[i : i + 2] for i in range(0, len(run), 2)] if is_digits else list(run)
        for pair in pairs:
            if is_digits and pair[0] != "0":
                said.append(num2words(pair).replace("-", " "))
            else:
                said += [num2words(c) if c.isdigit() else c for c in pair]
    return ", ".join(said)


def said_oh(number: str, dice: Random) -> str:
    return one_by_one(number, dice).replace("zero", "oh")


def misheard(number: str, dice: Random) -> str:
    homophones = {"two": ("to", "too"), "four": ("for",), "eight": ("ate",), "one": ("won",), "three": ("tree",)}
    said = one_by_one(number, dice).split()
    spots = [i for i, word in enumerate(said) if word in homophones]
    for i in dice.sample(spots, min(2, len(spots))):
        said[i] = dice.choice(homophones[said[i]])
    return " ".join(said)


def plain_cardinals(number: str, dice: Random) -> str:
    """The American way, without "and": "one hundred twenty three"."""
    return whole_cardinals(number, dice).replace(" and ", " ").replace("-", " ")


RENDERERS = (
    Renderer("digit words", one_by_one, is_clear=True),
    Renderer("NATO", nato, is_clear=True),
    Renderer("S as in Sam", for_example, is_clear=True),
    Renderer("letter sounds", letter_sounds, is_clear=True),
    Renderer("doubled", doubled, is_clear=True, letters=string.ascii_uppercase.translate({ord("O"): "", ord("U"): ""})),
    Renderer("doubled U (or W)", doubled, is_clear=False, letters="UUW"),
    Renderer("fillers, dashes", courteous, is_clear=True),
    Renderer("all capitals", shouted, is_clear=True),
    Renderer("spelled groups", spelled_groups, is_clear=True),
    Renderer("typed", typed, is_clear=True),
    Renderer("half transcribed", half_transcribed, is_clear=True),
    Renderer("cardinals (and, -)", whole_cardinals, is_clear=True),
    Renderer("letter O, spelled", one_by_one, is_clear=False, letters="OOOABDH"),
    Renderer("letter O, as a sound", letter_sounds, is_clear=False, letters="OOOABDH"),
    Renderer("letter O, by name", nato, is_clear=True, letters="OOOABDH"),
    Renderer("letter O, typed", typed_in_capitals, is_clear=True, letters="OOOABDH"),
    Renderer("oh for zero", said_oh, is_clear=False),
    Renderer("tens without hyphen", loose_tens, is_clear=False),
    Renderer("hundreds without and", plain_cardinals, is_clear=False),
    Renderer("misheard homophones", misheard, is_clear=False),
)
