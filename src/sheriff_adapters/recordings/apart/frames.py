"""What the service and its writing process say to each other: frames on a socket, each of a kind and with a length."""

import enum
import struct
from collections.abc import Iterable, Iterator

_HEADER = struct.Struct("!BI")  # kind; bytes of the body


class Frame(enum.IntEnum):
    """The kinds of frames. Bodies are JSON, lines of it, or numbers."""

    # From the service.
    OPEN = 1  # the first: the address of the recordings, and the policy
    POLICY = 2  # what `RECORD_BODIES` name from here on
    RECORD_BODIES = 3  # interactions with the digest of that policy, a line each
    RECORD_WHOLE = 4  # interactions as they are, a line each
    SETTLE = 5  # `id`
    PURGE = 6  # `id`, `wanted`, `tidies`
    CLOSE = 7  # write what is here, and end
    # From the writing process.
    ACKNOWLEDGE = 8  # so many of the first are done with; so many were recorded since: two decimal numbers
    STATUS = 9  # now and then, so that silence tells something
    EVENT = 10  # an event of `sheriff_core.events`
    ANSWER = 11  # to what came with this `id`


def framed(kind: Frame, body: bytes = b"") -> bytes:
    """One frame."""
    return _HEADER.pack(kind, len(body)) + body


def framed_lines(kind: Frame, lines: Iterable[bytes]) -> bytes:
    """One frame of `lines`, none of which holds a line feed."""
    return framed(kind, b"\n".join(lines))


class FrameReader:
    """Puts frames together from pieces of any size."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def read(self, data: bytes) -> Iterator[tuple[Frame, bytes]]:
        """The frames that are whole with `data`. Raises `ValueError` for a kind that is not known."""
        self._rest += data
        at = 0
        try:
            while len(self._rest) - at >= _HEADER.size:
                kind, length = _HEADER.unpack_from(self._rest, at)
                end = at + _HEADER.size + length
                if len(self._rest) < end:
                    return
                body = bytes(self._rest[at + _HEADER.size : end])
                at = end
                yield Frame(kind), body
        finally:
            del self._rest[:at]
