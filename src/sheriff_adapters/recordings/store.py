"""What a place that keeps rows must be able to do; `sqlite` and `postgres` are such places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sheriff_adapters.recordings.interaction_text import decode
from sheriff_adapters.recordings.row import Row
from sheriff_core.ports import InteractionFilter


class StoreUnavailableError(Exception):
    """The store cannot take or give anything now; the same may succeed later. Never holds what was to be written."""


class StoreRejectedError(Exception):
    """The store will never take this; others may still be taken."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the order of all rows a page ended."""

    received_at: int  # microseconds since 1970
    id: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A row that was read."""

    position: Position
    interaction: dict[str, Any]

    @classmethod
    def of_columns(cls, row_id: int, received_at: int, body: str) -> "Stored":
        """Read a row. Raises `ValueError`, which names it, when someone else has written there."""
        try:
            interaction = decode(body)
        except ValueError as error:
            raise ValueError(f"the body of row {row_id} is not JSON") from error
        if not isinstance(interaction, dict):
            raise ValueError(f"the body of row {row_id} is not a JSON object")  # noqa: TRY004 - wrong in value
        return cls(Position(received_at, row_id), interaction)


class Store(Protocol):
    """Rows, kept durably. Every operation raises `StoreUnavailableError` when it cannot be done now."""

    name: str

    async def write(self, rows: Sequence[Row]) -> int:
        """Commit `rows` whole or not at all; how many of them were new. Without rows: see whether writing is possible.

        Repetitions change nothing, so writing again after a doubt is safe. Raises `StoreRejectedError`, too.
        """
        ...

    async def page(
        self, wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool
    ) -> list[Stored]:
        """Up to `limit` rows of `wanted` behind `after`, in the order of their arrival or against it."""
        ...

    async def delete(self, wanted: InteractionFilter, *, limit: int) -> int:
        """Delete up to `limit` rows of `wanted`, the oldest first; how many."""
        ...

    async def size_bytes(self) -> int:
        """What the rows and their indexes take on the disk."""
        ...

    async def tidy(self, *, pages: int) -> bool:
        """Give back some of the space of what was deleted, up to so many pages; whether there is more.

        After the last time no byte of what was deleted stays in the files, unless another program was reading: then
        it is the next time that counts.
        """
        ...

    async def close(self) -> None:
        """Let go of everything, soon and without raising."""
        ...
