"""Days in any spoken form, heard on Thursday, February 12th, 2026."""

from datetime import date

import pytest

from sheriff_core.evaluation.claims.dates import find_days
from sheriff_core.evaluation.claims.text import Page

TODAY = date(2026, 2, 12)
SATURDAY = date(2026, 2, 14)


def said(text: str, day: date) -> bool:
    page = Page(text)
    patterns = [pattern for *_, pattern in find_days(page.open, 0, len(text), TODAY, page.is_capitalised)]
    assert patterns, f"no day found in {text!r}"
    return all(pattern.fits(day, TODAY) for pattern in patterns)


@pytest.mark.parametrize(
    "text",
    [
        "Saturday",
        "this Saturday",
        "Saturday the 14th",
        "Saturday, February 14th",
        "Saturday, the fourteenth of February",
        "February 14",
        "February 14th, 2026",
        "february the fourteenth",
        "Feb 14",
        "Feb. 14th",
        "the 14th of February",
        "14 February",
        "February fourteen",
        "2/14",
        "2/14/2026",
        "02/14/26",
        "14/2",
        "2026-02-14",
        "in two days",
        "the day after tomorrow",
        "this weekend",
        "within three days",
        "in a couple of days",
        "Sat, Feb 14",
        "February 14th, twenty twenty-six",
        "this week",
    ],
)
def test_saturday_the_fourteenth_is_understood_in_every_form(text: str) -> None:
    assert said(text, SATURDAY)
    assert not said(text, date(2026, 3, 2))


@pytest.mark.parametrize(
    "text",
    [
        "Sunday",
        "Friday, February 14th",
        "Saturday, February 13th",
        "Saturday the 15th",
        "February 15th",
        "February fifteenth",
        "the 13th of February",
        "2/13",
        "2/15/2026",
        "2026-02-15",
        "tomorrow",
        "in three days",
        "next Saturday",
        "March 14th",
        "February 14th, 2027",
        "next week",
        "last Saturday",
        "today, Saturday, February 14th",
        "yesterday",
        "Mon, Feb 14",
    ],
)
def test_another_day_or_a_wrong_weekday_does_not_fit(text: str) -> None:
    assert not said(text, SATURDAY)


def test_next_tuesday_is_a_day_of_the_following_week() -> None:
    assert said("next Tuesday", date(2026, 2, 17))
    assert not said("next Tuesday", date(2026, 2, 24))


@pytest.mark.parametrize("text", ["It may be so.", "It sat there.", "the sun is out", "march on", "wed"])
def test_verbs_and_nouns_are_no_days(text: str) -> None:
    page = Page(text)

    assert list(find_days(page.open, 0, len(text), TODAY, page.is_capitalised)) == []
