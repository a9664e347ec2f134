"""One listener: a bound socket, an application behind a `Drain`, and hypercorn between them."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Sequence
from typing import Any, cast

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from starlette.types import ASGIApp

from sheriff_web.bind import BACKLOG, Bind, ListenError, listen_error, open_socket, url_of
from sheriff_web.connection import use_our_connections
from sheriff_web.drain import Drain

# libuv takes one newcomer from a listening socket in each turn of the loop, however many wait; when a turn is long,
# because hundreds are being answered, they would wait for seconds. Each descriptor of the socket takes one more.
# asyncio's own loop takes all who wait; there hypercorn closes a descriptor only when the calls on the one before end.
_TAKEN_A_TURN = 16
_LAST_TAKEN_S = 0.25  # several turns of a busy loop: what has connected is taken, and its request read
# A process that was not given the processor meanwhile has all of them still to take: as many turns as a full queue
# needs, and some to read what the last of them asks.
_LAST_TURNS = BACKLOG // _TAKEN_A_TURN + 8
_CLOSING_S = 1.5  # what hypercorn gets to close connections once no request is left; it needs milliseconds


class Listener:
    """Opened by `start`, ended by `stop`. Its socket is bound from the beginning; `close` frees it if never started."""

    def __init__(self, app: ASGIApp, bind: Bind, *, grace_s: float) -> None:
        """This will serve `app` on `bind`. Raises `ListenError`."""
        self._bind = bind
        self._grace_s = grace_s
        self._drain = Drain(app)
        self._closing = asyncio.Event()
        self._socket: socket.socket | None = open_socket(bind)
        self.url = url_of(self._socket)
        self._held: socket.socket | None = None  # the listening socket, beside the one that hypercorn has
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take connections from now on. Raises `ListenError`: another process may hold the port without listening."""
        opened, self._socket = self._socket, None
        assert opened is not None, "started twice"  # noqa: S101 - a mistake of the supervisor's code
        try:
            opened.listen(BACKLOG)
        except OSError as error:
            opened.close()
            raise listen_error(self._bind, error) from error
        self._held = opened.dup()
        more = _TAKEN_A_TURN - 1 if _runs_on_libuv() else 0
        config = self._config([*(os.dup(opened.fileno()) for _ in range(more)), opened.detach()])
        use_our_connections()
        self._task = asyncio.create_task(
            # ASGI is typed by each of the two in its own words.
            hypercorn_serve(cast("Any", self._drain), config, shutdown_trigger=self._closing.wait),
            name=f"listener {self.url}",
        )

    def _config(self, descriptors: Sequence[int]) -> Config:
        config = Config()
        config.bind = [f"fd://{descriptor}" for descriptor in descriptors]
        config.backlog = BACKLOG
        config.include_server_header = False
        config.accesslog = None  # `RequestContext` tells of each request
        config.errorlog = logging.getLogger("hypercorn.error")
        config.keep_alive_timeout = 5.0  # idle connections, and headers that do not arrive whole
        # The drain cuts at the end of the grace; were hypercorn to cut first, callers would get nothing.
        config.graceful_timeout = self._grace_s + 1.0
        return config

    async def ended(self) -> None:
        """Wait until the listener ends by itself, which it only does when it fails. Raises `ListenError` then."""
        assert self._task is not None, "not started"  # noqa: S101 - a mistake of the supervisor's code
        await asyncio.wait({self._task})
        error = None if self._task.cancelled() else self._task.exception()
        raise ListenError(f"the listener on {self.url} ended by itself: {error or 'nobody asked it to'}") from error

    def begin_draining(self) -> None:
        """Ask clients not to use their connections again; still take new ones."""
        self._drain.begin()

    async def stop(self) -> None:
        """Take no new connections, let what is in flight finish within the grace, cut the rest, and close."""
        self.close()
        if self._task is None:
            return
        self._drain.begin()
        await self._refuse_newcomers()
        self._closing.set()
        await asyncio.wait({self._task}, timeout=self._grace_s)
        if not self._task.done():
            self._drain.cut()
            await asyncio.wait({self._task}, timeout=_CLOSING_S)
        if not self._task.done():  # a client that does not read keeps its connection: it is left behind
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):  # `ended` has told it already
            await self._task

    async def _refuse_newcomers(self) -> None:
        """Let the kernel queue no further connection, and let the loop take and read what has come until now.

        hypercorn closes the socket and every connection without a request in one step: whoever had connected but was
        not read yet would get a reset, under load dozens at once.
        """
        assert self._held is not None, "not started"  # noqa: S101 - `stop` has asked
        with contextlib.suppress(OSError):
            self._held.listen(0)
            await asyncio.sleep(_LAST_TAKEN_S)
            for _ in range(_LAST_TURNS):
                await asyncio.sleep(0)
        self._held.close()

    def close(self) -> None:
        """Free the socket if the listener was never started."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _runs_on_libuv() -> bool:
    return type(asyncio.get_running_loop()).__module__.partition(".")[0] == "uvloop"
