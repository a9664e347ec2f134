"""Plain counting: what an event costs on the path of a request.

An OpenTelemetry counter or histogram costs about 11 µs a call, and a histogram cannot exist before its first value.
So events are counted here, in well under a microsecond, and handed to OpenTelemetry when somebody scrapes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from sheriff_core.events import OTHER

Labels = tuple[str, ...]

MAX_SERIES = 1_000  # of one metric: a bound that closed sets never reach, should one of them not be closed


class Tally:
    """Counts by label values. Series named at the start exist at 0; a value outside `closed` is counted as `_OTHER`."""

    def __init__(self, start: Iterable[Labels] = ((),), *, closed: Sequence[frozenset[str] | None] = ()) -> None:
        """`closed` gives the permitted words of each label, None where any word of our own code may come."""
        self._counts: dict[Labels, int] = dict.fromkeys(start, 0)
        self._closed = tuple(closed)

    def add(self, labels: Labels = (), by: int = 1) -> None:
        """Count `by` more under `labels`."""
        counts = self._counts
        if labels in counts:
            counts[labels] += by
        else:
            labels = _admitted(labels, self._closed, full=len(counts) >= MAX_SERIES)
            counts[labels] = counts.get(labels, 0) + by

    def items(self) -> list[tuple[Labels, int]]:
        """Every series and its count; safe to call from another thread."""
        return list(self._counts.copy().items())


class Distribution:
    """Values by bucket and label values, with the sum of them; otherwise as `Tally`. A value at an edge is below it."""

    def __init__(
        self,
        edges: Sequence[float],
        start: Iterable[Labels] = ((),),
        *,
        closed: Sequence[frozenset[str] | None] = (),
    ) -> None:
        self.edges = tuple(edges)
        self._closed = tuple(closed)
        self._buckets: dict[Labels, list[int]] = {labels: self._empty() for labels in start}
        self._sums: dict[Labels, float] = dict.fromkeys(self._buckets, 0.0)

    def _empty(self) -> list[int]:
        return [0] * (len(self.edges) + 1)

    def observe(self, value: float, labels: Labels = ()) -> None:
        """Take one value under `labels`; a negative one (a clock that stepped) counts as 0."""
        value = max(value, 0.0)
        buckets = self._buckets.get(labels)
        if buckets is None:
            labels = _admitted(labels, self._closed, full=len(self._buckets) >= MAX_SERIES)
            self._sums.setdefault(labels, 0.0)
            buckets = self._buckets.setdefault(labels, self._empty())
        buckets[bisect_left(self.edges, value)] += 1
        self._sums[labels] += value

    def items(self) -> list[tuple[Labels, tuple[int, ...], float]]:
        """Every series: labels, counts per bucket, sum; safe to call from another thread."""
        return [(labels, tuple(buckets), self._sums[labels]) for labels, buckets in self._buckets.copy().items()]


def _admitted(labels: Labels, closed: Sequence[frozenset[str] | None], *, full: bool) -> Labels:
    if full:
        return (OTHER,) * len(labels)
    return tuple(
        str(value) if index >= len(closed) or (words := closed[index]) is None or value in words else OTHER
        for index, value in enumerate(labels)
    )
