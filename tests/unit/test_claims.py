"""What counts as a claim, what kind it is, and where it stands."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_core.evaluation.claims import ClaimKind, Hearing, find_claims

HEARING = Hearing(
    date(2026, 2, 12),
    names=("Dana Whitfield",),
    issues=("Address needs an apartment number. Please call before noon.",),
    states=("out for delivery",),
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(claim.kind.value, claim.text) for claim in find_claims(text, HEARING)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("It's on its way.", "status", "on its way"),
        ("It has been dropped off.", "status", "has been dropped off"),
        ("It is with the courier.", "status", "is with the courier"),
        ("It is being prepared.", "status", "is being prepared"),
        ("It has not been delivered.", "negation", "been delivered"),
        ("It isn't delayed.", "negation", "delayed"),
        ("There is no issue on record.", "absence", "There is no issue on record"),
        ("I don't have that information.", "absence", "I don't have that information"),
        ("There is a problem with it.", "presence", "problem"),
        ("It will be there by 5 PM.", "time", "5 PM"),
        ("It comes at half past three.", "time", "half past three"),
        ("It is in Chicago.", "place", "Chicago"),
        ("It was left at the front desk.", "place", "left at the front desk"),
        ("It is coming with UPS.", "carrier", "UPS"),
        ("There is a fee of $20.", "amount", "$20"),
        ("There is a fee of ten dollars.", "amount", "ten dollars"),
        ("There are three packages.", "count", "three"),
        ("You'll be refunded.", "promise", "refunded"),
        ("It should arrive.", "promise", "should arrive"),
        ("I'll make sure it gets there.", "promise", "I'll make"),
        ("We guarantee it.", "promise", "guarantee"),
        ("It is probably fine.", "speculation", "probably"),
        ("It is there soon.", "speculation", "soon"),
        ("This is as of about three minutes ago.", "age", "about three minutes ago"),
        ("The delivery is for Dana Whitfield.", "name", "Dana Whitfield"),
        ("The delivery is for Steve Miller.", "name", "Steve Miller"),
        ("You can call 312-555-0100.", "phone_number", "312-555-0100"),
        ("That is because of the weather.", "other", "because"),
        ("They knocked twice.", "other", "knocked twice"),
        ("It has a purple ribbon.", "other", "purple ribbon"),
    ],
)
def test_a_checkable_statement_is_found_with_its_kind_and_words(text: str, kind: str, words: str) -> None:
    found = kinds(text)

    assert any(kind == found_kind and words in found_words for found_kind, found_words in found), found


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for calling Sheriff Deliveries, how can I help you today?",
        "Hello, this is Riley speaking.",
        "I'm so sorry about that. I understand how frustrating this is.",
        "Would you like me to check whether it was delivered in Chicago?",
        "Is there anything else I can help you with?",
        "Could you repeat the tracking number, one character at a time?",
        "One moment please while I look that up.",
        "If it has not arrived by then, please call us again.",
        "You're welcome. Have a great weekend!",
        "I can look up the status of a delivery for you.",
        "Let me check on that for you.",
        "Please check the number and try again.",
        "Please try again tomorrow.",
        "If you like, call us back on Monday.",
        "You can always check back with us on Friday.",
        "Okay, thank you for waiting.",
    ],
)
def test_greetings_questions_offers_and_conditions_are_no_claims(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The driver will try again tomorrow.",
        "The courier is going to try again tomorrow.",
        "I'll call you back tomorrow.",
        "Please be home tomorrow.",
        "You can pick it up tomorrow.",
    ],
)
def test_a_day_on_which_somebody_else_acts_or_something_happens_is_a_claim(text: str) -> None:
    assert ("date", "tomorrow") in kinds(text)


def test_a_statement_before_a_question_is_still_a_claim() -> None:
    assert ("status", "was delivered") in kinds("It was delivered, would you like anything else?")


def test_a_statement_with_a_tag_is_a_statement() -> None:
    assert ("status", "was delivered") in kinds("It was delivered, okay?")


def test_an_issue_is_recognised_to_the_letter_whatever_its_case_and_punctuation() -> None:
    found = find_claims("It says: ADDRESS needs an apartment number, please call before noon", HEARING)

    assert [(claim.kind, claim.text) for claim in found] == [
        (ClaimKind.ISSUE, "ADDRESS needs an apartment number, please call before noon")
    ]


def test_what_hangs_on_an_issue_in_the_same_breath_is_a_claim_of_its_own() -> None:
    found = kinds("Address needs an apartment number. Please call before noon and it is urgent for you.")

    assert len([kind for kind, _ in found if kind == "issue"]) == 1 or found[1][0] != "issue"
    embellished = kinds("Address needs an apartment number. Please call before noon because nobody was there.")
    assert [kind for kind, _ in embellished].count("issue") > 1


def test_curly_quotes_and_accents_keep_every_position() -> None:
    text = "It\u2019s for Dana Whitfield \u2014 \u201cit was delivered\u201d, caf\u00e9 \u0130stanbul."

    for claim in find_claims(text, HEARING):
        assert text[claim.start : claim.end] == claim.text


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_and_every_claim_lies_where_it_says(text: str) -> None:
    for claim in find_claims(text, HEARING):
        assert 0 <= claim.start < claim.end <= len(text)
        assert text[claim.start : claim.end] == claim.text


@given(
    st.lists(
        st.sampled_from(
            [
                "it",
                "is",
                "not",
                "delivered",
                "today",
                "on",
                "Saturday",
                "February",
                "14th",
                "two",
                "dash",
                "S",
                "H",
                "R",
                "9",
                "for",
                "Dana",
                "issue",
                "says",
                ":",
                ".",
                "?",
                ",",
                "no",
                "I",
                "will",
                "should",
                "find",
                "there",
                "minutes",
                "ago",
                "at",
                "5",
                "pm",
                "in",
                "Chicago",
                "$",
                "20",
                "the",
            ]
        ),
        max_size=25,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_row_of_words_reads_the_same_twice(words: list[str]) -> None:
    text = " ".join(words)

    assert find_claims(text, HEARING) == find_claims(text, HEARING)
