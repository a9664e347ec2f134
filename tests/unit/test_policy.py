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
        ({"lookup": {"patience_s": 1}}, "policy.lookup: .*patience_s"),
        ({"lookup": {"max_flights": 0}}, "policy.lookup: max_flights must be at least 1"),
        ({"disclosure": "everybody"}, "policy.disclosure: 'everybody'"),
    ],
)
def test_what_is_wrong_with_a_recorded_policy_is_named(record: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        Policy.from_record(record)
