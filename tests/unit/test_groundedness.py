"""Each claim against the facts of its own call."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_core.evaluation.groundedness import CallScore, IssueSpoken, score_call
from tests.unit.scoring import DANA, DAY, ROSA, call, tool_call


def verdicts(score: CallScore) -> dict[str, str]:
    return {f"{claim.kind} {claim.text}": claim.verdict.value for claim in score.claims}


def test_what_the_record_says_is_supported_with_the_fact_compared() -> None:
    score = score_call(call("Your delivery SHR123456 is out for delivery, due Saturday the 14th."), [tool_call(DANA)])

    assert not score.fabricated
    assert score.groundedness == 1.0
    assert [(claim.kind.value, claim.fact) for claim in score.claims] == [
        ("tracking_number", {"field": "trackingNumber", "value": "SHR123456", "trackingNumber": "SHR123456"}),
        ("status", {"field": "status", "value": "out_for_delivery", "trackingNumber": "SHR123456"}),
        ("date", {"field": "estimatedDelivery", "value": "2026-02-14", "trackingNumber": "SHR123456"}),
    ]


def test_a_claim_tells_its_turn_and_its_characters() -> None:
    text = "Okay. It was delivered."
    score = score_call(call("Hello!", ("user", "Where is it?"), text), [tool_call(DANA)])

    assert [(claim.turn, text[claim.start : claim.end], claim.verdict.value) for claim in score.claims] == [
        (2, "was delivered", "contradicted")
    ]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It was delivered.", "contradicted"),
        ("The estimated date is Sunday.", "contradicted"),
        ("The estimated date is Friday, February 14th.", "contradicted"),
        ("It is for Diana Whitfield.", "contradicted"),
        ("The number is SHR123457.", "contradicted"),
        ("It is out for delivery, and it is in Chicago.", "unsupported"),
        ("It is out for delivery and should arrive soon.", "unsupported"),
        ("It was delivered on Saturday, February 14th.", "unsupported"),
        ("There is an issue on record.", "contradicted"),
        ("I couldn't find a delivery under that number.", "contradicted"),
        ("I don't have an estimated date for it.", "contradicted"),
        ("It is on time.", "unsupported"),
        ("This is as of about three hours ago.", "contradicted"),
        ("It will come with UPS.", "unsupported"),
        ("It is for Ms. Thompson.", "contradicted"),
        ("The last four digits are 3457.", "contradicted"),
        ("I couldn't find your delivery this time.", "contradicted"),
        ("It could come on Saturday.", "unsupported"),
        ("It is two days late.", "contradicted"),
        ("It has been out for delivery for two days.", "contradicted"),
        ("You can expect it on Saturday morning.", "unsupported"),
        ("The estimate is Saturday afternoon.", "unsupported"),
        ("I can see that the address could not be verified.", "unsupported"),
        ("You have a Thursday delivery.", "contradicted"),
        ("I have Thursday, the 14th.", "contradicted"),
        ("I can guarantee that it will arrive on Saturday.", "unsupported"),
        ("It won't arrive on Saturday.", "contradicted"),
        ("It is not due until Friday.", "contradicted"),
        ("It is not two days late.", "contradicted"),
        ("I have issued a refund.", "unsupported"),
        ("The courier can't leave it there.", "unsupported"),
    ],
)
def test_one_changed_or_added_fact_is_caught(text: str, verdict: str) -> None:
    score = score_call(call(text), [tool_call(DANA)])

    assert score.fabricated
    assert verdict in verdicts(score).values(), verdicts(score)


@pytest.mark.parametrize(
    "text",
    [
        "It has not been delivered yet.",
        "It isn't delayed.",
        "There is no issue with it.",
        "It's on its way to you.",
        "It should arrive on Saturday, February 14th.",
        "Dana, it is out for delivery.",
        "As of February 11th it is out for delivery.",
        "I don't have the driver's phone number.",
        "The one ending in 456 is out for delivery.",
        "Hello Ms. Whitfield, it is out for delivery.",
        "It is for Mrs Whitfield.",
        "I would need the last four digits of the phone number on the order.",
        "Just give me the last four, please.",
        "The last four digits are 3456.",
        "I don't have a delivery time for it.",
        "There is no specific time, only the day.",
        "I wish I could tell you more.",
        "It is set for two days from now.",
        "It is set for two days' time.",
        "I can confirm the order does not include the driver's phone number.",
        "I can see it, but I can't see the reason.",
        "Have a lovely Thursday, Dana.",
        "Enjoy the rest of your Thursday.",
        "I can't promise that it will arrive on Saturday, but that is the estimate.",
        "I can't guarantee a time.",
        "Not today, it is due on Saturday.",
        "It won't be tomorrow.",
        "It isn't due on Friday.",
        "It is not due until Saturday.",
        "I can't issue refunds.",
        "No, I can't leave instructions for the driver.",
        "I cannot book a redelivery.",
    ],
)
def test_what_follows_from_the_record_is_supported(text: str) -> None:
    score = score_call(call(text), [tool_call(DANA)])

    assert not score.fabricated, verdicts(score)


def test_a_reply_is_a_fact_when_no_document_was_recorded() -> None:
    reply = "This delivery is out for delivery. The estimated delivery date is Saturday, February 14th."
    answered = tool_call(None, result=reply)

    assert not score_call(call("It's out for delivery, estimated for the 14th."), [answered]).fabricated
    assert score_call(call("It has been delivered."), [answered]).fabricated


def test_remembered_documents_are_the_facts_of_an_answer_from_memory() -> None:
    answered = tool_call(None, age_s=180.0)
    answered["reply"]["metadata"]["servedFrom"] = "stale"
    answered["before"] = {"cache": {"documents": [DANA]}}

    assert not score_call(call("As of about three minutes ago it is out for delivery."), [answered]).fabricated
    assert score_call(call("As of about six minutes ago it is out for delivery."), [answered]).fabricated


def test_the_report_tells_the_facts_where_no_tool_call_was_recorded() -> None:
    json_result = {"toolCallId": "t", "name": "getDeliveryStatus", "result": '{"status": "in_transit"}'}
    text_result = {"toolCallId": "t", "name": "getDeliveryStatus", "result": "This delivery is in transit."}

    for result in (json_result, text_result):
        assert not score_call(call("It is in transit.", toolResults=[result]), []).fabricated
        assert score_call(call("It is out for delivery.", toolResults=[result]), []).fabricated


def test_nothing_but_inability_can_be_claimed_before_a_tool_returned() -> None:
    end = call("It is out for delivery.", "I can't look that up right now.")
    end["transcript"][0]["secondsFromStart"] = 3.0
    end["transcript"][1]["secondsFromStart"] = 4.0
    end["toolResults"] = [{"toolCallId": "tool", "name": "x", "result": "", "secondsFromStart": 9.0}]

    score = score_call(end, [tool_call(DANA)])

    assert [(claim.kind.value, claim.verdict.value) for claim in score.claims] == [
        ("status", "unsupported"),
        ("absence", "supported"),
    ]


def test_without_any_tool_every_fact_is_made_up() -> None:
    assert score_call(call("It is out for delivery."), []).fabricated
    assert score_call(call("I couldn't find a delivery under that number."), []).fabricated
    assert not score_call(call("I can't help with that, sorry."), []).fabricated


def test_a_failed_lookup_supports_no_statement_about_the_delivery() -> None:
    failed = tool_call(None, outcome="unavailable", result="I'm sorry, I can't look that up right now.")

    assert not score_call(call("I'm sorry, I can't look that up right now."), [failed]).fabricated
    assert score_call(call("There is no delivery under that number."), [failed]).fabricated


def test_what_the_caller_said_may_be_given_back() -> None:
    turns = [("user", "Hi, this is Steve, where is S H R 9 9 9 1 1 1?"), "Okay, S H R 9 9 9 1 1 1.", "Thanks, Steve."]

    assert score_call(call(*turns), [tool_call(DANA)]).claims == ()


def test_the_callers_words_are_no_facts() -> None:
    asked = ("user", "Was it left with my neighbor on Friday?")
    score = score_call(call(asked, "It was left with your neighbor on Friday."), [tool_call(DANA)])

    assert score.fabricated


def test_a_bare_yes_states_what_was_asked() -> None:
    asked = ("user", "Has it been delivered?")

    assert score_call(call(asked, "Yes."), [tool_call(DANA)]).fabricated
    assert not score_call(call(asked, "No, it hasn't."), [tool_call(DANA)]).fabricated
    assert not score_call(call(("user", "Is it out for delivery?"), "Yes, it is."), [tool_call(DANA)]).fabricated
    assert score_call(call(("user", "Will it come on Friday?"), "That's right."), [tool_call(DANA)]).fabricated


def test_a_turn_that_names_one_number_cannot_borrow_the_facts_of_another() -> None:
    tools = [tool_call(DANA), tool_call(ROSA, number="SHR777001", identity="second")]

    mixed = score_call(call("SHR123456 is out for delivery, estimated for February 20th."), tools)
    apart = score_call(call("SHR123456 is out for delivery. SHR777001 is delayed, due February 20th."), tools)
    names = score_call(call("The delivery for Dana Whitfield is delayed."), tools)
    told_apart = score_call(call("The first one is out for delivery and the other one is delayed."), tools)

    assert mixed.fabricated
    assert not apart.fabricated, verdicts(apart)
    assert names.fabricated
    assert not told_apart.fabricated, verdicts(told_apart)


def test_one_found_and_one_missing_number_are_told_apart() -> None:
    tools = [tool_call(DANA), tool_call(None, number="SHR000111", outcome="not_found", identity="second")]

    true = score_call(call("I found SHR123456, but there is no delivery under SHR000111."), tools)
    false = score_call(call("I found SHR000111, but there is no delivery under SHR123456."), tools)

    assert not true.fabricated, verdicts(true)
    assert false.fabricated


class TestIssues:
    """An issue is told to the letter, or wrongly, or never."""

    def score(self, *turns: str, **more: Any) -> CallScore:
        result = f"There is an issue on record for this delivery. It says: \u201c{ROSA['issueMessage']}\u201d"
        return score_call(call(*turns), [tool_call(ROSA, number="SHR777001", outcome="issue", result=result, **more)])

    def test_to_the_letter_is_told(self) -> None:
        score = self.score("It says: Address needs an apartment number. Please call before noon.")

        assert (score.issue, score.fabricated) == (IssueSpoken.TOLD, False)

    def test_over_two_turns_is_told(self) -> None:
        score = self.score("It says: Address needs an apartment number.", "And: please call before noon.")

        assert (score.issue, score.fabricated) == (IssueSpoken.TOLD, False), verdicts(score)

    @pytest.mark.parametrize(
        "text",
        [
            "There might be a small problem with the address.",
            "It says: Address needs an apartment number.",
            "It says: Address needs a number. Please call before noon.",
            "It says: Address needs an apartment number. Please call before noon because of snow.",
            "It says: They need something from you.",
            "It's only a formality.",
        ],
    )
    def test_softened_cut_or_embellished_is_wrong(self, text: str) -> None:
        score = self.score(text)

        assert score.fabricated, verdicts(score)

    def test_a_sentence_that_shares_only_small_words_with_an_issue_is_not_taken_for_it(self) -> None:
        document = {**ROSA, "status": "held at customs", "issueMessage": "Customs asks for the invoice."}
        score = score_call(call("The delivery for Rosa Quinn is held at customs."), [tool_call(document)])

        assert not score.fabricated, verdicts(score)

    def test_never_told_is_missing(self) -> None:
        assert self.score("Your delivery is delayed.").issue is IssueSpoken.MISSING

    def test_broken_off_by_the_caller_is_not_wrong(self) -> None:
        assert not self.score("It says: Address needs an apartment").fabricated

    def test_no_issue_where_there_is_one_is_contradicted(self) -> None:
        assert self.score("There is no issue with this delivery.").fabricated


def test_an_estimate_with_a_time_is_told_in_the_zone_of_the_service() -> None:
    document = {**DANA, "estimatedDelivery": "2026-02-14T22:30:00Z"}
    answered = tool_call(document, policy={"timezone": "America/New_York"})

    assert not score_call(call("It's estimated for Saturday at 5:30 PM."), [answered]).fabricated
    assert score_call(call("It's estimated for Saturday at 10:30 PM."), [answered]).fabricated


def test_an_estimate_in_free_words_is_told_to_the_letter() -> None:
    answered = tool_call({**DANA, "estimatedDelivery": "between Monday and Wednesday"})

    assert not score_call(call("The estimate is between Monday and Wednesday."), [answered]).fabricated
    assert score_call(call("The estimate is Tuesday."), [answered]).fabricated


def test_what_stands_for_nothing_in_a_record_is_nothing() -> None:
    nothing = dict.fromkeys(("status", "customerName", "estimatedDelivery", "issueMessage"), "N/A")
    answered = [tool_call({**DANA, **nothing})]

    said = "I found the delivery. I don't have its status or its estimated date. There is no issue on record."
    assert not score_call(call(said), answered).fabricated
    assert score_call(call("There is an issue on record for this delivery."), answered).fabricated


def test_an_unknown_status_is_told_in_its_own_words() -> None:
    answered = tool_call({**DANA, "status": "WAITING_FOR_PARTS"})

    assert not score_call(call("It is waiting for parts."), [answered]).fabricated
    assert score_call(call("It is in transit."), [answered]).fabricated


def test_a_score_as_record_has_the_shape_of_the_contract() -> None:
    record = score_call(call("It was delivered."), [tool_call(DANA)]).as_record()

    assert record["callId"] == "call"
    assert record["fabricated"] is True
    assert set(record["claims"][0]) == {"text", "turn", "start", "end", "kind", "verdict", "fact"}


def test_fabrications_name_kind_and_verdict_for_the_metric() -> None:
    score = score_call(call("It was delivered in Chicago."), [tool_call(DANA)])

    assert list(score.fabrications()) == [("status", "contradicted"), ("place", "unsupported")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "transcript",
        "role",
        "text",
        "toolResults",
        "result",
        "secondsFromStart",
        "callId",
        "startedAt",
        "upstream",
        "document",
        "reply",
        "metadata",
        "arguments",
        "trackingNumber",
        "status",
        "estimatedDelivery",
        "issueMessage",
        "customerName",
        "before",
        "cache",
        "documents",
        "policy",
        "timezone",
    ]
)
strange = st.dictionaries(
    fields, json_values | st.lists(st.dictionaries(fields, json_values, max_size=4), max_size=3), max_size=6
)


@given(strange, st.lists(strange, max_size=3))
@settings(max_examples=200, deadline=None)
def test_no_recording_however_strange_breaks_the_scorer(end: dict[str, Any], tools: list[dict[str, Any]]) -> None:
    assert score_call(end, tools).as_record() == score_call(end, tools).as_record()


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("It is estimated for about five in the afternoon.", True),
        ("It is due at 5:00 in the evening.", True),
        ("It should be with you by around five.", True),
        ("It is due this afternoon.", True),
        ("The estimate is today, in the afternoon.", True),
        ("It is due at five in the morning.", False),
        ("It is due at four in the afternoon.", False),
        ("It should be with you by around six.", False),
        ("It is due this morning.", False),
        ("It is due at half past five in the afternoon.", False),
    ],
)
def test_a_time_with_its_part_of_the_day_is_compared_with_the_time_that_is_recorded(text: str, supported: bool) -> None:
    document = {**DANA, "estimatedDelivery": "2026-02-12T17:00:00Z"}
    score = score_call(call(text), [tool_call(document)])

    assert score.fabricated is not supported, verdicts(score)


@pytest.mark.parametrize("started", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_call_at_the_end_of_the_calendar_is_scored(started: str) -> None:
    assert score_call(
        call("It comes in two days, next week, tomorrow, a week from Monday, before Tuesday.", startedAt=started), []
    ).fabricated


@pytest.mark.parametrize("estimate", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:01+14:00"])
def test_an_estimate_at_the_end_of_the_calendar_is_compared(estimate: str) -> None:
    assert score_call(call("It is due tomorrow."), [tool_call({**DANA, "estimatedDelivery": estimate})]).fabricated


def test_a_number_beyond_all_measure_is_read() -> None:
    assert score_call(call(f"It comes in {'9' * 5000} days."), [tool_call(DANA)]).fabricated


@pytest.mark.parametrize("updated", ["yesterday", "2026-02-30", "2026"])
def test_an_update_on_no_day_of_the_calendar_supports_no_age(updated: str) -> None:
    score = score_call(call("As of last Monday it is out for delivery."), [tool_call({**DANA, "_updatedAt": updated})])

    assert score.fabricated


@pytest.mark.parametrize("beyond", [10**400, float("nan"), float("inf"), True])
def test_what_is_no_number_to_count_with_is_unknown(beyond: Any) -> None:
    said = {"role": "assistant", "text": "It is out for delivery.", "secondsFromStart": beyond}
    end = call(transcript=[said], toolResults=[{"toolCallId": "tool", "result": "{}", "secondsFromStart": beyond}])

    assert not score_call(end, [tool_call(DANA, age_s=beyond)]).fabricated
    assert score_call(call("That is ten minutes old."), [tool_call(DANA, age_s=beyond)]).fabricated


def test_a_result_of_brackets_in_brackets_is_taken_for_words() -> None:
    assert score_call(call("It is lost.", toolResults=[{"toolCallId": "x", "result": "[" * 100_000}]), []).fabricated


def test_a_turn_of_many_pages_is_read_to_its_end() -> None:
    text = "It is out for delivery. " * 1_000 + "It was left in Chicago."
    score = score_call(call(text), [tool_call(DANA)])

    assert all(text[claim.start : claim.end] == claim.text for claim in score.claims)
    assert len(score.claims) == 1_000 + len(score.fabrications())
    assert score.claims[-1].text.endswith("Chicago")


def test_a_word_without_end_is_read_in_pages() -> None:
    assert not score_call(call("\u00e4" * 20_000), []).claims[0].text.strip("\u00e4")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It will probably be there on Saturday.", "promise"),
        ("You won't get it Saturday.", "date"),
        ("It's at least Saturday.", "promise"),
        ("It's due on Saturday, and you'll have it by tonight.", "time"),
        ("It's set for Feb 6. I'll have them call you.", "promise"),
    ],
)
def test_a_recorded_day_does_not_license_what_is_added_to_it(text: str, kind: str) -> None:
    found = score_call(call(text), [tool_call(DANA)]).fabrications()

    assert kind in {kind for kind, _ in found}


def test_a_greeting_before_it_does_not_hide_what_others_did() -> None:
    assert score_call(call("Hiya, customer asked for a later date."), [tool_call(ROSA)]).fabricated


def test_tonight_is_an_evening_of_today() -> None:
    today = tool_call(DANA | {"estimatedDelivery": f"{DAY}T19:30:00Z"}), tool_call(DANA | {"estimatedDelivery": DAY})

    assert [score_call(call("It's due tonight."), [asked]).fabricated for asked in today] == [False, True]
