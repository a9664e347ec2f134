"""What is remembered about a number: under which keys, and judged by its age: fresh, stale, or of no use."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sheriff_core.delivery import Delivery
from sheriff_core.policy import LookupPolicy
from sheriff_core.ports import Remembered
from sheriff_core.tracking_number import TrackingNumber, canonical


class Freshness(StrEnum):
    """How a remembered answer may be used."""

    FRESH = "fresh"  # told as current
    STALE = "stale"  # told, with its age, when the source cannot answer in time
    NONE = "none"  # nothing is remembered, or nothing that may be told


@dataclass(frozen=True, slots=True)
class Memory:
    """A remembered answer with its age in seconds and what that age makes of it."""

    remembered: Remembered | None
    age_s: float
    freshness: Freshness


NOTHING = Memory(None, 0.0, Freshness.NONE)

# An answer may come in after the request that hears it, by no more than a request takes.
MOST_AHEAD_S: Final = 10.0


def recall(remembered: Remembered | None, key: str, *, at: datetime, policy: LookupPolicy) -> Memory:
    """Judge what is remembered under `key` at the instant `at`.

    A remembered "not found" is fresh for `not_found_s` and then of no use: the delivery may exist by now. No age is
    negative; what was fetched `MOST_AHEAD_S` after `at`, or later, is of no use either. The clock has been put back
    since, nobody knows by how much it is old, and it would pass as current until the clock is where it was.
    """
    if remembered is None:
        return NOTHING
    age_s = (at - remembered.fetched_at).total_seconds()
    if age_s <= -MOST_AHEAD_S:
        return NOTHING
    age_s = max(0.0, age_s)
    if not remembered.deliveries:
        freshness = Freshness.FRESH if age_s < policy.not_found_s else Freshness.NONE
    elif age_s < policy.fresh_s * (1.0 - policy.ttl_jitter) or age_s < fresh_for_s(remembered, key, policy):
        freshness = Freshness.FRESH
    elif age_s <= policy.stale_s:
        freshness = Freshness.STALE
    else:
        freshness = Freshness.NONE
    return Memory(remembered, age_s, freshness)


def keys_of(number: TrackingNumber, deliveries: tuple[Delivery, ...]) -> tuple[str, ...]:
    """Under what the answer to `number` is remembered: what was said first.

    Several readings, one delivery: its own number alone would have found it, too.
    """
    if len(deliveries) == 1 and len(number.readings) > 1:
        return number.key, canonical(deliveries[0].tracking_number)
    return (number.key,)


def answers(remembered: Remembered, number: TrackingNumber) -> bool:
    """Whether what is remembered under `number` is of its readings: a shared store can mix one key up with another."""
    for delivery in remembered.deliveries:
        own = delivery.tracking_number
        if own not in number.readings and canonical(own) not in number.readings:  # nearly always the first
            return False
    return True


def as_not_found(memory: Memory, policy: LookupPolicy) -> Memory:
    """Judge what is remembered as if it were a "not found": for who may not know of it."""
    return replace(memory, freshness=Freshness.FRESH if memory.age_s < policy.not_found_s else Freshness.NONE)


def fresh_for_s(remembered: Remembered, key: str, policy: LookupPolicy) -> float:
    """How long this entry is told as current: `fresh_s`, shortened by up to the jitter share.

    Entries made together must not expire together. The share comes from the entry itself instead of dice, so that
    a replay decides the same.
    """
    spread = zlib.crc32(f"{key}@{remembered.fetched_at.isoformat()}".encode()) / 0xFFFF_FFFF
    return policy.fresh_s * (1.0 - policy.ttl_jitter * spread)


def keep_for_s(remembered: Remembered, policy: LookupPolicy) -> float:
    """How long the cache keeps an answer: a day for fail-safe, seconds for "not found"."""
    return policy.stale_s if remembered.deliveries else policy.not_found_s
