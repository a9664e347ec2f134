"""What is said of an estimate whose day is over, and of one that is still to come."""

from typing import Any

import pytest

from sheriff_core.evaluation.groundedness import CallScore, score_call
from tests.unit.scoring import DANA, call, tool_call

WAITED_FOR: dict[str, Any] = DANA | {"estimatedDelivery": "2026-02-09"}  # a Monday; the call is on Thursday


def heard(text: str, document: dict[str, Any]) -> CallScore:
    return score_call(call(text), [tool_call(document)])


@pytest.mark.parametrize(
    "text",
    [
        "The date has passed.",
        "The estimated date was Monday, February 9th, and that's come and gone.",
        "The estimated date, Monday, has already passed.",
        "Estimate passed. No new date on record.",
        "There's no newer date, I'm afraid.",
        "I don't have an updated estimate.",
        "It was expected three days ago.",
        "It was supposed to be Monday.",
        "That was three days ago, and it hasn't been delivered.",
        "It's overdue.",
        "I can't see why it's late.",
        "I don't know when it will arrive.",
        "I can't tell you when it's going to come.",
    ],
)
def test_the_day_of_a_delivery_that_is_waited_for_is_over(text: str) -> None:
    assert not heard(text, WAITED_FOR).fabricated


@pytest.mark.parametrize(
    "text",
    [
        "The date hasn't passed.",
        "It isn't late.",
        "It's not overdue yet.",
        "It was expected two days ago.",
        "The information is three days old.",
        "It has been delivered late.",
        "It's delayed.",
        "There's no estimated date on record.",
        "Another date has been set.",
        "It's late because of the snow.",
    ],
)
def test_nothing_more_follows_from_a_day_that_is_over(text: str) -> None:
    assert heard(text, WAITED_FOR).fabricated


@pytest.mark.parametrize(
    "text",
    [
        "The date has passed.",
        "The estimated date, Saturday, has already passed.",
        "That's already gone by.",
        "It's overdue.",
        "It's late.",
        "I don't know when it will arrive.",
    ],
)
def test_a_day_to_come_is_not_over(text: str) -> None:
    assert heard(text, DANA).fabricated


def test_a_day_to_come_has_not_passed() -> None:
    assert not heard("That date hasn't passed yet.", DANA).fabricated


def test_a_journey_that_has_ended_is_not_overdue() -> None:
    assert heard("It's overdue.", WAITED_FOR | {"status": "delivered"}).fabricated


@pytest.mark.parametrize(
    "text",
    [
        "I can't tell you the exact time it will arrive.",
        "I don't have a delivery window.",
        "I can't say what time it'll come.",
        "A specific time slot is not available.",
    ],
)
def test_a_day_is_no_hour(text: str) -> None:
    assert not heard(text, DANA).fabricated


@pytest.mark.parametrize("asked", ["Is it late?", "Is it overdue?", "It's a bit late, isn't it?"])
def test_whether_it_is_late_may_be_answered_in_a_word(asked: str) -> None:
    assert not score_call(call(("user", asked), "Yes."), [tool_call(WAITED_FOR)]).fabricated
    assert score_call(call(("user", asked), "No."), [tool_call(WAITED_FOR)]).fabricated
    assert score_call(call(("user", asked), "Yes."), [tool_call(DANA)]).fabricated
    assert not score_call(call(("user", asked), "No."), [tool_call(DANA)]).fabricated
