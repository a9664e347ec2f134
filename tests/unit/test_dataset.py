"""A dataset file: what is served from it, and how a broken one is refused."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sheriff
from sheriff_adapters.dataset import DatasetDeliverySource, DatasetError, read_dataset
from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import SourceRequestEnded
from sheriff_core.phrases import STATUS_WORDS
from sheriff_core.ports import AttemptResult
from sheriff_core.tracking_number import TrackingNumber, canonical
from tests.fakes import FakeClock, SpySink

DEMO = Path(sheriff.__file__).parent / "demo" / "deliveries.ndjson"


def line(**fields: object) -> str:
    return json.dumps({"_id": "d1", "_type": "delivery", "trackingNumber": "AB1234", **fields})


def written(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "data.ndjson"
    path.write_bytes(b"\n".join(piece.encode() if isinstance(piece, str) else piece for piece in lines))
    return path


def source_of(path: Path, events: SpySink | None = None) -> DatasetDeliverySource:
    return DatasetDeliverySource.from_path(path, events=events or SpySink(), clock=FakeClock())


async def ask(source: DatasetDeliverySource, *readings: str) -> tuple[Delivery, ...]:
    number = TrackingNumber(said=readings[0], readings=readings)
    return await source.fetch(number, deadline=Deadline(1.0), attempts=KeptAttempts(FakeClock()))


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = written(
        tmp_path, b"\xef\xbb\xbf" + line().encode() + b"\r", "", "  ", line(_id="d2", trackingNumber="CD5678")
    )
    assert [d.document_id for d in read_dataset(path)] == ["d1", "d2"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    path = tmp_path / "data.ndjson"
    path.write_text(
        '{"_id":"d1","_type":"delivery","trackingNumber":"AB1234","issueMessage":"a\u2028b"}', encoding="utf-8"
    )
    assert [d.issue_message for d in read_dataset(path)] == ["a\u2028b"]


def test_only_published_deliveries_are_served(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        line(_id="drafts.d1"),
        line(_id="versions.r1.d1"),
        line(_id="x", _type="carrier"),
        line(_id="d1", status="shipped"),
    )
    assert [d.document_id for d in read_dataset(path)] == ["d1"]


def test_a_delivery_without_a_number_is_no_error_and_cannot_be_found(tmp_path: Path) -> None:
    path = written(
        tmp_path, line(trackingNumber=None), line(_id="d2", trackingNumber=" "), line(_id="d3", trackingNumber="--")
    )
    assert len(source_of(path)) == 0


def test_a_draft_may_be_half_written(tmp_path: Path) -> None:
    assert read_dataset(written(tmp_path, line(_id="drafts.d1", status=["not", "yet"]))) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "not JSON"),
        ('{"_id": "a"} x', "not JSON"),
        (b'{"_id": "\xff"}', "not JSON"),
        ("[1]", "not an object"),
        ("null", "not an object"),
        ('{"_type": "delivery"}', "no usable _id"),
        ('{"_id": 7, "_type": ""}', "no usable _id and no usable _type"),
        ('{"statusCode": 500, "error": "Internal", "message": "x"}', "an error of Sanity's API"),
        ('{"error": {"description": "x"}}', "an error of Sanity's API"),
        (line(_id="b", status=["a"]), "wrong shape of status"),
        (line(_id="b", status=1, customerName={"first": "Zed"}), "wrong shape of customerName, status"),
        (line(_id="b", trackingNumber=1.5), "wrong shape of trackingNumber"),
        (line(_id="b", trackingNumber=True), "wrong shape of trackingNumber"),
        (line(), "its _id stands on line 1 already"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_reason(tmp_path: Path, bad: str | bytes, said: str) -> None:
    path = written(tmp_path, line(), "", bad)
    with pytest.raises(DatasetError) as refused:
        source_of(path)
    assert str(refused.value).startswith(f"{path}:3: {said}")
    assert "Zed" not in str(refused.value)


def test_all_problems_are_told_at_once_up_to_twenty(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as refused:
        read_dataset(written(tmp_path, *["nonsense"] * 25))
    lines = str(refused.value).splitlines()
    assert len(lines) == 21
    assert lines[19].startswith(f"{tmp_path / 'data.ndjson'}:20: ")
    assert lines[20].endswith("and 5 more")
    assert len(refused.value.problems) == 25


def test_a_file_that_is_not_there_and_one_still_packed_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        read_dataset(tmp_path / "none.ndjson")
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        read_dataset(tmp_path)
    with pytest.raises(DatasetError, match="is compressed: unpack it"):
        read_dataset(written(tmp_path, b"\x1f\x8b\x08\x00rest"))


async def test_each_question_is_told_like_a_request_to_a_source(tmp_path: Path) -> None:
    events = SpySink()
    source = source_of(written(tmp_path, line()), events)
    await ask(source, "AB1234")
    await ask(source, "ZZ9999")
    assert events.events == [
        SourceRequestEnded(result=AttemptResult.OK, duration_s=0.0),
        SourceRequestEnded(result=AttemptResult.EMPTY, duration_s=0.0),
    ]


async def test_of_three_under_one_number_the_two_changed_last_are_returned(tmp_path: Path) -> None:
    path = written(tmp_path, *(line(_id=f"d{n}", _updatedAt=f"2026-01-0{n}T00:00:00Z") for n in (2, 3, 1)))
    assert [d.document_id for d in await ask(source_of(path), "AB1234")] == ["d3", "d2"]


texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60)
@given(
    fields=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("status", "customerName", "customerPhone", "estimatedDelivery", "issueMessage", "_rev", "extra"), texts
        ),
    )
)
def test_facts_are_kept_to_the_letter(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str | None]) -> None:
    path = tmp_path_factory.mktemp("facts") / "data.ndjson"
    path.write_text(line(**fields), encoding="utf-8")
    (delivery,) = read_dataset(path)
    told = {
        "status": delivery.status,
        "customerName": delivery.customer_name,
        "customerPhone": delivery.customer_phone,
        "estimatedDelivery": delivery.estimated_delivery,
        "issueMessage": delivery.issue_message,
    }
    for name, value in told.items():
        stated = fields.get(name) or ""
        is_seen = any(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in stated)
        assert value == (stated if is_seen else None)


class TestDemo:
    """The embedded deliveries: every case the documentation promises can be heard."""

    async def test_the_main_example_is_in_transit_without_an_issue(self) -> None:
        (delivery,) = await ask(source_of(DEMO), "SHR123456")
        assert (delivery.status, delivery.customer_name) == ("in_transit", "Maria Lopez")
        assert delivery.customer_phone is not None
        assert delivery.issue_message is None

    async def test_unpublished_work_is_not_found(self) -> None:
        source = source_of(DEMO)
        assert await ask(source, "SHR400001") == ()
        assert await ask(source, "SHR400002") == ()

    async def test_numbers_as_typed_by_people_are_found(self) -> None:
        source = source_of(DEMO)
        for reading in ("SHR200001", "SHR200002", "SHR200003", "40012345"):
            (delivery,) = await ask(source, reading)
            assert canonical(delivery.tracking_number) == reading

    async def test_a_number_given_twice_is_returned_twice(self) -> None:
        assert len(await ask(source_of(DEMO), "SHR300001")) == 2

    def test_every_kind_of_delivery_is_there(self) -> None:
        deliveries = read_dataset(DEMO)
        assert len(deliveries) >= 12
        assert any(d.issue_message for d in deliveries)
        assert any(d.customer_phone is None for d in deliveries)
        assert any(d.estimated_delivery is None for d in deliveries)
        assert any("T" in (d.estimated_delivery or "") for d in deliveries)
        assert any(d.status is None for d in deliveries)

    def test_every_status_that_has_words_can_be_heard(self) -> None:
        stored = {(delivery.status or "").replace("_", " ") for delivery in read_dataset(DEMO)}
        assert set(STATUS_WORDS) <= stored
        assert stored - set(STATUS_WORDS) == {"", "awaiting drone slot"}, "one without a status, one that nobody knows"

    def test_no_number_in_it_can_belong_to_anybody(self) -> None:
        for delivery in read_dataset(DEMO):
            assert delivery.customer_phone is None or re.fullmatch(r"\+155555501\d\d", delivery.customer_phone)
