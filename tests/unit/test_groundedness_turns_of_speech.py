"""How agents talk: what states nothing, and what does in words that are very like it."""

from typing import Any

import pytest

from sheriff_core.evaluation.groundedness import score_call
from tests.unit.scoring import DANA, call, tool_call

NOT_FOUND = tool_call(outcome="not_found", age_s=None)
OUT_OF_TIME = tool_call(outcome="unavailable", age_s=None)


def fabricated(text: str, answered: dict[str, Any]) -> bool:
    return score_call(call(("user", "Hi there"), text), [answered]).fabricated


@pytest.mark.parametrize(
    "text",
    [
        "I'll be right with you.",
        "I'll be right back.",
        "Hi, this is Ava from Brightline Deliveries, how can I help?",
        "There's nothing about that on record.",
        "Today is Thursday, February 12th.",
        "Please call again tomorrow morning.",
        "Please try again in a few minutes.",
        "You can call back later today.",
        "I need the last four of the phone number.",
        "For your security, I need the last four digits of the phone number on the order.",
        "To keep your details safe, please tell me the last four digits.",
        "Could y'all read me that number one more time?",
        "I could not obtain anything more recent.",
        "It may have changed since then.",
        "The last update I could get is what I told you.",
        "I can't speed it up from here.",
        "I can't tell you how long that'll take.",
        "I don't want to tell you something wrong.",
        "I understand you're upset, and you have every right to be.",
        "So it's not there yet.",
        "It's supposed to be Saturday.",
        "It's going to be Saturday.",
        "I'm sorry you haven't received it.",
        "No trouble with it at all.",
        "No problems flagged on it whatsoever.",
    ],
)
def test_what_states_nothing_of_a_delivery_is_no_claim(text: str) -> None:
    assert not fabricated(text, tool_call(DANA))


@pytest.mark.parametrize(
    "text",
    [
        "We'll be with you on Friday.",
        "This is shipped from Acme Orders.",
        "I'll be back with you on Friday.",
        "Today is Friday, February 13th.",
        "Please call again tomorrow morning, they open at eight.",
        "The courier will try again tomorrow morning.",
        "It's one of the last four packages.",
        "It's held for security reasons.",
        "There's trouble with it.",
        "I'm so sorry, we deleted that one by mistake.",
        "I can't see why it's delayed.",
        "It was fine earlier.",
        "Your delivery is proceeding as planned.",
        "It has changed since then.",
        "It's with our people already.",
        "It's waiting for you to call.",
        "It needs a code.",
        "It's going to be Sunday.",
        "It's supposed to be big.",
        "One of them is yours.",
    ],
)
def test_what_is_said_in_words_very_like_it_is_a_fabrication(text: str) -> None:
    assert fabricated(text, tool_call(DANA))


@pytest.mark.parametrize(
    "text", ["Here it is.", "A delivery is recorded under this number.", "One delivery corresponds to it."]
)
def test_a_delivery_that_was_not_found_is_not_there(text: str) -> None:
    assert fabricated(text, NOT_FOUND)
    assert not fabricated(text, tool_call(DANA))


@pytest.mark.parametrize("text", ["I can't see it right now.", "I'm unable to see your delivery at the moment."])
def test_an_agent_that_was_told_nothing_sees_nothing(text: str) -> None:
    assert not fabricated(text, OUT_OF_TIME)
    assert fabricated(text, tool_call(DANA))


@pytest.mark.parametrize("text", ["I can't see any delivery under that number.", "I couldn't find it."])
def test_an_agent_that_was_told_nothing_does_not_know_that_there_is_nothing(text: str) -> None:
    assert fabricated(text, OUT_OF_TIME)
