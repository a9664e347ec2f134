"""The two listeners in a real process: opened, drained and stopped by real signals."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from sheriff_web import listener
from sheriff_web.bind import Bind, ListenError, open_socket, url_of
from tests.free_port import free_port

ROOT = Path(__file__).parents[2]


class Process:
    """`tests.serving` in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.public = self.internal = 0

    async def told(self, key: str) -> Any:
        """The next line that tells `key`; lines before it are dropped."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            said = json.loads(line)
            if key in said:
                return said[key]
        raise AssertionError(f"ended without telling {key}")

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    async def exit_code(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 15)

    async def errors(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()


@contextlib.asynccontextmanager
async def running(*, listening: bool = True, **options: Any) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.serving",
        json.dumps(options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    server = Process(process)
    try:
        async with asyncio.timeout(60):
            if listening:
                assert process.stdout is not None
                addresses = json.loads(await process.stdout.readline())
                server.public = int(addresses["public"].rpartition(":")[2])
                server.internal = int(addresses["internal"].rpartition(":")[2])
            yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def tool_call(seconds: float) -> bytes:
    entry = {"id": "call_1", "function": {"name": "getDeliveryStatus", "arguments": {"trackingNumber": str(seconds)}}}
    return json.dumps({"message": {"type": "tool-calls", "toolCallList": [entry]}}).encode()


def request(body: bytes, *, length: int | None = None, path: str = "/webhook", method: str = "POST") -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-vapi-secret: secret\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body


async def reply_to(port: int, sent: bytes, then: Any = None) -> tuple[int, dict[str, str], bytes]:
    """Send raw bytes on a connection of its own; the reply."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        if then is not None:
            await then(writer)
        return await read_reply(reader)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def read_reply(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def get(port: int, path: str) -> tuple[int, Any]:
    status, _, body = await reply_to(port, request(b"", path=path, method="GET"))
    return status, json.loads(body) if body.startswith(b"{") else body


async def test_both_listeners_answer_on_their_own_ports_and_not_on_each_others():
    async with running() as server:
        assert (await reply_to(server.public, request(tool_call(0))))[0] == 200
        assert await get(server.internal, "/healthz") == (200, {"status": "ok"})
        assert (await get(server.internal, "/readyz"))[0] == 200
        for path in ("/healthz", "/readyz", "/metrics", "/admin", "/admin/circuit-breaker"):
            assert (await get(server.public, path))[0] == 404
        assert (await reply_to(server.internal, request(tool_call(0))))[0] == 404


async def test_no_reply_tells_what_serves_it():
    async with running() as server:
        _, headers, _ = await reply_to(server.public, request(tool_call(0)))
        assert "server" not in headers
        assert len(headers["x-correlation-id"]) == 32


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("uvloop", [False, True])
async def test_a_signal_lets_what_is_in_flight_finish_and_ends_cleanly(number, uvloop):
    async with running(uvloop=uvloop) as server:
        answering = [asyncio.create_task(reply_to(server.public, request(tool_call(1)))) for _ in range(5)]
        for _ in answering:
            await server.told("answering")
        server.signal(number)
        await server.told("draining")
        assert (await get(server.internal, "/readyz"))[1]["status"] == "draining"
        for status, headers, body in await asyncio.gather(*answering):
            assert status == 200
            assert json.loads(body)["results"][0]["result"] == "after 1 seconds"
            assert headers["connection"] == "close"
        assert await server.exit_code() == 0
        assert await server.errors() == ""


async def test_after_the_signal_new_connections_are_refused_while_the_internal_side_stays_up():
    async with running() as server:
        answering = asyncio.create_task(reply_to(server.public, request(tool_call(4))))
        await server.told("answering")
        server.signal()
        await server.told("draining")
        with pytest.raises(ConnectionRefusedError):
            while True:  # until the moment that connections are still taken is over
                with contextlib.suppress(ConnectionResetError, asyncio.IncompleteReadError, TimeoutError):
                    # Who knocks while the queue is shut is not heard, and the kernel knocks again only seconds later.
                    async with asyncio.timeout(0.3):
                        await reply_to(server.public, request(tool_call(0)))
        assert (await get(server.internal, "/readyz"))[0] == 503
        assert (await answering)[0] == 200
        assert await server.exit_code() == 0


async def test_idle_connections_do_not_hold_the_shutdown_up():
    async with running(grace_s=600) as server:  # which is not used
        connections = [await asyncio.open_connection("127.0.0.1", server.public) for _ in range(20)]
        for reader, writer in connections[:10]:  # half of them have been used
            writer.write(request(tool_call(0)))
            await read_reply(reader)
        server.signal()
        assert await server.exit_code() == 0
        for _, writer in connections:
            writer.close()


async def test_a_tool_call_that_outlasts_the_grace_gets_the_spoken_apology_with_200():
    async with running(grace_s=0.5) as server:
        answering = asyncio.create_task(reply_to(server.public, request(tool_call(50))))
        await server.told("answering")
        server.signal()
        status, _, body = await answering
        assert status == 200
        (result,) = json.loads(body)["results"]
        assert result["toolCallId"] == "call_1"
        assert result["metadata"]["outcome"] == "unavailable"
        assert "try again" in result["result"]
        assert await server.exit_code() == 0
        assert await server.errors() == ""


async def test_a_body_that_never_ends_does_not_hold_the_shutdown_up():
    async with running(grace_s=0.5) as server:

        async def stop(writer: asyncio.StreamWriter) -> None:
            server.signal()

        status, headers, body = await reply_to(server.public, request(b"{", length=100), then=stop)
        assert status == 503
        assert headers["retry-after"] == "1"
        assert json.loads(body)["results"] == []
        assert await server.exit_code() == 0
        assert await server.errors() == ""


async def test_a_client_that_does_not_read_does_not_hold_the_shutdown_up():
    async with running(grace_s=0.5) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.public, limit=1)
        for _ in range(200):
            writer.write(request(tool_call(0)))
        await server.told("answering")
        server.signal()
        assert await server.exit_code() == 0
        writer.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_hang_up_after_the_first_signal_cuts_nobody(number):
    async with running() as server:
        answering = asyncio.create_task(reply_to(server.public, request(tool_call(1))))
        await server.told("answering")
        server.signal(number)
        await server.told("draining")
        server.signal(signal.SIGHUP)
        assert (await answering)[0] == 200
        assert await server.exit_code() == 0


async def test_a_second_signal_ends_at_once():
    async with running() as server:
        answering = asyncio.create_task(reply_to(server.public, request(tool_call(50))))
        await server.told("answering")
        server.signal()
        await server.told("draining")
        server.signal()
        assert await server.exit_code() == 128 + signal.SIGTERM
        with pytest.raises(asyncio.IncompleteReadError):
            await answering


async def test_until_it_is_ready_the_internal_side_says_unready_and_the_public_side_refuses():
    public, internal = free_port(), free_port()
    async with running(
        listening=False, ready_s=600, public=f"127.0.0.1:{public}", internal=f"127.0.0.1:{internal}"
    ) as server:
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                status, readiness = await get(internal, "/readyz")
                break
            await asyncio.sleep(0.05)
        assert (status, readiness["status"]) == (503, "unready")
        with pytest.raises(ConnectionRefusedError):
            await reply_to(public, request(tool_call(0)))
        server.signal()
        assert await server.exit_code() == 0


async def test_a_port_in_use_is_one_clear_line_and_exit_1():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("public", "internal"):
            async with running(listening=False, **{name: f"127.0.0.1:{port}"}) as server:
                assert await server.exit_code() == 1
                assert await server.errors() == (
                    f"cannot listen on 127.0.0.1:{port}: the port is in use by another process\n"
                )


async def test_a_start_that_fails_ends_the_process_with_its_error():
    async with running(listening=False, ready_fails=True) as server:
        assert await server.exit_code() == 1
        assert "RuntimeError: the source is misconfigured" in await server.errors()


async def test_a_slow_body_is_answered_408_and_others_are_served_meanwhile():
    async with running(body_timeout_s=0.5) as server:

        async def drip(writer: asyncio.StreamWriter) -> None:
            assert (await reply_to(server.public, request(tool_call(0))))[0] == 200
            for _ in range(5):  # each drop arrives in time, the whole does not
                writer.write(b" ")
                await asyncio.sleep(0.05)

        status, headers, _ = await reply_to(server.public, request(b"{", length=1000), then=drip)
        assert status == 408
        assert headers["connection"] == "close"


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_that_is_too_large_is_answered_413_and_the_client_can_read_it(declared):
    body = b"x" * 1_500_000
    sent = request(body)
    if not declared:
        head, _, _ = sent.partition(b"\r\n\r\n")
        head = head.replace(f"content-length: {len(body)}".encode(), b"transfer-encoding: chunked")
        sent = head + b"\r\n\r\n" + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    async with running() as server:
        status, _, told = await reply_to(server.public, sent)
        assert status == 413
        assert json.loads(told) == {"error": "the body is larger than 1000000 bytes", "results": []}


async def test_a_request_hidden_behind_another_is_not_served():
    hidden = request(tool_call(0))
    head = b"POST /webhook HTTP/1.1\r\nhost: localhost\r\nx-vapi-secret: secret\r\n"
    sent = head + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + hidden
    async with running() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.public)
        writer.write(sent)
        assert (await read_reply(reader))[0] == 400
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x00\x01\r\n\r\n", b"400"),
        (b"POST /webh\xffook HTTP/1.1\r\nhost: x\r\n\r\n", b"400"),
        (b"POST /%ff%00 HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n", b"404"),
        (b"POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx", b"400"),
        (b"POST /webhook HTTP/1.1\r\nhost: x\r\nx-y: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
    ],
)
async def test_malformed_http_is_refused_quietly(sent, status):
    async with running() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.public)
        writer.write(sent)
        assert (await reader.readline()).split()[1] == status
        writer.close()
        server.signal()
        assert await server.exit_code() == 0
        assert await server.errors() == ""


async def test_a_target_that_names_the_host_is_the_same_target():
    sent = request(tool_call(0)).replace(b" /webhook ", b" http://localhost/webhook ", 1)
    async with running() as server:
        assert (await reply_to(server.public, sent))[0] == 200
        elsewhere = sent.replace(b"localhost/webhook", b"localhost/elsewhere", 1)
        assert (await reply_to(server.public, elsewhere))[0] == 404


async def test_a_client_that_leaves_does_not_disturb_the_server():
    async with running() as server:
        for sent in (request(b"{", length=50), request(tool_call(0.2)), b"POST /webhook HTTP/1.1\r\n"):
            _, writer = await asyncio.open_connection("127.0.0.1", server.public)
            writer.write(sent)
            await writer.drain()
            writer.close()
        assert (await reply_to(server.public, request(tool_call(0.5))))[0] == 200
        server.signal()
        assert await server.exit_code() == 0
        assert await server.errors() == ""


WEBSOCKET = b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


@pytest.mark.parametrize("handshake", [WEBSOCKET, b"", b"sec-websocket-key: \xff\r\n"])
async def test_an_upgrade_to_a_websocket_is_ignored(handshake: bytes):
    async with running() as server:
        head = b"GET /webhook HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", server.public)
        writer.write(head + handshake + b"\r\n")
        assert (await reader.readline()).split()[1] == b"405"
        await asyncio.wait_for(reader.read(), 10)  # as idle as any other
        writer.close()
        server.signal()
        assert await server.exit_code() == 0
        assert await server.errors() == ""


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        (":8000", "0.0.0.0", 8000),
        ("[::1]:0", "::1", 0),
        ("localhost:65535", "localhost", 65535),
    ],
)
def test_an_address_is_read(text, host, port):
    assert Bind.parse(text) == Bind(host, port)


@pytest.mark.parametrize(
    "text", ["", "8000", "localhost", "localhost:", "localhost:http", "h:65536", "::1:8000", "h:-1", "h:٣"]
)
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:8000|\[::1\]:8000"):
        Bind.parse(text)


def test_port_0_is_told_as_the_port_it_became():
    with open_socket(Bind("127.0.0.1", 0)) as opened:
        assert url_of(opened) == f"http://127.0.0.1:{opened.getsockname()[1]}"
    with open_socket(Bind("::1", 0)) as opened:
        assert url_of(opened).startswith("http://[::1]:")


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_that_is_not_of_this_machine_is_named(host):
    with pytest.raises(ListenError, match=f"cannot listen on {host}:1234: .*no address of this machine"):
        open_socket(Bind(host, 1234))


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_who_knocked_while_the_process_had_no_processor_is_answered_before_the_end(loop_factory, monkeypatch):
    monkeypatch.setattr(listener, "_LAST_TAKEN_S", 0.001)

    async def application(scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})

    async def knock_and_stand_still() -> list[bytes]:
        listening = listener.Listener(application, Bind.parse("127.0.0.1:0"), grace_s=5.0)
        listening.start()
        _, _, port = listening.url.rpartition(":")
        await reply_to(int(port), request(tool_call(0)))
        with contextlib.ExitStack() as hanging_up:
            callers = [hanging_up.enter_context(socket.create_connection(("127.0.0.1", int(port)))) for _ in range(400)]
            for caller in callers:
                caller.sendall(request(tool_call(0)))
            stopping = asyncio.create_task(listening.stop())
            await asyncio.sleep(0)
            until = time.monotonic() + 0.01
            while time.monotonic() < until:  # the loop stands still, and its timer is overdue
                pass
            await stopping
            return [caller.recv(12) for caller in callers]

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        assert set(runner.run(knock_and_stand_still())) == {b"HTTP/1.1 200"}
