"""The questions put to Sanity: what is text of the query, and what is only ever a value in it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from sheriff_adapters.sanity import groq
from sheriff_core.tracking_number import TrackingNumber

readings = st.lists(st.text("ABCXYZ0123456789", min_size=4, max_size=40), min_size=1, max_size=8, unique=True)


def test_the_indexed_question_compares_by_equality_only() -> None:
    query = groq.indexed(TrackingNumber("ab 12-34", ("AB1234",)))
    assert query.text == (
        '*[_type == "delivery" && '
        "(trackingNumber == $said || trackingNumber == $canon || lower(trackingNumber) == $low)]"
        " | order(_updatedAt desc)[0...2]"
        "{_id,_rev,_updatedAt,trackingNumber,status,customerName,customerPhone,estimatedDelivery,issueMessage}"
    )
    assert query.params == {"said": "ab 12-34", "canon": "AB1234", "low": "ab1234"}


def test_what_was_said_is_compared_only_where_it_is_one_of_the_readings() -> None:
    assert groq.indexed(TrackingNumber("order-12345", ("12345", "ORDER12345"))).params["said"] == "order-12345"
    assert "said" not in groq.indexed(TrackingNumber("order 12345", ("12345",))).params


def test_further_readings_are_asked_for_in_the_same_question() -> None:
    query = groq.indexed(TrackingNumber("ab twenty three", ("AB23", "AB203")))
    assert query.params == {
        "canon": "AB23",
        "low": "ab23",
        "canon2": "AB203",
        "low2": "ab203",
    }
    assert "trackingNumber == $canon2 || lower(trackingNumber) == $low2" in query.text


def test_digits_alone_are_compared_as_a_number_too_where_that_is_exact() -> None:
    assert groq.indexed(TrackingNumber("1234", ("1234",))).params["digits"] == 1234
    for reading in ("0123", "9" * 20, "12A4", "١٢٣٤"):
        assert "digits" not in groq.indexed(TrackingNumber(reading, (reading,))).params


def test_half_a_surrogate_pair_is_replaced_because_it_cannot_be_sent() -> None:
    assert groq.indexed(TrackingNumber("AB\ud8001234", ("AB1234",))).params["said"] == "AB?1234"


@given(said=st.text(max_size=60), meant=readings)
def test_nothing_that_was_said_is_ever_text_of_a_question(said: str, meant: list[str]) -> None:
    number = TrackingNumber(said, tuple(meant))
    for ask in (groq.indexed, groq.computed):
        query, other = ask(number), ask(TrackingNumber("other", tuple(f"{r}Q" for r in meant)))
        names = re.compile(r"trackingNumber == \$said \|\| | \|\| trackingNumber == \$digits\d*")
        assert names.sub("", query.text) == names.sub("", other.text)
        assert set(re.findall(r"\$(\w+)", query.text)) == set(query.params), "each parameter is used, each use is sent"
