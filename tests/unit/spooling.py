"""A spool on a disk of a test's own, and rows to put into it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row, row_of
from sheriff_adapters.recordings.spool import Spool
from tests.recorded import tool_call

POLICY = RecordingPolicy(batch_rows=10)


def rows(*numbers: int) -> list[Row]:
    return [row_of(tool_call(number)) for number in numbers]


def lines(*numbers: int) -> list[str]:
    return [row.text for row in rows(*numbers)]


def calls(found: tuple[Row, ...]) -> list[str | None]:
    return [row.call_id for row in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings.db.spool"


@pytest.fixture
async def spool(path: Path) -> AsyncIterator[Spool]:
    opened = Spool(path, POLICY)
    await opened.open()
    yield opened
    await opened.close()
