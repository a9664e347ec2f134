"""A real listener in the loop of a test, and clients that speak to it byte by byte."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

from hypercorn.config import Config
from starlette.types import ASGIApp, Receive, Scope, Send

from sheriff_web.bind import Bind
from sheriff_web.holding import HOLD, can_hold
from sheriff_web.listener import Listener
from tests.asgi import Reply
from tests.fakes import settle

FOR_EVER_S = 60.0


def request(body: bytes = b"{}", *, path: str = "/webhook", headers: Mapping[str, str] | None = None) -> bytes:
    """A whole request, as plain as nearly every one is."""
    lines = {"host": "a", "content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Send each of `pieces` so that the server reads it by itself."""
        for piece in pieces:
            self.writer.write(piece)
            await settle()

    async def reply(self) -> Reply:
        """The next reply, whole."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        return Reply(int(head[0].split()[1]), headers, await self.reader.readexactly(int(headers["content-length"])))

    async def hears_nothing(self) -> bool:
        """Whether not a byte has come, although all that can run has run."""
        await settle()
        return not self.reader._buffer and not self.reader.at_eof()  # type: ignore[attr-defined]

    async def is_closed(self) -> bool:
        """Wait for the server to close; whether it said nothing more before."""
        return await self.reader.read() == b""

    def reset(self) -> None:
        """Go away in a hurry."""
        there: socket.socket = self.writer.get_extra_info("socket")
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class _Listener(Listener):
    keep_alive_s: float

    def _config(self, descriptors: Sequence[int]) -> Config:
        config = super()._config(descriptors)
        config.keep_alive_timeout = self.keep_alive_s
        return config


class Listening:
    """A listener in front of `app` while the block lasts; afterwards nothing may have gone wrong in the loop."""

    def __init__(self, app: ASGIApp, *, grace_s: float = 5.0, keep_alive_s: float = FOR_EVER_S) -> None:
        self._listener = _Listener(app, Bind("127.0.0.1", 0), grace_s=grace_s)
        self._listener.keep_alive_s = keep_alive_s
        self.drain = self._listener._drain
        self.failures: list[dict[str, Any]] = []
        self._clients: list[Client] = []

    async def __aenter__(self) -> Self:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.failures.append(context))
        self._listener.start()
        stranger = await self.client()  # whom h11 answers without the application, once the server takes connections
        await stranger.send(b"\0\r\n\r\n")
        assert (await stranger.reply()).status == 400
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        for client in self._clients:
            client.writer.transport.abort()
        await self._listener.stop()
        assert kind is not None or self.failures == []

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", int(self._listener.url.rpartition(":")[2])

    async def client(self) -> Client:
        """A new connection."""
        reader, writer = await asyncio.open_connection(*self.address)
        client = Client(reader, writer)
        self._clients.append(client)
        return client

    async def stop(self) -> None:
        """End the server."""
        await self._listener.stop()


@contextlib.asynccontextmanager
async def connected(app: ASGIApp, **options: Any) -> AsyncIterator[tuple[Listening, Client]]:
    """A listener in front of `app`, and one client."""
    async with asyncio.timeout(FOR_EVER_S), Listening(app, **options) as listening:
        yield listening, await listening.client()


class HoldingApp:
    """Answers each request with its own body, held for the future that a test puts there before."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        self.headers = list(headers)
        self.is_held = True  # or done at once
        self.held: list[asyncio.Future[None]] = []  # one for each request that came
        self.could_hold: list[bool] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await lifespan(receive, send)
            return
        body = (await receive())["body"]
        self.could_hold.append(can_hold(scope))
        self.held.append(asyncio.get_running_loop().create_future())
        length = (b"content-length", b"%d" % len(body))
        if not self.is_held:
            self.held[-1].set_result(None)
        if not self.could_hold[-1]:
            await asyncio.wait({self.held[-1]})
        await send({"type": "http.response.start", "status": 200, "headers": [length, *self.headers]})
        await send({"type": "http.response.body", "body": body, HOLD: self.held[-1]})


async def lifespan(receive: Receive, send: Send) -> None:
    """Nothing to begin and nothing to end."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
