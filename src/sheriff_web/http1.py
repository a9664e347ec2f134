"""HTTP/1.1 and nothing else, each reply in one piece, and a short way for requests that arrive whole.

hypercorn would go over to HTTP/2 in clear text with whoever asks for it. Its HTTP/2 bounds nothing that is not a
request: pings, settings and resets of one stranger held the event loop for seconds each, while callers waited
(CVE-2019-9512 and its like; docs/explanation/threat-model.md). No setting switches it off, and nobody needs it here:
whatever ends TLS in front of us speaks HTTP/1.1 behind. It would change to a websocket too, and keep for ever the
connection of a client whose handshake is none.
"""

from typing import Any, cast

import h11
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Request
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol

from sheriff_web.request_stream import RequestStream
from sheriff_web.whole_exchange import WholeExchange
from sheriff_web.whole_request import WholeRequest, WholeRequestReader


class Http1Protocol(H11Protocol):
    """hypercorn's HTTP/1.1, which stays HTTP/1.1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As hypercorn makes it, one for each connection."""
        super().__init__(*args, **kwargs)
        self._head = b""  # of a reply whose body is still to come
        self._requests = WholeRequestReader()

    async def handle(self, event: Event) -> None:
        """Take what the connection tells: a whole request is served here and now, the rest is hypercorn's."""
        if isinstance(event, RawData) and self._is_between_requests:
            request = self._requests.read(event.data)
            if request is not None:
                await self._serve(request, event.data)
                return
        await super().handle(event)

    @property
    def _is_between_requests(self) -> bool:
        """Whether h11 holds nothing, so that it need not know of a request."""
        connection = cast("h11.Connection", self.connection)
        return (
            self.stream is None
            and connection.our_state is h11.IDLE
            and connection.their_state is h11.IDLE
            and not connection.trailing_data[0]
        )

    async def _serve(self, request: WholeRequest, data: bytes) -> None:
        """Let the application answer, in the task that reads the connection: there is nothing to read meanwhile."""
        await self.send(Updated(idle=False))
        self.keep_alive_requests += 1
        await self.context.mark_request()
        exchange = WholeExchange(self, request, data)
        try:
            await cast("Any", self.app)(exchange.scope, exchange.receive, exchange.send, None, None)
        except Exception:  # noqa: BLE001 - as hypercorn does: `RequestContext` lets none through
            await self.config.log.exception("Error in ASGI Framework")
        if not exchange.is_ended:
            await self._give_up(exchange)

    async def _give_up(self, exchange: WholeExchange) -> None:
        """End a connection whose application has not sent all of its reply."""
        if exchange.is_unanswered:
            exchange.hand_over()
            await self._send_error_response(500)
        await self.send(Closed())

    async def _check_protocol(self, event: h11.Request) -> None:
        """Change to no other protocol: an upgrade is ignored (RFC 9110, 7.8), HTTP/2's preface is an unknown method."""

    async def _create_stream(self, request: h11.Request) -> None:
        """Hand the head of a request to the application; whoever asks for a websocket gets a reply of HTTP as well."""
        self.stream = stream = RequestStream(
            self.app,
            self.config,
            self.context,
            self.task_group,
            self.ssl,
            self.client,
            self.server,
            self.stream_send,
            STREAM_ID,
        )
        await stream.handle(
            Request(
                stream_id=STREAM_ID,
                headers=list(request.headers),
                http_version=request.http_version.decode(),
                method=request.method.decode("ascii").upper(),
                raw_path=request.target,
                state=self.connection_state,
            )
        )
        self.keep_alive_requests += 1
        await self.context.mark_request()

    async def _send_h11_event(self, event: h11.Event) -> None:
        """Send `event`; the head of a reply together with what follows it, as ASGI asks for.

        A system call that is saved, here and at the client, is worth a twentieth of a cached answer.
        """
        try:
            data = cast("h11.Connection", self.connection).send(event) or b""
        except h11.LocalProtocolError:
            if self.connection.their_state is not h11.ERROR:
                raise
            return
        data = self._head + data
        self._head = data if isinstance(event, h11.Response) else b""
        if data and not self._head:
            await self.send(RawData(data))
