"""A file of interactions that wait for their store: appended, synchronised, read from the front, and only ours.

One process owns one file by a lock. What a process that died left behind is adopted by one that starts, or runs.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheriff_adapters.recordings.interaction_text import InteractionUnusableError
from sheriff_adapters.recordings.row import Row, row_of_line
from sheriff_adapters.recordings.spool_bytes import count_lines, read, synchronise_directory, whole_lines, write
from sheriff_adapters.recordings.spool_rewriting import Rewriting, Span, beside

_SLOTS = 32  # processes on one machine that may spool for one store
_ROWS_AT_ONCE = 8  # read without letting others have the interpreter: a fifth of a millisecond
_SEARCHED_ROWS = 256  # in one step, for what is to be erased: some milliseconds, for which an append waits
_SEARCHED_BYTES = 1024 * 1024


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
        self._rewriting: Rewriting | None = None
        self._end = whole_lines(descriptor)
        self.entries = count_lines(descriptor)

    @classmethod
    def open(cls, base: Path, *, compact_bytes: int) -> "SpoolFile":
        """Take the first spool of `base` that no living process owns, and adopt what others left behind.

        The file is to be made anew when what has reached the store takes `compact_bytes` and half of it. Raises
        `SpoolError`.
        """
        owned: SpoolFile | None = None
        try:
            for path in slots(base):
                owned = cls._take(path, compact_bytes)
                if owned is not None:
                    break
        except OSError as error:
            raise SpoolError(f"{error.strerror}: {error.filename or base}") from error
        if owned is None:
            raise SpoolError(f"{base} and its {_SLOTS - 1} siblings are all in use")
        owned.adopt_orphans(base)
        return owned

    @classmethod
    def _take(cls, path: Path, compact_bytes: int) -> "SpoolFile | None":
        """The file at `path`, which is made where there is none; None when a living process owns it."""
        descriptor = _open_locked(path)
        if descriptor is None:
            return None
        beside(path).unlink(missing_ok=True)  # of one who died while he made a new file
        return cls(path, descriptor, compact_bytes=compact_bytes)

    def adopt_orphans(self, base: Path) -> int:
        """Take over what processes that have died left in the other spools of `base`; how many interactions.

        What cannot be taken over stays where it is, for the next time.
        """
        before = self.entries
        with contextlib.suppress(OSError):
            for path in slots(base):
                orphan = self._take(path, self._compact_bytes) if path != self.path and path.exists() else None
                if orphan is not None:
                    self._adopt(orphan)
        return self.entries - before

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._end

    @property
    def front_at(self) -> int:
        """Where what has not reached the store yet begins."""
        return self._front

    @property
    def is_to_compact(self) -> bool:
        """Whether so much has been moved that the file is to be made anew, though it may never be empty.

        Half of it, so that what is moved in all is copied once at most, however much waits behind.
        """
        return self._front >= max(self._compact_bytes, self._end - self._front)

    def append(self, lines: Sequence[bytes]) -> None:
        """Add `lines`; they are on the disk when this returns. All or none. Raises `SpoolError`."""
        self._append(b"\n".join(lines) + b"\n", len(lines))

    def _append(self, written: bytes, entries: int) -> None:
        try:
            write(self._descriptor, written, self._end)
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._cut(self._end)
            raise SpoolError(error.strerror or "cannot write") from error
        self._end += len(written)
        self.entries += entries

    def front(self, max_rows: int, max_bytes: int) -> Slice:
        """Read the oldest interactions, at least one line of them."""
        found = list(self._rows(self._front, max_rows, max_bytes))
        rows = tuple(row for row, _ in found if row is not None)
        return Slice(rows, found[-1][1] if found else self._front, len(found) - len(rows))

    def _rows(self, start: int, max_rows: int, max_bytes: int) -> Iterator[tuple[Row | None, int]]:
        """Each row from `start` on, None for a line that cannot be read, and the offset behind it."""
        for taken, line in enumerate(self._first_lines(start, max_rows, max_bytes)):
            if not taken % _ROWS_AT_ONCE:
                time.sleep(0)  # lets the event loop have the interpreter: callers wait for it
            start += len(line) + 1
            try:
                yield row_of_line(line), start
            except (ValueError, InteractionUnusableError):
                yield None, start

    def _first_lines(self, start: int, max_rows: int, max_bytes: int) -> list[bytes]:
        size = min(max_bytes, self._end - start)
        content = os.pread(self._descriptor, size, start)
        while b"\n" not in content and start + len(content) < self._end:  # a line longer than that
            content += os.pread(self._descriptor, size, start + len(content))
        return content.split(b"\n", max_rows)[:-1][:max_rows]

    def reached_store(self, piece: Slice) -> None:
        """Forget `piece`: its interactions are kept elsewhere."""
        self.abandon_rewriting(self._rewriting)  # it began at another front
        self._front = piece.end
        if self._front < self._end:
            self.entries -= len(piece.rows) + piece.unreadable
        else:  # emptied first: what is told of the entries is true of the file, too
            self._cut(0)
            self._front = self._end = self.entries = 0

    def search(self, is_doomed: Callable[[Row], bool], start: int) -> tuple[list[Span], int]:
        """Look for what is doomed in the next lines from `start` on; where it stands, and where these lines end."""
        doomed: list[Span] = []
        for row, end in self._rows(start, _SEARCHED_ROWS, _SEARCHED_BYTES):
            if row is not None and is_doomed(row):
                doomed.append((start, end))
            start = end
        return doomed, start

    def begin_rewriting(self, doomed: Sequence[Span] = ()) -> Rewriting:
        """Begin a new file without what has reached the store and what is `doomed`. Raises `SpoolError`."""
        self.abandon_rewriting(self._rewriting)
        try:
            self._rewriting = Rewriting(self.path, self._descriptor, self._front, doomed)
        except OSError as error:
            raise SpoolError(error.strerror or "cannot write") from error
        return self._rewriting

    def go_on_rewriting(self, rewriting: Rewriting) -> bool:
        """Copy a step, after the last one have the new file for ours; whether there is more. Raises `SpoolError`."""
        if rewriting is not self._rewriting:
            raise SpoolError("changed meanwhile")
        try:
            if rewriting.copy_some(self._end):
                return True
            rewriting.put_in_place()
        except OSError as error:
            raise SpoolError(error.strerror or "cannot write") from error
        os.close(self._descriptor)
        self._descriptor = rewriting.descriptor
        self._front, self._end = 0, rewriting.size
        self.entries -= rewriting.dropped
        self._rewriting = None
        return False

    def abandon_rewriting(self, rewriting: Rewriting | None) -> None:
        """Leave the old file as it is, unless `rewriting` has ended."""
        if rewriting is not None and rewriting is self._rewriting:
            self._rewriting = None
            rewriting.abandon()

    def close(self) -> None:
        """Let go of the file, and remove it when nothing waits in it."""
        self.abandon_rewriting(self._rewriting)
        if not self.entries:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _adopt(self, orphan: "SpoolFile") -> None:
        left = read(orphan._descriptor, 0, orphan._end)  # noqa: SLF001 - one class
        try:
            if left:
                self._append(left, orphan.entries)
                orphan.entries = 0
        except SpoolError:
            return  # it stays where it is, for the next time
        finally:
            orphan.close()

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
                synchronise_directory(path.parent)
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
