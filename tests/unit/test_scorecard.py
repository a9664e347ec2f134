"""Many calls in sum, and what got worse since a baseline."""

from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.evaluation.percentiles import Percentiles
from sheriff_core.evaluation.scorecard import (
    RegressionPolicy,
    Scorecard,
    regressions,
    round_trips_ms,
)
from tests.unit.scoring import DANA, ROSA, call, tool_call


def card(*texts: str) -> Scorecard:
    tools = [tool_call(DANA)]
    ends = [call(text) for text in texts]
    return Scorecard.of([score_call(end, tools) for end in ends], tools, ends)


def test_the_sum_counts_calls_claims_and_fabrications() -> None:
    summary = card("It is out for delivery.", "It was delivered in Chicago.", "Hello!").summary()

    assert summary["calls"] == 3
    assert summary["callsWithFabrication"] == 1
    assert summary["withoutFabrication"] == 0.6667
    assert summary["claims"] == 3
    assert summary["groundedness"] == 0.3333
    assert summary["ungroundedByKind"] == {"place": 1, "status": 1}
    assert summary["latencyMs"] == {"p50": 40.0, "p95": 40.0, "p99": 40.0}


def test_nothing_recorded_is_no_division_by_zero() -> None:
    summary = Scorecard.of([], [], []).summary()

    assert summary["groundedness"] == 1.0
    assert summary["latencyMs"] == {"p50": None, "p95": None, "p99": None}


def test_percentiles_are_taken_by_the_nearest_rank() -> None:
    assert Percentiles.of(range(1, 101)) == Percentiles(50, 95, 99)
    assert Percentiles.of([7.0]) == Percentiles(7.0, 7.0, 7.0)


def test_a_round_trip_needs_both_of_its_times() -> None:
    results = [
        {"requestedSecondsFromStart": 2.0, "secondsFromStart": 2.5},
        {"requestedSecondsFromStart": None, "secondsFromStart": 2.5},
        {"requestedSecondsFromStart": 3.0, "secondsFromStart": 2.5},
        "nonsense",
    ]

    assert round_trips_ms([{"toolResults": results}, {"toolResults": None}]) == [500.0]


def test_issues_are_counted_as_told_wrong_or_missing() -> None:
    tools = [tool_call(ROSA, number="SHR777001", outcome="issue")]
    ends = [call(f"It says: {ROSA['issueMessage']}"), call("There is a tiny problem."), call("It is delayed.")]
    summary = Scorecard.of([score_call(end, tools) for end in ends], tools, ends).summary()

    assert summary["issues"] == {"returned": 3, "told": 1, "wrong": 1, "missing": 1, "mistold": 0.6667}


def test_the_same_figures_are_no_regression() -> None:
    summary = card("It is out for delivery.").summary()

    assert regressions(summary, summary) == []


def test_less_groundedness_is_a_regression_in_words() -> None:
    before = card("It is out for delivery.").summary()
    now = card("It was delivered.").summary()

    assert regressions(now, before) == [
        "groundedness: 100.00% before, 0.00% now",
        "share of calls without fabrication: 100.00% before, 0.00% now",
    ]


def test_latency_may_grow_within_the_policy_and_not_beyond() -> None:
    before = {"latencyMs": {"p50": 100.0, "p95": 100.0, "p99": 5.0}}
    now = {"latencyMs": {"p50": 119.0, "p95": 121.0, "p99": 24.0}}

    assert regressions(now, before) == ["latency p95: 100.0 ms before, 121.0 ms now"]
    assert regressions(now, before, RegressionPolicy(latency_ratio=1.5)) == []


def test_figures_that_one_side_lacks_are_not_compared() -> None:
    assert regressions({"latencyMs": {"p50": None}}, {"groundedness": 1.0, "latencyMs": {"p50": 1.0}}) == []
