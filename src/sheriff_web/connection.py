"""One connection under hypercorn: what it reads, finished replies that it holds, and how it ends when it is idle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import hypercorn.asyncio.run
import hypercorn.protocol
from hypercorn.asyncio.tcp_server import MAX_RECV, TCPServer
from hypercorn.events import Closed, Event, RawData

from sheriff_web.http1 import Http1Protocol
from sheriff_web.whole_exchange import FinishedReply


class Connection(TCPServer):
    """hypercorn's connection; `_IdleWatch` stands where it would start and cancel a task around each request.

    A reply that is held (`holding`) is kept here, while the task of the connection reads on already.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As hypercorn makes it."""
        super().__init__(*args, **kwargs)
        self._watch = _IdleWatch(self.loop, self.context.terminated.wait, self.config.keep_alive_timeout)
        self.idle_task = cast("Any", self._watch)  # where hypercorn has its own
        self._held: asyncio.Future[None] | None = None  # what the present reply waits for

    async def protocol_send(self, event: Event) -> None:
        """Do what the protocol asks for."""
        if not isinstance(event, FinishedReply):
            await super().protocol_send(event)
        elif event.hold is not None:
            self._held = event.hold
            event.hold.add_done_callback(lambda _: self._reply(event.data))
        else:
            self._reply(event.data)
            if self.writer.transport.get_write_buffer_size():  # a client that reads slowly, or a large reply
                await self._drain()

    def _reply(self, data: bytes) -> None:
        """Send a finished reply; the connection is idle then, or ends with the server."""
        self._held = None
        if self.writer.transport.is_closing():
            return
        self.writer.write(data)
        if self.context.terminated.is_set():
            self.writer.close()
        else:
            self._watch.idle()

    async def _drain(self) -> None:
        try:
            await self.writer.drain()
        except (ConnectionError, RuntimeError):
            await self.protocol.handle(Closed())

    async def _read_data(self) -> None:
        while not self.reader.at_eof():
            try:
                data = await self.reader.read(MAX_RECV)
            except OSError:
                break
            await self._until_replied()  # to who asks again before the answer
            if self.writer.transport.get_write_buffer_size():  # of a reply that was held
                await self._drain()
            if self.writer.transport.is_closing():
                break  # nobody would hear the answer: the server has ended meanwhile, or the client is gone
            await self.protocol.handle(RawData(data))
        await self._until_replied()
        self._watch.end()  # a connection lasts as long as what is in its group
        await self.protocol.handle(Closed())

    async def _until_replied(self) -> None:
        if self._held is not None:
            await asyncio.wait({self._held})

    async def _close(self) -> None:
        self._watch.end()
        await self._until_replied()  # however the connection ends: whoever is still there hears the answer
        await super()._close()

    async def _idle_timeout(self) -> None:
        """What is to be done about a connection that was idle for too long, or when the server ends."""
        await asyncio.shield(self._initiate_server_close())


class _IdleWatch:
    """Closes a connection that has been idle for `timeout_s` seconds, or is idle when the server ends.

    It is told of each request twice, when it begins and when it has been answered, so that has to cost nothing.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, terminated: Callable[[], Awaitable[None]], timeout_s: float
    ) -> None:
        self._loop = loop
        self._terminated = terminated
        self._timeout_s = timeout_s
        self._idle_since: float | None = None  # of the loop's clock; None while a request is being answered
        self._task: asyncio.Task[None] | None = None

    async def restart(self, task_group: Any, close: Callable[[], Awaitable[None]]) -> None:
        """The connection is idle from now on; `close` will end it."""
        self.idle()
        if self._task is None:
            # hypercorn's own group keeps it, and the connection ends with all that is in the group.
            self._task = task_group._task_group.create_task(self._watch(close))  # noqa: SLF001 - as hypercorn does

    def idle(self) -> None:
        """The connection is idle from now on."""
        self._idle_since = self._loop.time()

    async def stop(self) -> None:
        """The connection is not idle any more."""
        self._idle_since = None

    def end(self) -> None:
        """The connection is closed."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def _watch(self, close: Callable[[], Awaitable[None]]) -> None:
        left = self._timeout_s
        while left > 0:
            try:
                async with asyncio.timeout(left):
                    await self._terminated()
                break
            except TimeoutError:
                since = self._idle_since
                left = self._timeout_s if since is None else since + self._timeout_s - self._loop.time()
        # A request that is still being answered when the server ends closes its connection itself.
        if self._idle_since is not None:
            await close()


def use_our_connections() -> None:
    """Let hypercorn make its connections of `Connection` and `Http1Protocol` in this process. May be called again."""
    # Looked up there for each connection; mypy knows them from where they are made.
    hypercorn.asyncio.run.TCPServer = Connection  # type: ignore[attr-defined]
    hypercorn.protocol.H11Protocol = Http1Protocol  # type: ignore[attr-defined]
