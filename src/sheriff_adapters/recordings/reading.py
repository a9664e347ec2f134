"""Recordings to be replayed or scored, wherever they lie: a database or a file of JSON lines."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from sheriff_adapters.recordings.jsonl import SUFFIXES, BadLine, count_lines, is_jsonl, read_lines
from sheriff_adapters.recordings.opening import open_stored
from sheriff_adapters.recordings.urls import EXAMPLES, RecordingsUrlError
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError

__all__ = ["BadLine", "expected_entries", "read_placed", "read_recordings"]


def expected_entries(where: str) -> int | None:
    """How many entries a reader of `where` has before it, for a progress bar; None where it is not known beforehand."""
    return count_lines(Path(where)) if is_jsonl(where) else None


async def read_recordings(where: str) -> AsyncGenerator[dict[str, Any] | BadLine, None]:
    """Every interaction at `where`: a database's oldest first, a file's in its own order, bad lines among them.

    Raises `RecordingsUnavailableError`, with a message for the person who named the place.
    """
    async for _, item in read_placed(where):
        yield item


async def read_placed(where: str) -> AsyncGenerator[tuple[str, dict[str, Any] | BadLine], None]:
    """As `read_recordings`, each with its place: "file.jsonl:12", or "entry 12" of a database."""
    if is_jsonl(where):
        async for line in read_lines(Path(where)):
            yield line
        return
    if "://" not in where:
        raise RecordingsUnavailableError(
            f"{where}: expected a file that ends in {' or '.join(SUFFIXES)}, or {EXAMPLES}"
        )
    try:
        async with open_stored(where) as stored:
            number = 0
            async for interaction in stored.stream(InteractionFilter()):
                number += 1
                yield f"entry {number}", interaction
    except RecordingsUrlError as error:
        raise RecordingsUnavailableError(str(error)) from error
