"""The questions that are asked of a store, as SQL that SQLite and PostgreSQL both read.

At a million rows the planner's guess decides between a millisecond and a second, so nothing is left to it: the one
index that a question uses is named by its shape. A condition or an order that must not choose the index is written
as an expression (`+column`, `column || ''`), which no index answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sheriff_adapters.recordings.row import microseconds, number_column, searchable
from sheriff_adapters.recordings.store import Position
from sheriff_core.ports import InteractionFilter

RARE = 2_000  # slow interactions that are sorted rather than met on the way through all of them
_SLOW_MS = 1  # those alone are indexed by their latency: an answer from memory takes less, and nobody asks for it
_BLOCK_BITS = 12  # rows that came together, 4,096 of them: what is found by an id is looked for in each block

# As the indexes have them: a planner takes an index only for the very same expression.
BLOCK = f"id >> {_BLOCK_BITS}"
IS_SLOW = f"latency_ms >= {_SLOW_MS}"

EXTENT = "SELECT (SELECT min(id) FROM sheriff_interactions), (SELECT max(id) FROM sheriff_interactions)"

# Ordered by what it is limited by, which only the index on it can do cheaply.
_SLOWEST = (
    "SELECT id, received_at, outcome, kind FROM sheriff_interactions "  # noqa: S608 - our own text, values apart
    f"WHERE latency_ms > ? AND {IS_SLOW} ORDER BY latency_ms DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a store has found out before about its rows, for a question that needs it."""

    slow_are_rare: bool = False
    blocks: range = range(1)


@dataclass(slots=True)
class Query:
    """SQL with `?` for each value."""

    sql: str
    values: list[Any] = field(default_factory=list)

    def numbered(self) -> str:
        """The SQL with `$1`, `$2` … as PostgreSQL wants it."""
        first, *others = self.sql.split("?")
        return first + "".join(f"${number}{text}" for number, text in enumerate(others, start=1))


def needs_count_of_slow(wanted: InteractionFilter) -> bool:
    """Whether the way to `wanted` depends on how many slow interactions there are."""
    if wanted.slower_than_ms is None or wanted.slower_than_ms < _SLOW_MS:
        return False
    return not (wanted.tracking_number or wanted.correlation_id or wanted.call_id)


def count_of_slow(wanted: InteractionFilter) -> Query:
    """How many slow interactions there are, counted up to a little above `RARE`."""
    return Query(
        f"SELECT count(*) FROM ({_SLOWEST}) AS counted",  # noqa: S608 - our own text, values apart
        [wanted.slower_than_ms, RARE + 1],
    )


def needs_blocks(wanted: InteractionFilter) -> bool:
    """Whether `wanted` is found by an id, block by block."""
    return wanted.tracking_number is None and not (wanted.correlation_id is None and wanted.call_id is None)


def blocks(first: int | None, last: int | None) -> range:
    """The blocks that hold the rows of `EXTENT`."""
    return range((first or 0) >> _BLOCK_BITS, ((last or 0) >> _BLOCK_BITS) + 1)


def page(wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool, hints: Hints) -> Query:
    """`id, received_at, body` of up to `limit` rows of `wanted` behind `after`, in order."""
    found = _ids(wanted, after=after, limit=limit, newest_first=newest_first, hints=hints)
    direction = "DESC" if newest_first else "ASC"
    # The inner question reads an index alone; only the rows of this page are fetched for their body.
    return Query(
        f"SELECT i.id, i.received_at, i.body FROM ({found.sql}) AS found "  # noqa: S608 - our own text, values apart
        "JOIN sheriff_interactions i ON i.id = found.id "
        f"ORDER BY found.received_at {direction}, found.id {direction}",
        found.values,
    )


def deletion_of_policies(wanted: InteractionFilter) -> Query | None:
    """Delete the policies that only rows of `wanted` have, once those are deleted; None where nobody can tell."""
    if wanted.before is None or wanted != InteractionFilter(before=wanted.before, limit=wanted.limit):
        return None
    before = microseconds(wanted.before)
    # An import may bring some meanwhile.
    return Query(
        "DELETE FROM sheriff_policies WHERE used_until < ? "
        "AND NOT EXISTS (SELECT 1 FROM sheriff_interactions WHERE received_at < ?)",
        [before, before],
    )


def policies(digests: Sequence[str]) -> Query:
    """`digest, policy` of those of `digests` that are there."""
    marks = ", ".join("?" * len(digests))
    return Query(f"SELECT digest, policy FROM sheriff_policies WHERE digest IN ({marks})", [*digests])  # noqa: S608 - as above


def deletion(wanted: InteractionFilter, *, limit: int, hints: Hints, locking: str = "") -> Query:
    """Delete up to `limit` rows of `wanted`, the oldest first, which are chosen with the clause `locking`."""
    found = _ids(wanted, after=None, limit=limit, newest_first=False, hints=hints)
    return Query(
        f"DELETE FROM sheriff_interactions WHERE id IN (SELECT id FROM ({found.sql}{locking}) AS found)",  # noqa: S608 - as above
        found.values,
    )


def _ids(wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool, hints: Hints) -> Query:
    sources, at, row_id = "sheriff_interactions i", "i.received_at", "i.id"
    texts = {
        "i.correlation_id": wanted.correlation_id,
        "i.call_id": wanted.call_id,
        "i.outcome": wanted.outcome,
        "i.kind": wanted.kind,
    }
    asked = [column for column, value in texts.items() if value is not None]
    conditions: list[str] = []
    values: list[Any] = []
    by_latency = hints.slow_are_rare and needs_count_of_slow(wanted)
    leading = None if by_latency or wanted.tracking_number is not None else next(iter(asked), None)

    if by_latency:
        sources = f"({_SLOWEST}) AS i"
        values += [wanted.slower_than_ms, RARE]
    elif wanted.slower_than_ms is not None:
        conditions.append("+i.latency_ms > ?")
        values.append(wanted.slower_than_ms)
    if wanted.tracking_number is not None:
        sources = "sheriff_interaction_numbers n JOIN sheriff_interactions i ON i.id = n.interaction_id"
        at, row_id = "n.received_at", "n.interaction_id"
        conditions.append("n.number = ?")
        values.append(number_column(wanted.tracking_number))
    if needs_blocks(wanted):
        at = "+i.received_at"  # few rows, to be sorted: not met on the way through all of them
        conditions.append(f"i.{BLOCK} IN ({', '.join(map(str, hints.blocks))})")
    for column in asked:
        conditions.append(f"{column} = ?" if column == leading else f"{column} || '' = ?")
        values.append(searchable(texts[column]) or "")
    if wanted.before is not None:
        # Behind a cursor this holds already; as a bound of the index it would begin every page at the first one.
        conditions.append(f"+{at} < ?" if after is not None and newest_first else f"{at} < ?")
        values.append(microseconds(wanted.before))
    if after is not None:
        conditions.append(f"({at}, {row_id}) {'<' if newest_first else '>'} (?, ?)")
        values += [after.received_at, after.id]
    direction = "DESC" if newest_first else "ASC"
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    return Query(
        f"SELECT {row_id} AS id, {at} AS received_at FROM {sources} {where}"  # noqa: S608 - our own text, values apart
        f"ORDER BY {at} {direction}, {row_id} {direction} LIMIT ?",
        [*values, limit],
    )
