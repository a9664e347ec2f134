"""A real process under hostile clients: raw bytes in, and the question whether anybody else notices."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psutil

from tests.system.service import SECRET, Service, service, tool_call

MIB = 1_048_576
WARM_CALLS = 20
CALL = json.dumps(tool_call("SHR123456", call="attack")).encode()
JSON_HEADERS: dict[str, str | int] = {"content-type": "application/json", "x-vapi-secret": SECRET}


def head(headers: Mapping[str, str | int] | None = None, *, method: str = "POST", path: str = "/webhook") -> bytes:
    """The head of a request as Vapi would send it, with `headers` beside the usual ones."""
    lines = [f"{method} {path} HTTP/1.1", "host: sheriff.example"]
    lines += [f"{name}: {value}" for name, value in {**JSON_HEADERS, **(headers or {})}.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def request(body: bytes, headers: Mapping[str, str | int] | None = None) -> bytes:
    """A whole, well-formed request with `body`; it asks for the end of its connection."""
    return head({"content-length": len(body), "connection": "close", **(headers or {})}) + body


def statuses(said: bytes) -> list[int]:
    """The statuses of every reply in `said`."""
    return [int(status) for status in re.findall(rb"(?:^|\r\n|\})HTTP/1\.1 (\d{3})", said)]


async def _all_of(reader: asyncio.StreamReader, quiet_s: float, *, must_close: bool) -> bytes:
    heard = b""
    try:
        with contextlib.suppress(ConnectionError):
            while True:
                async with asyncio.timeout(quiet_s):
                    more = await reader.read(65_536)
                if not more:
                    break
                heard += more
    except TimeoutError:
        if must_close:
            raise AssertionError(f"still open after {quiet_s:g} s, having said {heard[:300]!r}") from None
    return heard


class Victim:
    """A running service, and the well-formed callers beside whom it is attacked."""

    def __init__(self, running: Service) -> None:
        self.running = running
        self.process = psutil.Process(running.pid)
        self.well_formed: list[tuple[int, str]] = []
        self._stop = asyncio.Event()

    @property
    def address(self) -> tuple[str, int]:
        """Of the public listener."""
        parts = urlsplit(self.running.public)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    async def say(self, *pieces: bytes, quiet_s: float = 8.0, pause_s: float = 0.0, must_close: bool = True) -> bytes:
        """Send `pieces` on a connection of its own; all that comes back until the service closes it.

        An `AssertionError` when it neither says anything nor closes for `quiet_s` seconds, and `must_close`.
        """
        reader, writer = await asyncio.open_connection(*self.address)
        hearing = asyncio.create_task(_all_of(reader, quiet_s, must_close=must_close))
        try:
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause_s)
            return await hearing
        finally:
            hearing.cancel()
            writer.transport.abort()

    def connect(self) -> socket.socket:
        """A bare connection that nobody reads from."""
        return socket.create_connection(self.address, timeout=10)

    async def call(self) -> tuple[int, str]:
        """One well-formed call: status and outcome."""
        status, reply, _ = await self.running.post(tool_call("SHR123456", call=f"well-formed {len(self.well_formed)}"))
        return status, reply["results"][0]["metadata"]["outcome"] if status == 200 else ""

    async def call_all_along(self) -> None:
        """Place well-formed calls, one after the other, until the attack is over."""
        while not self._stop.is_set():
            self.well_formed.append(await self.call())
            await asyncio.sleep(0.02)

    async def access_lines(self, count: int, *, status: int = 0) -> list[dict[str, object]]:
        """The access lines of the public side, once there are `count` (of `status`), or after some seconds anyhow."""
        for _ in range(100):
            lines = [line for line in self.running.events("request_served") if line["listener"] == "public"]
            if sum(status in (0, line["status"]) for line in lines) >= count:
                break
            await asyncio.sleep(0.05)
        return lines

    def end(self) -> None:
        """The attack is over."""
        self._stop.set()


@asynccontextmanager
async def under_attack(
    environment: Mapping[str, str] | None = None, *, memory_growth: int = 32 * MIB, callers: bool = True
) -> AsyncIterator[Victim]:
    """A service to attack in the block.

    Afterwards: every well-formed caller beside the attack was answered, nothing inside failed, and the process is not
    `memory_growth` bytes larger than before. Without `callers` there are none during the attack.
    """
    async with service(environment) as running:
        victim = Victim(running)
        for _ in range(WARM_CALLS):  # warm: what is imported and allocated once is no growth
            assert await victim.call() == (200, "found")
        before = victim.process.memory_info().rss
        if not callers:
            victim.well_formed.append(await victim.call())
            victim.end()
        calling = asyncio.create_task(victim.call_all_along())
        try:
            yield victim
        finally:
            victim.end()
            await calling
        assert victim.well_formed
        assert set(victim.well_formed) == {(200, "found")}
        assert await victim.call() == (200, "found")
        assert (await running.get("/healthz"))[0] == 200
        assert running.other_output == []
        failures = [line for line in running.lines if line["level"] in ("ERROR", "CRITICAL")]
        assert not failures, failures[:3]
        for status in ("500", "503"):
            assert await running.metric("http_server_request_duration_seconds_count", error_type=status) == 0
        assert victim.process.memory_info().rss - before < memory_growth
