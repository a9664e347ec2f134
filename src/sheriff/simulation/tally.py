"""What came of simulated calls, one by one and in sum."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheriff_core.evaluation.percentiles import nearest_rank


@dataclass(slots=True)
class CallResult:
    """One call as it went. It failed when `problems` holds anything: Vapi would have lost an answer."""

    call_id: str
    scenario: str
    messages: int = 0
    tool_calls: int = 0
    latencies_s: list[float] = field(default_factory=list)  # one per `tool-calls` message
    outcomes: list[str] = field(default_factory=list)
    served_from: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    fabrications: list[str] = field(default_factory=list)  # kinds of what the model made up, on request

    def as_record(self) -> dict[str, Any]:
        """Plain JSON: the labels a scorer can be held to."""
        return {
            "callId": self.call_id,
            "scenario": self.scenario,
            "outcomes": self.outcomes,
            "fabrications": self.fabrications,
            "problems": self.problems,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """All calls. Latencies are those of `tool-calls` messages, in milliseconds."""

    calls: int
    failed_calls: int
    fabricated_calls: int
    messages: int
    tool_calls: int
    duration_s: float
    latency_ms: dict[str, float]
    outcomes: dict[str, int]
    served_from: dict[str, int]
    problems: dict[str, int]

    @property
    def calls_per_s(self) -> float:
        """Calls placed in a second of real time."""
        return self.calls / self.duration_s if self.duration_s else 0.0

    def as_record(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "calls": self.calls,
            "failedCalls": self.failed_calls,
            "fabricatedCalls": self.fabricated_calls,
            "messages": self.messages,
            "toolCalls": self.tool_calls,
            "durationSeconds": round(self.duration_s, 3),
            "callsPerSecond": round(self.calls_per_s, 1),
            "latencyMs": self.latency_ms,
            "outcomes": self.outcomes,
            "servedFrom": self.served_from,
            "problems": self.problems,
        }


def summarise(results: Sequence[CallResult], *, duration_s: float) -> Summary:
    """Add up."""
    return Summary(
        calls=len(results),
        failed_calls=sum(bool(result.problems) for result in results),
        fabricated_calls=sum(bool(result.fabrications) for result in results),
        messages=sum(result.messages for result in results),
        tool_calls=sum(result.tool_calls for result in results),
        duration_s=duration_s,
        latency_ms=_latency_ms(latency for result in results for latency in result.latencies_s),
        outcomes=_counted(outcome for result in results for outcome in result.outcomes),
        served_from=_counted(origin for result in results for origin in result.served_from),
        problems=_counted(problem for result in results for problem in result.problems),
    )


def _latency_ms(seconds: Iterable[float]) -> dict[str, float]:
    ranked = sorted(seconds)
    percents = {"p50": 50, "p95": 95, "p99": 99, "max": 100} if ranked else {}
    return {name: round(nearest_rank(ranked, percent) * 1000, 2) for name, percent in percents.items()}


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words).most_common())
