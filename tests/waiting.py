"""Waiting in a test for what goes on by itself: a real server, a process, a background task."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait until `holds` is true; a test that waits `seconds` has failed. No bound of ours is tested by it."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)
