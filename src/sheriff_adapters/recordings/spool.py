"""The bounded local spool: where each interaction becomes durable, and waits until it is in the store."""

import asyncio
import contextlib
import functools
import itertools
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row
from sheriff_adapters.recordings.spool_file import Slice, SpoolError, SpoolFile, slots
from sheriff_adapters.recordings.spool_rewriting import Span

_T = TypeVar("_T")
_LOOK_AGAIN_S = 0.02


class Spool:
    """A `SpoolFile` behind bounds and a thread of its own, so that a slow disk holds up nobody."""

    def __init__(self, path: Path, policy: RecordingPolicy) -> None:
        self.path = path
        self._policy = policy
        self._file: SpoolFile | None = None
        self._appended = 0
        self._held: deque[Row] = deque()  # all that waits in the file, in its order; empty where that is too much
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recordings-spool")

    @property
    def entries(self) -> int:
        """Interactions that wait here."""
        return self._file.entries if self._file else 0

    async def open(self) -> None:
        """Take up what an earlier process left. Raises `SpoolError` when there can be no file at this place."""
        await self._in_thread(self._opened)

    @property
    def appended(self) -> int:
        """Interactions that were put here since the start, those included that were found here then."""
        return self._appended

    @property
    def moved(self) -> int:
        """How many of them wait here no more."""
        return self._appended - self.entries

    def append_soon(self, rows: Sequence[Row]) -> Future[int]:
        """Keep as many of `rows`, from the first on, as the bounds allow; how many. They are durable then.

        The result is, or raises, `SpoolError` or `OSError` when not one can be kept.
        """
        return self._thread.submit(self._append, rows)

    async def append(self, rows: Sequence[Row]) -> int:
        """Do as `append_soon`, and wait for it. Raises `SpoolError`."""
        return await self._in_thread(lambda: self._append(rows))

    async def front(self) -> Slice:
        """The oldest interactions, one batch of them."""
        return await self._in_thread(self._front)

    async def reached_store(self, piece: Slice) -> None:
        """Forget what `front` gave: it is kept elsewhere. Not while anything is erased."""
        await self._in_thread(lambda: self._reached_store(piece))
        if self._file and self._file.is_to_compact:
            with contextlib.suppress(SpoolError):  # no room for a second file: later, perhaps
                await self._rewrite(self._file)

    async def purge(self, is_doomed: Callable[[Row], bool]) -> int:
        """Erase what is doomed of all that is here now, in steps that no append waits for; how many.

        Not while anything is moved. Raises `SpoolError`.
        """
        file = self._file
        if file is None or not file.entries:
            return 0
        at, end = await self._in_thread(lambda: self._read_from_the_file(file))
        is_first_moved = at > 0  # it may be doomed as well, and still stands in front
        doomed: list[Span] = []
        while at < end:
            found, at = await self._step(functools.partial(file.search, is_doomed, at))
            doomed += found
        if doomed or is_first_moved:
            await self._rewrite(file, doomed)
        return len(doomed)

    async def _rewrite(self, file: SpoolFile, doomed: Sequence[Span] = ()) -> None:
        rewriting = await self._in_thread(lambda: file.begin_rewriting(doomed))
        try:
            while await self._step(lambda: file.go_on_rewriting(rewriting)):
                pass
        finally:
            with contextlib.suppress(RuntimeError):  # closed meanwhile, which abandons it as well
                self._thread.submit(file.abandon_rewriting, rewriting)

    async def adopt_orphans(self) -> int:
        """Take over what processes of this machine that have died since left in their spools; how many interactions.

        Raises `SpoolError`.
        """
        return await self._in_thread(self._adopt_orphans)

    def others(self) -> dict[Path, tuple[int, int]]:
        """The spools of other processes on this machine that hold something: their inodes and sizes."""
        own = self._file.path if self._file else None
        found: dict[Path, tuple[int, int]] = {}
        for path in slots(self.path):
            with contextlib.suppress(OSError):
                state = path.stat()
                if path != own and state.st_size:
                    found[path] = (state.st_ino, state.st_size)
        return found

    async def others_move_on(self, *, within_s: float) -> bool:
        """Wait until all that other living processes hold by now has left their spools; False if it does not.

        Such a file is emptied, or made anew, again and again while its process is well.
        """
        waiting = self.others()
        until = time.monotonic() + within_s
        while waiting and time.monotonic() < until:
            await asyncio.sleep(_LOOK_AGAIN_S)
            present = self.others()
            waiting = {
                path: (inode, size)
                for path, (inode, size) in waiting.items()
                if path in present and present[path][0] == inode and present[path][1] >= size
            }
        return not waiting

    async def close(self) -> None:
        """Let go of the file; what waits in it stays."""
        with contextlib.suppress(SpoolError):
            await self._in_thread(self._close)
        self._thread.shutdown(wait=False)

    def _append(self, rows: Sequence[Row]) -> int:
        file = self._opened()
        waited = file.entries
        room = self._policy.spool_entries - waited
        space = self._policy.spool_bytes - file.size
        kept: list[bytes] = []
        for row in rows[:room] if room > 0 else ():
            line = row.text.encode()
            space -= len(line) + 1
            if space < 0:
                break
            kept.append(line)
        if not kept:
            raise SpoolError("full")
        file.append(kept)
        self._appended += len(kept)
        if len(self._held) == waited and file.entries <= self._policy.spool_held_rows:
            self._held.extend(rows[: len(kept)])
        else:  # until the file has been read to its end
            self._held.clear()
        return len(kept)

    def _adopt_orphans(self) -> int:
        adopted = self._opened().adopt_orphans(self.path)
        if adopted:
            self._appended += adopted
            self._held.clear()  # until the file has been read to its end
        return adopted

    def _front(self) -> Slice:
        file = self._opened()
        if not self._held:
            return file.front(self._policy.batch_rows, self._policy.batch_bytes)
        rows: list[Row] = []
        end = file.front_at
        room = self._policy.batch_bytes
        for row in itertools.islice(self._held, self._policy.batch_rows):
            size = row.size_bytes + 1
            room -= size
            if room < 0 and rows:
                break
            rows.append(row)
            end += size
        return Slice(tuple(rows), end, 0)

    def _reached_store(self, piece: Slice) -> None:
        self._opened().reached_store(piece)
        for _ in range(min(len(piece.rows), len(self._held))):
            self._held.popleft()

    def _read_from_the_file(self, file: SpoolFile) -> tuple[int, int]:
        """Hold none of the rows any more, for some may be erased; where they begin and end in the file."""
        self._held.clear()
        return file.front_at, file.size

    def _opened(self) -> SpoolFile:
        # Asked for anew each time: a disk that was full at the start may have room again.
        if self._file is None:
            self._file = SpoolFile.open(self.path, compact_bytes=self._policy.spool_compact_bytes)
            self._appended += self._file.entries
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    async def _step(self, work: Callable[[], _T]) -> _T:
        """Do `work` in the thread, then rest for as long: appends come in between, and the loop has the interpreter."""

        def timed() -> tuple[_T, float]:
            began = time.monotonic()
            return work(), time.monotonic() - began

        result, spent_s = await self._in_thread(timed)
        await asyncio.sleep(spent_s)
        return result

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except OSError as error:
            raise SpoolError(error.strerror or type(error).__name__) from error
