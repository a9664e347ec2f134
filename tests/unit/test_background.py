"""Work beside everything else: it runs while the block does, and has ended when the block has."""

import asyncio

import pytest

from sheriff_core.background import running
from tests.fakes import settle


async def test_work_runs_until_the_block_ends_and_has_ended_then() -> None:
    told: list[str] = []

    async def work() -> None:
        told.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # an end that takes its time
            told.append("ended")

    async with running(work(), name="work"):
        await settle()
        assert told == ["begun"]
    assert told == ["begun", "ended"]


async def test_work_that_failed_is_told_when_the_block_ends() -> None:
    async def work() -> None:
        raise ValueError("a defect")

    with pytest.raises(ValueError, match="a defect"):
        async with running(work(), name="work"):
            await settle()
