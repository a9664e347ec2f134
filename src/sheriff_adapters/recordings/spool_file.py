"""A file of interactions that wait for their store: appended, synchronised, read from the front, and only ours.

One process owns one file by a lock. What a process that died left behind is adopted by the next one that starts.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheriff_adapters.recordings.row import InteractionUnusableError, Row, row_of_line

_SLOTS = 32  # processes on one machine that may spool for one store
_ROWS_AT_ONCE = 8  # read without letting others have the interpreter: a fifth of a millisecond


class SpoolError(Exception):
    """The spool cannot take anything now: full, or its disk is."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Interactions from the front of the spool, where they end, and how many lines there could not be read."""

    rows: tuple[Row, ...]
    end: int
    unreadable: int


class SpoolFile:
    """One spool file, opened and locked. Not safe for several threads: `spool.Spool` gives it one of its own."""

    def __init__(self, path: Path, descriptor: int, *, compact_bytes: int) -> None:
        self.path = path
        self._compact_bytes = compact_bytes
        self._descriptor = descriptor
        self._front = 0  # what lies before has reached the store
        self._end = _whole_lines(descriptor)
        self.entries = sum(1 for _ in self._lines(0))

    @classmethod
    def open(cls, base: Path, *, compact_bytes: int) -> "SpoolFile":
        """Take the first spool of `base` that no living process owns, and adopt what others left behind.

        The file is made anew, without what has reached the store, when that is more than `compact_bytes`. Raises
        `SpoolError`.
        """
        owned: SpoolFile | None = None
        try:
            for path in slots(base):
                if owned is not None and not path.exists():
                    continue
                descriptor = _open_locked(path)
                if descriptor is None:
                    continue
                if owned is None:
                    owned = cls(path, descriptor, compact_bytes=compact_bytes)
                else:
                    owned._adopt(cls(path, descriptor, compact_bytes=compact_bytes))
        except OSError as error:
            if owned is None:
                raise SpoolError(f"{error.strerror}: {error.filename or base}") from error
        if owned is None:
            raise SpoolError(f"{base} and its {_SLOTS - 1} siblings are all in use")
        return owned

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._end

    def append(self, lines: Sequence[bytes]) -> None:
        """Add `lines`; they are on the disk when this returns. All or none. Raises `SpoolError`."""
        self._append(b"\n".join(lines) + b"\n", len(lines))

    def _append(self, written: bytes, entries: int) -> None:
        try:
            _write_all(self._descriptor, written, self._end)
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._cut(self._end)
            raise SpoolError(error.strerror or "cannot write") from error
        self._end += len(written)
        self.entries += entries

    def front(self, max_rows: int, max_bytes: int) -> Slice:
        """Read the oldest interactions, at least one line of them."""
        rows: list[Row] = []
        unreadable = 0
        end = self._front
        for taken, line in enumerate(self._first_lines(max_rows, max_bytes)):
            end += len(line) + 1
            try:
                rows.append(row_of_line(line))
            except (ValueError, InteractionUnusableError):
                unreadable += 1
            if not taken % _ROWS_AT_ONCE:
                time.sleep(0)  # lets the event loop have the interpreter: callers wait for it
        return Slice(tuple(rows), end, unreadable)

    def _first_lines(self, max_rows: int, max_bytes: int) -> list[bytes]:
        size = min(max_bytes, self._end - self._front)
        content = os.pread(self._descriptor, size, self._front)
        while b"\n" not in content and self._front + len(content) < self._end:  # a line longer than that
            content += os.pread(self._descriptor, size, self._front + len(content))
        return content.split(b"\n", max_rows)[:-1][:max_rows]

    def reached_store(self, piece: Slice) -> None:
        """Forget `piece`: its interactions are kept elsewhere."""
        self.entries -= len(piece.rows) + piece.unreadable
        self._front = piece.end
        if self._front >= self._end:
            self._cut(0)
            self._front = self._end = self.entries = 0
        elif self._front >= self._compact_bytes:
            # Never empty, because there is always something new: what has been moved must go all the same.
            with contextlib.suppress(SpoolError):  # no room for a second file: later, perhaps
                self._replace(self._rest(), self.entries)

    def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Rewrite the file without the interactions of `is_doomed`; how many there were. Raises `SpoolError`."""
        if not self.entries:
            return 0
        kept: list[bytes] = []
        doomed = 0
        for line, _ in self._lines(self._front):
            try:
                gone = is_doomed(row_of_line(line))
            except (ValueError, InteractionUnusableError):
                gone = False
            doomed += gone
            if not gone:
                kept.append(line)
        if doomed or self._front:  # what has been moved already may be doomed as well, and still stands in front
            self._replace(b"".join(line + b"\n" for line in kept), len(kept))
        return doomed

    def close(self) -> None:
        """Let go of the file, and remove it when nothing waits in it."""
        if not self.entries:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _lines(self, start: int) -> Iterator[tuple[bytes, int]]:
        """Each line without its end, and the offset behind it."""
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            file.seek(start)
            offset = start
            while offset < self._end and (line := file.readline()):
                offset += len(line)
                yield line.rstrip(b"\n"), offset

    def _rest(self) -> bytes:
        return b"".join(line + b"\n" for line, _ in self._lines(self._front))

    def _adopt(self, orphan: "SpoolFile") -> None:
        left = orphan._rest()  # noqa: SLF001 - one class
        try:
            if left:
                self._append(left, orphan.entries)
                orphan.entries = 0
        except SpoolError:
            return  # it stays where it is, for the next start
        finally:
            orphan.close()

    def _replace(self, content: bytes, entries: int) -> None:
        """Put a new file in the place of this one, so that the old bytes are gone whole or not at all."""
        rewritten = self.path.with_name(f"{self.path.name}.rewritten")
        try:
            descriptor = os.open(rewritten, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_all(descriptor, content, 0)
            os.fsync(descriptor)
            rewritten.rename(self.path)
        except OSError as error:
            raise SpoolError(error.strerror or "cannot write") from error
        os.close(self._descriptor)
        self._descriptor = descriptor
        self._front, self._end, self.entries = 0, len(content), entries

    def _cut(self, end: int) -> None:
        try:
            os.ftruncate(self._descriptor, end)
            os.fdatasync(self._descriptor)
        except OSError:
            # Harmless: what stays behind the end is overwritten or cut at the next start, and repetitions are known.
            return


def slots(base: Path) -> Iterator[Path]:
    """The names that spools of one store may have."""
    yield base
    for number in range(1, _SLOTS):
        yield base.with_name(f"{base.name}-{number}")


def _open_locked(path: Path) -> int | None:
    """The descriptor of `path`, locked; None when another process owns it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                _synchronise_directory(path.parent)
                return descriptor
        except FileNotFoundError:
            pass  # its owner removed it between our opening and our locking: there is a new one to make
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _synchronise_directory(directory: Path) -> None:
    """Make the name of a new file durable, too."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _whole_lines(descriptor: int) -> int:
    """Cut a line that a kill tore; where the file ends then. A torn line was never acknowledged."""
    size = os.fstat(descriptor).st_size
    end = size
    while end:
        start = max(0, end - 65_536)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(descriptor, end)
    return end


def _write_all(descriptor: int, content: bytes, offset: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written
