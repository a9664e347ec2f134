"""HTTP/1.1 and nothing else, and each reply in one piece.

hypercorn would go over to HTTP/2 in clear text with whoever asks for it. Its HTTP/2 bounds nothing that is not a
request: pings, settings and resets of one stranger held the event loop for seconds each, while callers waited
(CVE-2019-9512 and its like; docs/explanation/threat-model.md). No setting switches it off, and nobody needs it here:
whatever ends TLS in front of us speaks HTTP/1.1 behind.
"""

from typing import Any, cast

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol


class Http1Protocol(H11Protocol):
    """hypercorn's HTTP/1.1, which stays HTTP/1.1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As hypercorn makes it, one for each connection."""
        super().__init__(*args, **kwargs)
        self._head = b""  # of a reply whose body is still to come

    async def _check_protocol(self, event: h11.Request) -> None:
        """Change to no other protocol: an upgrade is ignored (RFC 9110, 7.8), HTTP/2's preface is an unknown method."""

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
