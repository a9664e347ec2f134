"""A small HTTP/1.1 client of N connections.

Each sends its next request when the last was answered or, at a pace, when its turn comes (and the last was answered).
"""

import argparse
import asyncio
import itertools
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import cast

import uvloop

# Of this process: an earlier run's calls, placed again, would be answered from the memo of replies.
RUN = os.urandom(4).hex()
RING = 20  # bodies of one connection


@dataclass(frozen=True)
class Load:
    """What one run came to; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failures: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Connection(asyncio.Protocol):
    """One connection: writes a request, waits for the whole reply, notes the time."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float]):
        self.requests, self.latencies = requests, latencies
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.failures = 0
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own does not descend from asyncio's

    def begin(self, first: float, every: float, until: float) -> None:
        """Send at `first` and then `every` so many seconds (0: at once), until `until`."""
        self.next, self.every, self.until = first, every, until
        self._turn()

    def _turn(self) -> None:
        wait = self.next - time.perf_counter() if self.every else 0.0
        self.next += self.every
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent >= self.until:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        self.latencies.append((time.perf_counter() - self._sent) * 1_000)
        if not head.startswith(b"HTTP/1.1 200"):
            self.failures += 1
        self._buffer = b""
        self._turn()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def body(index: int, tracking_number: str, padding: int) -> bytes:
    """A tool call of about 6 kB, as Vapi sends it today, unlike every other."""
    message = {
        "message": {
            "type": "tool-calls",
            "timestamp": 1_785_500_000_000,
            "call": {"id": f"bench-{RUN}-{index}", "orgId": "org", "type": "inboundPhoneCall"},
            "customer": {"number": "+15555550123"},
            "toolCallList": [
                {
                    "id": f"call_{index}",
                    "type": "function",
                    "function": {"name": "getDeliveryStatus", "arguments": {"trackingNumber": tracking_number}},
                }
            ],
            "assistant": {"model": {"messages": [{"role": "system", "content": "x" * padding}]}},
            "artifact": {"messages": [{"role": "user", "message": "hello", "secondsFromStart": 1.5}] * 20},
        }
    }
    return json.dumps(message).encode()


def requests(host: str, port: int, path: str, tracking_number: str, start: int) -> Iterator[bytes]:
    """Requests without end; the bodies are made now, in a ring, so that making them costs the run nothing."""
    made = []
    for index in range(start, start + RING):
        content = body(index, tracking_number, 3_600)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"X-Vapi-Secret: bench-secret\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        made.append((head.encode(), content))
    return _endless(made)


def _endless(made: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for turn in itertools.count():
        for head, content in made:
            # Another call each time: a repeated one would be answered from the memo.
            mark = b"%06d" % turn
            yield head + content.replace(b'"orgId": "org"', b'"orgId": "%s"' % mark[3:]).replace(
                b'"id": "bench-', b'"id": "b%s-' % mark[2:]
            )


async def run(
    host: str, port: int, path: str, connections: int, seconds: float, tracking_number: str, pace: float
) -> Load:
    """`pace` is in requests a second of all connections together; 0 is as fast as they are answered."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    rings = [requests(host, port, path, tracking_number, index * 1_000) for index in range(connections)]
    protocols = []
    for ring in rings:
        _, protocol = await loop.create_connection(partial(Connection, ring, latencies), host, port)
        protocols.append(protocol)
    # All are there before the first request: a server that is busy takes long to take newcomers.
    started = time.perf_counter()
    every = connections / pace if pace else 0.0
    for index, protocol in enumerate(protocols):
        protocol.begin(started + every * index / connections, every, started + seconds)
    await asyncio.gather(*(protocol.done for protocol in protocols))
    elapsed = time.perf_counter() - started
    ordered = sorted(latencies)
    failures = sum(protocol.failures for protocol in protocols)
    return Load(len(ordered), elapsed, ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], failures)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("tracking_number")
    parser.add_argument("pace", type=float, nargs="?", default=0.0, help="requests a second of all; 0: without a pause")
    result = uvloop.run(run(**vars(parser.parse_args())))
    print(json.dumps(result.__dict__))


if __name__ == "__main__":
    main()
