"""Instants as text: what the standard library writes, at a fraction of its price."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from sheriff_core.rfc3339 import rfc3339, rfc3339_us

ZONES = st.just(UTC) | st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# A zone may be a day ahead of UTC or behind it, and years have an end.
INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds it


@given(INSTANTS)
def test_an_instant_is_written_in_utc_to_the_millisecond_or_the_microsecond(instant: datetime) -> None:
    in_utc = instant.astimezone(UTC)
    assert rfc3339(instant) == in_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert rfc3339_us(instant) == in_utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def test_a_millisecond_that_has_not_ended_is_not_rounded_up() -> None:
    assert rfc3339(datetime(2026, 2, 12, 9, 30, 59, 999_999, UTC)) == "2026-02-12T09:30:59.999Z"
