"""What the caller said and asked: what an agent may give back, and what its "yes" states."""

import pytest

from sheriff_core.evaluation.groundedness import score_call
from tests.unit.scoring import DANA, ROSA, call, tool_call

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


@pytest.mark.parametrize(
    "answer",
    [
        "Absolutely.",
        "Yes, absolutely.",
        "Sure.",
        "Of course.",
        "Definitely, yes.",
        "Indeed.",
        "You're right.",
        "I'm afraid so.",
        "I believe so.",
        "Yes, Priya.",
        "Yes, Ms. Nair.",
        "Yes, that's it.",
    ],
)
def test_an_answer_that_agrees_states_what_was_asked(answer: str) -> None:
    asked = ("user", "Is it coming on Friday?")

    assert score_call(call(asked, answer), [tool_call(PRIYA, number="TRK205581")]).fabricated


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("So it weighs 3 kilos?", "Correct."),
        ("So you are refunding me, right?", "Yes."),
        ("Did the driver leave it on the porch?", "Yes, he did."),
        ("Are there two parcels?", "Yes, there are."),
        ("Is it for Bob Smith?", "Yes."),
        ("Is it lost?", "I'm afraid so."),
    ],
)
def test_whatever_was_asked_is_stated_by_a_yes(asked: str, answer: str) -> None:
    assert score_call(call(("user", asked), answer), [tool_call(PRIYA, number="TRK205581")]).fabricated


@pytest.mark.parametrize("answer", ["Of course.", "Sure.", "Absolutely.", "Certainly, sir.", "Yes, please."])
def test_to_be_willing_states_nothing(answer: str) -> None:
    asked = ("user", "Could you check whether it's coming on Friday?")

    assert score_call(call(asked, answer), [tool_call(PRIYA, number="TRK205581")]).claims == ()


def test_the_name_behind_a_yes_is_a_claim_of_its_own() -> None:
    score = score_call(call(("user", "Is it coming on Friday?"), "Yes, Priya."), [tool_call(PRIYA, number="TRK205581")])

    assert [(claim.kind.value, claim.text) for claim in score.claims] == [("date", "Yes"), ("name", "Priya")]


@pytest.mark.parametrize(
    ("asked", "fabricated"),
    [
        ("I ordered two mugs in Denver. Is it in transit?", False),
        ("Is it for Priya?", False),
        ("It's in Memphis. Is that right?", True),
        ("I have two mugs. Is it in Memphis?", True),
    ],
)
def test_a_yes_is_to_what_was_asked_and_not_to_all_that_was_said(asked: str, fabricated: bool) -> None:
    score = score_call(call(("user", asked), "Yes, it is."), [tool_call(PRIYA, number="TRK205581")])

    assert score.fabricated is fabricated


@pytest.mark.parametrize("asked", ["Any problem with it?", "Is there any issue?", "Is anything wrong with it?"])
@pytest.mark.parametrize("answer", ["No.", "None at all.", "No, there isn't.", "No, sir."])
def test_a_bare_no_denies_the_issue_that_was_asked_for(asked: str, answer: str) -> None:
    spoken = call(("user", asked), answer)

    assert score_call(spoken, [tool_call(ROSA, number="SHR777001")]).fabricated
    assert not score_call(spoken, [tool_call(DANA)]).fabricated


@pytest.mark.parametrize("asked", ["Any problem with it?", "So there is an issue?"])
def test_a_bare_yes_states_the_issue_that_was_asked_for(asked: str) -> None:
    spoken = call(("user", asked), "Yes.")

    assert score_call(spoken, [tool_call(DANA)]).fabricated
    assert not score_call(spoken, [tool_call(ROSA, number="SHR777001")]).fabricated


def test_a_note_that_does_not_say_is_no_denial_of_it() -> None:
    spoken = call(("user", "Whom do I call?"), "The note doesn't say.")

    assert not score_call(spoken, [tool_call(ROSA, number="SHR777001")]).fabricated


@pytest.mark.parametrize("asked", ["Will it be Saturday?", "Is it coming on Saturday?"])
def test_a_bare_no_denies_the_day_that_was_asked_for(asked: str) -> None:
    spoken = call(("user", asked), "No.")

    assert score_call(spoken, [tool_call(DANA)]).fabricated
    assert not score_call(spoken, [tool_call(DANA | {"estimatedDelivery": "2026-02-16"})]).fabricated


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("I have a problem, can you help?", "Yes."),
        ("Do you have a problem with that?", "No."),
        ("Is there anything else you need?", "No."),
        ("Did it come on Friday?", "No."),
    ],
)
def test_a_bare_answer_to_another_question_states_nothing_of_an_issue_or_an_estimate(asked: str, answer: str) -> None:
    assert not score_call(call(("user", asked), answer), [tool_call(DANA)]).fabricated


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Is it heavy?", "Yes, it is."),
        ("Is it a big box?", "Yes."),
        ("Do I have to sign?", "You do."),
        ("Do I have to be home?", "Yes."),
        ("Can I get a refund?", "Absolutely."),
        ("Can I have it on Friday instead?", "Sure."),
    ],
)
def test_a_bare_yes_states_what_was_asked_the_other_way_round(asked: str, answer: str) -> None:
    assert score_call(call(("user", asked), answer), [tool_call(DANA)]).fabricated


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Can I get an update?", "Sure."),
        ("Can I have a second?", "Of course."),
        ("Can I give you another number?", "Sure, go ahead."),
        ("Do I need to give you the number again?", "Yes."),
        ("Is it the number on the slip?", "Yes."),
        ("Is this Brightline Deliveries?", "Yes, it is."),
        ("Is it on its way?", "It is."),
        ("Is it Saturday then?", "Yes."),
    ],
)
def test_a_bare_yes_to_what_the_call_itself_is_about_states_nothing(asked: str, answer: str) -> None:
    assert not score_call(call(("user", asked), answer), [tool_call(DANA)]).fabricated
