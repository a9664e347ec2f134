"""How a lookup can end: a closed set of values, none of them an exception.

Each `match` over `Outcome` ends in `assert_never`, so that a new ending does not type-check until it has words.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from sheriff_core.delivery import Delivery


class ServedFrom(StrEnum):
    """Where the words of a reply came from (docs/reference/http-api.md)."""

    SOURCE = "source"
    CACHE = "cache"
    STALE = "stale"
    NONE = "none"


class UnavailableReason(StrEnum):
    """Why nothing could be told. A caller hears one apology for all but `BUSY`; operators tell them apart."""

    TIMEOUT = "timeout"  # the hard timeout passed
    SOURCE_FAILED = "source_failed"  # every permitted attempt failed
    CIRCUIT_OPEN = "circuit_open"  # the breaker did not let us ask
    BUSY = "busy"  # too many flights at once: load was shed
    UNREADABLE = "unreadable"  # the delivery is stored in a shape that cannot be told
    MISCONFIGURED = "misconfigured"  # the source refuses us: token, project or dataset
    INTERNAL = "internal"  # a defect of ours


@dataclass(frozen=True, slots=True)
class Found:
    """The delivery, from the source just now or from memory while it is fresh."""

    delivery: Delivery
    age_s: float
    served_from: ServedFrom


@dataclass(frozen=True, slots=True)
class FoundStale:
    """The delivery as remembered, told with its age because the source could not answer in time."""

    served_from: ClassVar = ServedFrom.STALE

    delivery: Delivery
    age_s: float


@dataclass(frozen=True, slots=True)
class NotFound:
    """The source was asked (now, or within the last few seconds) and holds no such number."""

    served_from: ServedFrom = ServedFrom.SOURCE


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or more deliveries answer to what was said: never a guess between them. Told with its age where stale."""

    served_from: ServedFrom = ServedFrom.SOURCE
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InvalidTrackingNumber:
    """What was said cannot be a tracking number; the source was not asked."""

    served_from: ClassVar = ServedFrom.NONE


@dataclass(frozen=True, slots=True)
class Refused:
    """This call or caller has asked for too many numbers (protection against enumeration)."""

    served_from: ClassVar = ServedFrom.NONE


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nothing can be told now: an apology and an offer to try again."""

    served_from: ClassVar = ServedFrom.NONE

    reason: UnavailableReason


LookupOutcome: TypeAlias = Found | FoundStale | NotFound | Ambiguous | Unavailable
Outcome: TypeAlias = LookupOutcome | InvalidTrackingNumber | Refused


def age_told(outcome: Outcome) -> float | None:
    """The age of what is told, in seconds, as a reply states it; None where nothing is."""
    match outcome:
        case Found(age_s=age_s) | FoundStale(age_s=age_s) | Ambiguous(served_from=ServedFrom.STALE, age_s=age_s):
            return round(age_s, 3)
        case _:
            return None


class OutcomeName(StrEnum):
    """The word for an ending in replies, logs and metrics (docs/reference/http-api.md)."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NO_ISSUE = "no_issue"
    ISSUE = "issue"
    WITHHELD = "withheld"
    AMBIGUOUS = "ambiguous"
    INVALID_TRACKING_NUMBER = "invalid_tracking_number"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
