"""What the facts say of a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sheriff_core.evaluation.facts import DeliveryFacts


class Verdict(StrEnum):
    """What the facts say of a claim (docs/reference/claims.md)."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict, and the fact it rests on."""

    verdict: Verdict
    fact: Mapping[str, Any] | None = None


UNKNOWN = Comparison(Verdict.UNSUPPORTED)


def fact(field: str, value: Any, delivery: DeliveryFacts) -> dict[str, Any]:
    """The fact a verdict rests on: its field, its value, and the tracking number it belongs to, where known."""
    told: dict[str, Any] = {"field": field, "value": value}
    if delivery.number:
        told["trackingNumber"] = delivery.number
    return told


def judge(field: str, value: Any, delivery: DeliveryFacts, *, holds: bool | None) -> Comparison:
    """Supported or contradicted by a field; unsupported when `holds` is None, because nothing is known."""
    if holds is None:
        return UNKNOWN
    return Comparison(Verdict.SUPPORTED if holds else Verdict.CONTRADICTED, fact(field, value, delivery))
