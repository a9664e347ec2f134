"""Dates, times and ages in words."""

from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed_offset
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from sheriff_core.evaluation.estimates import estimated_day
from sheriff_core.spoken_time import SpokenEstimate, spoken_age, spoken_estimate

AT = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)  # a Thursday


def words(recorded: str, at: datetime = AT, timezone: str = "UTC") -> str | None:
    estimate = spoken_estimate(recorded, at=at, timezone=timezone)
    return None if estimate is None else estimate.words


def test_date_is_told_with_its_weekday() -> None:
    assert spoken_estimate("2026-02-14", at=AT, timezone="UTC") == SpokenEstimate(
        "Saturday, February 14th", passed=False
    )


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("2026-02-11", "yesterday, Wednesday, February 11th"),
        ("2026-02-12", "today, Thursday, February 12th"),
        ("2026-02-13", "tomorrow, Friday, February 13th"),
        ("2026-02-10", "Tuesday, February 10th"),
    ],
)
def test_near_days_are_told_by_name_and_date(recorded: str, told: str) -> None:
    assert words(recorded) == told


def test_today_is_the_day_of_the_timezone_not_of_utc() -> None:
    late = datetime(2026, 2, 12, 23, 30, tzinfo=UTC)
    assert words("2026-02-13", late, "UTC") == "tomorrow, Friday, February 13th"
    assert words("2026-02-13", late, "Europe/Berlin") == "today, Friday, February 13th"
    assert words("2026-02-13", late, "America/New_York") == "tomorrow, Friday, February 13th"
    assert words("2026-02-12", late, "Pacific/Kiritimati") == "yesterday, Thursday, February 12th"


def test_year_is_told_only_when_it_is_another() -> None:
    assert words("2027-02-14") == "Sunday, February 14th, 2027"
    assert words("2025-12-31") == "Wednesday, December 31st, 2025"
    assert words("2027-01-01", datetime(2026, 12, 31, 12, tzinfo=UTC)) == "tomorrow, Friday, January 1st, 2027"


@pytest.mark.parametrize(
    ("day", "ordinal"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (30, "30th"),
        (31, "31st"),
    ],
)
def test_days_are_ordinals(day: int, ordinal: str) -> None:
    told = words(f"2026-07-{day:02d}")
    assert told is not None
    assert told.endswith(f"July {ordinal}")


@pytest.mark.parametrize(
    ("recorded", "timezone", "told"),
    [
        ("2026-02-14T15:30:00Z", "UTC", "Saturday, February 14th, at 3:30 PM UTC"),
        ("2026-02-14T15:30:00.000Z", "Europe/Berlin", "Saturday, February 14th, at 4:30 PM"),
        ("2026-02-14t15:00:00z", "America/New_York", "Saturday, February 14th, at 10 AM"),
        ("2026-02-14T23:30:00+01:00", "Asia/Tokyo", "Sunday, February 15th, at 7:30 AM"),
        ("2026-02-14T15:05:59-0500", "America/New_York", "Saturday, February 14th, at 3:05 PM"),
        ("2026-02-14T12:00:00Z", "Europe/London", "Saturday, February 14th, at noon"),
        ("2026-02-14T12:00Z", "Etc/UTC", "Saturday, February 14th, at noon UTC"),
        ("2026-02-14T00:30:00Z", "Europe/London", "Saturday, February 14th, at 12:30 AM"),
        ("2026-02-13T09:00:00Z", "Europe/Berlin", "tomorrow, Friday, February 13th, at 10 AM"),
        ("2026-02-14 15:30", "America/New_York", "Saturday, February 14th, at 3:30 PM"),
        ("2026-02-14 15:30:00+00", "UTC", "Saturday, February 14th, at 3:30 PM UTC"),
        ("2026-02-14 15:30:00.5-05", "America/New_York", "Saturday, February 14th, at 3:30 PM"),
    ],
)
def test_time_is_told_when_recorded_in_the_timezone(recorded: str, timezone: str, told: str) -> None:
    assert words(recorded, timezone=timezone) == told


@pytest.mark.parametrize(
    ("recorded", "timezone"),
    [
        ("2026-02-14T00:00:00Z", "America/New_York"),  # a day, written as an instant: not the evening before
        ("2026-02-14T00:00:00.000Z", "Asia/Tokyo"),
        ("2026-02-14T05:00:00Z", "America/New_York"),  # a day picked in a studio of that zone
        ("2026-02-14T00:00:00+13:00", "UTC"),
    ],
)
def test_midnight_means_the_day_and_no_time(recorded: str, timezone: str) -> None:
    assert words(recorded, timezone=timezone) == "Saturday, February 14th"


@pytest.mark.parametrize(
    ("recorded", "passed"),
    [
        ("2026-02-11", True),
        ("2026-02-12", False),
        ("2026-02-12T09:29:00Z", True),
        ("2026-02-12T09:31:00Z", False),
        ("2026-02-12T10:00:00+01:00", True),
        ("2026-02-12T09:00:00-01:00", False),
    ],
)
def test_an_estimate_has_passed_when_its_day_or_instant_is_over(recorded: str, passed: bool) -> None:
    estimate = spoken_estimate(recorded, at=AT, timezone="UTC")
    assert estimate is not None
    assert estimate.passed is passed


def test_the_hour_that_clocks_repeat_is_compared_by_instant() -> None:
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30 in Berlin, for the first time
    later = spoken_estimate("2026-10-25T01:15:00Z", at=first_half_past_two, timezone="Europe/Berlin")
    assert later == SpokenEstimate("today, Sunday, October 25th, at 2:15 AM", passed=False)


@pytest.mark.parametrize(
    "recorded",
    ["", "next week", "2026-02-30", "2026-13-01", "20260214", "2026-W07-6", "14.02.2026", "2026-02-14T25:00:00Z", "2026-02-14T10", "2026-02-14 and later", "٢٠٢٦-٠٢-١٤", "0001-01-01T00:30:00+14:00", "9999-12-31T23:30:00-12:00"],  # noqa: E501 - one list
)  # fmt: skip
def test_whatever_is_no_date_is_free_text(recorded: str) -> None:
    assert words(recorded) is None


@given(st.text())
def test_no_text_is_too_strange(recorded: str) -> None:
    spoken_estimate(recorded, at=AT, timezone="America/New_York")


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"]))
def test_every_date_reads_back(day: date, timezone: str) -> None:
    told = words(day.isoformat(), timezone=timezone)
    assert told is not None
    assert f"{day:%A}, {day:%B} {day.day}" in told
    assert (str(day.year) in told) or day.year == 2026


@given(st.integers(-2_000_000_000, 7_000_000_000), st.integers(-12 * 60, 14 * 60))
def test_every_instant_is_told_in_the_timezone(unix_s: int, offset_min: int) -> None:
    recorded = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=unix_s)).astimezone(
        fixed_offset(timedelta(minutes=offset_min))
    )
    there = recorded.astimezone(ZoneInfo("America/New_York"))
    told = words(recorded.isoformat(), timezone="America/New_York")
    assert told is not None
    if ", at " in told:
        assert f"{there:%A}, {there:%B} {there.day}" in told
        assert told.endswith(("AM" if there.hour < 12 else "PM", "noon"))
    else:
        assert (0, 0, 0) in {(t.hour, t.minute, t.second) for t in (recorded, there)}


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "one second"),
        (1.4, "one second"),
        (7.2, "seven seconds"),
        (42, "forty seconds"),
        (57.4, "fifty-five seconds"),
        (58, "one minute"),
        (89, "one minute"),
        (185, "three minutes"),
        (1_260, "twenty-one minutes"),
        (3_569, "fifty-nine minutes"),
        (3_590, "one hour"),
        (5_500, "two hours"),
        (86_399, "twenty-four hours"),
        (171_000, "two days"),
        (864_000 * 20, "200 days"),
    ],
)
def test_ages_are_round_words(seconds: float, told: str) -> None:
    assert spoken_age(seconds) == told


@given(st.floats(min_value=1, max_value=1e7))
def test_an_age_is_never_far_from_the_truth(seconds: float) -> None:
    count, unit = spoken_age(seconds).rsplit(" ", 1)
    size = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}[unit.removesuffix("s")]
    figure = next(n for n in range(1, 120) if count in (str(n), num2words(n)))
    assert abs(figure * size - seconds) <= 0.5 * size * (5 if size == 1 else 1)


@pytest.mark.parametrize("recorded", ["2026-02-14\u200b", "\ufeff2026-02-14", " 2026-02-14\u00a0"])
def test_what_cannot_be_seen_around_a_date_does_not_hide_it(recorded: str) -> None:
    assert words(recorded) == words("2026-02-14") == "Saturday, February 14th"
    assert estimated_day(recorded, ZoneInfo("UTC")) == date(2026, 2, 14)
