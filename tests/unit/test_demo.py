"""Whenever a demo starts, its dates lie around that day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheriff.commands.demo import EXAMPLE_NUMBER, _settings
from sheriff.demo.shifting import WRITTEN_FOR, embedded_dataset, move_to_today, shifted
from sheriff.settings import SettingsError
from sheriff_adapters.dataset import read_dataset
from sheriff_core.answer import answer_status
from sheriff_core.disclosure import Disclosed
from sheriff_core.outcome import Found, ServedFrom
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import read_tracking_number

ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"]
STARTS = [
    date(2020, 2, 29),
    WRITTEN_FOR,
    date(2026, 12, 25),
    date(2027, 3, 14),  # clocks go forward in New York
    date(2031, 11, 2),
]


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def sentence(dataset: Path, number: str, *, at: datetime, timezone: str) -> str:
    delivery = next(each for each in read_dataset(dataset) if each.tracking_number == number)
    return answer_status(
        Found(delivery, 0.0, ServedFrom.SOURCE),
        number=read_tracking_number(number, TrackingNumberPolicy()),
        disclosed=Disclosed.EVERYTHING,
        at=at,
        timezone=timezone,
    ).text


@pytest.mark.parametrize(
    ("recorded", "days", "moved"),
    [
        ("2026-12-04", 0, "2026-12-04"),
        ("2026-12-04", 30, "2027-01-03"),
        ("2028-02-28", 1, "2028-02-29"),
        ("2026-12-04", -365, "2025-12-04"),
        ("2026-12-31T17:30:00Z", 1, "2027-01-01T17:30:00Z"),
        ("2026-12-31T17:30:00.000+02:00", 1, "2027-01-01T17:30:00.000+02:00"),
        ("2026-12-31T23:59-0800", 2, "2027-01-02T23:59-0800"),
        ("2026-12-31t17:30:00z", 1, "2027-01-01t17:30:00z"),
        ("2026-12-31 17:30", 1, "2027-01-01 17:30"),
    ],
)
def test_a_date_is_moved_by_days_and_keeps_its_time_and_offset(recorded: str, days: int, moved: str) -> None:
    for key in ("_createdAt", "_updatedAt", "estimatedDelivery"):
        assert shifted([{key: recorded}], days) == [{key: moved}]


@pytest.mark.parametrize(
    "unusable",
    [None, "", "next week", "2026-02-30", "2026-12-04 or later", "2026-12-04T25:00:00Z", "04.12.2026", 20261204],
)
def test_what_is_no_date_stays_as_it_is(unusable: Any) -> None:
    assert shifted([{"estimatedDelivery": unusable}], 7) == [{"estimatedDelivery": unusable}]


def test_a_day_beyond_the_calendar_stays_as_it_is() -> None:
    assert shifted([{"estimatedDelivery": "9999-12-31"}], 1) == [{"estimatedDelivery": "9999-12-31"}]


def test_nothing_but_dates_is_touched_and_nothing_is_added() -> None:
    record = {"_id": "d1", "trackingNumber": "2026-12-04", "issueMessage": "2026-12-04", "internalNote": "2026-12-04"}
    given = [dict(record), {**record, "estimatedDelivery": "2026-12-04"}]
    assert shifted(given, 7) == [record, {**record, "estimatedDelivery": "2026-12-11"}]
    assert given[1]["estimatedDelivery"] == "2026-12-04"


def test_on_the_day_it_was_written_for_the_dataset_is_served_as_it_is(tmp_path: Path) -> None:
    moved = tmp_path / "moved.ndjson"
    with embedded_dataset() as dataset:
        move_to_today(dataset, moved, now=datetime.combine(WRITTEN_FOR, datetime.min.time(), UTC), timezone="UTC")
        assert records(moved) == records(dataset)
        assert read_dataset(moved) == read_dataset(dataset)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", STARTS, ids=str)
def test_a_demo_started_on_any_day_says_a_date_ten_days_later_and_knows_no_future(
    tmp_path: Path, zone: str, day: date
) -> None:
    moved = tmp_path / "moved.ndjson"
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    for now in (midnight, midnight + timedelta(hours=23, minutes=59)):
        with embedded_dataset() as dataset:
            move_to_today(dataset, moved, now=now.astimezone(UTC), timezone=zone)
        delivery = next(each for each in read_dataset(moved) if each.tracking_number == EXAMPLE_NUMBER)
        assert delivery.estimated_delivery == (day + timedelta(days=10)).isoformat()
        said = sentence(moved, EXAMPLE_NUMBER, at=now, timezone=zone)
        assert "The estimated delivery date is " in said
        assert f"{day + timedelta(days=10):%A, %B} " in said
        for record in records(moved):
            assert datetime.fromisoformat(record["_createdAt"]) <= datetime.fromisoformat(record["_updatedAt"]) < now


def test_what_is_out_for_delivery_is_expected_on_the_day_of_the_start(tmp_path: Path) -> None:
    moved, now = tmp_path / "moved.ndjson", datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    with embedded_dataset() as dataset:
        move_to_today(dataset, moved, now=now, timezone="UTC")
    assert "today, Tuesday, June 1st, at 5:30 PM UTC" in sentence(moved, "SHR100004", at=now, timezone="UTC")


def test_no_text_of_the_dataset_names_a_date_that_would_not_move() -> None:
    months = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]
    with embedded_dataset() as dataset:
        texts = [str(record.get("issueMessage")) for record in records(dataset)]
    assert [text for text in texts if any(month in text for month in months)] == []


def test_what_a_demo_would_set_may_be_given_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SHERIFF_SOURCE": "sanity",
        "SHERIFF_RECORDINGS_URL": "none",
        "SHERIFF_LOG_LEVEL": "DEBUG",
        "PORT": "8123",
        "VAPI_AUTH": "none",
    }
    for name, value in given.items():
        monkeypatch.delenv(name, raising=False)
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = _settings(tmp_path)
    assert settings.dataset_path == tmp_path / "deliveries.ndjson"
    assert (settings.sheriff_recordings_url, settings.sheriff_log_level) == ("none", "DEBUG")
    assert str(settings.public_bind) == "127.0.0.1:8123"
    monkeypatch.setenv("PORT_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="PORT_FILE: cannot read"):
        _settings(tmp_path)


@pytest.mark.parametrize("wrong", ["abc", "99999", "-1", "80:80"])
def test_of_a_wrong_port_nothing_is_told_that_nobody_has_set(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHERIFF_PUBLIC_BIND", "PORT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(SettingsError) as refused:
        _settings(tmp_path)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["PORT"]
