"""Bounds that cannot hold are refused, each by its name, and a recorded policy reads back as it was."""

from typing import Any

import pytest

from sheriff_core.policy import (
    BreakerPolicy,
    CallerPolicy,
    Disclosure,
    LookupPolicy,
    MemoPolicy,
    Policy,
    PolicyError,
    RetryPolicy,
    TrackingNumberPolicy,
    known_bounds,
)


@pytest.mark.parametrize(
    ("group", "bound", "value"),
    [
        (LookupPolicy, "soft_timeout_s", 4.5),
        (LookupPolicy, "fresh_s", 86_401.0),
        (LookupPolicy, "stale_s", 1e300),
        (LookupPolicy, "not_found_s", -1.0),
        (LookupPolicy, "not_found_s", float("inf")),
        (LookupPolicy, "ttl_jitter", 1.0),
        (LookupPolicy, "max_flights", 0),
        (RetryPolicy, "attempts", 0),
        (RetryPolicy, "attempt_timeout_s", 5.1),
        (RetryPolicy, "backoff_base_s", 1.1),
        (RetryPolicy, "hedge_after_s", -0.1),
        (RetryPolicy, "budget_ratio", 1.1),
        (RetryPolicy, "budget_burst", -1.0),
        (RetryPolicy, "hedge_cost", 0.5),
        (BreakerPolicy, "failures", 0),
        (BreakerPolicy, "reset_s", 0.0),
        (BreakerPolicy, "reset_s", float("inf")),
        (BreakerPolicy, "probe_timeout_s", 0.0),
        (CallerPolicy, "numbers_per_call", 0),
        (CallerPolicy, "not_found_per_call", 0),
        (CallerPolicy, "phone_tries_per_call", 0),
        (CallerPolicy, "max_callers", 0),
        (CallerPolicy, "window_s", 0.0),
        (TrackingNumberPolicy, "min_length", 41),
        (TrackingNumberPolicy, "max_readings", 0),
        (MemoPolicy, "max_replies", 0),
        (MemoPolicy, "kept_s", -1.0),
    ],
)
def test_a_bound_that_cannot_hold_is_refused_by_its_name(group: Any, bound: str, value: float) -> None:
    with pytest.raises(PolicyError, match=f"^{bound} must"):
        group(**{bound: value})


def test_a_recorded_policy_reads_back_as_it_was() -> None:
    policy = Policy(lookup=LookupPolicy(fresh_s=30.0), disclosure=Disclosure.TRACKING_NUMBER, timezone="Europe/Berlin")
    assert Policy.from_record(policy.as_record()) == policy
    assert Policy.from_record({}) == Policy()


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"patience": 1}, "policy.patience: no such bound"),
        ({"lookup": {"patience_s": 1}}, "policy.lookup: patience_s: no such bound"),
        ({"lookup": 3}, "policy.lookup: must be an object"),
        ({"timezone": "Mars/Olympus"}, "policy.timezone: 'Mars/Olympus' is no time zone"),
        ({"timezone": "../UTC"}, "policy.timezone: '../UTC' is no time zone"),
        ({"timezone": None}, "policy.timezone: None is no time zone"),
        ({"lookup": {"fresh_s": "60"}}, "policy.lookup: fresh_s must be a number"),
        ({"memo": {"kept_s": float("inf")}}, "policy.memo: kept_s must be a number"),
        (
            {"tracking_number": {"max_said_length": True}},
            "policy.tracking_number: max_said_length must be a whole number",
        ),
        ({"tracking_number": {"needs_digit": 1}}, "policy.tracking_number: needs_digit must be true or false"),
        ({"lookup": {"max_flights": 0}}, "policy.lookup: max_flights must be at least 1"),
        ({"disclosure": "everybody"}, "policy.disclosure: 'everybody'"),
    ],
)
def test_what_is_wrong_with_a_recorded_policy_is_named(record: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError, match=f"^{told}"):
        Policy.from_record(record)


def test_bounds_of_another_version_are_left_out_of_what_was_recorded() -> None:
    recorded = Policy(lookup=LookupPolicy(fresh_s=30.0)).as_record()
    later = {**recorded, "lookup": {**recorded["lookup"], "patience_s": 1}, "courtesy": {"per_call": 3}}
    assert known_bounds(later) == recorded
    assert known_bounds({"lookup": 3}) == {"lookup": 3}, "what is known but wrong is for the reader to refuse"


def test_bounds_that_are_null_are_left_out_of_what_was_recorded() -> None:
    assert known_bounds({"lookup": {"fresh_s": None, "stale_s": 9.0}, "retry": None, "timezone": None}) == {
        "lookup": {"stale_s": 9.0}
    }
