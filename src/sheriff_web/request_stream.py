"""A request that h11 reads, under hypercorn: what is left of its body is dropped once the application replies.

The application hears of the body through a queue of ten. Where it answers without reading all of it, as it does for an
unknown path, hypercorn waits for room in that queue, and nobody ever makes any: the task that reads the connection, the
one that answered, and the descriptor would be kept for good, whatever the client does.
"""

import asyncio
from typing import Any, cast

from hypercorn.protocol.events import Event, StreamClosed
from hypercorn.protocol.http_stream import ASGIHTTPState, HTTPStream
from hypercorn.typing import ASGISendEvent


class RequestStream(HTTPStream):
    """hypercorn's, which ends whatever the application leaves unread."""

    _has_ended = False  # the application

    async def handle(self, event: Event) -> None:
        """Take what the connection tells."""
        # Who has begun to reply reads no more of the body than to be rid of it. It may be the application itself that
        # tells this, because nothing can be sent any more: it must not wait for itself to read.
        if isinstance(event, StreamClosed) and (self._has_ended or self.state is not ASGIHTTPState.REQUEST):
            self._drop_unread()
        await super().handle(event)

    async def app_send(self, message: ASGISendEvent | None) -> None:
        """Take a part of the reply; None when the application has ended."""
        if message is None:
            self._has_ended = True
            self._drop_unread()
        await super().app_send(message)

    def _drop_unread(self) -> None:
        """Make room for whoever waits to tell the application more: it will not ask."""
        queue: asyncio.Queue[Any] = cast("Any", self.app_put).__self__  # hypercorn keeps of it only its `put`
        while not queue.empty():
            queue.get_nowait()
