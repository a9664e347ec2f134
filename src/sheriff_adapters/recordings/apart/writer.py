"""The writing process: here interactions are kept, moved and deleted, beside the service and not within it.

`writer_process` starts it and speaks to it in frames on one socket. While callers are answered without a pause, threads
of the service would have to win the interpreter from them for each step of a write; a process of its own has one.

It ends when it is told to or the socket does, and writes down first what it was given: a service that was killed has
handed over more than was acknowledged.
"""

import asyncio
import contextlib
import socket
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from sheriff_adapters.recordings.apart.frames import Frame, FrameReader, framed
from sheriff_adapters.recordings.apart.messages import event_body, read_opening, read_purge
from sheriff_adapters.recordings.interaction_text import decode, encode
from sheriff_adapters.recordings.kept_policy import KeptPolicy, policy_of_text
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_core.background import running
from sheriff_core.events import DefectCaught, Event, InteractionRecorded
from sheriff_core.ports import Clock, RecordingsUnavailableError

_LOOK_EVERY_S = 0.1  # whether there is something new to tell of the recordings
_TELL_EVERY_LOOKS = 10  # what is not new, too: silence means that something is wrong
_OPEN_WITHIN_S = 0.001  # what comes while the store is not there is spooled; the service does the waiting


class _Service(asyncio.Protocol):
    """The service at the other end. It is answered in the order in which it speaks, but for purges."""

    def __init__(self) -> None:
        self.frames: deque[tuple[Frame, bytes]] = deque()  # and not heard yet
        self.came = asyncio.Event()
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._recorded = 0  # and not told yet
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # a stream's; uvloop has classes of its own

    def data_received(self, data: bytes) -> None:
        self.frames.extend(self._reader.read(data))
        self.came.set()

    def eof_received(self) -> None:
        self.frames.append((Frame.CLOSE, b""))
        self.came.set()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - it is gone, for whatever reason
        self.eof_received()
        self._gone.set_result(None)

    def tell(self, kind: Frame, body: bytes) -> None:
        """Say something, if there is still somebody to hear it."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(framed(kind, body))

    def emit(self, event: Event) -> None:
        """Pass an event on: as a sink of events, this is all that the recordings know."""
        if isinstance(event, InteractionRecorded):  # with every append; told with the acknowledgement that follows
            self._recorded += event.count
        else:
            self.tell(Frame.EVENT, event_body(event))

    def acknowledge(self, count: int) -> None:
        """Say that `count` more are done with."""
        recorded, self._recorded = self._recorded, 0
        if count or recorded:
            self.tell(Frame.ACKNOWLEDGE, b"%d %d" % (count, recorded))

    async def hang_up(self) -> None:
        """End when all that was said has been sent."""
        if self._transport is not None:
            self._transport.close()
            await self._gone


class _Desk:
    """Does what the service asks of `recordings`."""

    def __init__(self, service: _Service, recordings: OpenRecordings) -> None:
        self._service = service
        self._recordings = recordings
        self._recorded: deque[list[asyncio.Future[None]]] = deque()  # as they came, a frame each
        self._has_recorded = asyncio.Event()
        self._at_work: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Hear frame by frame, until `CLOSE`."""
        recorder = self._recordings.recorder
        policy: KeptPolicy | None = None
        while True:
            await self._service.came.wait()
            self._service.came.clear()
            while self._service.frames:
                kind, body = self._service.frames.popleft()
                match kind:
                    case Frame.POLICY:
                        policy = policy_of_text(body.decode())
                    case Frame.RECORD_BODIES if policy is not None:
                        self._record([recorder.record_body(line, policy) for line in body.decode().split("\n")])
                    case Frame.RECORD_WHOLE:
                        self._record([recorder.record_line(line) for line in body.split(b"\n")])
                    case Frame.SETTLE:
                        self._begin(self._settled(body))
                    case Frame.PURGE:
                        self._begin(self._purged(body))
                    case Frame.CLOSE:
                        return
                    case _:
                        raise ValueError(f"a service does not say {kind.name}")

    async def acknowledge(self) -> None:
        """Tell what is durable, in the order in which it came. Until cancelled."""
        while True:
            await self._has_recorded.wait()
            self._has_recorded.clear()
            done = 0
            while self._recorded:
                for recorded in self._recorded[0]:
                    if not recorded.done():
                        self._service.acknowledge(done)
                        done = 0
                        await recorded
                done += len(self._recorded.popleft())
            self._service.acknowledge(done)

    def end(self) -> None:
        """Tell that nothing is left, when the recordings are closed; let go of what is still being done.

        What a hanging disk still holds has been counted as lost: unacknowledged, the service would count it again.
        """
        for task in self._at_work:
            task.cancel()
        self._service.acknowledge(sum(len(recorded) for recorded in self._recorded))
        self._tell_status()

    async def tell_status(self) -> None:
        """Say how recording is doing, when it changes and now and then. Until cancelled."""
        said, looks = b"", 0
        while True:
            self._service.acknowledge(0)  # what has been recorded since the last acknowledgement
            status = self._status()
            if status != said or looks >= _TELL_EVERY_LOOKS:
                said, looks = status, 0
                self._service.tell(Frame.STATUS, status)
            looks += 1
            await asyncio.sleep(_LOOK_EVERY_S)

    def _record(self, recorded: list[asyncio.Future[None]]) -> None:
        self._recorded.append(recorded)
        self._has_recorded.set()

    def _tell_status(self) -> None:
        self._service.tell(Frame.STATUS, self._status())

    def _status(self) -> bytes:
        recorder = self._recordings.recorder
        on_disk = recorder.queue_length - recorder.entries_in_memory
        told = {"status": recorder.status(), "waiting": on_disk, "tried": recorder.is_tried}
        return encode(told).encode()

    async def _settled(self, body: bytes) -> None:
        await self._recordings.recorder.settle()
        self._answer(id=decode(body)["id"])

    async def _purged(self, body: bytes) -> None:
        number, wanted, tidies = read_purge(body)
        try:
            self._answer(id=number, erased=await self._recordings.purge(wanted, tidies=tidies))
        except RecordingsUnavailableError as error:
            self._answer(id=number, unavailable=str(error))
        except ValueError as error:
            self._answer(id=number, refused=str(error))
        except Exception as error:  # noqa: BLE001 - whoever asked would wait for ever
            self._service.emit(DefectCaught(where="recordings", error=error))
            self._answer(id=number, unavailable=type(error).__name__)

    def _answer(self, **said: Any) -> None:
        self._tell_status()  # as it is after what was asked for
        self._service.tell(Frame.ANSWER, encode(said).encode())

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)


async def _write_for(service: _Service, clock: Clock) -> None:
    url, policy = await _opening(service)
    # The service has these bounds. One here, where policies are counted in, would be met before its own, and what it
    # costs might stand behind something that waits, be given to the next process, and be counted again.
    policy = replace(
        policy, ack_bound_s=None, open_within_s=_OPEN_WITHIN_S, queue_entries=sys.maxsize, queue_bytes=sys.maxsize
    )
    async with contextlib.AsyncExitStack() as stack:
        recordings = await stack.enter_async_context(open_recordings(url, clock=clock, events=service, policy=policy))
        desk = _Desk(service, recordings)
        async with running(desk.tell_status(), name="writer-status"):
            async with running(desk.acknowledge(), name="writer-acknowledge"):
                await desk.serve()
                await stack.aclose()
            desk.end()


async def _opening(service: _Service) -> tuple[str, Any]:
    await service.came.wait()
    kind, body = service.frames.popleft()
    if kind is not Frame.OPEN:
        raise ValueError(f"the first frame is {kind.name}")
    return read_opening(body)


async def serve(end: socket.socket, clock: Clock) -> int:
    """Write for the service that holds the other `end`, until it has enough; the status to end with."""
    loop = asyncio.get_running_loop()
    _, service = await loop.create_unix_connection(_Service, sock=end)
    loop.set_exception_handler(_teller(service))
    try:
        await _write_for(service, clock)
    except Exception as error:  # noqa: BLE001 - told where an operator looks; the service starts another process
        service.emit(DefectCaught(where="recordings", error=error))
        return 1
    else:
        return 0
    finally:
        await service.hang_up()


def _teller(service: _Service) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    def tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception") or RuntimeError(context.get("message"))
        service.emit(DefectCaught(where="recordings", error=error))

    return tell
