"""Replays recordings in simulated time, in batches: read in real time, happen again in simulated time, compared."""

import asyncio
import difflib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias

from sheriff.unheard import Unheard
from sheriff_adapters.recorded_world import (
    PlainCache,
    RecordedBudget,
    RecordedSource,
    SimulatedClock,
    SimulatedTimeLoop,
    recorded_jitter,
)
from sheriff_adapters.recordings.reading import BadLine, read_placed
from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_core.evaluation.percentiles import Percentiles
from sheriff_core.evaluation.recorded_call import RecordedCall, UnreadableInteractionError, read_call
from sheriff_core.evaluation.replay import Replayed, replay
from sheriff_core.ports import Clock, DeliveryCache, DeliverySource

BATCH: Final = 500  # interactions read before they are replayed


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that could not be replayed: where it stands, and what is wrong with it."""

    where: str
    problem: str


@dataclass(slots=True)
class ReplayRun:
    """All that was replayed, in input order, and the sums over it."""

    results: list[Replayed] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def different(self) -> list[Replayed]:
        """What would be said differently."""
        return [result for result in self.results if not result.same]

    def as_json(self) -> dict[str, Any]:
        """The machine's form, as `sheriff replay --json` prints it."""
        return {
            "interactions": [
                {
                    "correlationId": result.correlation_id,
                    "toolCallId": result.tool_call_id,
                    "same": result.same,
                    "recorded": result.recorded,
                    "replayed": result.replayed,
                }
                for result in self.results
            ],
            "unreadable": [{"where": entry.where, "problem": entry.problem} for entry in self.unreadable],
            "summary": {
                "total": len(self.results) + len(self.unreadable),
                "same": len(self.results) - len(self.different),
                "different": len(self.different),
                "unreadable": len(self.unreadable),
            },
            "sums": self.sums(),
        }

    def sums(self) -> dict[str, Any]:
        """Outcomes, where they were served from, and latencies: as recorded and as replayed."""
        recorded = [result.recorded for result in self.results]
        replayed = [result.replayed for result in self.results]
        return {
            "outcomes": {"recorded": _counts(recorded, "outcome"), "replayed": _counts(replayed, "outcome")},
            "servedFrom": {"recorded": _counts(recorded, "servedFrom"), "replayed": _counts(replayed, "servedFrom")},
            "latencyMs": {
                "recorded": Percentiles.of(result.recorded_ms for result in self.results).as_record(),
                "replayed": Percentiles.of(result.replayed_ms for result in self.results).as_record(),
            },
        }


@dataclass(slots=True)
class _World:
    """The `World` of one call."""

    clock: Clock
    cache: DeliveryCache
    source: DeliverySource


def replay_all(
    where: str,
    *,
    policy: Mapping[str, Any] | None = None,
    keep_going: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> ReplayRun:
    """Replay every recorded tool call at `where` (a database's address, or a `.jsonl` file), in its order.

    `policy` overrides recorded bounds. Stops at the first unreadable entry unless `keep_going`. `progress` is told
    how many more entries are done. Raises `RecordingsUnavailableError` when `where` cannot be opened.
    """
    run = ReplayRun()
    with (
        asyncio.Runner() as reading,
        asyncio.Runner(loop_factory=SimulatedTimeLoop) as replaying,
    ):
        entries = read_placed(where)
        try:
            while batch := reading.run(_next(entries, BATCH)):
                calls = []
                for place, entry in batch:
                    read = _read(entry, place, policy)
                    if isinstance(read, Unreadable):
                        run.unreadable.append(read)
                        if not keep_going:
                            break
                    elif read is not None:
                        calls.append(read)
                run.results += replaying.run(_replay_batch(calls))
                progress(len(batch))
                if run.unreadable and not keep_going:
                    break
        finally:
            reading.run(_closed(entries))
    return run


def replay_one(record: Mapping[str, Any], policy: Mapping[str, Any] | None = None) -> Replayed:
    """Replay one recorded tool call, outside of any running event loop. Raises `UnreadableInteractionError`."""
    call = read_call(record, policy)
    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(_replay(call))


def _read(
    entry: dict[str, Any] | BadLine, place: str, policy: Mapping[str, Any] | None
) -> RecordedCall | Unreadable | None:
    if isinstance(entry, BadLine):
        return Unreadable(entry.where, entry.problem)
    if entry.get("kind") == "end_of_call":
        return None
    where = f"{place} (correlationId {entry.get('correlationId')})"
    if entry.get("kind") != "tool_call":
        return Unreadable(where, f"kind: {entry.get('kind')!r} is neither tool_call nor end_of_call")
    try:
        return read_call(entry, policy)
    except UnreadableInteractionError as error:
        return Unreadable(where, str(error))


async def _replay_batch(calls: list[RecordedCall]) -> list[Replayed]:
    return [await _replay(call) for call in calls]


async def _replay(call: RecordedCall) -> Replayed:
    clock = SimulatedClock(call.received_at - timedelta(seconds=call.lead_s))
    readings = call.number.readings if call.number else ()
    recorded = RecordedSource(call.attempts, clock, readings=readings, at=clock.now() + call.lead_s)
    source = RetryingDeliverySource(
        recorded,
        call.policy.retry,
        clock=clock,
        events=Unheard(),
        jitter=recorded_jitter(call.attempts, call.policy.retry),
        budget=RecordedBudget(recorded),
    )
    return await replay(call, _World(clock, PlainCache(), source))


_Placed: TypeAlias = tuple[str, dict[str, Any] | BadLine]


async def _next(entries: AsyncIterator[_Placed], count: int) -> list[_Placed]:
    batch: list[_Placed] = []
    async for entry in entries:
        batch.append(entry)
        if len(batch) >= count:
            break
    return batch


async def _closed(entries: AsyncGenerator[Any, None]) -> None:
    await entries.aclose()


def _counts(replies: list[Mapping[str, Any]], name: str) -> dict[str, int]:
    return dict(sorted(Counter(str((reply.get("metadata") or {}).get(name)) for reply in replies).items()))


def spoken(reply: Mapping[str, Any]) -> str:
    """What a reply says."""
    return str(reply.get("result", reply.get("error", "")))


def word_changes(recorded: str, replayed: str) -> Iterator[tuple[str, str]]:
    """`recorded` turned into `replayed`, word by word: pairs of `same`, `removed` or `added` and the words."""
    before, after = recorded.split(), replayed.split()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", " ".join(before[i1:i2])
            continue
        if i1 < i2:
            yield "removed", " ".join(before[i1:i2])
        if j1 < j2:
            yield "added", " ".join(after[j1:j2])
