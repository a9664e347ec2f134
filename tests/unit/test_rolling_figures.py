"""The last minutes and the last hour, counted in memory of a fixed size."""

import random

import pytest

from sheriff_core.events import BreakerMoved, LookupEnded, ToolCallAnswered
from sheriff_core.policy import PROMISED_S
from sheriff_core.rolling_figures import HOUR_S, RollingFigures
from tests.fakes import FakeClock


def answered(duration_s: float = 0.01, outcome: str = "found", served_from: str = "source") -> ToolCallAnswered:
    return ToolCallAnswered("getDeliveryStatus", outcome, served_from, duration_s, "c1", "t1")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def figures(clock: FakeClock) -> RollingFigures:
    return RollingFigures(clock)


def test_nothing_has_no_shares_and_no_percentiles(figures):
    recent = figures.recent()
    assert (recent.calls, recent.calls_a_minute, recent.success, recent.hit_rate) == (0, 0.0, None, None)
    assert (recent.stale_share, recent.p50_s, recent.p95_s) == (None, None, None)
    assert all(minute.calls == 0 and minute.p95_s is None for minute in figures.minutes())


def test_calls_are_counted_with_what_became_of_them(figures):
    for outcome, source in (("found", "source"), ("found", "stale"), ("unavailable", "none"), ("refused", "none")):
        figures.emit(answered(outcome=outcome, served_from=source))
    figures.emit(answered())
    recent = figures.recent()
    assert (recent.calls, recent.unavailable, recent.stale) == (5, 1, 1)
    assert (recent.success, recent.stale_share) == (0.8, 0.2)
    assert figures.hour().calls == 5


def test_lookups_are_hits_when_anything_remembered_answered(figures):
    for result in ("hit", "stale", "miss", "hit"):
        figures.emit(LookupEnded(result))
    assert (figures.recent().lookups, figures.recent().hit_rate) == (4, 0.75)


def test_other_events_are_not_counted(figures):
    figures.emit(BreakerMoved("closed", "open", "why", 5))
    assert figures.hour().calls == 0


async def test_what_is_older_than_the_window_is_forgotten(figures, clock):
    figures.emit(answered())
    await clock.advance(299)
    assert figures.recent().calls == 1
    await clock.advance(20)
    assert (figures.recent().calls, figures.hour().calls) == (0, 1)
    await clock.advance(HOUR_S)
    assert figures.hour().calls == 0


async def test_a_slot_that_comes_round_again_begins_empty(figures, clock):
    figures.emit(answered(outcome="unavailable", duration_s=2.0))
    figures.emit(LookupEnded("hit"))
    await clock.advance(61 * 60)  # exactly one round of the hour
    figures.emit(answered())
    hour = figures.hour()
    assert (hour.calls, hour.unavailable, hour.lookups) == (1, 0, 0)
    assert hour.p95_s == pytest.approx(0.01, rel=0.1)


async def test_the_rate_is_over_the_age_of_a_young_process_but_never_over_less_than_a_minute(figures, clock):
    for _ in range(30):
        figures.emit(answered())
    await clock.advance(2)
    assert figures.recent().calls_a_minute == 30
    await clock.advance(118)
    assert figures.recent().calls_a_minute == pytest.approx(15)
    await clock.advance(120)
    assert figures.hour().calls_a_minute == pytest.approx(7.5)


async def test_minutes_tell_the_hour_from_the_oldest_to_the_running_one(figures, clock):
    await clock.advance(HOUR_S)
    for minute in range(3):
        for _ in range(minute + 1):
            figures.emit(answered())
        await clock.advance(60)
    assert [minute.calls for minute in figures.minutes()[-4:]] == [1, 2, 3, 0]
    assert len(figures.minutes()) == 61


def test_percentiles_are_off_by_a_few_percent_at_most(figures):
    dice = random.Random(1)
    durations = [dice.lognormvariate(-3, 1.2) for _ in range(20_000)]
    for duration in durations:
        figures.emit(answered(duration))
    durations.sort()
    recent = figures.recent()
    assert recent.p50_s == pytest.approx(durations[10_000], rel=0.05)
    assert recent.p95_s == pytest.approx(durations[19_000], rel=0.05)


@pytest.mark.parametrize("duration", [PROMISED_S, 0.7999, 0.75])
def test_a_percentile_within_the_promise_never_reads_as_late(figures, duration):
    for _ in range(100):
        figures.emit(answered(duration))
    assert figures.recent().p95_s <= PROMISED_S


def test_a_percentile_beyond_the_promise_always_reads_as_late(figures):
    for _ in range(100):
        figures.emit(answered(0.8001))
    assert figures.recent().p95_s > PROMISED_S


@pytest.mark.parametrize("duration", [0.0, -0.001, 1e-9, 59.0, 3_600.0])
def test_no_duration_is_too_short_or_too_long_to_be_counted(figures, duration):
    figures.emit(answered(duration))
    assert figures.recent().p95_s is not None
