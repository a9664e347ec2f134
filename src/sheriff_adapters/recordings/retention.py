"""Interactions that are older than they may be disappear by themselves."""

import contextlib
from datetime import timedelta
from typing import Protocol

from sheriff_core.ports import Clock, InteractionFilter, RecordingsUnavailableError


class Purgeable(Protocol):
    """What retention needs of recordings."""

    async def purge(self, wanted: InteractionFilter) -> int:
        """Delete what matches."""
        ...


async def keep_retention(recordings: Purgeable, *, clock: Clock, days: float, every_s: float) -> None:
    """Purge what was received more than `days` ago, now and then every `every_s` seconds, until cancelled."""
    while True:
        # Unavailable: seen in readiness already, and what is too old now will still be too old the next time.
        with contextlib.suppress(RecordingsUnavailableError):
            await recordings.purge(InteractionFilter(before=clock.wall() - timedelta(days=days)))
        await clock.sleep(every_s)
