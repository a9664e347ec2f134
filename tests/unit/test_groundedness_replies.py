"""What the tools replied supports what it says, and nothing that its words would say elsewhere."""

import pytest

from sheriff_core.evaluation.groundedness import IssueSpoken, score_call
from tests.unit.scoring import DANA, ROSA, call, tool_call

STATUS = "Your delivery is out for delivery. The estimated delivery date is Saturday, February 14th."
ISSUE = f"The issue recorded for your delivery says: “{ROSA['issueMessage']}”"


@pytest.mark.parametrize(
    "text",
    [
        "It's estimated for before Saturday, February 14th.",
        "It's estimated for after Saturday.",
        "It's estimated for the day after Saturday.",
        "It's due a week from Saturday.",
    ],
)
def test_a_day_that_a_reply_names_is_no_day_before_or_after_it(text: str) -> None:
    assert score_call(call(text), [tool_call(DANA, result=STATUS)]).fabricated


@pytest.mark.parametrize("text", ["It is estimated for Saturday.", "Saturday the 14th, out for delivery."])
def test_what_a_reply_says_is_supported_without_a_record(text: str) -> None:
    assert not score_call(call(text), [tool_call(result=STATUS)]).fabricated


@pytest.mark.parametrize(
    ("issue", "text"),
    [
        ("Address label damaged; the parcel is held for a new label.", "I'm sorry, the parcel got damaged."),
        ("Address label damaged; the parcel is held for a new label.", "The label's torn."),
        ("Address label damaged; the parcel is held for a new label.", "It's on hold."),
        ("Address label damaged; the parcel is held for a new label.", "The parcel is held."),
        ("Refused by a neighbour, never delivered.", "It was refused."),
        ("Customer expects it by noon on Friday.", "It's due by noon."),
    ],
)
def test_the_words_of_a_quoted_issue_state_nothing_but_the_issue(issue: str, text: str) -> None:
    reply = f"The issue recorded for your delivery says: “{issue}”"
    document = DANA | {"status": "exception", "issueMessage": issue}

    assert score_call(call(text), [tool_call(document, outcome="issue", result=reply)]).fabricated
    assert score_call(call(text), [tool_call(outcome="issue", result=reply)]).fabricated


@pytest.mark.parametrize(
    ("text", "spoken", "fabricated"),
    [
        (f"It says: {ROSA['issueMessage']}", IssueSpoken.TOLD, False),
        ("It says: Address needs a house number.", IssueSpoken.WRONG, True),
        ("Please call before noon.", IssueSpoken.WRONG, True),
        ("There's no issue.", IssueSpoken.MISSING, True),
    ],
)
def test_a_quoted_issue_is_the_fact_where_nothing_else_was_recorded(
    text: str, spoken: IssueSpoken, fabricated: bool
) -> None:
    by_reply = score_call(call(text), [tool_call(outcome="issue", result=ISSUE)])
    reported = {"toolCallId": "tool", "name": "getDeliveryIssue", "result": ISSUE}
    by_report = score_call(call(text, toolResults=[reported]), [])

    assert (by_reply.issue, by_reply.fabricated) == (spoken, fabricated)
    assert (by_report.issue, by_report.fabricated) == (spoken, fabricated)


def test_a_quoted_issue_is_supported_to_the_letter_within_the_words_of_its_reply() -> None:
    score = score_call(call(ISSUE), [tool_call(ROSA, number="SHR777001", outcome="issue", result=ISSUE)])

    assert not score.fabricated
