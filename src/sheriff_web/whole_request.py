"""A request that arrived whole, in one piece and in plain words, as nearly every webhook does.

What is read here goes around h11, whose reading and writing in Python is a third of a cached answer. llhttp reads it,
and whatever is not beyond doubt is none of ours: it goes to h11, as if nobody had looked. So a request is taken here
only where h11 would have read the very same.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import httptools

MAX_HEAD_BYTES: Final = 16_384  # what hypercorn lets h11 hold of a head that is not complete

Header = tuple[bytes, bytes]

# Each of them changes how a message is read, or what becomes of its connection.
_NOT_PLAIN: Final = frozenset({b"transfer-encoding", b"connection", b"upgrade", b"expect", b"te", b"trailer"})


class WholeRequest(NamedTuple):
    """A POST with a body, of HTTP/1.1. Names of headers are in lower case."""

    target: bytes
    headers: Sequence[Header]
    body: bytes


class WholeRequestReader:
    """Reads the requests of one connection."""

    def __init__(self) -> None:
        self._parser: httptools.HttpRequestParser | None = None
        self._begin()

    def read(self, data: bytes) -> WholeRequest | None:
        """The one request that `data` is; None when it is more or less than that, or not plain."""
        if not data.startswith(b"POST "):
            return None
        self._begin()
        parser = self._parser or httptools.HttpRequestParser(self)
        self._parser = None  # one that has met anything else is not asked again
        try:
            parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            return None
        if not self._ended or not self._is_plain(data):
            return None
        self._parser = parser
        return WholeRequest(self._target, self._headers, self._body)

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[Header] = []
        self._body = b""
        self._ended = False

    def _is_plain(self, data: bytes) -> bool:
        names = [name for name, _ in self._headers]
        head_bytes = data.find(b"\r\n\r\n") + 4
        # Ends of lines have been taken for what they were not before, and each time something was smuggled.
        ends = data.count(b"\r\n", 0, head_bytes)
        return (
            # llhttp takes any number of blanks here, and empty lines behind a body.
            data.startswith(b"POST %b HTTP/1.1\r\n" % self._target)
            and head_bytes + len(self._body) == len(data)
            and self._target.startswith(b"/")
            and _NOT_PLAIN.isdisjoint(names)
            and names.count(b"host") == 1
            and names.count(b"content-length") == 1
            and (b"content-length", b"%d" % len(self._body)) in self._headers
            and head_bytes <= MAX_HEAD_BYTES
            and data.count(b"\n", 0, head_bytes) == ends == data.count(b"\r", 0, head_bytes)
        )

    # What llhttp tells.

    def on_url(self, url: bytes) -> None:
        """The target, or a part of it."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, its value without the blanks before it."""
        self._headers.append((name.lower(), value.rstrip(b" \t")))

    def on_body(self, body: bytes) -> None:
        """The body: it is all there, so it comes at once."""
        self._body = body

    def on_message_complete(self) -> None:
        """The request has ended."""
        self._ended = True
