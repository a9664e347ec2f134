"""Scores in sum: groundedness, fabrications, issues and latency of many calls, and what got worse since a baseline."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheriff_core.evaluation.finite import finite
from sheriff_core.evaluation.groundedness import CallScore, IssueSpoken
from sheriff_core.evaluation.percentiles import Percentiles
from sheriff_core.evaluation.verdict import Verdict

_SHARES = 4  # decimals of a share: enough to see one call in ten thousand


@dataclass(frozen=True, slots=True)
class RegressionPolicy:
    """How much worse than the baseline is still no regression."""

    groundedness: float = 0.0  # share of claims that may be lost
    without_fabrication: float = 0.0  # share of calls that may be lost
    issues: float = 0.0  # share of issues told wrongly, or never, that may be gained
    latency_ratio: float = 1.2  # a percentile may grow by this factor,
    latency_ms: float = 20.0  # and by this many milliseconds anyway: small figures jitter


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Many calls in sum."""

    calls: tuple[CallScore, ...]
    latency_ms: Percentiles  # ours: from a tool call's arrival to its reply
    round_trip_ms: Percentiles  # the platform's: from asking a tool to having its result

    @classmethod
    def of(
        cls, calls: Sequence[CallScore], tool_calls: Iterable[Mapping[str, Any]], ends: Iterable[Mapping[str, Any]]
    ) -> "Scorecard":
        """Sum up scored calls, with the latencies of `tool_calls` and the round trips that `ends` report."""
        return cls(tuple(calls), Percentiles.of(latencies_ms(tool_calls)), Percentiles.of(round_trips_ms(ends)))

    def summary(self) -> dict[str, Any]:
        """The sum as plain JSON values, as `sheriff score --json` prints it."""
        claims = [claim for call in self.calls for claim in call.claims]
        supported = sum(claim.verdict is Verdict.SUPPORTED for claim in claims)
        fabricated = sum(call.fabricated for call in self.calls)
        issues = Counter(call.issue for call in self.calls)
        with_issue = len(self.calls) - issues[IssueSpoken.NONE]
        mistold = issues[IssueSpoken.WRONG] + issues[IssueSpoken.MISSING]
        return {
            "calls": len(self.calls),
            "callsWithFabrication": fabricated,
            "withoutFabrication": _share(len(self.calls) - fabricated, len(self.calls)),
            "claims": len(claims),
            "supported": supported,
            "groundedness": _share(supported, len(claims)),
            "issues": {
                "returned": with_issue,
                "told": issues[IssueSpoken.TOLD],
                "wrong": issues[IssueSpoken.WRONG],
                "missing": issues[IssueSpoken.MISSING],
                "mistold": round(mistold / with_issue, _SHARES) if with_issue else 0.0,
            },
            "ungroundedByKind": dict(
                sorted(Counter(kind for call in self.calls for kind, _ in call.fabrications()).items())
            ),
            "latencyMs": self.latency_ms.as_record(),
            "roundTripMs": self.round_trip_ms.as_record(),
        }


def _share(part: int, whole: int) -> float:
    return round(part / whole, _SHARES) if whole else 1.0


def latencies_ms(tool_calls: Iterable[Mapping[str, Any]]) -> list[float]:
    """How long each tool call took us, where it was measured."""
    return [value for call in tool_calls if (value := finite(call.get("latencyMs"))) is not None]


def round_trips_ms(ends: Iterable[Mapping[str, Any]]) -> list[float]:
    """How long each tool call took as the platform saw it, where its report tells both times."""
    trips: list[float] = []
    for end in ends:
        results = end.get("toolResults")
        for result in results if isinstance(results, list) else ():
            if isinstance(result, Mapping):
                asked, got = finite(result.get("requestedSecondsFromStart")), finite(result.get("secondsFromStart"))
                if asked is not None and got is not None and got >= asked:
                    trips.append((got - asked) * 1000.0)
    return trips


def regressions(
    summary: Mapping[str, Any], baseline: Mapping[str, Any], policy: RegressionPolicy | None = None
) -> list[str]:
    """What is worse than in `baseline` (a summary of an earlier run) by more than `policy` allows, in words.

    Figures that one of the two does not have are not compared.
    """
    allowed = policy or RegressionPolicy()
    found: list[str] = []
    for name, path, slack, sign in (
        ("groundedness", ("groundedness",), allowed.groundedness, 1),
        ("share of calls without fabrication", ("withoutFabrication",), allowed.without_fabrication, 1),
        ("share of issues told wrongly or never", ("issues", "mistold"), allowed.issues, -1),
    ):
        now, then = _figure(summary, path), _figure(baseline, path)
        if now is not None and then is not None and (then - now) * sign > slack + 1e-9:
            found.append(f"{name}: {then:.2%} before, {now:.2%} now")
    for group, words in (("latencyMs", "latency"), ("roundTripMs", "round trip")):
        for percentile in ("p50", "p95", "p99"):
            now, then = _figure(summary, (group, percentile)), _figure(baseline, (group, percentile))
            if (
                now is not None
                and then is not None
                and now > max(then * allowed.latency_ratio, then + allowed.latency_ms)
            ):
                found.append(f"{words} {percentile}: {then:.1f} ms before, {now:.1f} ms now")
    return found


def _figure(summary: Mapping[str, Any], path: Sequence[str]) -> float | None:
    value: Any = summary
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return finite(value)
