"""An import: committed in batches that fit into memory."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sheriff_adapters.recordings.importing import BATCH_BYTES, BATCH_ROWS, import_interactions
from sheriff_adapters.recordings.jsonl import write_jsonl
from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.system_clock import SystemClock
from tests.fakes import SpySink
from tests.recorded import PATIENT, tool_call


async def read_at_each_commit(directory: Path, *interactions: dict[str, Any]) -> list[int]:
    async def each() -> AsyncIterator[dict[str, Any]]:
        for interaction in interactions:
            yield interaction

    source, told = directory / "calls.jsonl", list[int]()
    await write_jsonl(source, each())
    url = f"sqlite:///{directory / 'recordings.db'}"
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=PATIENT) as recordings:
        result = await import_interactions(str(source), into=recordings, told=told.append)
    assert result.added == len(interactions)
    return told


async def test_small_interactions_are_committed_by_their_number(tmp_path: Path) -> None:
    small = [tool_call(number) for number in range(2 * BATCH_ROWS + 1)]
    assert await read_at_each_commit(tmp_path, *small) == [BATCH_ROWS, 2 * BATCH_ROWS, 2 * BATCH_ROWS + 1]


async def test_large_interactions_are_committed_by_their_size(tmp_path: Path) -> None:
    large = [tool_call(number, note="x" * (BATCH_BYTES // 4)) for number in range(9)]
    assert await read_at_each_commit(tmp_path, *large) == [4, 8, 9]
