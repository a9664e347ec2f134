"""One connection under hypercorn, watched while it is idle by one task instead of by a new one for each request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import hypercorn.asyncio.run
import hypercorn.protocol
from hypercorn.asyncio.tcp_server import TCPServer

from sheriff_web.http1 import Http1Protocol


class Connection(TCPServer):
    """hypercorn's connection; `_IdleWatch` stands where it would start and cancel a task around each request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As hypercorn makes it."""
        super().__init__(*args, **kwargs)
        self._watch = _IdleWatch(self.loop, self.context.terminated.wait, self.config.keep_alive_timeout)
        self.idle_task = cast("Any", self._watch)  # where hypercorn has its own

    async def _close(self) -> None:
        self._watch.end()
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
        self._idle_since = self._loop.time()
        if self._task is None:
            # hypercorn's own group keeps it, and the connection ends with all that is in the group.
            self._task = task_group._task_group.create_task(self._watch(close))  # noqa: SLF001 - as hypercorn does

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
