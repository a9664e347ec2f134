"""Words that state nothing one by one, and what they tell together."""

from typing import Any

import pytest

from sheriff_core.evaluation.groundedness import score_call
from tests.unit.scoring import DANA, call, tool_call


def fabricated(text: str, **changed: Any) -> bool:
    return score_call(call(("user", "Where is it?"), text), [tool_call(DANA | changed)]).fabricated


@pytest.mark.parametrize(
    "text",
    [
        "You already have it.",
        "It's with you now.",
        "It came already.",
        "It came back to us.",
        "It's back with the sender.",
        "It's ready for you.",
        "You just missed it.",
        "It's in your hands.",
        "It's in Dana's hands.",
        "It's in good hands.",
        "Your parcel is still with us.",
        "It's at our end.",
        "It's here.",
        "The package is on the other side.",
        "It was accepted by someone.",
        "It's being looked at.",
        "Some items are missing.",
        "It's only part of your order.",
        "The rest comes later.",
        "There's more coming.",
        "Everything is going as planned.",
        "The date has changed.",
        "It was originally expected earlier.",
        "It's minutes away.",
        "It's an evening delivery.",
        "It's due a week on Saturday.",
        "It's estimated for the weekend after this one.",
        "You're next in line.",
        "We called you about it.",
        "We've been trying to reach you.",
        "It's out for delivery, I double-checked with the driver.",
        "You need to be there.",
        "It's under another name.",
        "It isn't yours.",
    ],
)
def test_what_harmless_words_tell_together_is_a_fabrication(text: str) -> None:
    assert fabricated(text)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("delivered", "You already have it."),
        ("delivered", "It's with you now."),
        ("delivered", "It came already."),
        ("returned", "It's back with us."),
        ("ready_for_pickup", "It's ready for you."),
        ("failed_attempt", "You missed it."),
        ("out_for_delivery", "It hasn't come yet."),
        ("out_for_delivery", "You don't have it yet."),
        ("out_for_delivery", "It's not here yet."),
        ("out_for_delivery", "It isn't with you yet."),
    ],
)
def test_what_they_tell_of_the_recorded_state_is_compared_with_it(status: str, text: str) -> None:
    other = "out_for_delivery" if status != "out_for_delivery" else "delivered"

    assert not fabricated(text, status=status)
    assert fabricated(text, status=other)


@pytest.mark.parametrize(
    "text",
    [
        "It's back up now, thanks for holding.",
        "Okay, it's right here: out for delivery.",
        "It came up as out for delivery.",
        "It came back as out for delivery.",
        "Let me know when you have it.",
        "Read it out once you have it.",
        "There you have it.",
        "I'm ready when you are.",
        "It should be with you on Saturday the 14th.",
        "I've looked at it, and it's out for delivery.",
        "It's under the name Dana Whitfield.",
        "I confirmed it with the record.",
        "I asked you for the number already.",
        "The date hasn't changed.",
        "It's due this week on Saturday.",
        "You'll need your tracking number.",
    ],
)
def test_the_same_words_in_their_other_use_tell_nothing(text: str) -> None:
    assert not fabricated(text)


@pytest.mark.parametrize(
    "text",
    [
        "It doesn't exist any more.",
        "That number is no longer valid.",
        "It's too old to show.",
        "It hasn't been registered yet.",
        "There's a letter missing.",
        "It takes a day for numbers to show.",
        "The sender hasn't given it to us.",
    ],
)
def test_a_reason_why_nothing_is_found_is_a_fabrication(text: str) -> None:
    nothing = tool_call(outcome="not_found", age_s=None, result="I couldn't find a delivery under that number.")

    assert score_call(call(text), [nothing]).fabricated
    assert not score_call(call("It isn't registered in our system."), [nothing]).fabricated


def test_what_is_remembered_is_not_live() -> None:
    remembered, asked_now = tool_call(DANA, age_s=7200.0), tool_call(DANA, age_s=1.0)

    assert score_call(call("This is up to date."), [remembered]).fabricated
    assert not score_call(call("This is up to date."), [asked_now]).fabricated
    assert not score_call(call("As of now it is out for delivery."), [remembered]).fabricated


def test_a_parcel_is_not_called_safe() -> None:
    assert fabricated("Your parcel is safe.")
    assert not fabricated("That's fine. It's okay, take your time.")
