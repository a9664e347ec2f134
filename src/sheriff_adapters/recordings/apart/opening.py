"""Recordings that a process of its own writes, as a service opens them; reading needs no other process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sheriff_adapters.recordings.apart.remote_recorder import RemoteRecorder
from sheriff_adapters.recordings.opening import store_at
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.stored import StoredReader
from sheriff_adapters.recordings.urls import parse_recordings_url
from sheriff_core.ports import Clock, EventSink, InteractionFilter, InteractionPage


class RecordingsApart:
    """The `Recorder` and `Recordings` ports on one store, with a process in between when something is written."""

    def __init__(self, recorder: RemoteRecorder, stored: StoredReader) -> None:
        self._recorder = recorder
        self._stored = stored

    @property
    def writer_pid(self) -> int | None:
        """The number of the writing process, while there is one."""
        return self._recorder.pid

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that an outage keeps in the spool."""
        return self._recorder.queue_length

    def status(self) -> dict[str, Any]:
        """What readiness tells: `status` (`ok` or `failing`), `store`, `queueLength`, `spooled`, `lost`, `detail`."""
        return self._recorder.status()

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        """Done once `interaction` is durable, or after a small bound while the write goes on. Never raises."""
        return self._recorder.record(interaction)

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        """One page, newest first, of all that was acknowledged before.

        Raises `RecordingsUnavailableError`, `ValueError` for a wrong cursor or limit.
        """
        await self._recorder.settle()
        return await self._stored.find(wanted)

    async def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        """All of them that were acknowledged before, oldest first. Raises `RecordingsUnavailableError`."""
        await self._recorder.settle()
        async for interaction in self._stored.stream(wanted):
            yield interaction

    async def purge(self, wanted: InteractionFilter, *, tidies: bool = True) -> int:
        """Delete what matches, in the store and on the way to it; how many. The last of several `tidies` for all.

        Raises `RecordingsUnavailableError`, and `ValueError` for a filter without any restriction.
        """
        return await self._recorder.purge(wanted, tidies=tidies)


@asynccontextmanager
async def open_recordings_apart(
    url: str, *, program: str, clock: Clock, events: EventSink, policy: RecordingPolicy
) -> AsyncIterator[RecordingsApart]:
    """As `opening.open_recordings`, which the writing process calls: it makes the store, and keeps the retention.

    `program` names the module that is run there; it calls `writer.serve`.
    A process that cannot be started, or a store that is away, does not keep the application from starting; `status`
    says so. Raises `RecordingsUrlError` for an address of no known kind.
    """
    store = store_at(parse_recordings_url(url), policy, create=False)
    recorder = RemoteRecorder(program, url, store=store.name, clock=clock, events=events, policy=policy)
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(recorder.close)
        # Closed first: who closes a SQLite file last carries its write-ahead log over, and a reader cannot.
        opened.push_async_callback(store.close)
        await recorder.open()
        yield RecordingsApart(recorder, StoredReader(store))
