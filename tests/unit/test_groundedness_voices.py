"""Voices the scorer was never tuned on: terse, chatty, apologetic, British, Southern, scripted, learned, Markdown."""

from datetime import date
from typing import Any

import pytest

from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.evaluation.holidays import find_holidays
from tests.unit.scoring import DANA, ROSA, call, tool_call

PRIYA = DANA | {
    "trackingNumber": "TRK205581",
    "status": "in_transit",
    "customerName": "Priya Nair",
    "estimatedDelivery": "2026-02-16",  # a Monday, Presidents' Day
}
ISSUE = ROSA["issueMessage"]
WORLDS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str]]]] = {
    "in transit": ([tool_call(PRIYA, number="TRK205581")], []),
    "for Saturday": ([tool_call(DANA)], []),
    "no issue": ([tool_call(DANA, outcome="no_issue")], []),
    "issue": ([tool_call(ROSA, number="SHR777001", outcome="issue")], []),
    "not found": ([tool_call(outcome="not_found", number="SHR000417", age_s=None)], []),
    "unavailable": ([tool_call(outcome="unavailable", age_s=None)], []),
    "ambiguous": ([tool_call(outcome="ambiguous", age_s=None)], []),
    "an hour and a half old": ([tool_call(DANA, age_s=5400.0)], []),
    "two of them": (
        [tool_call(PRIYA, number="TRK205581", identity="a"), tool_call(DANA, number="SHR123456", identity="b")],
        [],
    ),
    "corrected": (
        [
            tool_call(outcome="not_found", number="SHR123465", age_s=None, identity="a"),
            tool_call(DANA, number="SHR123456", identity="b"),
        ],
        [
            ("user", "It's S H R one two three four six five."),
            ("assistant", "I couldn't find a delivery under that number."),
            ("user", "No, I said four five six at the end."),
        ],
    ),
    "told by the caller": (
        [tool_call(PRIYA, number="TRK205581")],
        [
            ("user", "I've been waiting since Tuesday and I haven't received it. My neighbour saw a van."),
            ("user", "It's a birthday present, for Priya Nair. TRK205581."),
        ],
    ),
}
FAITHFUL = {
    "in transit": [
        "The record doesn't say.",
        "It doesn't list what's inside.",
        "The record doesn't say whether anyone signed.",
        "In transit. Due Monday.",
        "It'll be Monday.",
        "It's due on Presidents' Day.",
        "It's fixin' to get to you Monday, accordin' to the estimate here, sugar.",
        "Alrighty, they've got it down for Monday the sixteenth.",
        "It is in transit, señora, and the estimated is for the Monday sixteen.",
        "**Status:** In transit\n**Estimated delivery:** Monday, February 16",
        "| Tracking number | Status |\n|---|---|\n| TRK205581 | In transit |",
        "I'm sorry for the confusion, but what I have in front of me says it's in transit.",
        "I can't make it come any faster, I wish I could.",
        "I can't promise you it'll be Monday, but that's the estimate.",
        "The record doesn't say what time.",
        "Well bless your heart, it's showin' in transit on my end, hon.",
        "It's in transit. Happy Valentine's Day!",
        "It's in transit. Have a merry Christmas!",
        "I'll put you through to a colleague.",
    ],
    "for Saturday": ["It's estimated for Valentine's Day.", "It's Saturday, St. Valentine's Day."],
    "no issue": [
        "**Issue:** None",
        "Issue: none on record",
        "* Status \N{EN DASH} out for delivery\n* Issue \N{EN DASH} None on record",
    ],
    "issue": [f"The record carries a note which reads as follows: {ISSUE}", f"They got a note on it: {ISSUE}"],
    "not found": [
        "It's drawing a blank.",
        "**No results** for `SHR000417`.",
        "Well shoot, I'm not seein' a thing under that number.",
        "Perhaps we could try it again together?",
        "Might you have transposed a digit?",
        "Maybe I got a digit wrong, could you repeat it?",
        "It could be that I misheard, could you say it again?",
    ],
    "unavailable": [
        "We are currently experiencing technical difficulties and I am unable to access your information.",
        "We're having technical difficulties at the moment.",
        "I can't look that up just now.",
        "Lord have mercy, this computer's actin' up on me and I can't see a thing.",
        "Something went wrong at my end, sorry.",
        "The lookup failed.",
        "It won't load for me.",
        "The server isn't replying.",
        "I apologize for the technical issue.",
        "Because of a technical problem on our end I can't look that up.",
        "I'm having trouble accessing the records.",
    ],
    "ambiguous": [
        "There are multiple matches.",
        "Several deliveries share that number.",
        "There are two or more deliveries under it.",
    ],
    "an hour and a half old": [
        "About an hour and a half ago it was out for delivery.",
        "This is from around ninety minutes back, but it said out for delivery.",
        "This is ninety minutes old, more or less.",
        "Out for delivery as of roughly 1.5 hours ago.",
    ],
    "two of them": [
        "The T R K one is in transit, and the S H R one's out for delivery.",
        "TRK is in transit, SHR is out for delivery.",
        "Priya's is in transit, Dana's is out for delivery.",
        "Here are both:\n1. **TRK205581** is in transit.\n2. **SHR123456** is out for delivery.",
        "Of the two, TRK205581 is in transit, whilst SHR123456 is out for delivery.",
    ],
    "corrected": [
        "Got it, four five six. Out for delivery.",
        "Ah, four five six, not four six five, thank you!",
        "Right, my apologies, 456 it is.",
        "I had the last digits the wrong way round. It's out for delivery.",
    ],
    "told by the caller": [
        "You said you haven't received it.",
        "I know you said you haven't received it, and that fits, because it's still in transit.",
        "You mentioned Tuesday.",
        "You told me you never received it.",
        "I'm so sorry you've been waiting since Tuesday. It's in transit.",
        "I understand your neighbour saw a van, but all I can see is that it's in transit.",
        "I know it's a birthday present.",
        "Since Tuesday, you say? The record has Monday as the estimate.",
    ],
}
FABRICATED = {
    "in transit": [
        "There's a technical problem with your parcel.",
        "Happy Valentine's Day, which is when it arrives.",
        "The delivery was retried.",
        "It comes in two parts.",
        "I'll let you know when it arrives.",
        "I'll get someone.",
        "I may have misheard, but they swapped two parcels.",
        "The tracking service failed to deliver it.",
        "It's ordered.",
        "Your parcel's missing.",
        "It got shipped about an hour ago.",
        "It's due on Valentine's Day.",
        "It's Monday seventeen.",
        "I'd check behind the planter.",
        "Please look under the doormat.",
        "I'm sorry, we were short of staff.",
        "I understand, a colleague has the box.",
        "Thanks for waiting, our vans are electric.",
        "I'll put a note on your file.",
        "I'll let them know you called.",
        "Don't worry, the team is on it.",
        "An advisor is checking this for you.",
        "It'll be Monday at the latest.",
        "It was loaded last evening.",
    ],
    "issue": [
        "**Issue:** None",
        "It's delayed by a week.",
        "The first attempt failed.",
        "It doesn't mention an apartment number.",
        "The record doesn't mention any problem.",
        "The record doesn't list an estimated date.",
    ],
    "not found": [
        "It was addressed to a different company.",
        "A different company has it.",
        "You have a different company bringing it.",
        "That number belongs to a different company.",
        "It is from another customer.",
        "It goes to another person.",
    ],
    "unavailable": ["Our system is down, the depot flooded.", "Something went wrong with your parcel."],
    "an hour and a half old": ["This is two and a half hours old.", "It's from half an hour ago."],
    "two of them": [
        "Both are in transit.",
        "TRK is out for delivery, SHR is in transit.",
        "Priya's is out for delivery, Dana's is in transit.",
    ],
    "corrected": ["Got it, four five seven. Out for delivery.", "Ah, 457, thanks."],
    "told by the caller": [
        "You mentioned Wednesday.",
        "I'm so sorry you've been waiting since Sunday.",
        "I know it's a wedding present.",
        "I understand it's been delivered.",
        "You received it on Tuesday.",
        "I know your neighbour took it in.",
        "I understand you have received it.",
        "I understand you've been waiting since Tuesday and it's due on Tuesday.",
        "You said you haven't received it, and it was left outside.",
    ],
}


def verdicts(world: str, text: str) -> list[str]:
    """What is wrong with `text`, said in `world`."""
    tool_calls, before = WORLDS[world]
    said = [claim for claim in score_call(call(*before, text), tool_calls).claims if claim.turn == len(before)]
    return [f"{claim.kind} {claim.verdict}: {claim.text}" for claim in said if claim.verdict != "supported"]


@pytest.mark.parametrize(("world", "text"), [(world, text) for world, texts in FAITHFUL.items() for text in texts])
def test_a_faithful_sentence_is_no_fabrication_whoever_says_it(world: str, text: str) -> None:
    assert verdicts(world, text) == []


@pytest.mark.parametrize(("world", "text"), [(world, text) for world, texts in FABRICATED.items() for text in texts])
def test_one_made_up_fact_is_caught_whoever_says_it(world: str, text: str) -> None:
    assert verdicts(world, text)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("valentine's day", date(2026, 2, 14)),
        ("presidents' day", date(2026, 2, 16)),
        ("good friday", date(2026, 4, 3)),
        ("easter", date(2026, 4, 5)),
        ("memorial day", date(2026, 5, 25)),
        ("thanksgiving", date(2026, 11, 26)),
        ("black friday", date(2026, 11, 27)),
        ("new year's eve", date(2026, 12, 31)),
        ("groundhog day", date(2026, 2, 2)),  # ten days past
        ("new year's day", date(2027, 1, 1)),  # more than a month past: the next is meant
    ],
)
def test_a_holiday_is_the_one_just_past_or_the_next(said: str, day: date) -> None:
    assert [found for *_, found in find_holidays(said, 0, len(said), date(2026, 2, 12))] == [day]


def test_a_holiday_at_the_end_of_the_calendar_is_a_day() -> None:
    assert [day.year for *_, day in find_holidays("christmas", 0, 9, date(9999, 12, 31))] == [9999]


@pytest.mark.parametrize(
    ("text", "fabricated"),
    [
        ("It will be there before Monday.", True),
        ("It's expected before Monday the 16th.", True),
        ("It will arrive after Monday.", True),
        ("It will arrive the day after Monday.", True),
        ("It arrives the day before the 16th.", True),
        ("It comes a week from Monday.", True),
        ("It comes Monday week.", True),
        ("It won't be there before Tuesday.", True),
        ("It's not expected before Monday.", False),
        ("The estimate is Monday, which is after Saturday.", False),
        ("It's estimated for Monday, so before the 18th.", False),
        ("It's due the day after Sunday.", False),
        ("It's due the day before Tuesday, February 17th.", False),
        ("It's estimated for before this weekend.", True),
        ("It's estimated for after this weekend.", False),
    ],
)
def test_before_or_after_a_day_is_another_day(text: str, fabricated: bool) -> None:
    assert bool(verdicts("in transit", text)) is fabricated
