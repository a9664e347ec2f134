"""A number read back, and the last four digits of a phone number."""

import re
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sheriff_core.last_four import last_four, last_four_readings
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.spelling import spelled
from sheriff_core.tracking_number import read_tracking_number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("SHR123456", "S H R, 1 2 3, 4 5 6"),
        ("AB-123 456", "A B, 1 2 3, 4 5 6"),
        ("1234", "1 2 3 4"),
        ("12345", "1 2 3, 4 5"),
        ("1234567", "1 2 3, 4 5 6 7"),
        ("1Z999AA1", "1, Z, 9 9 9, A A, 1"),
        ("ABCDEFG1", "A B C, D E F G, 1"),
        ("a1", "A, 1"),
        ("", ""),
    ],
)
def test_number_is_spelled_in_groups(number: str, expected: str) -> None:
    assert spelled(number) == expected


@settings(deadline=None)
@given(st.text(string.ascii_uppercase.replace("O", "").replace("A", "") + string.digits, min_size=4, max_size=40))
def test_spelled_number_reads_back_to_itself(number: str) -> None:
    assume(not re.match(r"([A-Z]{2,})\1[0-9]", number))  # letters that come twice may have been said twice
    policy = TrackingNumberPolicy(needs_digit=False)
    found = read_tracking_number(spelled(number), policy)
    assert found is not None
    assert found.readings == (number,)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        *[(said, "1234") for said in ("1234", "12 34", "1 2 3 4", "1-2-3-4", "one two three four", "1234.")],
        *[(said, "1234") for said in ("twelve thirty-four", "twelve thirty four", "ends in 1234", "it's 1234 please")],
        *[(said, "1234") for said in ("the last four digits are one two three four", "my last 4 are 1234")],
        *[(said, "1234") for said in ("the four digits are 1234", "one two three four digits", "1 2 3 4, four digits")],
        ("it is a 1 2 3 4", "1234"),
        ("those are one two three four", "1234"),
        ("first is 1, second is 2, third is 3, fourth is 4", "1234"),
        *[(said, "1234") for said in ("one thousand two hundred and thirty-four", "won to three for")],
        ("double one two three", "1123"),
        ("one oh oh five", "1005"),
        ("double oh seven seven", "0077"),
        ("double zero double nine", "0099"),
        ("twenty twenty", "2020"),
        ("my phone ends in 2020", "2020"),
        ("nineteen hundred", "1900"),
        ("\uff11\uff12\uff13\uff14", "1234"),
        ("ends with double four, double five", "4455"),
    ],
)
def test_last_four_digits_in_any_form(said: str, expected: str) -> None:
    assert last_four(said) == expected
    assert last_four_readings(said)[0] == expected


@pytest.mark.parametrize(
    "said",
    [
        *("", "one two three", "12345", "+44 7700 900123", "1234; --", "AB12", "twelve", "I don't know", "no"),
        *("it's not 1234", "not 1234 but 12", "one two no three four", "1234\n", "\u200b1234", "1" * 300),
    ],
)
def test_anything_but_four_digits_is_no_answer(said: str) -> None:
    assert last_four(said) is None
    assert last_four_readings(said) == ()


def test_two_possible_answers_are_not_guessed_between() -> None:
    assert last_four_readings("twenty, three five for") == ("2354", "2035")
    assert last_four("twenty, three five for") is None


@settings(deadline=None)
@given(st.text(max_size=210))
def test_any_text_is_four_digits_or_none(said: str) -> None:
    found = last_four(said)
    assert found is None or (len(found) == 4 and found.isascii() and found.isdigit())
