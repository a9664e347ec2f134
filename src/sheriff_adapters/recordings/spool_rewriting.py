"""A new file in the place of a spool's file, without what is to go, made in steps so that appends get their turn."""

import contextlib
import fcntl
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from sheriff_adapters.recordings.spool_bytes import read, synchronise_directory, write

_STEP_BYTES = 1024 * 1024  # copied and synchronised at once: an append waits for no more than that

Span = tuple[int, int]  # of bytes in the file, the end excluded


class Rewriting:
    """The new file beside the old one, until it is put in its place or abandoned. Raises `OSError`."""

    def __init__(self, path: Path, source: int, start: int, doomed: Sequence[Span]) -> None:
        self._path = path
        self._beside = beside(path)
        self._source = source
        self._at = start  # what lies before has been copied, or is to go
        self._doomed = deque(doomed)
        self.dropped = len(doomed)
        self.size = 0
        self.descriptor = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def copy_some(self, end: int) -> bool:
        """Copy a step of what lies before `end`, durably; whether there is more."""
        until = min(end, self._at + _STEP_BYTES)
        while self._at < until:
            if self._doomed and self._doomed[0][0] == self._at:
                self._at = self._doomed.popleft()[1]
                continue
            kept = read(self._source, self._at, min(until, self._doomed[0][0]) if self._doomed else until)
            write(self.descriptor, kept, self.size)
            self.size += len(kept)
            self._at += len(kept)
        os.fdatasync(self.descriptor)
        return self._at < end

    def put_in_place(self) -> None:
        """Take the name of the old file, so that the old bytes are gone whole or not at all."""
        self._beside.rename(self._path)
        with contextlib.suppress(OSError):  # the name is taken already, and the old file no longer ours to go on with
            synchronise_directory(self._path.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        os.close(self.descriptor)
        self._beside.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """Where the new file stands until it takes the place of `path`."""
    return path.with_name(f"{path.name}.rewritten")
