"""Numbers as bars: the geometry of a small inline chart, drawn by a template without any script."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_BINS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, how many it stands for, and its share of the tallest (0 to 1)."""

    label: str
    count: int
    share: float


def shares_chart(shares: Sequence[float]) -> list[Bar]:
    """How many calls lie in each tenth of groundedness; a full 100 % has a bar of its own."""
    counts = [0] * 11
    for share in shares:
        counts[10 if share >= 1 else min(9, int(share * 10))] += 1
    labels = [f"{tenth * 10}\N{EN DASH}{tenth * 10 + 10} %" for tenth in range(10)] + ["100 %"]
    return _bars(list(zip(labels, counts, strict=True)))


def durations_chart(durations_ms: Sequence[float]) -> list[Bar]:
    """How many durations lie between each pair of round edges; edges grow by a factor, as durations do."""
    if not durations_ms:
        return []
    edges = _edges(min(durations_ms), max(durations_ms))
    counts = [0] * (len(edges) - 1)
    for duration in durations_ms:
        place = next(index for index in range(len(counts)) if duration <= edges[index + 1] or index == len(counts) - 1)
        counts[place] += 1
    labels = [f"\N{LESS-THAN OR EQUAL TO} {edge:g} ms" for edge in edges[1:]]
    return _bars(list(zip(labels, counts, strict=True)))


def counts_chart(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    """Named counts, the largest first."""
    return _bars(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def _bars(pairs: Sequence[tuple[str, int]]) -> list[Bar]:
    tallest = max((count for _, count in pairs), default=0)
    return [Bar(label, count, count / tallest if tallest else 0.0) for label, count in pairs]


def _edges(smallest: float, largest: float) -> list[float]:
    """Edges 1, 2, 5, 10, 20, 50 ... of ten that hold everything from `smallest` to `largest`."""
    steps = (1.0, 2.0, 5.0)
    power = math.floor(math.log10(max(smallest, 0.1)))
    edges = [0.0]
    for step in itertools.count():
        edge = steps[step % len(steps)] * 10.0 ** (power + step // len(steps))
        if edge >= smallest:
            edges.append(edge)
        if edge >= largest or len(edges) > _MAX_BINS:
            return edges
    return edges
