"""The settings as the domain's bounds."""

import pytest

from sheriff.bounds import policy_from
from sheriff.settings import read_settings
from tests.unit.test_settings import GOOD


def test_by_default_no_request_may_outlast_the_callers_patience() -> None:
    policy = policy_from(read_settings(GOOD))
    assert policy.lookup.background_s == 0.0
    assert policy.retry.hedge_after_s == 1.0


@pytest.mark.parametrize(("attempt_ms", "background_s"), [("4000", 3.0), ("1000", 0.0), ("600", 0.0)])
def test_a_request_may_use_its_time_after_the_caller_has_left(attempt_ms: str, background_s: float) -> None:
    changes = {"SHERIFF_HARD_TIMEOUT_MS": "1000", "SHERIFF_ATTEMPT_TIMEOUT_MS": attempt_ms}
    policy = policy_from(read_settings({**GOOD, **changes}))
    assert policy.lookup.background_s == background_s


def test_no_twin_is_sent_when_nobody_waits_any_more() -> None:
    policy = policy_from(read_settings({**GOOD, "SHERIFF_HARD_TIMEOUT_MS": "1000", "SHERIFF_HEDGE_AFTER_MS": "1000"}))
    assert policy.retry.hedge_after_s == 0.0


def test_memory_can_be_kept_for_failures_alone() -> None:
    assert policy_from(read_settings({**GOOD, "SHERIFF_CACHE_TTL_S": "0"})).lookup.fresh_s == 0.0
