"""Percentiles by the nearest rank: each is a value that was measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Three percentiles, in milliseconds; None when nothing was measured."""

    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, values: Iterable[float]) -> "Percentiles":
        """Rank `values`."""
        ranked = sorted(values)
        if not ranked:
            return cls(None, None, None)
        return cls(*(round(nearest_rank(ranked, percent), 3) for percent in (50, 95, 99)))

    def as_record(self) -> dict[str, float | None]:
        """These percentiles by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def nearest_rank(ranked: Sequence[float], percent: int) -> float:
    """The least of `ranked` (sorted, and not empty) below or at which `percent` of 100 lie."""
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]  # rounded up, in whole numbers
