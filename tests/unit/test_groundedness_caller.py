"""What the caller said and asked: what an agent may give back, and what its "yes" states."""

import pytest

from sheriff_core.evaluation.groundedness import score_call
from tests.unit.scoring import DANA, call, tool_call

PRIYA = DANA | {
    "trackingNumber": "TRK205581",
    "status": "in_transit",
    "customerName": "Priya Nair",
    "estimatedDelivery": "2026-02-16",
}


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I live in Memphis", "I know your parcel is in Memphis."),
        ("I live in Memphis", "I know your parcel is not in Memphis."),
        ("I need it by Saturday", "I understand your parcel gets there on Saturday."),
        ("I need it by Saturday", "I understand that you get it on Saturday."),
        ("I need it by Saturday", "I know you'll get it on Saturday."),
        ("My flight is on Friday", "You get it on Friday."),
        ("I'm at work till five", "You get it at five."),
        ("I paid forty dollars", "I understand you get forty dollars back."),
        ("My name is Bob", "I know your parcel is addressed to Bob."),
        ("Could it be in Boston?", "It's in Boston, as you say."),
    ],
)
def test_words_of_the_caller_do_not_make_a_statement_about_the_delivery_theirs(said: str, text: str) -> None:
    assert score_call(call(("user", said), text), [tool_call(PRIYA, number="TRK205581")]).fabricated


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("My parcel hasn't come and I need it Friday", "I understand your parcel hasn't come."),
        ("I paid for express", "I understand you paid for express."),
        ("I've been waiting since Tuesday", "You've been waiting since Tuesday."),
    ],
)
def test_what_the_caller_said_of_themselves_is_theirs(said: str, text: str) -> None:
    assert score_call(call(("user", said), text), [tool_call(PRIYA, number="TRK205581")]).claims == ()
