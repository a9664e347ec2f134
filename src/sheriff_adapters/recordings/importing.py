"""Interactions brought from one place of recordings to another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sheriff_adapters.recordings.interaction_text import InteractionUnusableError
from sheriff_adapters.recordings.jsonl import BadLine
from sheriff_adapters.recordings.opening import OpenRecordings
from sheriff_adapters.recordings.reading import read_placed
from sheriff_adapters.recordings.row import Row, row_of

BATCH_ROWS = 500  # committed at once, at most
BATCH_BYTES = 4 * 1024 * 1024  # and so much JSON
KEPT_PROBLEMS = 20  # told one by one


@dataclass(slots=True)
class ImportResult:
    """What an import came to. `problems` are the first of the unreadable lines."""

    read: int = 0
    added: int = 0
    unreadable: int = 0
    problems: list[BadLine] = field(default_factory=list)


async def import_interactions(
    source: str, *, into: OpenRecordings, told: Callable[[int], None] = lambda _: None
) -> ImportResult:
    """Add every interaction at `source`; those that are there already stay as they are, bad lines are passed over.

    `told` hears how many were read so far. Raises `RecordingsUnavailableError` when `source` cannot be read or `into`
    cannot be written; what was added until then stays, and the import may be repeated.
    """
    result = ImportResult()
    batch: list[Row] = []
    size = 0

    async def commit() -> None:
        nonlocal size
        result.added += await into.add(batch)
        batch.clear()
        size = 0
        told(result.read)

    async for where, item in read_placed(source):
        row = _row_or_problem(item, where)
        if isinstance(row, BadLine):
            result.unreadable += 1
            result.problems += [row] if len(result.problems) < KEPT_PROBLEMS else []
            continue
        batch.append(row)
        result.read += 1
        size += row.size_bytes
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            await commit()
    await commit()
    return result


def _row_or_problem(item: dict[str, Any] | BadLine, where: str) -> Row | BadLine:
    if isinstance(item, BadLine):
        return item
    try:
        return row_of(item)
    except InteractionUnusableError as error:
        return BadLine(where, str(error))
