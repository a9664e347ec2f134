"""Figures, ages, verdicts and pictures: what a tired person reads."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sheriff_core.breaker import BreakerState
from sheriff_core.health import Readiness, ReadinessStatus
from sheriff_core.rolling_figures import Figures
from sheriff_web.console import words
from sheriff_web.console.charts import HEIGHT, WIDTH, charts
from sheriff_web.console.findings import Level, findings

OK = {name: {"status": "ok"} for name in ("circuitBreaker", "sanity", "cache", "recordings")}


def figures(calls=100, **changes):
    given = {"seconds": 300.0, "unavailable": 0, "stale": 0, "lookups": calls, "remembered": 0}
    times = {"p50_s": 0.01, "p95_s": 0.1} if calls else {"p50_s": None, "p95_s": None}
    return Figures(calls=calls, **{**given, **times, **changes})


def ready(status=ReadinessStatus.READY, **checks):
    return Readiness(status, serving=True, checks={**OK, **{name: {"status": state} for name, state in checks.items()}})


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, words.ABSENT),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.9999, "99.9 %"),
        (0.5, "50 %"),
        (0.29, "29 %"),
        (0.123, "12.3 %"),
    ],
)
def test_a_share_is_rounded_down_so_that_not_all_never_reads_as_all(share, said):
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, words.ABSENT),
        (0.00042, "0.4 ms"),
        (0.0123, "12 ms"),
        (0.8, "800 ms"),
        (4.5, "4,500 ms"),
        (12.34, "12.3 s"),
    ],
)
def test_a_duration_is_written_in_the_unit_of_the_promise(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "less than 1 s"),
        (1.2, "1 s"),
        (59.9, "59 s"),
        (61, "1 min 1 s"),
        (3_661, "1 h 1 min"),
        (90_000, "1 day 1 h"),
        (200_000, "2 days 7 h"),
    ],
)
def test_an_age_is_told_in_two_units_at_most(seconds, said):
    assert words.age(seconds) == said


@pytest.mark.parametrize(("per_minute", "said"), [(0, "0.0"), (9.94, "9.9"), (12.6, "13"), (1_234.0, "1,234")])
def test_a_rate_is_as_exact_as_it_is_of_use(per_minute, said):
    assert words.rate(per_minute) == said


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-02-12T09:30:00.000Z", datetime(2026, 2, 12, 9, 30, tzinfo=UTC)),
        ("2026-02-12T10:30:00+01:00", datetime(2026, 2, 12, 9, 30, tzinfo=UTC)),
        ("2026-02-12T09:30:00", datetime(2026, 2, 12, 9, 30, tzinfo=UTC)),
        (datetime(2026, 2, 12, 9, 30, tzinfo=timezone(timedelta(0))), datetime(2026, 2, 12, 9, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
        (5, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_an_instant_is_read_where_there_is_one(said, at):
    assert words.instant(said) == at


# -- the verdict --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readiness", "breaker", "recent", "level", "answer"),
    [
        (ready(), "closed", figures(), Level.GOOD, "Yes, callers are being served."),
        (ready(), "closed", figures(0), Level.QUIET, "Nobody has called in the last five minutes."),
        (ready(ReadinessStatus.UNREADY), "closed", figures(0), Level.BAD, "Not by this instance: it is not ready yet."),
        (ready(ReadinessStatus.DRAINING), "closed", figures(), Level.WATCH, "Not by this instance any more"),
        (ready(), "closed", figures(unavailable=60), Level.BAD, "No, most callers hear an apology."),
        (ready(), "closed", figures(unavailable=6), Level.BAD, "Not everybody: some callers hear an apology."),
        (ready(), "closed", figures(unavailable=2), Level.WATCH, "Not everybody: some callers hear an apology."),
        (ready(), "closed", figures(unavailable=1), Level.GOOD, "Yes, callers are being served."),
        (ready(), "closed", figures(p95_s=0.9), Level.WATCH, "Callers are answered, but too slowly."),
        (ready(), "closed", figures(p95_s=0.8), Level.GOOD, "Yes, callers are being served."),
        (ready(), "closed", figures(stale=50), Level.WATCH, "Callers are answered, from old information."),
        (ready(circuitBreaker="failing"), "open", figures(), Level.WATCH, "Only from memory: the breaker is open."),
        (ready(), "half_open", figures(0), Level.WATCH, "Only from memory: the breaker is open."),
        (ready(), "isolated", figures(), Level.WATCH, "Only from memory: the breaker is held open by hand."),
        (ready(sanity="failing"), "closed", figures(), Level.WATCH, "Yes, but the source's last answer was a failure."),
        (ready(sanity="failing"), "closed", figures(0), Level.QUIET, "Nobody has called in the last five minutes."),
        (ready(recordings="failing"), "closed", figures(), Level.WATCH, "Yes, but calls are not being stored."),
        (ready(recordings="off"), "closed", figures(), Level.GOOD, "Yes, callers are being served."),
        (ready(cache="failing"), "closed", figures(), Level.WATCH, "Yes, but the shared cache does not answer."),
    ],
)
def test_the_verdict_answers_the_question(readiness, breaker, recent, level, answer):
    first = findings(readiness, BreakerState(breaker), recent)[0]
    assert first.level is level
    assert first.answer.startswith(answer)


def test_the_worst_speaks_first_and_the_others_are_told_after_it():
    found = findings(ready(recordings="failing"), BreakerState.OPEN, figures(unavailable=80, p95_s=4.5, stale=10))
    assert [finding.level for finding in found] == [Level.BAD, *[Level.WATCH] * 4]
    assert found[0].headline == "No, most callers hear an apology."


def test_every_runbook_that_is_named_exists():
    from pathlib import Path

    runbooks = {path.stem for path in (Path(__file__).parents[2] / "docs/runbooks").glob("*.md")}
    every = [
        *findings(ready(ReadinessStatus.UNREADY), BreakerState.OPEN, figures(0)),
        *findings(ready(sanity="failing"), BreakerState.CLOSED, figures(unavailable=9, p95_s=1.0, stale=50)),
        *findings(ready(recordings="failing", cache="failing"), BreakerState.CLOSED, figures()),
    ]
    assert {finding.runbook for finding in every if finding.runbook} <= runbooks
    assert len({finding.runbook for finding in every}) == 9


# -- pictures -----------------------------------------------------------------------------------------------------


def drawn(minutes):
    return charts(minutes, datetime(2026, 2, 12, 9, 30, tzinfo=UTC))


def test_an_hour_without_calls_is_four_empty_pictures_of_the_same_size():
    pictures = drawn([figures(0, lookups=0)] * 61)
    assert [picture.name for picture in pictures] == ["Calls a minute", "p95", "Hit rate", "Old information"]
    assert all(picture.bars == () for picture in pictures)


def test_every_bar_stays_within_its_picture():
    minutes = [
        figures(calls, unavailable=calls // 3, stale=calls // 5, remembered=calls, p95_s=0.05 * calls)
        for calls in range(1, 62)
    ]
    for picture in drawn(minutes):
        for bar in picture.bars:
            assert 0 <= bar.x <= WIDTH - 3
            assert bar.y >= 0
            assert bar.y + bar.height <= HEIGHT + 1


def test_what_happened_once_among_thousands_is_still_seen():
    pictures = drawn([figures(10_000, unavailable=1), figures(1)])
    assert [bar.kind for bar in pictures[0].bars] == ["good", "bad", "good"]
    assert min(bar.height for bar in pictures[0].bars) == 1.0


def test_a_late_minute_is_marked_and_the_promise_is_a_line():
    latency = drawn([figures(p95_s=0.8), figures(p95_s=2.0), figures(0)])[1]
    assert [bar.kind for bar in latency.bars] == ["good", "late"]
    assert latency.line_y == round(HEIGHT * (1 - 0.8 / 2.0), 1)
    assert latency.summary == "p95 above 800 ms in 1 of 2 minutes with calls"


def test_a_bar_tells_its_minute_and_its_figures():
    bars = drawn([figures(12, unavailable=2), figures(0)])[0].bars
    assert bars[0].said == "09:29: 12 answered, 2 of them with an apology"
