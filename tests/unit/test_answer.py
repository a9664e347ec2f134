"""An outcome in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sheriff_core.answer import ToolError, answer_issue, answer_status, error_sentence
from sheriff_core.delivery import Delivery
from sheriff_core.delivery_words import MAX_ANSWER
from sheriff_core.disclosure import Disclosed
from sheriff_core.fragments import Answer, Fact, Fragment
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    OutcomeName,
    Refused,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.tracking_number import TrackingNumber

AT = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)
NUMBER = TrackingNumber(said="SHR 123456", readings=("SHR123456",))
UNSURE = TrackingNumber(said="SHR twenty three", readings=("SHR23", "SHR203"))
DELIVERY = Delivery(
    tracking_number="SHR-123456",
    status="in_transit",
    customer_name="Maria Lopez",
    customer_phone="+15555550123",
    estimated_delivery="2026-02-14",
    issue_message="Gate was locked.",
)


def status(
    outcome: Outcome | Delivery, disclosed: Disclosed = Disclosed.EVERYTHING, number: TrackingNumber | None = NUMBER
) -> Answer:
    return answer_status(_outcome(outcome), number=number, disclosed=disclosed, at=AT, timezone="UTC")


def issue(
    outcome: Outcome | Delivery, disclosed: Disclosed = Disclosed.EVERYTHING, number: TrackingNumber | None = NUMBER
) -> Answer:
    return answer_issue(_outcome(outcome), number=number, disclosed=disclosed, at=AT, timezone="UTC")


def _outcome(outcome: Outcome | Delivery) -> Outcome:
    return Found(outcome, 0.0, ServedFrom.SOURCE) if isinstance(outcome, Delivery) else outcome


class TestStatus:
    def test_tells_name_status_and_estimate(self) -> None:
        answer = status(DELIVERY)
        assert answer.outcome is OutcomeName.FOUND
        assert answer.text == (
            "The delivery for Maria Lopez is in transit. The estimated delivery date is Saturday, February 14th."
        )
        assert answer.facts == (
            Fact("customerName", "Maria Lopez"),
            Fact("status", "in_transit"),
            Fact("estimatedDelivery", "2026-02-14"),
        )

    def test_is_a_row_of_phrases_and_facts(self) -> None:
        assert status(replace(DELIVERY, customer_name=None, estimated_delivery=None)).fragments == (
            Fragment("This delivery "),
            Fragment("is in transit", Fact("status", "in_transit")),
            Fragment("."),
            Fragment(" "),
            Fragment("As for the estimated delivery date, I don't have that information."),
        )

    def test_without_a_status_says_that_it_has_none(self) -> None:
        for missing in (None, "", " \n"):
            assert "As for its status, I don't have that information." in status(replace(DELIVERY, status=missing)).text

    def test_without_status_and_estimate_says_so_once(self) -> None:
        bare = replace(DELIVERY, status=None, estimated_delivery="")
        assert status(bare).text == (
            "I found the delivery for Maria Lopez. "
            "As for its status and its estimated date, I don't have that information."
        )
        assert status(bare, Disclosed.STATUS_ONLY).text.count("I don't have that information.") == 1

    def test_quotes_an_unknown_status_and_its_letters_stay(self) -> None:
        answer = status(replace(DELIVERY, status="Held_by_Depot-9"))
        assert "is recorded as “Held by Depot-9”." in answer.text
        assert Fact("status", "Held_by_Depot-9") in answer.facts

    def test_of_a_past_estimate_says_so_and_names_no_other_day(self) -> None:
        answer = status(replace(DELIVERY, estimated_delivery="2026-02-01"))
        assert answer.text.endswith("The estimated delivery date on record was Sunday, February 1st, which has passed.")

    def test_of_a_delivered_parcel_does_not_speak_of_what_is_to_come(self) -> None:
        answer = status(replace(DELIVERY, status="Delivered"))
        assert answer.text == (
            "The delivery for Maria Lopez has been delivered. "
            "The estimated delivery date on record was Saturday, February 14th."
        )
        assert status(replace(DELIVERY, status="delivered", estimated_delivery=None)).text == (
            "The delivery for Maria Lopez has been delivered."
        )

    @pytest.mark.parametrize("dressed", ["Delivered \u2705", "**Delivered**", "DELIVERED.", "\u00a0delivered\u00a0"])
    def test_a_status_is_known_by_its_words_whatever_is_put_around_them(self, dressed: str) -> None:
        answer = status(replace(DELIVERY, status=dressed))
        assert answer.text == status(replace(DELIVERY, status="delivered")).text
        assert Fact("status", dressed) in answer.facts

    @pytest.mark.parametrize("unseen", ["\u00a0", "\ufeff", "\u200b\u200c\u200d\u2062", " \u202a\u202c\n"])
    def test_what_cannot_be_seen_around_a_fact_changes_no_word(self, unseen: str) -> None:
        fields = ("status", "customer_name", "estimated_delivery", "issue_message")
        around = replace(DELIVERY, **{name: f"{unseen}{getattr(DELIVERY, name)}{unseen}" for name in fields})
        alone = replace(DELIVERY, **dict.fromkeys(fields, unseen))
        absent = replace(DELIVERY, **dict.fromkeys(fields))
        for ask in (status, issue):
            assert ask(around).text == ask(DELIVERY).text
            assert ask(alone).text == ask(absent).text

    def test_what_is_only_punctuation_is_not_read_out(self) -> None:
        marks = replace(DELIVERY, status="?", customer_name="?", estimated_delivery="???", issue_message="...")
        assert status(marks).text == (
            "The status of this delivery is recorded in a form that I can't read out. "
            "The estimated delivery date is recorded in a form that I can't read out."
        )
        assert issue(marks).text.startswith("There is an issue on record for this delivery, in a form that I can't")

    @pytest.mark.parametrize(
        "nothing", ["N/A", "n.a.", "none", "NULL", "-", "\u2014", "(none)", "<p><br></p>", "&nbsp;"]
    )
    def test_what_stands_for_nothing_is_told_like_an_absent_value(self, nothing: str) -> None:
        for name in ("status", "customer_name", "estimated_delivery", "issue_message"):
            for ask in (status, issue):
                assert ask(replace(DELIVERY, **{name: nothing})) == ask(replace(DELIVERY, **{name: None}))
        both = replace(DELIVERY, status=nothing, estimated_delivery=nothing)
        assert status(both) == status(replace(DELIVERY, status=None, estimated_delivery=None))

    @pytest.mark.parametrize(
        "nothing", ["0000-00-00", "0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"]
    )
    def test_the_day_that_a_database_knows_for_no_day_is_no_date(self, nothing: str) -> None:
        assert status(replace(DELIVERY, estimated_delivery=nothing)) == status(
            replace(DELIVERY, estimated_delivery=None)
        )

    def test_nobody_is_called_nothing_twice(self) -> None:
        for name in ("null null", "undefined undefined", "N/A N/A"):
            assert status(replace(DELIVERY, customer_name=name)).text.startswith("This delivery is in transit.")

    def test_what_is_recorded_as_unknown_is_told_as_just_that_but_never_as_a_name(self) -> None:
        assert status(replace(DELIVERY, status="unknown", customer_name="Unknown", estimated_delivery="TBD")).text == (
            "The status of this delivery is recorded as “unknown”. The estimated delivery is recorded as “TBD”."
        )
        assert "“TBD”" in issue(replace(DELIVERY, issue_message="TBD")).text

    def test_reads_a_free_estimate_to_the_letter(self) -> None:
        answer = status(replace(DELIVERY, estimated_delivery="Mon–Wed, after 4"))  # noqa: RUF001 - as people type it
        assert answer.text.endswith("The estimated delivery is recorded as “Mon–Wed, after 4”.")  # noqa: RUF001

    def test_says_which_number_it_found_when_it_is_not_the_one_heard_best(self) -> None:
        second = status(replace(DELIVERY, tracking_number="shr 203"), number=UNSURE)
        assert second.text.startswith("I found a delivery under tracking number S H R, 2 0 3. ")
        assert Fact("trackingNumber", "shr 203") in second.facts
        first = status(replace(DELIVERY, tracking_number="SHR23"), number=UNSURE)
        assert first.text == status(DELIVERY).text

    def test_leaves_out_a_name_that_cannot_be_said(self) -> None:
        for name in ("\N{GRINNING FACE}", "x" * 101, " "):
            assert status(replace(DELIVERY, customer_name=name)).text.startswith("This delivery is in transit.")


class TestIssue:
    def test_is_read_to_the_letter(self) -> None:
        answer = issue(replace(DELIVERY, issue_message="Gate was\nlocked; left  a card - call 555!"))
        assert answer.outcome is OutcomeName.ISSUE
        assert answer.text == (
            "There is an issue on record for the delivery for Maria Lopez. "
            "It says: “Gate was locked; left a card - call 555!”"
        )

    def test_gets_a_full_stop_where_it_brings_none(self) -> None:
        assert issue(replace(DELIVERY, issue_message="address incomplete")).text.endswith("“address incomplete”.")

    @pytest.mark.parametrize(
        "none",
        [
            None,
            "",
            " \n",
            "None",
            "No issues.",
            "no issue",
            "NOTHING",
            "no known problems",
            "keine",
            "--",
            "<p>None</p>",
        ],
    )
    def test_of_which_none_is_recorded_says_so_and_offers_the_status(self, none: str | None) -> None:
        answer = issue(replace(DELIVERY, issue_message=none))
        assert answer.outcome is OutcomeName.NO_ISSUE
        assert answer.text == (
            "There is no issue on record for the delivery for Maria Lopez. Would you like to hear its status?"
        )

    @pytest.mark.parametrize(
        "text",
        ["No one was home", "None of them fit the box", "none?", "OK", "Resolved", "Not available", "no address"],
    )
    def test_that_only_begins_like_none_is_told(self, text: str) -> None:
        answer = issue(replace(DELIVERY, issue_message=text))
        assert answer.outcome is OutcomeName.ISSUE
        assert f"“{text}" in answer.text

    def test_that_just_fits_is_read_whole(self) -> None:
        frame = len(issue(replace(DELIVERY, issue_message="a.")).text) - 2
        text = "a" * (MAX_ANSWER - frame - 1) + "."
        answer = issue(replace(DELIVERY, issue_message=text))
        assert len(answer.text) == MAX_ANSWER
        assert answer.text.endswith(f"“{text}”")

    def test_that_is_too_long_is_cut_at_a_sentence_with_an_offer_to_connect(self) -> None:
        answer = issue(replace(DELIVERY, issue_message="The gate was locked again. " * 60))
        assert len(answer.text) <= MAX_ANSWER
        assert "The gate was locked again.” That is not the whole text. The rest of it is too long" in answer.text
        assert len(answer.text) > MAX_ANSWER - len("The gate was locked again. ")

    def test_that_is_endless_is_not_told_as_if_it_were_whole(self) -> None:
        answer = issue(replace(DELIVERY, issue_message="Left at the gate. By the" + "<br/>" * 2_000 + "fence."))
        assert "It says: “Left at the gate.” That is not the whole text." in answer.text

    @pytest.mark.parametrize(
        "unspeakable", ["\N{WARNING SIGN}\N{VARIATION SELECTOR-16}", "x" * 3_000, "<img src='x'/>"]
    )
    def test_that_cannot_be_read_out_is_not_denied(self, unspeakable: str) -> None:
        answer = issue(replace(DELIVERY, issue_message=unspeakable))
        assert answer.outcome is OutcomeName.ISSUE
        assert answer.text.startswith("There is an issue on record for this delivery, in a form that I can't read out.")


class TestAge:
    @pytest.mark.parametrize("ask", [status, issue])
    @pytest.mark.parametrize("message", ["Gate was locked.", None])
    @pytest.mark.parametrize("disclosed", [Disclosed.EVERYTHING, Disclosed.STATUS_ONLY])
    def test_of_old_information_is_said_first(self, ask, message, disclosed) -> None:
        delivery = replace(DELIVERY, issue_message=message)
        fresh, stale = ask(delivery, disclosed), ask(FoundStale(delivery, 185.2), disclosed)
        assert stale.outcome is fresh.outcome
        assert stale.text == f"I can't get an update right now, so this is as of about three minutes ago. {fresh.text}"
        assert stale.facts == (Fact("ageSeconds", "185"), *fresh.facts)


class TestDisclosure:
    @pytest.mark.parametrize("message", ["Gate was locked.", None])
    def test_status_only_tells_status_and_estimate_and_offers_more(self, message: str | None) -> None:
        delivery = replace(DELIVERY, issue_message=message)
        told, withheld = status(delivery, Disclosed.STATUS_ONLY), issue(delivery, Disclosed.STATUS_ONLY)
        assert told.outcome is OutcomeName.FOUND
        assert withheld.outcome is OutcomeName.WITHHELD
        assert (
            told.text
            == withheld.text
            == (
                "This delivery is in transit. The estimated delivery date is Saturday, February 14th. "
                "I can tell you more if you give me the last four digits of the phone number on the order."
            )
        )

    def test_what_is_withheld_is_not_hinted_at(self) -> None:
        bare = replace(DELIVERY, customer_name=None, customer_phone=None, issue_message=None)
        for ask in (status, issue):
            assert ask(bare, Disclosed.STATUS_ONLY).text == ask(DELIVERY, Disclosed.STATUS_ONLY).text

    @pytest.mark.parametrize("number", [NUMBER, UNSURE])
    @pytest.mark.parametrize("ask", [status, issue])
    def test_nothing_sounds_like_a_number_that_does_not_exist(self, ask, number) -> None:
        missing = ask(NotFound(), Disclosed.NOTHING, number)
        assert missing.outcome is OutcomeName.NOT_FOUND
        assert ask(DELIVERY, Disclosed.NOTHING, number) == missing
        assert ask(replace(DELIVERY, tracking_number=number.readings[-1]), Disclosed.NOTHING, number) == missing
        assert ask(Ambiguous(), Disclosed.NOTHING, number) == missing

    @pytest.mark.parametrize("ask", [status, issue])
    def test_nothing_of_what_is_remembered_sounds_like_a_number_nobody_remembers(self, ask) -> None:
        unknown = ask(Unavailable(UnavailableReason.TIMEOUT), Disclosed.NOTHING)
        assert ask(FoundStale(DELIVERY, 90.0), Disclosed.NOTHING) == unknown


@pytest.mark.parametrize("ask", [status, issue])
class TestWithoutDelivery:
    def test_not_found_reads_the_number_back_and_suggests_checking_it(self, ask) -> None:
        answer = ask(NotFound())
        assert answer.outcome is OutcomeName.NOT_FOUND
        assert answer.text == (
            "I couldn't find a delivery under tracking number S H R, 1 2 3, 4 5 6. "
            "Please check the number and try again."
        )
        assert answer.facts == (Fact("trackingNumber", "SHR123456"),)

    def test_not_found_after_unclear_words_asks_for_single_characters(self, ask) -> None:
        answer = ask(NotFound(), number=UNSURE)
        assert "S H R, 2 3, or under others that sound like it." in answer.text
        assert answer.text.endswith("one character at a time.")

    def test_ambiguous_never_guesses(self, ask) -> None:
        assert ask(Ambiguous()).outcome is OutcomeName.AMBIGUOUS
        assert "There is more than one delivery on record" in ask(Ambiguous()).text
        assert "one character at a time" in ask(Ambiguous(), number=UNSURE).text

    def test_a_remembered_ambiguity_is_told_with_its_age(self, ask) -> None:
        answer = ask(Ambiguous(ServedFrom.STALE, 7_200.0))
        assert answer.text.startswith("I can't get an update right now, so this is as of about two hours ago. ")
        assert Fact("ageSeconds", "7200") in answer.facts

    def test_invalid_number_asks_to_repeat(self, ask) -> None:
        answer = ask(InvalidTrackingNumber(), number=None)
        assert answer.outcome is OutcomeName.INVALID_TRACKING_NUMBER
        assert answer.text.endswith("Could you say it again slowly, one character at a time?")

    def test_refused_is_polite(self, ask) -> None:
        answer = ask(Refused())
        assert answer.outcome is OutcomeName.REFUSED
        assert answer.text.startswith("I'm sorry")

    def test_unavailable_apologises_and_offers_to_try_again_and_gives_no_reason_away(self, ask) -> None:
        answers = {reason: ask(Unavailable(reason)) for reason in UnavailableReason}
        busy = answers.pop(UnavailableReason.BUSY)
        assert {answer.text for answer in answers.values()} == {
            "I'm sorry, I can't look that up right now. Would you like me to try again?"
        }
        assert busy.text.endswith("Would you like me to try again?")
        assert {answer.outcome for answer in (busy, *answers.values())} == {OutcomeName.UNAVAILABLE}

    @pytest.mark.parametrize("outcome", [NotFound(), Ambiguous()])
    def test_an_outcome_of_a_lookup_without_its_number_is_a_defect(self, ask, outcome) -> None:
        with pytest.raises(ValueError, match="no number was given"):
            ask(outcome, number=None)


@pytest.mark.parametrize("error", ToolError)
def test_an_unanswerable_tool_call_says_what_is_missing(error: ToolError) -> None:
    sentence = error_sentence(error)
    assert type(sentence) is str
    assert ("tracking number" in sentence) or error is ToolError.UNKNOWN_TOOL
