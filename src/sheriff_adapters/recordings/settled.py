"""What is recorded and what is kept, as one: whoever reads finds all that was acknowledged before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

from sheriff_adapters.recordings.stored import StoredReader
from sheriff_core.ports import InteractionFilter, InteractionPage


class SettlingRecorder(Protocol):
    """A recorder that writes behind what it has acknowledged."""

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that an outage keeps in the spool."""

    def status(self) -> dict[str, Any]:
        """How it is doing."""

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        """Begin to write; done when it is durable."""

    async def settle(self) -> None:
        """Wait, for a moment at most, until what has been acknowledged is in the store."""


class SettledRecordings:
    """The `Recorder` and `Recordings` ports on one store, but for deleting."""

    def __init__(self, recorder: SettlingRecorder, stored: StoredReader) -> None:
        self._settling = recorder
        self._read = stored

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that an outage keeps in the spool."""
        return self._settling.queue_length

    def status(self) -> dict[str, Any]:
        """What readiness tells: `status` (`ok` or `failing`), `store`, `queueLength`, `spooled`, `lost`, `detail`."""
        return self._settling.status()

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        """Done once `interaction` is durable, or after a small bound while the write goes on. Never raises."""
        return self._settling.record(interaction)

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        """One page, newest first, of all that was acknowledged before.

        Raises `RecordingsUnavailableError`, `ValueError` for a wrong cursor or limit.
        """
        await self._settling.settle()
        return await self._read.find(wanted)

    async def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        """All of them that were acknowledged before, oldest first. Raises `RecordingsUnavailableError`."""
        await self._settling.settle()
        async for interaction in self._read.stream(wanted):
            yield interaction
