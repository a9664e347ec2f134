"""A whole request and the reply to it, as ASGI: the scope, what the application receives, and what it sends.

A reply of the usual form is written by hand and leaves in one piece. Any other, in pieces or closing its connection,
is handed over to h11: it is given the request after all, and goes on from there.
"""

import asyncio
import functools
import re
import time
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import unquote

import h11
from hypercorn.config import Config
from hypercorn.events import Event
from hypercorn.protocol.events import Body, EndBody, Response, StreamClosed
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.utils import build_and_validate_headers, suppress_body

from sheriff_web.body import IS_HERE
from sheriff_web.drain import survives_cut
from sheriff_web.holding import HOLD, hold_of
from sheriff_web.whole_request import WholeRequest

# What h11 lets through, so that nothing an application sends can end a line or a head (RFC 9110, 5.5 and 5.6.2).
_LINES: Final = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9a-z-]+: [^\x00-\x08\x0a-\x1f\x7f]*\r\n)*")
_USUAL: Final = frozenset({200, 400, 401, 403, 404, 408, 413, 415, 422, 500, 503})


@dataclass(frozen=True, slots=True)
class FinishedReply(Event):
    """All of a reply: it leaves when `hold` is done, or at once. The connection is idle then."""

    data: bytes
    hold: asyncio.Future[None] | None = None


class WholeExchange:
    """One request that arrived whole, in the task that reads its connection."""

    def __init__(self, protocol: H11Protocol, request: WholeRequest, data: bytes) -> None:
        """`data` is what `request` was read from."""
        self._protocol = protocol
        self._data = data
        self._body: bytes | None = request.body
        self._start: dict[str, Any] | None = None
        self._by_h11 = False  # the reply is no longer ours
        self.is_ended = False
        self.scope = _scope(protocol, request)

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing of a reply has come yet, or nothing that h11 lets through."""
        refused = self._by_h11 and self._protocol.connection.our_state is h11.SEND_RESPONSE
        return self._start is None or refused

    async def receive(self) -> dict[str, Any]:
        """The body, at once; then nothing more, for nobody reads the connection before the reply is sent."""
        if self.is_ended:
            return {"type": "http.disconnect"}
        if self._body is None:
            await asyncio.get_running_loop().create_future()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a part of the reply."""
        if message["type"] == "http.response.start" and self._start is None:
            self._start = message
            return
        if message["type"] != "http.response.body" or self._start is None or self.is_ended:
            raise RuntimeError(f"unexpected ASGI message {message['type']!r}")
        if not self._by_h11:
            reply = self._usual_reply(self._start, message)
            if reply is not None:
                self.is_ended = True
                await self._protocol.send(FinishedReply(reply, hold_of(message)))
                return
            self.hand_over()
            headers = build_and_validate_headers(self._start.get("headers", ()))
            await self._protocol.stream_send(Response(STREAM_ID, headers=headers, status_code=self._start["status"]))
        await self._send_by_h11(message, self._start["status"])

    def hand_over(self) -> None:
        """Let h11 know the request, so that it can go on with the reply."""
        if self._by_h11:
            return
        self._by_h11 = True
        connection = cast("h11.Connection", self._protocol.connection)
        connection.receive_data(self._data)
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Request | h11.Data):
                raise RuntimeError(f"a whole request was none to h11: {event!r}")  # noqa: TRY004 - not about types

    async def _send_by_h11(self, message: dict[str, Any], status: int) -> None:
        hold = hold_of(message)
        if hold is not None:
            try:
                await asyncio.wait({hold})
            except asyncio.CancelledError:
                if not survives_cut(self.scope):
                    raise
        body = message.get("body", b"")
        if body and not suppress_body("POST", status):
            await self._protocol.stream_send(Body(STREAM_ID, data=bytes(body)))
        if not message.get("more_body", False):
            await self._protocol.stream_send(EndBody(STREAM_ID))
            self.is_ended = True
            await self._protocol.stream_send(StreamClosed(STREAM_ID))

    def _usual_reply(self, start: dict[str, Any], message: dict[str, Any]) -> bytes | None:
        """The reply as it stands on the wire; None unless it is one piece of known length that keeps its connection."""
        body: bytes = message.get("body", b"")
        config, status = self._protocol.config, start["status"]
        if message.get("more_body", False) or status not in _USUAL or start.get("trailers"):
            return None
        if self._protocol.keep_alive_requests >= config.keep_alive_max_requests:
            return None
        lines, length = [], None
        for name, value in start.get("headers", ()):
            if name == b"content-length":
                if length is not None:
                    return None
                length = value
            elif name in {b"connection", b"transfer-encoding"} or b":" in name:
                return None
            lines.append(b"%b: %b\r\n" % (name, value))
        head = b"".join(lines)
        if length != b"%d" % len(body) or _LINES.fullmatch(head) is None or head.count(b"\n") != len(lines):
            return None
        return b"HTTP/1.1 %d \r\n%b%b\r\n%b" % (status, head, _own_headers(config, int(time.time())), body)


def _scope(protocol: H11Protocol, request: WholeRequest) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "http_version": "1.1",
        "asgi": {"spec_version": "2.1", "version": "3.0"},
        "method": "POST",
        "scheme": "https" if protocol.ssl else "http",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": protocol.config.root_path,
        "headers": request.headers,
        "client": protocol.client,
        "server": protocol.server,
        "state": protocol.connection_state.copy(),
        "extensions": {HOLD: {}, IS_HERE: {}},
    }


@functools.lru_cache(maxsize=8)
def _own_headers(config: Config, second: int) -> bytes:  # noqa: ARG001 - the date in it is as good as its second
    return b"".join(b"%b: %b\r\n" % header for header in config.response_headers("h11"))
