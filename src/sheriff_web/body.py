"""A request's body: JSON by its headers, and received within bounds of size and time.

hypercorn bounds neither: a body dripped at a byte a second would hold its connection for ever, and several large ones
would hold the memory. When all of them hold too much, the largest are put off: where a signature covers the body, it
has to be read for strangers, too, and what they send must not keep out a caller's few kilobytes.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final

from starlette.types import Receive, Scope

from sheriff_web.limits import WebLimits
from sheriff_web.problems import CLOSE, ClientDisconnectedError, Problem, RejectionReason

_LINGER_S = 1.0
_MADE_FREE: Final = 1 / 8  # of the room for all bodies, at a time: to look for the largest at each piece costs too much

# A server that read all of a body before it called says so by this name in a scope's `extensions`: nobody can be slow
# any more, and `receive` gives all of it at once.
IS_HERE: Final = "sheriff.body_is_here"


@dataclass(eq=False, slots=True)
class _Receiving:
    """A body on its way."""

    until: asyncio.Timeout
    size: int = 0  # bytes that are here
    is_put_off: bool = False


class BodyReader:
    """Reads bodies; one for a listener, because it bounds what all requests together may hold."""

    def __init__(self, limits: WebLimits) -> None:
        """This will hold each body, and all of them together, to `limits`."""
        self._limits = limits
        self._receiving: set[_Receiving] = set()
        self._buffered = 0

    def check_declared(self, content_length: bytes | None) -> None:
        """Refuse a body by the size its sender declares, before any of it is read.

        Raises `Problem` 413 or 400.
        """
        if content_length is None:
            return
        if not content_length.isdigit():
            raise Problem(400, "content-length: must be a whole number", reason=RejectionReason.NOT_JSON)
        # Twenty digits are more than any size; longer ones would cost time to read.
        if len(content_length) > 20 or int(content_length) > self._limits.max_body_bytes:  # noqa: PLR2004
            raise self._too_large(body_unread=True)

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """All of the body.

        Raises `Problem` 413 (too large), 408 (not here in time), 503 (too much being received at once), and
        `ClientDisconnectedError`.
        """
        if IS_HERE in scope.get("extensions", ()):
            return await self._whole(receive)
        mine = _Receiving(asyncio.timeout(self._limits.body_timeout_s))
        self._receiving.add(mine)
        try:
            async with mine.until:
                return await self._all_of(mine, receive)
        except TimeoutError as error:
            if mine.is_put_off:
                raise _busy() from None
            raise Problem(
                408,
                f"the body did not arrive within {self._limits.body_timeout_s:g} seconds",
                reason=RejectionReason.TIMEOUT,
                headers=(CLOSE,),
            ) from error
        finally:
            self._receiving.discard(mine)
            self._buffered -= mine.size

    async def _all_of(self, mine: _Receiving, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnectedError
                chunk: bytes = message.get("body", b"")
                mine.size += len(chunk)
                self._buffered += len(chunk)
                if mine.size > self._limits.max_body_bytes:
                    raise self._too_large(body_unread=True)
                if self._buffered > self._limits.max_buffered_bytes:
                    self._make_room(mine)
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
        finally:
            chunks.clear()  # an exception would hold them until its sender has read why

    def _make_room(self, mine: _Receiving) -> None:
        """Put off the largest bodies. Raises `Problem` 503 where `mine` is one of them."""
        enough = self._limits.max_buffered_bytes * (1 - _MADE_FREE)
        for body in sorted(self._receiving, key=lambda body: body.size, reverse=True):
            if self._buffered <= enough:
                break
            self._buffered -= body.size
            body.size = 0
            body.is_put_off = True
            if body is not mine and not body.until.expired():  # else its time has just passed: it goes anyhow
                body.until.reschedule(asyncio.get_running_loop().time())
        if mine.is_put_off:
            raise _busy()

    async def _whole(self, receive: Receive) -> bytes:
        body: bytes = (await receive())["body"]
        if len(body) > self._limits.max_body_bytes:
            raise self._too_large(body_unread=False)
        return body

    async def discard(self, receive: Receive) -> None:
        """Let a refused body run out, for a second and twice the permitted size at most.

        Closing a connection while the client still sends resets it, and the client never reads why it was refused.
        """
        left = 2 * self._limits.max_body_bytes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while left > 0:
                    message = await receive()
                    if message["type"] == "http.disconnect" or not message.get("more_body", False):
                        return
                    left -= len(message.get("body", b""))

    def _too_large(self, *, body_unread: bool) -> Problem:
        error = f"the body is larger than {self._limits.max_body_bytes} bytes"
        return Problem(413, error, reason=RejectionReason.TOO_LARGE, body_unread=body_unread)


def check_media_type(content_type: bytes | None, content_encoding: bytes | None) -> None:
    """Raise `Problem` 415 unless the body is JSON, plain. One that names no type is looked at: JSON shows itself."""
    if content_encoding is not None and content_encoding.strip().lower() not in (b"", b"identity"):
        raise _wrong_media_type("content-encoding: only identity is accepted")
    if content_type is None or content_type == b"application/json":
        return
    media_type = content_type.partition(b";")[0].strip().lower()
    is_json = media_type == b"application/json" or (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    )
    if not is_json:
        raise _wrong_media_type("content-type: must be application/json")


def _wrong_media_type(error: str) -> Problem:
    return Problem(415, error, reason=RejectionReason.MEDIA_TYPE, body_unread=True)


def _busy() -> Problem:
    headers = ((b"retry-after", b"1"),)
    return Problem(503, "busy, try again", reason=RejectionReason.BUSY, headers=headers, body_unread=True)
