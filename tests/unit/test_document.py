"""Documents as editors leave them: read to the letter, or refused without quoting them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheriff_adapters.document import DocumentError, is_published, read_delivery
from sheriff_adapters.sanity.source import _read_count, _read_deliveries
from sheriff_core.tracking_number import TrackingNumber, canonical

KEYS = [
    "_id",
    "_rev",
    "_updatedAt",
    "trackingNumber",
    "status",
    "customerName",
    "customerPhone",
    "estimatedDelivery",
    "issueMessage",
    "x",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["AB1234", "d1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(KEYS), values, max_size=len(KEYS))


@given(documents)
def test_any_object_is_a_delivery_or_none_or_is_refused_by_the_names_of_its_fields(document: dict[str, object]) -> None:
    delivery, refused = None, None
    try:
        delivery = read_delivery(document)
    except DocumentError as error:
        refused = error
    if refused is not None:
        fields = str(refused).removeprefix("wrong shape of ").split(", ")
        assert set(fields) <= set(KEYS)
        assert refused.__cause__ is None, "the cause would quote the values"
    if delivery is not None:
        assert delivery.tracking_number.strip()
        assert delivery.document_id == document["_id"]


@given(values | st.lists(documents, max_size=4))
def test_any_answer_is_deliveries_that_were_asked_for_or_is_refused(result: object) -> None:
    try:
        found = _read_deliveries(result, TrackingNumber("ab 1234", ("AB1234",)))
    except DocumentError:
        return
    assert len(found) <= 2
    assert all(canonical(delivery.tracking_number) == "AB1234" for delivery in found)


@given(values)
def test_a_count_is_a_whole_number_or_is_refused(result: object) -> None:
    try:
        assert isinstance(_read_count(result), int)
    except DocumentError:
        assert not isinstance(result, int) or isinstance(result, bool)


@pytest.mark.parametrize(
    ("stored", "read"),
    [("AB-1", "AB-1"), (12, "12"), (12.0, "12"), (0, "0"), (2**53 - 1, "9007199254740991"), ("", None), (None, None)],
)
def test_a_tracking_number_may_be_a_text_or_a_whole_number(stored: object, read: str | None) -> None:
    delivery = read_delivery({"_id": "d1", "trackingNumber": stored})
    assert (delivery.tracking_number if delivery else None) == read


@pytest.mark.parametrize("stored", [True, 1.5, -1, 2**53, float("nan"), float("inf"), ["AB1"], {"current": "AB1"}])
def test_a_tracking_number_of_another_shape_is_refused(stored: object) -> None:
    with pytest.raises(DocumentError, match="wrong shape of trackingNumber"):
        read_delivery({"_id": "d1", "trackingNumber": stored})


@pytest.mark.parametrize(
    ("document_id", "published"),
    [("d1", True), ("drafts.d1", False), ("versions.r1.d1", False), ("drafts", True), ("import.drafts.d1", True)],
)
def test_published_is_what_is_neither_a_draft_nor_in_a_release(document_id: str, published: bool) -> None:
    assert is_published(document_id) is published


@pytest.mark.parametrize("spelt", ["+1 415-555-0100", "(415) 555 0100", "14155550100", "415\u2011555\u20110100"])
def test_the_customers_own_number_in_a_text_is_told_by_its_name(spelt: str) -> None:
    delivery = read_delivery(
        {
            "_id": "d1",
            "trackingNumber": "AB1",
            "customerPhone": "+14155550100",
            "issueMessage": f"Gate locked. Call {spelt} first, or the depot at 020 7946 0018.",
        }
    )
    assert delivery is not None
    assert delivery.issue_message == (
        "Gate locked. Call the phone number on the order first, or the depot at 020 7946 0018."
    )
    assert delivery.customer_phone == "+14155550100"


@pytest.mark.parametrize("between", ["<br/>", "</b> <b>", "&nbsp;", "&#160;", "**", "&lt;i&gt;"])
def test_the_customers_own_number_is_not_heard_where_markup_parts_it(between: str) -> None:
    stored = {"status": f"Call 415{between}555{between}0100", "issueMessage": f"{'Gate. ' * 1_000}0"}
    delivery = read_delivery({"_id": "d1", "trackingNumber": "AB1", "customerPhone": "+14155550100", **stored})
    assert delivery is not None
    assert delivery.status == "Call the phone number on the order"
    assert delivery.issue_message == stored["issueMessage"]


@pytest.mark.parametrize(
    ("stored", "read"), [("Maria Lopez +1 415 555 0100", "Maria Lopez "), ("415-555-0100", ""), ("Maria 2", "Maria 2")]
)
def test_the_customers_own_number_beside_the_name_is_left_out(stored: str, read: str) -> None:
    delivery = read_delivery(
        {"_id": "d1", "trackingNumber": "AB1", "customerPhone": "+14155550100", "customerName": stored}
    )
    assert delivery is not None
    assert delivery.customer_name == read


@pytest.mark.parametrize("blank", [" \n", "\u00a0", "\u200b", "\ufeff\u200d"])
def test_a_text_without_a_visible_character_states_nothing(blank: str) -> None:
    delivery = read_delivery({"_id": "d1", "trackingNumber": "AB1", "issueMessage": blank, "customerName": blank})
    assert delivery is not None
    assert delivery.issue_message is None
    assert delivery.customer_name is None
