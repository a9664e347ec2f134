"""Tracking numbers and telephone numbers in speech."""

import pytest

from sheriff_core.evaluation.claims.identifiers import find_identifiers
from sheriff_core.evaluation.claims.text import fold


def readings(text: str) -> list[set[str]]:
    folded = fold(text)
    return [set(found.readings) for found in find_identifiers(folded, 0, len(folded)) if not found.phone]


@pytest.mark.parametrize(
    "said",
    [
        "SHR123456",
        "shr123456",
        "SHR-123-456",
        "SHR 123 456",
        "S H R 1 2 3 4 5 6",
        "S-H-R-1-2-3-4-5-6",
        "S. H. R. 1 2 3 4 5 6",
        "S H R, 1 2 3, 4 5 6",
        "S H R one two three four five six",
        "SHR one two three four five six",
        "S H R dash one two three, four five six",
        "sierra hotel romeo one two three four five six",
        "S as in Sam, H R one two three four five six",
        "s h r 123456",
    ],
)
def test_every_rendering_reads_back_to_the_number(said: str) -> None:
    assert readings(f"I found {said} here.") == [{"SHR123456"}]


def test_tens_and_units_may_be_read_both_ways() -> None:
    assert readings("It is S H R twenty three forty five.") == [{"SHR2345", "SHR20345", "SHR23405", "SHR203405"}]


def test_double_and_triple_digits_are_repeated() -> None:
    assert readings("number T R K double five triple oh one") == [{"TRK550001"}]


def test_the_end_of_a_number_is_known_as_such() -> None:
    text = "the one ending in 3 4 5 6"

    assert [found.suffix for found in find_identifiers(text, 0, len(text))] == [True]


@pytest.mark.parametrize("text", ["one moment", "two days", "yes okay so", "a b", "at 5 pm", "number one", "i am here"])
def test_ordinary_words_and_small_numbers_name_nothing(text: str) -> None:
    assert readings(text) == []


@pytest.mark.parametrize("said", ["312-555-0100", "(312) 555-0100", "+1 312 555 0100", "1-800-555-0199", "[phone]"])
def test_telephone_numbers_are_told_from_tracking_numbers(said: str) -> None:
    text = f"you can call {said}"

    assert any(found.phone for found in find_identifiers(text, 0, len(text)))
