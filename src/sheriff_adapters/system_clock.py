"""The real time: the only place of the application that reads a clock."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on this machine's clocks."""

    def now(self) -> float:
        """Monotonic seconds: a step of the wall clock neither lengthens nor shortens a deadline."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`; zero or less lets other tasks run once."""
        await asyncio.sleep(max(0.0, seconds))
