"""Recordings with a writing process, opened as a service opens them, and the process itself."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from sheriff_adapters.recordings.apart.opening import RecordingsApart, open_recordings_apart
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter
from tests.fakes import SpySink
from tests.recorded import WRITER, tool_call

# As in production, but that silence and absence are noticed sooner; a process that is well says something each second.
POLICY = RecordingPolicy(retention_days=None, silent_within_s=1.5, retry_first_s=0.1, retry_max_s=0.3)


@pytest.fixture
def events() -> SpySink:
    return SpySink()


@contextlib.asynccontextmanager
async def written_apart(
    directory: Path,
    events: SpySink,
    *,
    url: str | None = None,
    program: str = WRITER,
    policy: RecordingPolicy = POLICY,
    **bounds: Any,
) -> AsyncIterator[RecordingsApart]:
    async with open_recordings_apart(
        url or f"sqlite:///{directory}/recordings.db",
        program=program,
        clock=SystemClock(),
        events=events,
        policy=replace(policy, spool_directory=directory, **bounds),
    ) as recordings:
        yield recordings


def writer_of(recordings: RecordingsApart) -> psutil.Process:
    assert recordings.writer_pid is not None
    return psutil.Process(recordings.writer_pid)


async def recorded_by(recordings: Any, numbers: range) -> float:
    """Record these, one after the other; the longest that a caller waited, in seconds."""
    longest_s = 0.0
    for number in numbers:
        began = time.monotonic()
        await recordings.record(tool_call(number))
        longest_s = max(longest_s, time.monotonic() - began)
    return longest_s


async def kept_numbers(recordings: Any) -> list[int]:
    kept = [interaction async for interaction in recordings.stream(InteractionFilter())]
    return sorted(int(interaction["toolCallId"].removeprefix("tool-call-")) for interaction in kept)
