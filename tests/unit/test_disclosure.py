"""What may be told to whom."""

import pytest

from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed, disclose, known_to_caller
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    Refused,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.policy import Disclosure

DELIVERY = Delivery("SHR-1")
OUTCOMES: list[Outcome] = [
    Found(DELIVERY, 0.0, ServedFrom.SOURCE),
    FoundStale(DELIVERY, 90.0),
    NotFound(),
    Ambiguous(),
    InvalidTrackingNumber(),
    Refused(),
    Unavailable(UnavailableReason.CIRCUIT_OPEN),
]


@pytest.mark.parametrize(
    ("policy", "matched", "disclosed"),
    [
        (Disclosure.TRACKING_NUMBER, True, Disclosed.EVERYTHING),
        (Disclosure.TRACKING_NUMBER, False, Disclosed.EVERYTHING),
        (Disclosure.TRACKING_NUMBER, None, Disclosed.EVERYTHING),
        (Disclosure.CALLER_MATCH, True, Disclosed.EVERYTHING),
        (Disclosure.CALLER_MATCH, False, Disclosed.STATUS_ONLY),
        (Disclosure.CALLER_MATCH, None, Disclosed.STATUS_ONLY),
        (Disclosure.CALLER_MATCH_STRICT, True, Disclosed.EVERYTHING),
        (Disclosure.CALLER_MATCH_STRICT, False, Disclosed.NOTHING),
        (Disclosure.CALLER_MATCH_STRICT, None, Disclosed.NOTHING),
    ],
)
def test_the_table_of_disclosure(policy: Disclosure, matched: bool | None, disclosed: Disclosed) -> None:
    assert disclose(policy, caller_matched=matched) is disclosed


@pytest.mark.parametrize("disclosed", [Disclosed.EVERYTHING, Disclosed.STATUS_ONLY])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_an_outcome_stays_what_it_is_where_something_may_be_told(outcome: Outcome, disclosed: Disclosed) -> None:
    assert known_to_caller(outcome, disclosed) is outcome


@pytest.mark.parametrize("served_from", [ServedFrom.SOURCE, ServedFrom.CACHE])
def test_a_delivery_that_may_not_be_told_is_one_that_does_not_exist(served_from: ServedFrom) -> None:
    known = known_to_caller(Found(DELIVERY, 3.0, served_from), Disclosed.NOTHING)
    assert known == NotFound(served_from=served_from)


def test_two_deliveries_that_may_not_be_told_are_none() -> None:
    assert known_to_caller(Ambiguous(ServedFrom.CACHE), Disclosed.NOTHING) == NotFound(ServedFrom.CACHE)


def test_what_is_remembered_but_may_not_be_told_sounds_like_a_number_that_nobody_remembers() -> None:
    known = known_to_caller(FoundStale(DELIVERY, 90.0), Disclosed.NOTHING)
    assert known == Unavailable(UnavailableReason.TIMEOUT)


@pytest.mark.parametrize(
    "outcome", [Ambiguous(ServedFrom.STALE), *(Unavailable(reason) for reason in UnavailableReason)], ids=str
)
def test_while_the_source_is_silent_no_number_sounds_like_any_other(outcome: Outcome) -> None:
    assert known_to_caller(outcome, Disclosed.NOTHING) == known_to_caller(FoundStale(DELIVERY, 90.0), Disclosed.NOTHING)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_what_is_known_to_a_caller_does_not_change_when_asked_twice(outcome: Outcome) -> None:
    for disclosed in Disclosed:
        known = known_to_caller(outcome, disclosed)
        assert known_to_caller(known, disclosed) == known
