"""What may be told to whom (docs/adr/0003).

Knowing a tracking number is not knowing the customer: it stands on every label. So the name and the text of an issue
are for a caller who is also known by telephone number, and what is kept back is not hinted at.
"""

from enum import StrEnum
from typing import assert_never

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


class Disclosed(StrEnum):
    """How much of a delivery this caller hears."""

    EVERYTHING = "everything"  # status, name, estimate, issue; never the telephone number
    STATUS_ONLY = "status_only"  # status and estimate, and an offer to tell more
    NOTHING = "nothing"  # not even that it exists


def disclose(policy: Disclosure, *, caller_matched: bool | None) -> Disclosed:
    """Decide how much is told; `caller_matched` is None where nobody could be compared, which is no match."""
    match policy:
        case Disclosure.TRACKING_NUMBER:
            return Disclosed.EVERYTHING
        case Disclosure.CALLER_MATCH:
            return Disclosed.EVERYTHING if caller_matched else Disclosed.STATUS_ONLY
        case Disclosure.CALLER_MATCH_STRICT:
            return Disclosed.EVERYTHING if caller_matched else Disclosed.NOTHING
        case _:
            assert_never(policy)


def known_to_caller(outcome: Outcome, disclosed: Disclosed) -> Outcome:
    """Turn `outcome` into what a caller may know of it; wording and metadata are built from the result.

    Where nothing may be disclosed, a delivery becomes the very outcome that a number without a delivery has in the
    same situation, so that neither the words nor the metadata tell them apart: "not found" while the source answers,
    and "unavailable" while it does not, because what is remembered would be told only of numbers that exist.
    """
    if disclosed is not Disclosed.NOTHING:
        return outcome
    match outcome:
        case FoundStale() | Ambiguous(served_from=ServedFrom.STALE) | Unavailable():
            # One reason for all: "busy" has words of its own, and would be said only of what is not remembered.
            return Unavailable(UnavailableReason.TIMEOUT)
        case Found() | Ambiguous():
            return NotFound(served_from=outcome.served_from)
        case NotFound() | InvalidTrackingNumber() | Refused():
            return outcome
        case _:
            assert_never(outcome)
