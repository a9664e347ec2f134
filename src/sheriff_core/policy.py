"""Every bound of the domain, named, with its unit and its default."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

LONGEST_S: Final = 100 * 365 * 86_400  # an instant further away than a century may have no date any more
LONGEST_ATTEMPT_S: Final = 5.0  # so long Vapi waits for a tool; what comes later nobody hears
PROMISED_S: Final = 0.8  # what a caller is promised: 19 of 20 hear the answer within this time


class Disclosure(StrEnum):
    """What may be said to a caller who knows a tracking number (docs/adr/0003)."""

    TRACKING_NUMBER = "tracking-number"
    CALLER_MATCH = "caller-match"
    CALLER_MATCH_STRICT = "caller-match-strict"


class Speech(StrEnum):
    """Who words the answer: `VERBATIM` has Vapi speak our sentence, `MODEL` lets the model speak from it."""

    VERBATIM = "verbatim"
    MODEL = "model"


class PolicyError(ValueError):
    """A policy that cannot hold: says which bound, and what it must be."""


def _require(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at the call site
    if not condition:
        raise PolicyError(message)


@dataclass(frozen=True, slots=True)
class LookupPolicy:
    """When a lookup answers, and from what."""

    fresh_s: float = 60.0  # a remembered delivery this young is told as current; 0: none is
    stale_s: float = 86_400.0  # and kept this long for fail-safe
    not_found_s: float = 10.0  # a remembered "not found" is told this long, and never when stale
    ttl_jitter: float = 0.1  # share by which fresh_s varies per entry, so that entries do not expire together
    soft_timeout_s: float = 0.5  # something is remembered: answer after this
    hard_timeout_s: float = 4.5  # nothing is remembered: apologise after this
    background_s: float = 0.0  # and a flight may go on this much longer, with no caller left, to fill the cache
    max_flights: int = 200  # upstream lookups at once; beyond it load is shed

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        _require(0 < self.soft_timeout_s < self.hard_timeout_s, "soft_timeout_s must lie between 0 and hard_timeout_s")
        _require(0 <= self.background_s <= LONGEST_S, "background_s must lie between 0 and a century")
        _require(0 <= self.fresh_s <= self.stale_s, "fresh_s must lie between 0 and stale_s")
        _require(0 < self.stale_s <= LONGEST_S, "stale_s must lie between 0 and a century")
        _require(0 <= self.not_found_s <= LONGEST_S, "not_found_s must lie between 0 and a century")
        _require(0 <= self.ttl_jitter < 1, "ttl_jitter must lie between 0 and 1")
        _require(self.max_flights >= 1, "max_flights must be at least 1")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and how patiently, one flight asks the source."""

    attempts: int = 3  # requests one flight may send, hedges included
    attempt_timeout_s: float = 4.0  # one request
    backoff_base_s: float = 0.1  # full jitter between 0 and base * 2**n
    backoff_cap_s: float = 1.0
    hedge_after_s: float = 1.0  # an attempt without an answer after this gets a twin; 0 switches hedging off
    budget_ratio: float = 1.0  # retry tokens earned by each lookup that the source answered; a retry takes one
    budget_burst: float = 10.0  # retry tokens that can be saved up
    hedge_cost: float = 2.0  # tokens a hedge takes: unlike a request that failed, a silent one still burdens the source

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        _require(self.attempts >= 1, "attempts must be at least 1")
        _require(
            0 < self.attempt_timeout_s <= LONGEST_ATTEMPT_S,
            f"attempt_timeout_s must lie between 0 and {LONGEST_ATTEMPT_S:g} seconds",
        )
        _require(0 <= self.backoff_base_s <= self.backoff_cap_s, "backoff_base_s must not exceed backoff_cap_s")
        _require(self.hedge_after_s >= 0, "hedge_after_s must not be negative")
        _require(0 <= self.budget_ratio <= 1, "budget_ratio must lie between 0 and 1")
        _require(self.budget_burst >= 0, "budget_burst must not be negative")
        _require(self.hedge_cost >= 1, "hedge_cost must be at least 1")


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When the source is left alone, and for how long."""

    failures: int = 5  # consecutive failed flights that open the breaker
    reset_s: float = 30.0  # after this one probe may ask
    probe_timeout_s: float = 10.0  # a probe that has not reported by then counts as failed

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        _require(self.failures >= 1, "failures must be at least 1")
        _require(0 < self.reset_s <= LONGEST_S, "reset_s must lie between 0 and a century")
        _require(self.probe_timeout_s > 0, "probe_timeout_s must be above 0")


@dataclass(frozen=True, slots=True)
class CallerPolicy:
    """How much one call, or one caller within the window, may ask."""

    numbers_per_call: int = 10  # distinct tracking numbers
    not_found_per_call: int = 5  # of them, how many may not exist
    phone_tries_per_call: int = 3  # guesses at the last four digits
    window_s: float = 3_600.0  # how long what was asked from a caller's number counts
    max_callers: int = 10_000  # calls and callers remembered at once, least recently seen go first

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        for name in ("numbers_per_call", "not_found_per_call", "phone_tries_per_call", "max_callers"):
            _require(getattr(self, name) >= 1, f"{name} must be at least 1")
        _require(self.window_s > 0, "window_s must be above 0")


@dataclass(frozen=True, slots=True)
class TrackingNumberPolicy:
    """What can be a tracking number at all."""

    min_length: int = 4  # letters and digits of the canonical form
    max_length: int = 40
    max_said_length: int = 400  # characters of what was said, before any reading
    max_readings: int = 8  # readings of one utterance, tried in one query
    needs_digit: bool = True  # a word without any digit is no tracking number

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        _require(1 <= self.min_length <= self.max_length, "min_length must lie between 1 and max_length")
        _require(self.max_readings >= 1, "max_readings must be at least 1")


@dataclass(frozen=True, slots=True)
class MemoPolicy:
    """How long a reply is kept for a repeated delivery of the same tool call."""

    max_replies: int = 5_000  # kept or being made at once, least recently made go first
    kept_s: float = 300.0

    def __post_init__(self) -> None:
        """Refuse bounds that cannot hold."""
        _require(self.max_replies >= 1, "max_replies must be at least 1")
        _require(self.kept_s >= 0, "kept_s must not be negative")


@dataclass(frozen=True, slots=True)
class Policy:
    """All bounds in force, as recorded with each interaction."""

    lookup: LookupPolicy = field(default_factory=LookupPolicy)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    caller: CallerPolicy = field(default_factory=CallerPolicy)
    tracking_number: TrackingNumberPolicy = field(default_factory=TrackingNumberPolicy)
    memo: MemoPolicy = field(default_factory=MemoPolicy)
    disclosure: Disclosure = Disclosure.CALLER_MATCH
    speech: Speech = Speech.VERBATIM
    timezone: str = "UTC"  # IANA name, for spoken dates

    def as_record(self) -> dict[str, Any]:
        """This policy as plain JSON values, for a recording."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Policy":
        """Read `as_record`'s form back, wholly or in part; bounds that are absent keep their default.

        Raises `PolicyError` for a bound that does not exist or has a wrong value.
        """
        values: dict[str, Any] = {}
        for name, value in record.items():
            if name not in _READERS and name not in _GROUPS:
                raise PolicyError(f"policy.{name}: no such bound")
            try:
                values[name] = _READERS[name](value) if name in _READERS else _group(_GROUPS[name], value)
            except (TypeError, ValueError) as error:
                raise PolicyError(f"policy.{name}: {error}") from error
        return cls(**values)


_GROUPS: Final[Mapping[str, type]] = {
    each.name: type(bounds) for each in fields(Policy) if is_dataclass(bounds := getattr(Policy(), each.name))
}


def time_zone(name: Any) -> ZoneInfo:
    """The zone of an IANA name. Raises `PolicyError` for what is none: a folder of zones, a name that is too long."""
    try:
        return ZoneInfo(name)
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise PolicyError(f"{name!r} is no time zone") from error


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "disclosure": Disclosure,
    "speech": Speech,
    "timezone": lambda name: time_zone(name).key,
}


def _group(kind: type, bounds: Any) -> Any:
    if not isinstance(bounds, Mapping):
        raise PolicyError("must be an object")
    defaults = _defaults(kind)
    for name, value in bounds.items():
        _require(name in defaults, f"{name}: no such bound")
        _check_kind(name, value, defaults[name])
    return kind(**bounds)


def _check_kind(name: str, value: Any, default: Any) -> None:
    """Refuse a bound that is not of the kind of its default, or beyond all reason. Raises `PolicyError`."""
    if isinstance(default, bool):
        _require(isinstance(value, bool), f"{name} must be true or false")
        return
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(default, int):
        _require(is_whole, f"{name} must be a whole number")
    else:
        _require(is_whole or (isinstance(value, float) and math.isfinite(value)), f"{name} must be a number")
    _require(abs(value) <= LONGEST_S, f"{name} must not exceed {LONGEST_S:,}")


def _defaults(kind: type) -> dict[str, Any]:
    return {each.name: each.default for each in fields(kind)}


def known_bounds(record: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a recorded policy that is known here: another version may have had bounds that this one has not.

    What is null is not known to whoever recorded it, as if it were absent: no bound is ever null.
    """
    said: dict[str, Any] = {name: value for name, value in record.items() if value is not None}
    known = {name: value for name, value in said.items() if name in _READERS or name in _GROUPS}
    for name, kind in _GROUPS.items():
        if isinstance(known.get(name), Mapping):
            bounds = known[name].items()
            known[name] = {bound: value for bound, value in bounds if bound in _defaults(kind) and value is not None}
    return known
