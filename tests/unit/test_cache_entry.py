"""An entry as bytes: what is written is read, what is not ours is a miss."""

from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheriff_adapters.cache.entry import SCHEMA, decode, encode
from sheriff_core.delivery import Delivery
from sheriff_core.ports import Remembered
from tests.fakes import START

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
perhaps = st.none() | text
deliveries = st.builds(Delivery, text, perhaps, perhaps, perhaps, perhaps, perhaps, text, perhaps, perhaps)
KEPT_UNTIL = START + timedelta(days=1)


@given(st.lists(deliveries, max_size=2).map(tuple))
def test_what_is_written_is_read(held: tuple[Delivery, ...]) -> None:
    entry = decode(encode(Remembered(held, START), kept_until=KEPT_UNTIL), now=START)
    assert entry is not None
    assert entry.remembered == Remembered(held, START)
    assert entry.kept_until == KEPT_UNTIL


def _document() -> dict[str, object]:
    written: dict[str, object] = orjson.loads(
        encode(Remembered((Delivery("TRK-1", "in_transit"),), START), kept_until=KEPT_UNTIL)
    )
    return written


@pytest.mark.parametrize(
    "change",
    [
        {"schema": SCHEMA + 1},
        {"schema": "1"},
        {"schema": None},
        {"deliveries": None},
        {"deliveries": "TRK-1"},
        {"deliveries": [None]},
        {"deliveries": [{"trackingNumber": "TRK-1"}]},
        {"deliveries": [{**_document()["deliveries"][0], "status": 7}]},  # type: ignore[index]
        {"deliveries": [{**_document()["deliveries"][0], "trackingNumber": None}]},  # type: ignore[index]
        {"fetchedAt": "yesterday"},
        {"fetchedAt": "2026-02-12T09:30:00"},
        {"fetchedAt": 7},
        {"fetchedAt": "0001-01-01T00:00:00+14:00"},
        {"keptUntil": "9999-12-31T23:59:59-14:00"},
        {"keptUntil": None},
    ],
    ids=str,
)
def test_another_schema_or_a_wrong_field_is_a_miss(change: dict[str, object]) -> None:
    assert decode(orjson.dumps(_document() | change), now=START) is None


@pytest.mark.parametrize("missing", ["schema", "fetchedAt", "keptUntil", "deliveries"])
def test_a_missing_field_is_a_miss(missing: str) -> None:
    document = _document()
    del document[missing]
    assert decode(orjson.dumps(document), now=START) is None


@given(st.binary(max_size=60))
def test_garbage_is_a_miss(garbage: bytes) -> None:
    assert decode(garbage, now=START) is None


@pytest.mark.parametrize("garbage", [None, b"null", b"[]", b"7", b'"text"', b"[" * 5_000, b"\x80\x04\x95pickled"])
def test_nothing_and_json_of_another_shape_are_misses(garbage: bytes | None) -> None:
    assert decode(garbage, now=START) is None


def test_a_past_end_is_a_miss() -> None:
    stored = encode(Remembered((), START), kept_until=KEPT_UNTIL)
    assert decode(stored, now=KEPT_UNTIL - timedelta(microseconds=1)) is not None
    assert decode(stored, now=KEPT_UNTIL) is None


def test_an_entry_from_a_clock_far_ahead_is_a_miss_because_it_would_pass_as_fresh_for_too_long() -> None:
    assert decode(encode(Remembered((), START + timedelta(seconds=1)), kept_until=KEPT_UNTIL), now=START) is not None
    assert decode(encode(Remembered((), START + timedelta(seconds=3)), kept_until=KEPT_UNTIL), now=START) is None
