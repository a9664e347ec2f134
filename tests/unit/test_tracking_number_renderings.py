"""Whoever renders a number in words, it reads back; whatever else is said, reading never fails."""

import string
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import canonical, read_tracking_number

POLICY = TrackingNumberPolicy()


def listed(text: str) -> list[str]:
    return text.split()


DIGITS = listed("zero one two three four five six seven eight nine")
TEENS = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
TENS = listed("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
NATO_WORDS = listed(
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey xray yankee zulu"
)
EXAMPLE_WORDS = listed(
    "apple Bob cat dog egg Frank Gary house ice Jim kite lemon Mary Nick onion pizza queen rabbit Sam Tom umbrella van "
    "water xylophone yogurt zoo"
)
NATO = dict(zip(string.ascii_uppercase, NATO_WORDS, strict=True))
EXAMPLES = dict(zip(string.ascii_uppercase, EXAMPLE_WORDS, strict=True))
SOUND_WORDS = listed(
    "ay be see dee ee ef gee aitch eye jay kay el em en o pee queue are es tee you vee double-you ex why zee"
)
SOUNDS = {letter: word.replace("-", " ") for letter, word in zip(string.ascii_uppercase, SOUND_WORDS, strict=True)}
NOISE = ("um", "uh,", "it's", "okay so", "my tracking number is", "the number is", "yeah I think it's", "please")

# The alphabet and lengths of real numbers; at least four characters, one of them a digit.
NUMBERS = st.builds(
    lambda letters, digits, tail: letters + digits + tail,
    st.text(string.ascii_uppercase, max_size=4),
    st.text(string.digits, min_size=4, max_size=10),
    st.text(string.ascii_uppercase, max_size=2),
)
SEEDS = st.integers(0, 2**32)


def digit_words(number: str, dice: Random) -> str:
    return " ".join(DIGITS[int(c)] if c.isdigit() else c for c in number)


def nato(number: str, dice: Random) -> str:
    return " ".join(DIGITS[int(c)] if c.isdigit() else NATO[c] for c in number)


def as_in(number: str, dice: Random) -> str:
    words = []
    for c in number:
        link = dice.choice(("as in", "like", "for"))
        words.append(DIGITS[int(c)] if c.isdigit() else f"{c} {link} {EXAMPLES[c]},")
    return " ".join(words)


def doubled(number: str, dice: Random) -> str:
    words, i = [], 0
    while i < len(number):
        run = next(n for n in (3, 2, 1) if number[i : i + n] == number[i] * n)
        word = DIGITS[int(number[i])] if number[i].isdigit() else NATO[number[i]]
        words.append({1: "", 2: "double ", 3: dice.choice(("triple ", "treble "))}[run] + word)
        i += run
    return " ".join(words)


def typed(number: str, dice: Random) -> str:
    separators = dice.choice(("-", "._/-", " -"))
    text = "".join(c + (dice.choice(separators) if dice.random() < 0.3 else "") for c in number[:-1]) + number[-1]
    return text.lower() if " " not in text and dice.random() < 0.5 else text


def courteous(number: str, dice: Random) -> str:
    middle = digit_words(number, dice).split()
    middle.insert(dice.randrange(len(middle)) if len(middle) > 1 else 0, dice.choice(("uh,", "um", "dash")))
    return f"{dice.choice(NOISE)} {' '.join(middle)} {dice.choice(('', 'please', 'thanks.', 'thank you'))}"


def hyphenated_tens(number: str, dice: Random) -> str:
    return _tens(number, "-")


def grouped_tens(number: str, dice: Random) -> str:
    return _tens(number, " ")


def sounds(number: str, dice: Random) -> str:
    said = " ".join(DIGITS[int(c)] if c.isdigit() else SOUNDS[c] for c in number)
    opening = dice.choice(("", "it is ", "um ", "sure, ", "my order is ", "the number is "))
    return opening + said + dice.choice(("", " thanks"))


def _tens(number: str, link: str) -> str:
    words, i = [], 0
    while i < len(number):
        pair = number[i : i + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit() and pair[0] != "0" and (pair[1] != "0" or link == " "):
            tens, unit = int(pair[0]), int(pair[1])
            words.append(TEENS[unit] if tens == 1 else TENS[tens] + (link + DIGITS[unit] if unit else ""))
            i += 2
        else:
            words.append(DIGITS[int(number[i])] if number[i].isdigit() else number[i])
            i += 1
    # "twenty one" could be 21: a hyphen says which, and so does the pause after a bare ten.
    return (" " if link == "-" else ", ").join(words)


def no_lone_o(number: str) -> str:
    """A spelled O beside digits is ambiguous on purpose."""
    return number.replace("O", "Q").replace("I", "J")


@pytest.mark.parametrize("render", [digit_words, nato, as_in, doubled, courteous, hyphenated_tens])
@settings(deadline=None)
@given(number=NUMBERS, seed=SEEDS)
def test_clear_rendering_reads_back_to_the_number_alone(
    render: Callable[[str, Random], str], number: str, seed: int
) -> None:
    number = no_lone_o(number)
    said = render(number, Random(seed))
    found = read_tracking_number(said, POLICY)
    assert found is not None
    assert found.readings == (number,), said


@pytest.mark.parametrize("render", [digit_words, nato, as_in, doubled, courteous, hyphenated_tens, typed])
@settings(deadline=None)
@given(number=NUMBERS, seed=SEEDS)
def test_any_rendering_holds_the_number(render: Callable[[str, Random], str], number: str, seed: int) -> None:
    said = render(number, Random(seed))
    found = read_tracking_number(said, POLICY)
    assert found is not None
    assert number in found.readings, said


@settings(deadline=None)
@given(number=NUMBERS, seed=SEEDS)
def test_letters_that_are_heard_as_words_are_held(number: str, seed: int) -> None:
    number = number.replace("O", "Q")  # a nought as well, which doubles the readings there are to choose from
    said = sounds(number, Random(seed))
    found = read_tracking_number(said, POLICY)
    assert found is not None
    assert number in found.readings, said


@settings(deadline=None)
@given(number=NUMBERS)
def test_tens_said_in_groups_are_read_as_groups_first(number: str) -> None:
    number = no_lone_o(number)
    found = read_tracking_number(grouped_tens(number, Random(0)), POLICY)
    assert found is not None
    assert found.canonical == number
    assert len(found.readings) <= POLICY.max_readings


@settings(deadline=None)
@given(text=st.text(max_size=60) | st.text(string.ascii_letters + string.digits + " -_.,/", max_size=60))
def test_canonical_is_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


VOCABULARY = st.sampled_from(
    listed(
        "zero one two to for oh o a twenty thirty hundred thousand and double triple alpha u as in like B dash um it's "
        "five-six no again 12 AB123 A hundred"
    )
)


@settings(deadline=None)
@given(said=st.text(max_size=450) | st.lists(VOCABULARY, max_size=80).map(" ".join))
def test_any_text_is_read_or_refused_within_the_bounds(said: str) -> None:
    found = read_tracking_number(said, POLICY)
    if found is None:
        return
    assert 1 <= len(found.readings) <= POLICY.max_readings
    assert len(set(found.readings)) == len(found.readings)
    for reading in found.readings:
        assert canonical(reading) == reading
        assert reading.isascii()
        assert POLICY.min_length <= len(reading) <= POLICY.max_length
    assert read_tracking_number(said, POLICY) == found


@settings(deadline=None)
@given(
    number=NUMBERS,
    at=st.integers(0, 14),
    hostile=st.sampled_from(list("'\"`<>()[]{}|*$+@;=&%\\^~\n\r\t\x00\x1b\u200b\u202e\ufeff\u0301\u00e9\U0001f4e6")),
)
def test_one_hostile_character_refuses_the_whole(number: str, at: int, hostile: str) -> None:
    assert read_tracking_number(number[:at] + hostile + number[at:], POLICY) is None
