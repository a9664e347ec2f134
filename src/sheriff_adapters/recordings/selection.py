"""The questions that are asked of a store, as SQL that SQLite and PostgreSQL both read.

At a million rows the planner's guess decides between a millisecond and a second, so nothing is left to it: the one
index that a question uses is named by its shape. A condition or an order that must not choose the index is written
as an expression (`+column`, `column || ''`), which no index answers.
"""

from collections.abc import Iterator, Sequence
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

_EXTENT = "SELECT (SELECT min(id) FROM sheriff_interactions), (SELECT max(id) FROM sheriff_interactions)"

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


@dataclass(frozen=True, slots=True)
class _Way:
    """The rows that are gone through, and how the index that leads there names their instant and their id."""

    sources: str
    values: tuple[Any, ...] = ()  # of the marks in `sources`
    at: str = "i.received_at"
    row_id: str = "i.id"


@dataclass(slots=True)
class Query:
    """SQL, whole or a part of one, with `?` for each value."""

    sql: str
    values: list[Any] = field(default_factory=list)

    def numbered(self) -> str:
        """The SQL with `$1`, `$2` … as PostgreSQL wants it."""
        first, *others = self.sql.split("?")
        return first + "".join(f"${number}{text}" for number, text in enumerate(others, start=1))


def inquiry(wanted: InteractionFilter) -> Query | None:
    """What a store asks first, for its hints: one row of answer; None where `wanted` needs no hints."""
    if _needs_blocks(wanted):
        return Query(_EXTENT)
    if _needs_count_of_slow(wanted):
        return Query(
            f"SELECT count(*) FROM ({_SLOWEST}) AS counted",  # noqa: S608 - our own text, values apart
            [wanted.slower_than_ms, RARE + 1],  # counted up to a little above `RARE`
        )
    return None


def hints_from(wanted: InteractionFilter, answer: Sequence[Any]) -> Hints:
    """What the row that answered `inquiry` tells about the way to `wanted`."""
    if _needs_blocks(wanted):
        first, last = answer
        return Hints(blocks=range((first or 0) >> _BLOCK_BITS, ((last or 0) >> _BLOCK_BITS) + 1))
    return Hints(slow_are_rare=answer[0] <= RARE)


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
    return Query("DELETE FROM sheriff_policies WHERE used_until < ?", [microseconds(wanted.before)])


def policies(digests: Sequence[str]) -> Query:
    """`digest, policy` of those of `digests` that are there."""
    marks = ", ".join("?" * len(digests))
    return Query(f"SELECT digest, policy FROM sheriff_policies WHERE digest IN ({marks})", [*digests])  # noqa: S608 - as above


def deletion(wanted: InteractionFilter, *, limit: int, hints: Hints) -> Query:
    """Delete up to `limit` rows of `wanted`, the oldest first."""
    found = _ids(wanted, after=None, limit=limit, newest_first=False, hints=hints)
    return Query(
        f"DELETE FROM sheriff_interactions WHERE id IN (SELECT id FROM ({found.sql}) AS found)",  # noqa: S608 - as above
        found.values,
    )


def _needs_blocks(wanted: InteractionFilter) -> bool:
    """Whether `wanted` is found by an id, block by block."""
    return wanted.tracking_number is None and not (wanted.correlation_id is None and wanted.call_id is None)


def _needs_count_of_slow(wanted: InteractionFilter) -> bool:
    """Whether the way to `wanted` depends on how many slow interactions there are."""
    if wanted.slower_than_ms is None or wanted.slower_than_ms < _SLOW_MS:
        return False
    return not (wanted.tracking_number or wanted.correlation_id or wanted.call_id)


def _ids(wanted: InteractionFilter, *, after: Position | None, limit: int, newest_first: bool, hints: Hints) -> Query:
    """`id, received_at` of up to `limit` rows of `wanted` behind `after`, in order, out of one index."""
    by_latency = hints.slow_are_rare and _needs_count_of_slow(wanted)
    way = _way(wanted, by_latency=by_latency)
    conditions = [
        *_facts(wanted, by_latency=by_latency, blocks=hints.blocks),
        *_bounds(wanted, way, after=after, newest_first=newest_first),
    ]
    direction = "DESC" if newest_first else "ASC"
    where = f"WHERE {' AND '.join(condition.sql for condition in conditions)} " if conditions else ""
    return Query(
        f"SELECT {way.row_id} AS id, {way.at} AS received_at FROM {way.sources} {where}"  # noqa: S608 - as above
        f"ORDER BY {way.at} {direction}, {way.row_id} {direction} LIMIT ?",
        [*way.values, *(value for condition in conditions for value in condition.values), limit],
    )


def _way(wanted: InteractionFilter, *, by_latency: bool) -> _Way:
    if wanted.tracking_number is not None:
        joined = "sheriff_interaction_numbers n JOIN sheriff_interactions i ON i.id = n.interaction_id"
        return _Way(joined, at="n.received_at", row_id="n.interaction_id")
    if by_latency:
        return _Way(f"({_SLOWEST}) AS i", values=(wanted.slower_than_ms, RARE))
    if _needs_blocks(wanted):  # few rows, to be sorted: not met on the way through all of them
        return _Way("sheriff_interactions i", at="+i.received_at")
    return _Way("sheriff_interactions i")


def _facts(wanted: InteractionFilter, *, by_latency: bool, blocks: range) -> Iterator[Query]:
    """What a row must be, as conditions."""
    if wanted.slower_than_ms is not None and not by_latency:
        yield Query("+i.latency_ms > ?", [wanted.slower_than_ms])
    if wanted.tracking_number is not None:
        yield Query("n.number = ?", [number_column(wanted.tracking_number)])
    if _needs_blocks(wanted):
        yield Query(f"i.{BLOCK} IN ({', '.join(map(str, blocks))})")
    texts = {
        "i.correlation_id": wanted.correlation_id,
        "i.call_id": wanted.call_id,
        "i.outcome": wanted.outcome,
        "i.kind": wanted.kind,
    }
    leads = not by_latency and wanted.tracking_number is None  # the first of them chooses the index
    for column, value in texts.items():
        if value is not None:
            yield Query(f"{column} = ?" if leads else f"{column} || '' = ?", [searchable(value) or ""])
            leads = False


def _bounds(wanted: InteractionFilter, way: _Way, *, after: Position | None, newest_first: bool) -> Iterator[Query]:
    """Between which instants a row must have come, as conditions."""
    if wanted.before is not None:
        # Behind a cursor this holds already; as a bound of the index it would begin every page at the first one.
        at = f"+{way.at}" if after is not None and newest_first else way.at
        yield Query(f"{at} < ?", [microseconds(wanted.before)])
    if after is not None:
        yield Query(f"({way.at}, {way.row_id}) {'<' if newest_first else '>'} (?, ?)", [after.received_at, after.id])
