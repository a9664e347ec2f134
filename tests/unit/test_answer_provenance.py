"""Provenance by construction: for any delivery, nothing gets into an answer but fixed phrases and its facts."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheriff_core.answer import answer_issue, answer_status
from sheriff_core.delivery import Delivery
from sheriff_core.delivery_words import MAX_ANSWER
from sheriff_core.disclosure import Disclosed
from sheriff_core.fragments import Answer, Fragment
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    NotFound,
    Outcome,
    OutcomeName,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.phrases import STATUS_WORDS, Sentence, status_key
from sheriff_core.speakable import speakable
from sheriff_core.spelling import spelled
from sheriff_core.spoken_time import spoken_age, spoken_estimate
from sheriff_core.tracking_number import TrackingNumber, canonical

PHRASES = {phrase for sentence in Sentence for phrase, *_ in Formatter().parse(sentence)} | {" ", "."}
TOLD_AT_STATUS_ONLY = {"status", "estimatedDelivery", "ageSeconds", "trackingNumber"}

HOSTILE = st.text(alphabet='ab9 .!?\n\t\x00<>{}*_`&"”“😀\u200d\u2028', max_size=60)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=60),
    HOSTILE,
    st.lists(st.sampled_from(["word ", "end. ", "Ende。"]), min_size=1, max_size=12).map(
        lambda words: "".join(words) * 60
    ),
    st.sampled_from(["Maria Lopez", "O'Brien & Sons", "x" * 3_000, " "]),
)
STATUSES = st.one_of(st.sampled_from([*STATUS_WORDS]).map(lambda words: words.replace(" ", "_").upper()), TEXT)
ESTIMATES = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.isoformat()),
    TEXT,
)
READINGS = st.lists(st.text(alphabet="ABC0123456789", min_size=4, max_size=40), min_size=1, max_size=8, unique=True)
INSTANTS = st.integers(0, 500_000_000).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"])


@st.composite
def asked(draw: st.DrawFn) -> tuple[Outcome, TrackingNumber, datetime, str]:
    """A delivery that answers to one of the readings of what was said, fresh or remembered."""
    number = TrackingNumber(said="said", readings=tuple(draw(READINGS)))
    delivery = Delivery(
        tracking_number=draw(st.sampled_from(number.readings)).lower(),
        status=draw(STATUSES),
        customer_name=draw(TEXT),
        customer_phone="+15555550123",
        estimated_delivery=draw(ESTIMATES),
        issue_message=draw(TEXT),
    )
    age_s = draw(st.floats(min_value=0, max_value=1e6))
    fresh = draw(st.booleans())
    outcome = Found(delivery, age_s, ServedFrom.CACHE) if fresh else FoundStale(delivery, age_s)
    return outcome, number, draw(INSTANTS), draw(ZONES)


both = pytest.mark.parametrize("answer", [answer_status, answer_issue])
thorough = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@both
@thorough
@given(asked(), st.sampled_from(Disclosed))
def test_every_fragment_is_a_phrase_of_the_table_or_a_rendering_of_its_fact(answer, case, disclosed) -> None:
    outcome, number, at, timezone = case
    given_answer: Answer = answer(outcome, number=number, disclosed=disclosed, at=at, timezone=timezone)
    assert given_answer.text == "".join(fragment.text for fragment in given_answer.fragments)
    for fragment in given_answer.fragments:
        if fragment.fact is None:
            assert fragment.text in PHRASES
        else:
            assert _is_rendering(fragment, outcome, number, at, timezone)


def _is_rendering(fragment: Fragment, outcome: Outcome, number: TrackingNumber, at: datetime, timezone: str) -> bool:
    """Render the fact again, from the delivery and by another road than `answer` takes."""
    assert fragment.fact is not None
    assert isinstance(outcome, Found | FoundStale)
    delivery, recorded, text = outcome.delivery, fragment.fact.recorded, fragment.text
    spoken = spoken_estimate(recorded, at=at, timezone=timezone)
    status = speakable(recorded.replace("_", " "))
    field, rendering = {
        "customerName": (delivery.customer_name, speakable(recorded)),
        "status": (delivery.status, STATUS_WORDS.get(status_key(status), status)),
        "estimatedDelivery": (delivery.estimated_delivery, spoken.words if spoken else speakable(recorded)),
        "issueMessage": (delivery.issue_message, _beginning(speakable(recorded), text)),
        "ageSeconds": (f"{outcome.age_s:.0f}", spoken_age(outcome.age_s)),
        # Read back is the delivery's own number, or the likeliest reading where nothing may be told of a delivery.
        "trackingNumber": (
            recorded if recorded in {number.canonical, delivery.tracking_number} else None,
            spelled(canonical(recorded)),
        ),
    }[fragment.fact.name]
    return recorded == field and text == rendering


def _beginning(whole: str, text: str) -> str | None:
    """`text` where it is a beginning of `whole` that ends with a word or a sentence."""
    if not text or not whole.startswith(text):
        return None
    return text if whole == text or whole[len(text)] == " " or text.endswith("。") else None


@both
@thorough
@given(asked(), st.sampled_from(Disclosed))
def test_every_answer_is_one_short_plain_line(answer, case, disclosed) -> None:
    outcome, number, at, timezone = case
    text = answer(outcome, number=number, disclosed=disclosed, at=at, timezone=timezone).text
    assert 0 < len(text) <= MAX_ANSWER
    assert text == " ".join(text.split())
    assert not {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "So"} - _symbols(
        text
    )
    assert not re.search(r"[<>{}*`]", text)


def _symbols(text: str) -> set[str]:
    """Let pass the few symbols that are read aloud as words."""
    return {"So"} if set("°©®™№℃℉") & set(text) else set()


@both
@thorough
@given(asked())
def test_at_status_only_neither_name_nor_issue_nor_phone_has_any_influence(answer, case) -> None:
    outcome, number, at, timezone = case
    bare = replace(
        outcome, delivery=replace(outcome.delivery, customer_name=None, customer_phone=None, issue_message=None)
    )
    told, told_of_bare = (
        answer(either, number=number, disclosed=Disclosed.STATUS_ONLY, at=at, timezone=timezone)
        for either in (outcome, bare)
    )
    assert told == told_of_bare
    assert {fact.name for fact in told.facts} <= TOLD_AT_STATUS_ONLY
    assert told.outcome is (OutcomeName.FOUND if answer is answer_status else OutcomeName.WITHHELD)


@both
@thorough
@given(asked())
def test_at_nothing_the_delivery_has_no_influence_at_all(answer, case) -> None:
    outcome, number, at, timezone = case
    unknown = NotFound() if isinstance(outcome, Found) else Unavailable(UnavailableReason.CIRCUIT_OPEN)
    assert answer(outcome, number=number, disclosed=Disclosed.NOTHING, at=at, timezone=timezone) == answer(
        unknown, number=number, disclosed=Disclosed.NOTHING, at=at, timezone=timezone
    )


@both
@thorough
@given(asked())
def test_the_phone_on_the_order_is_in_no_fact(answer, case) -> None:
    outcome, number, at, timezone = case
    for disclosed in Disclosed:
        told = answer(outcome, number=number, disclosed=disclosed, at=at, timezone=timezone)
        assert "customerPhone" not in {fact.name for fact in told.facts}
        assert "5550123" not in told.text.replace(" ", "")


@both
@given(READINGS, st.sampled_from([NotFound(), Ambiguous()]))
def test_a_number_read_back_is_the_likeliest_reading_of_what_was_said(answer, readings, outcome) -> None:
    number = TrackingNumber(said="said", readings=tuple(readings))
    at = datetime(2026, 2, 12, tzinfo=UTC)
    told = answer(outcome, number=number, disclosed=Disclosed.EVERYTHING, at=at, timezone="UTC")
    assert len(told.text) <= MAX_ANSWER
    for fact in told.facts:
        assert fact.recorded == number.canonical
