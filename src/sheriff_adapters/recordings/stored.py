"""Interactions that are in a store, read again and erased."""

import base64
import binascii
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from sheriff_adapters.recordings.pace import Pace
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.row import Row, is_restricted
from sheriff_adapters.recordings.store import Position, Store, Stored, StoreRejectedError, StoreUnavailableError
from sheriff_core.ports import Clock, InteractionFilter, InteractionPage, RecordingsUnavailableError

_STREAM_ROWS = 500  # read at once: an export of any size holds no more than this in memory
_TIDY_PAGES = 4_096  # given back in one step at most
_CURSOR = struct.Struct(">qq")


class StoredReader:
    """The reading half of the `Recordings` port on a `Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        """One page, newest first.

        Raises `RecordingsUnavailableError`, and `ValueError` for a limit below 1 or a cursor that is not ours.
        """
        if wanted.limit < 1:
            raise ValueError("limit must be at least 1")
        after = _position_of(wanted.cursor) if wanted.cursor else None
        # One more than asked for tells whether there is a next page.
        found = await self._page(wanted, after=after, limit=wanted.limit + 1, newest_first=True)
        page = found[: wanted.limit]
        following = _cursor_of(page[-1].position) if len(found) > len(page) else None
        return InteractionPage(tuple(stored.interaction for stored in page), following)

    async def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        """All of them, oldest first, a few hundred at a time. Raises `RecordingsUnavailableError`."""
        after: Position | None = None
        while True:
            found = await self._page(wanted, after=after, limit=_STREAM_ROWS, newest_first=False)
            for stored in found:
                yield stored.interaction
            if len(found) < _STREAM_ROWS:
                return
            after = found[-1].position

    async def size_bytes(self) -> int:
        """What the store takes on its disk. Raises `RecordingsUnavailableError`."""
        try:
            return await self._store.size_bytes()
        except StoreUnavailableError as error:
            raise RecordingsUnavailableError(str(error)) from error

    async def _page(
        self, wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool
    ) -> list[Stored]:
        try:
            return await self._store.page(wanted, after=after, limit=limit, newest_first=newest_first)
        except StoreUnavailableError as error:
            raise RecordingsUnavailableError(str(error)) from error


class StoredRecordings(StoredReader):
    """The `Recordings` port on a `Store`."""

    def __init__(self, store: Store, *, clock: Clock, policy: RecordingPolicy) -> None:
        super().__init__(store)
        self._clock = clock
        self._policy = policy

    async def purge(self, wanted: InteractionFilter, *, tidies: bool = True) -> int:
        """Delete what matches, in small steps with rests, so that nobody waits; how many were deleted.

        The last of several purges `tidies` for all of them, which takes the longest. Raises
        `RecordingsUnavailableError` (run it again then) and, without any restriction, `ValueError`.
        """
        if not is_restricted(wanted):
            raise ValueError("refusing to purge everything: name an age, a call or a tracking number")
        total = 0

        async def delete(rows: int) -> bool:
            nonlocal total
            deleted = await self._store.delete(wanted, limit=rows)
            total += deleted
            return deleted == rows

        async def tidy(pages: int) -> bool:
            return await self._store.tidy(pages=pages)

        try:
            await self._in_steps(delete, most=self._policy.purge_rows)
            # Without a deletion, too: what another program's reading kept from being tidied is tidied by the next.
            if tidies:
                await self._in_steps(tidy, most=_TIDY_PAGES)
        except StoreUnavailableError as error:
            raise RecordingsUnavailableError(str(error)) from error
        return total

    async def add(self, rows: Sequence[Row]) -> int:
        """Commit `rows`, as an import does; how many were new. Raises `RecordingsUnavailableError`."""
        try:
            return await self._store.write(rows)
        except (StoreUnavailableError, StoreRejectedError) as error:
            raise RecordingsUnavailableError(str(error)) from error

    async def _in_steps(self, step: Callable[[int], Awaitable[bool]], *, most: int) -> None:
        """Do `step`, told how large it is to be, and rest, until it says that there is no more."""
        pace = Pace(step_s=self._policy.purge_step_s, rest=self._policy.purge_rest, most=most)
        began = self._clock.now()
        while await step(pace.size):
            await self._clock.sleep(pace.took(self._clock.now() - began))
            began = self._clock.now()


def _cursor_of(position: Position) -> str:
    return base64.urlsafe_b64encode(_CURSOR.pack(position.received_at, position.id)).decode().rstrip("=")


def _position_of(cursor: str) -> Position:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return Position(*_CURSOR.unpack(packed))
    except (binascii.Error, ValueError, struct.error) as error:
        raise ValueError("cursor: not one that a page of recordings gave") from error
