"""Interactions that are older than they may be disappear by themselves."""

from datetime import timedelta
from typing import Protocol

from sheriff_core.ports import Clock, InteractionFilter, RecordingsUnavailableError


class Purgeable(Protocol):
    """What retention needs of recordings."""

    async def purge(self, wanted: InteractionFilter) -> int:
        """Delete what matches."""
        ...


async def keep_retention(recordings: Purgeable, *, clock: Clock, days: float, every_s: float, retry_s: float) -> None:
    """Purge what was received more than `days` ago, now and then every `every_s` seconds, until cancelled.

    Recordings that cannot be reached are seen in readiness already; they are tried again after `retry_s`.
    """
    while True:
        pause = every_s
        try:
            await recordings.purge(InteractionFilter(before=clock.wall() - timedelta(days=days)))
        except RecordingsUnavailableError:
            pause = min(retry_s, every_s)
        await clock.sleep(pause)
