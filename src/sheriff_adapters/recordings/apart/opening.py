"""Recordings that a process of its own writes, as a service opens them; reading needs no other process."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sheriff_adapters.recordings.apart.remote_recorder import RemoteRecorder
from sheriff_adapters.recordings.opening import store_at
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.settled import SettledRecordings
from sheriff_adapters.recordings.stored import StoredReader
from sheriff_adapters.recordings.urls import parse_recordings_url
from sheriff_core.ports import Clock, EventSink, InteractionFilter


class RecordingsApart(SettledRecordings):
    """The `Recorder` and `Recordings` ports on one store, with a process in between when something is written."""

    def __init__(self, recorder: RemoteRecorder, stored: StoredReader) -> None:
        super().__init__(recorder, stored)
        self._recorder = recorder

    @property
    def writer_pid(self) -> int | None:
        """The number of the writing process, while there is one."""
        return self._recorder.pid

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
