"""The bounded local spool: where interactions wait, durably, while their store is slow or away."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.spool_file import Slice, SpoolError, SpoolFile, slots

_T = TypeVar("_T")


class Spool:
    """A `SpoolFile` behind bounds and a thread of its own, so that a slow disk holds up nobody."""

    def __init__(self, path: Path, policy: RecordingPolicy) -> None:
        self.path = path
        self._policy = policy
        self._file: SpoolFile | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recordings-spool")

    @property
    def entries(self) -> int:
        """Interactions that wait here."""
        return self._file.entries if self._file else 0

    async def open(self) -> None:
        """Take up what an earlier process left. Raises `SpoolError` when there can be no file at this place."""
        await self._in_thread(self._opened)

    async def append(self, rows: Sequence[Row]) -> int:
        """Keep as many of `rows`, from the first on, as the bounds allow; how many. They are durable then.

        Raises `SpoolError` when not one can be kept.
        """
        return await self._in_thread(lambda: self._append(rows))

    async def front(self) -> Slice:
        """The oldest interactions, one batch of them."""
        return await self._in_thread(lambda: self._opened().front(self._policy.drain_rows, self._policy.batch_bytes))

    async def reached_store(self, piece: Slice) -> None:
        """Forget what `front` gave: it is kept elsewhere."""
        await self._in_thread(lambda: self._opened().reached_store(piece))

    async def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Erase what is doomed; how many. Raises `SpoolError`."""
        if not self.entries:
            return 0
        return await self._in_thread(lambda: self._opened().purge(is_doomed))

    def bytes_of_others(self) -> int:
        """How much waits in the spools of other living processes: out of reach from here, an erasure must wait."""
        own = self._file.path if self._file else None
        total = 0
        for path in slots(self.path):
            with contextlib.suppress(OSError):
                total += path.stat().st_size if path != own else 0
        return total

    async def close(self) -> None:
        """Let go of the file; what waits in it stays."""
        with contextlib.suppress(SpoolError):
            await self._in_thread(self._close)
        self._thread.shutdown(wait=False)

    def _append(self, rows: Sequence[Row]) -> int:
        file = self._opened()
        room = self._policy.spool_entries - file.entries
        space = self._policy.spool_bytes - file.size
        lines: list[str] = []
        for row in rows[:room] if room > 0 else ():
            space -= len(row.body) + 1 if row.body.isascii() else len(row.body.encode()) + 1
            if space < 0:
                break
            lines.append(row.body)
        if not lines:
            raise SpoolError("full")
        file.append(lines)
        return len(lines)

    def _opened(self) -> SpoolFile:
        # Asked for anew each time: a disk that was full at the start may have room again.
        if self._file is None:
            self._file = SpoolFile.open(self.path)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except OSError as error:
            raise SpoolError(error.strerror or type(error).__name__) from error
