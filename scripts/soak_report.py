"""What came of a soak, and which promises were not kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scripts.soak_world import World, written
from sheriff.simulation import CallResult

# What may differ between the end of the first part and the end of the last, under the same load.
MEMORY_GROWTH = 32 * 1_048_576
MORE_DESCRIPTORS = 16  # connections come and go; a leak of one in a hundred calls would be beyond it
MORE_TASKS = 150  # a task or two for each call in progress
ERRORS_AT_MOST = 0.01
AVAILABLE_AT_LEAST = 0.99


@dataclass(frozen=True, slots=True)
class Size:
    """How large the service is."""

    memory: int
    descriptors: int
    connections: int
    tasks: int

    def __str__(self) -> str:
        return (
            f"{self.memory / 1_048_576:.1f} MiB, {self.descriptors} descriptors, {self.connections} connections, "
            f"{self.tasks} tasks"
        )


@dataclass(slots=True)
class Soaked:
    """What came of it."""

    seconds: float
    first: Size
    last: Size
    idle: Size
    calls: list[CallResult]
    outage: tuple[float, float]
    server_errors: float
    exit_code: int
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    unrecorded: int = 0


def judge(soaked: Soaked, world: World, interactions: Iterable[dict[str, Any]]) -> None:
    """Hold every recorded answer to the world, and the recordings to the callers."""
    remembered: set[str] = set()
    for interaction in sorted(interactions, key=lambda interaction: interaction["receivedAt"]):
        received_at = datetime.fromisoformat(interaction["receivedAt"]).timestamp()
        lie = world.lie(interaction, received_at=received_at)
        if lie is not None:
            soaked.lies.append(lie)
        number = written(str(interaction["arguments"].get("trackingNumber", "")))
        outcome = interaction["reply"]["metadata"]["outcome"]
        soaked.tool_calls.append(
            {
                "call": interaction["callId"],
                "at": received_at,
                "remembered": number in remembered,
                "answered": outcome != "unavailable",
                "stale": interaction["reply"]["metadata"]["servedFrom"] == "stale",
            }
        )
        if outcome == "not_found":
            remembered.discard(number)
        elif outcome != "unavailable":
            remembered.add(number)
    recorded = Counter(tool_call["call"] for tool_call in soaked.tool_calls)
    soaked.unrecorded = sum(
        max(0, call.tool_calls - recorded[call.call_id]) for call in soaked.calls if not call.problems
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def report(soaked: Soaked) -> tuple[list[str], list[str]]:
    """What is told, and which promises were not kept."""
    calls, tool_calls = soaked.calls, soaked.tool_calls
    requests = sum(call.messages for call in calls)
    failed = sum(len(call.problems) for call in calls)
    remembered = [tool_call for tool_call in tool_calls if tool_call["remembered"]]
    in_outage = [tool_call for tool_call in remembered if soaked.outage[0] <= tool_call["at"] <= soaked.outage[1]]
    latencies = sorted(latency for call in calls for latency in call.latencies_s)
    own = f"{soaked.server_errors:.0f} of them the service's own"
    lines = {
        "asked": f"{len(calls)} calls, {requests} requests, {len(tool_calls)} tool calls in {soaked.seconds:.0f} s",
        "latency ms": "  ".join(f"p{round(share * 100)} {_at(latencies, share):.0f}" for share in (0.5, 0.95, 0.99)),
        "errors": f"{failed} of {requests} requests ({_share(failed, requests):.2%}), {own}",
        "answered": f"{_answered(tool_calls):.2%} of everything asked",
        "available": _told(remembered),
        "in the outage": _told(in_outage),
        "lies": f"{len(soaked.lies)} in {len(tool_calls)} answers",
        "unrecorded": str(soaked.unrecorded),
        "first": str(soaked.first),
        "last": str(soaked.last),
        "idle": str(soaked.idle),
        "exit code": str(soaked.exit_code),
    }
    promises = {
        "errors above 1 % of requests": _share(failed, requests) < ERRORS_AT_MOST,
        "availability below 99 %": _answered(remembered) >= AVAILABLE_AT_LEAST,
        "availability in the outage below 99 %": _answered(in_outage) >= AVAILABLE_AT_LEAST,
        "a lie": not soaked.lies,
        "an answer that was not recorded": soaked.unrecorded == 0,
        "memory grew": soaked.last.memory - soaked.first.memory < MEMORY_GROWTH,
        "descriptors grew": soaked.last.descriptors - soaked.first.descriptors <= MORE_DESCRIPTORS,
        "tasks grew": soaked.last.tasks - soaked.first.tasks <= MORE_TASKS,
        "connections or tasks left behind": soaked.idle.connections <= MORE_DESCRIPTORS
        and soaked.idle.tasks < soaked.first.tasks,
        "no clean end": soaked.exit_code == 0,
        "nobody called": bool(calls) and bool(in_outage),
    }
    told = [f"{name:<14} {what}" for name, what in lines.items()]
    return told, [promise for promise, kept in promises.items() if not kept]


def _answered(tool_calls: Sequence[dict[str, Any]]) -> float:
    return _share(sum(tool_call["answered"] for tool_call in tool_calls), len(tool_calls))


def _told(tool_calls: Sequence[dict[str, Any]]) -> str:
    """How many were answered, and how many of the answers came from old information and said so."""
    answers = [tool_call for tool_call in tool_calls if tool_call["answered"]]
    old = _share(sum(tool_call["stale"] for tool_call in answers), len(answers))
    asked = f"{len(tool_calls)} questions about deliveries known before"
    return f"{_answered(tool_calls):.2%} of {asked}; {old:.1%} of the answers were old, and said so"


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000 if ordered else 0.0
