"""HTTP/1.1 and nothing else: hypercorn would go over to HTTP/2 in clear text with whoever asks for it.

Its HTTP/2 bounds nothing that is not a request: pings, settings and resets of one stranger held the event loop for
seconds each, while callers waited (CVE-2019-9512 and its like; docs/explanation/threat-model.md). No setting switches
it off, and nobody needs it here: whatever ends TLS in front of us speaks HTTP/1.1 behind.
"""

import h11
import hypercorn.protocol
from hypercorn.protocol.h11 import H11Protocol


class Http1Protocol(H11Protocol):
    """hypercorn's HTTP/1.1, which stays HTTP/1.1."""

    async def _check_protocol(self, event: h11.Request) -> None:
        """Change to no other protocol: an upgrade is ignored (RFC 9110, 7.8), HTTP/2's preface is an unknown method."""


def speak_http1_only() -> None:
    """Let every connection of this process speak HTTP/1.1 only. It may be called again."""
    # It is looked up there for each connection; mypy knows it from where it is made.
    hypercorn.protocol.H11Protocol = Http1Protocol  # type: ignore[attr-defined]
