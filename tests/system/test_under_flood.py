"""Connections that take everything and give nothing: the rest of the world is served meanwhile, and afterwards."""

import asyncio
import contextlib
import resource
import socket

import pytest

from tests.system.attack import CALL, MIB, Victim, head, request, statuses, under_attack

IDLE = 1_000
# Longer than the five seconds that hypercorn keeps an idle connection, and that a body may take.
CLOSED_WITHIN_S = 12.0
UNREAD_CLOSED_WITHIN_S = 40.0  # ten seconds without progress, told at the kernel's next probe


def closed(connection: socket.socket) -> bool:
    """Whether the other side has closed it."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


async def all_closed(connections: list[socket.socket], within_s: float) -> bool:
    open_ones = list(connections)
    for _ in range(int(within_s / 0.2)):
        open_ones = [connection for connection in open_ones if not closed(connection)]
        if not open_ones:
            return True
        await asyncio.sleep(0.2)
    return False


async def descriptors_back_at(victim: Victim, before: int) -> bool:
    """Whether the process holds no more descriptors than `before`, but for a few of the callers beside it."""
    for _ in range(200):
        if victim.process.num_fds() <= before + 4:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_thousand_idle_connections_are_closed_and_their_memory_comes_back() -> None:
    async with under_attack() as victim:
        before = victim.process.num_fds()
        connections = [victim.connect() for _ in range(IDLE)]
        try:
            assert await all_closed(connections, CLOSED_WITHIN_S)
        finally:
            for connection in connections:
                connection.close()
        assert await descriptors_back_at(victim, before)


async def test_what_comes_slowly_is_cut_off_at_its_bound() -> None:
    async def dripping(victim: Victim, sent: bytes, every_s: float) -> bytes:
        reader, writer = await asyncio.open_connection(*victim.address)
        drip = asyncio.create_task(drop_by_drop(writer, sent, every_s))
        try:
            async with asyncio.timeout(CLOSED_WITHIN_S):
                with contextlib.suppress(ConnectionError):
                    return await reader.read()
                return b""
        finally:
            drip.cancel()
            writer.transport.abort()

    async def drop_by_drop(writer: asyncio.StreamWriter, sent: bytes, every_s: float) -> None:
        with contextlib.suppress(ConnectionError):
            for byte in sent:
                writer.write(bytes([byte]))
                await asyncio.sleep(every_s)

    async with under_attack() as victim:
        whole_head = head({"content-length": len(CALL)})
        heads, bodies, chunks = await asyncio.gather(
            asyncio.gather(*(dripping(victim, whole_head, 0.2) for _ in range(100))),
            asyncio.gather(*(victim.say(whole_head, *([b" "] * 40), pause_s=0.2) for _ in range(100))),
            asyncio.gather(*(victim.say(head({"transfer-encoding": "chunked"}), b"1\r\n[\r\n") for _ in range(100))),
        )
        assert set(heads) == {b""}  # no request was made: nothing is answered
        assert [statuses(said) for said in (*bodies, *chunks)] == [[408]] * 200
        lines = await victim.access_lines(200, status=408)
        assert sum(line["status"] == 408 for line in lines) == 200


async def test_bodies_that_are_cut_short_are_told_and_forgotten() -> None:
    async with under_attack() as victim:
        before = victim.process.num_fds()
        for _ in range(50):
            connection = victim.connect()
            connection.sendall(request(CALL)[:-5])
            connection.close()
        lines = await victim.access_lines(50, status=499)
        assert sum(line["status"] == 499 for line in lines) == 50
        assert await descriptors_back_at(victim, before)


async def test_a_client_that_reads_nothing_is_cut_off_and_holds_little() -> None:
    async with under_attack(memory_growth=64 * MIB) as victim:
        before = victim.process.num_fds()
        sent = request(CALL).replace(b"connection: close\r\n", b"")
        connections = [victim.connect() for _ in range(20)]
        try:
            for connection in connections:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                connection.setblocking(False)
            for _ in range(1_500):  # until the service writes no more, because nobody takes it
                stuck = 0
                for connection in connections:
                    try:
                        connection.send(sent)
                    except (BlockingIOError, ConnectionError):
                        stuck += 1
                if stuck == len(connections):
                    break
                await asyncio.sleep(0.005)  # in which this process reads the lines that come of it
            for _ in range(int(UNREAD_CLOSED_WITHIN_S / 0.2)):
                if victim.process.num_fds() <= before + 4:
                    break
                await asyncio.sleep(0.2)
            assert victim.process.num_fds() <= before + 4
        finally:
            for connection in connections:
                connection.close()


async def test_more_connections_than_descriptors_end_nothing_for_good() -> None:
    # Who is not let in while none is free is not served: the well-formed callers come after it.
    async with under_attack() as victim:
        await asyncio.sleep(0)
        victim.end()
        resource.prlimit(victim.running.pid, resource.RLIMIT_NOFILE, (victim.process.num_fds() + 60,) * 2)
        connections = [victim.connect() for _ in range(200)]
        try:
            await all_closed(connections, CLOSED_WITHIN_S)
        finally:
            for connection in connections:
                connection.close()
        for _ in range(100):
            with contextlib.suppress(Exception):
                if await victim.call() == (200, "found"):
                    break
            await asyncio.sleep(0.1)
        assert await victim.call() == (200, "found")


GET = b"GET /nothing HTTP/1.1\r\nhost: sheriff.example\r\n\r\n"
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# What a connection begins with, and what then comes without end.
FLOODS = {
    "requests that wait for no reply": (b"", GET * 1_000),
    "chunks of one byte": (head({"transfer-encoding": "chunked"}), b"1\r\n \r\n" * 10_000),
    "chunks of a stranger": (
        head({"transfer-encoding": "chunked", "x-vapi-secret": "guessed"}),
        b"1\r\n \r\n" * 10_000,
    ),
    "headers": (GET[:-2], b"x-more: a\r\n" * 10_000),
    "blank lines": (b"", b"\r\n" * 30_000),
    "noise": (b"", bytes(range(256)) * 256),
    "pings of HTTP/2": (HTTP2, bytes.fromhex("0000080600000000000123456789abcdef") * 4_000),
    "settings of HTTP/2": (HTTP2, bytes.fromhex("000006040000000000000300000064") * 4_000),
    "resets of HTTP/2": (HTTP2, bytes.fromhex("00000403000000000100000008") * 4_000),
}


async def flood(victim: Victim, first: bytes, more: bytes) -> None:
    """On connection after connection, until it is cancelled; replies are read and dropped."""
    while True:
        reader, writer = await asyncio.open_connection(*victim.address)
        reading = asyncio.create_task(reader.read())
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(first)
                while True:
                    writer.write(more)
                    await writer.drain()
                    await asyncio.sleep(0)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            writer.transport.abort()


async def test_no_flood_keeps_callers_from_being_answered() -> None:
    async with under_attack(memory_growth=64 * MIB) as victim:
        for name, flood_of in FLOODS.items():
            flooding = asyncio.create_task(flood(victim, *flood_of))
            # Answered while it rages, not after it: the loop is never held for long.
            before = len(victim.well_formed)
            while len(victim.well_formed) < before + 25 and not flooding.done():
                await asyncio.sleep(0.05)
            assert not flooding.done(), name
            flooding.cancel()
            await asyncio.gather(flooding, return_exceptions=True)


@pytest.mark.parametrize(
    "sent",
    [
        HTTP2,
        head(
            {"upgrade": "h2c", "connection": "upgrade, http2-settings, close", "http2-settings": "AAMAAABk"},
            method="GET",
        ),
    ],
    ids=["by prior knowledge", "by upgrade"],
)
async def test_nobody_is_spoken_to_in_http_2(sent: bytes) -> None:
    async with under_attack() as victim:
        said = await victim.say(sent)
        assert said.startswith(b"HTTP/1.1 4")
        assert b"\x00\x00" not in said
