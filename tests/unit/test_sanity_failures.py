"""Refusals of Sanity: each status once, its own words, and no secret."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheriff_adapters.sanity.failures import refusal, retry_after_s
from sheriff_core.ports import AttemptResult, SourceMisconfiguredError, SourceUnavailableError

NOW = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("3", 3.0),
        (" 2.5 ", 2.5),
        ("-4", 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Thu, 12 Feb 2026 09:30:05 -0000", 5.0),
        ("Thu, 99 Feb 2026 09:30:05 GMT", None),
        ("Thu, 12 Feb 99999 09:30:05 GMT", None),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_an_instant(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, now=NOW) == seconds


@given(st.text(max_size=60))
def test_any_header_is_read_without_a_failure(value: str) -> None:
    seconds = retry_after_s(value, now=NOW)
    assert seconds is None or seconds >= 0


@given(status=st.integers(201, 599), body=st.binary(max_size=80))
def test_every_status_and_body_is_translated(status: int, body: bytes) -> None:
    error = refusal(status, {}, body, now=NOW, secret="secret")
    assert str(error).startswith(f"HTTP {status}")
    rejected = 300 <= status < 500 and status not in (408, 429)
    assert isinstance(error, SourceMisconfiguredError if rejected else SourceUnavailableError)
    assert (error.result is AttemptResult.REJECTED) is rejected
    assert error.transient is not rejected


json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "message", "description", "errorCode", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(json)
def test_any_json_gives_one_printable_line(document: object) -> None:
    message = str(refusal(400, {}, orjson.dumps(document), now=NOW, secret=""))
    assert message.isprintable()
    assert len(message) <= 220


def test_a_secret_is_blotted_out_before_the_text_is_cut() -> None:
    for padding in range(180, 201):
        body = orjson.dumps({"message": "x" * padding + "TOPSECRETTOKEN"})
        assert "TOPS" not in str(refusal(401, {}, body, now=NOW, secret="TOPSECRETTOKEN"))
