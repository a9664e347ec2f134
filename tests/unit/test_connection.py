"""What stands between a socket and the application: idle connections are closed, replies leave in one piece."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

import pytest
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.typing import ConnectionState

from sheriff_web.connection import _IdleWatch
from sheriff_web.http1 import Http1Protocol
from tests.fakes import let_loop_time_pass, settle

FOR_EVER_S = 60.0
CHUNKS = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
TO_HTTP_2 = (
    b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMA\r\n\r\n"
)


class Watched:
    """A watch in a group of tasks, and whether it closed its connection."""

    def __init__(self, *, timeout_s: float) -> None:
        self.terminated = asyncio.Event()
        self.closed = asyncio.Event()
        self.watch = _IdleWatch(asyncio.get_running_loop(), self._until_the_end, timeout_s)

    async def _until_the_end(self) -> None:
        await self.terminated.wait()

    async def close(self) -> None:
        self.closed.set()

    async def __aenter__(self) -> Self:
        self.group = TaskGroup(asyncio.get_running_loop())
        await self.group.__aenter__()
        await self.watch.restart(self.group, self.close)
        await settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.watch.end()
        async with asyncio.timeout(FOR_EVER_S):
            await self.group.__aexit__(None, None, None)  # type: ignore[arg-type]


async def test_a_connection_that_stays_idle_is_closed() -> None:
    async with Watched(timeout_s=5) as watched:
        await let_loop_time_pass(4.9)
        assert not watched.closed.is_set()
        await let_loop_time_pass(0.2)
        assert watched.closed.is_set()


async def test_a_connection_is_closed_once_it_is_idle_again_for_long_enough() -> None:
    async with Watched(timeout_s=5) as watched:
        await watched.watch.stop()
        await let_loop_time_pass(50)
        assert not watched.closed.is_set()
        await watched.watch.restart(watched.group, watched.close)
        await let_loop_time_pass(4.9)
        assert not watched.closed.is_set()
        await let_loop_time_pass(0.2)
        assert watched.closed.is_set()


@pytest.mark.parametrize("is_idle", [True, False])
async def test_at_the_end_of_the_server_only_idle_connections_are_closed(is_idle: bool) -> None:
    async with Watched(timeout_s=FOR_EVER_S) as watched:
        if not is_idle:
            await watched.watch.stop()
        watched.terminated.set()
        for _ in range(10):
            await asyncio.sleep(0)
        assert watched.closed.is_set() is is_idle


async def sent_for(request: bytes, app: Callable[[Any, Any], Awaitable[None]], *, client: str = "stays") -> list[bytes]:
    """What is written for `request`, write by write. The client stays, leaves meanwhile, or is gone when it is told."""
    written: list[bytes] = []

    async def send(event: Event) -> None:
        if isinstance(event, RawData):
            written.append(event.data)
            if client == "gone":  # as the connection does when it cannot write
                await protocol.handle(Closed())

    async def serve(_scope: Any, receive: Any, send_to: Any, *_: Any) -> None:
        await app(receive, send_to)

    config = Config()
    config.include_date_header = config.include_server_header = False
    async with TaskGroup(asyncio.get_running_loop()) as group:
        state = ConnectionState({})
        protocol = Http1Protocol(serve, config, WorkerContext(None), group, state, False, None, None, send)
        if client == "leaves":
            reading = asyncio.ensure_future(protocol.handle(RawData(request)))
            await settle()
            leaving = asyncio.ensure_future(protocol.handle(Closed()))
            await asyncio.gather(reading, leaving)
        else:
            await protocol.handle(RawData(request))
    return written


async def test_a_reply_is_written_in_one_piece() -> None:
    async def app(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    assert await sent_for(GET, app) == [b"HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\n{}"]


async def test_a_reply_without_a_body_is_written_and_one_with_many_pieces_is_not_held_back() -> None:
    async def empty(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def pieces(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b"})

    assert await sent_for(GET, empty) == [b"HTTP/1.1 204 \r\n\r\n"]
    assert [part[-1:] for part in await sent_for(GET, pieces)] == [b"a", b"b"]


async def test_an_application_that_fails_behind_its_head_sends_nothing() -> None:
    async def failing(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        raise RuntimeError("behind the head")

    assert await sent_for(GET, failing) == []


@pytest.mark.parametrize("client", ["stays", "leaves", "gone"])
async def test_a_body_that_the_application_does_not_read_ends_with_the_reply(client: str) -> None:
    """In a hundred chunks, of which hypercorn holds ten."""
    answering = asyncio.Event()

    async def app(_: Any, send: Any) -> None:
        if client == "leaves":
            await answering.wait()
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    async with asyncio.timeout(FOR_EVER_S):
        asyncio.get_running_loop().call_later(0.05, answering.set)
        written = await sent_for(CHUNKS, app, client=client)
    assert written[0].startswith(b"HTTP/1.1 404")


async def test_a_body_that_nobody_reads_ends_with_an_application_that_fails() -> None:
    async def app(_: Any, __: Any) -> None:
        raise RuntimeError("before the reply")

    async with asyncio.timeout(FOR_EVER_S):
        assert (await sent_for(CHUNKS, app))[0].startswith(b"HTTP/1.1 500")


async def test_another_protocol_is_not_gone_over_to() -> None:
    async def app(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    assert (await sent_for(TO_HTTP_2, app))[0].startswith(b"HTTP/1.1 200")
