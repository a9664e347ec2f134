"""One interaction, one call, one replay: read from the recordings and laid out, off the event loop."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sheriff_core.evaluation.replay import Replayed, UnreadableInteractionError
from sheriff_core.ports import InteractionFilter, Recordings
from sheriff_web.console.recorded import as_mapping, as_text, said_in
from sheriff_web.console.searching import Found, Row, look_up, row_of
from sheriff_web.console.timeline import Story, story_of
from sheriff_web.console.transcript import Spoken, spoken
from sheriff_web.console.words import ABSENT, instant
from sheriff_web.console.workbench import Workbench

_TOGETHER: Final = 50  # tool calls of one message, or of one call, on a page
_NOT_WORDS: Final = frozenset({"result", "error", "message"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what was said, if its report has come, and its tool calls, the first first."""

    spoken: Spoken | None
    rows: tuple[Row, ...]
    more: bool
    ended_at: datetime | None = None
    ended_reason: str = ""


@dataclass(frozen=True, slots=True)
class WhatNow:
    """What today's code says to a recorded tool call; `trouble` where it cannot be asked."""

    record: Mapping[str, Any]
    same: bool = False
    changes: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    recorded_ms: float = 0.0
    replayed_ms: float = 0.0
    trouble: str = ""


async def interaction_page(recordings: Recordings | None, correlation_id: str) -> list[Story] | Found:
    """The tool calls of one message, the first first; a `Found` where there are none."""
    if not correlation_id:
        return Found()
    page = await look_up(recordings, InteractionFilter(correlation_id=correlation_id, limit=_TOGETHER))
    if isinstance(page, Found):
        return page
    records = [record for record in reversed(page.interactions) if record.get("kind") == "tool_call"]
    if not records:
        return Found()
    return await asyncio.to_thread(lambda: [story_of(record) for record in records])


async def call_page(recordings: Recordings | None, call_id: str) -> Call | Found:
    """A call with its transcript; a `Found` where nothing is known of it."""
    if not call_id:
        return Found()
    ended = await look_up(recordings, InteractionFilter(call_id=call_id, kind="end_of_call", limit=1))
    if isinstance(ended, Found):
        return ended
    asked = await look_up(recordings, InteractionFilter(call_id=call_id, kind="tool_call", limit=_TOGETHER))
    if isinstance(asked, Found):
        return asked
    tool_calls = asked.interactions[::-1]
    rows, more = tuple(map(row_of, tool_calls)), asked.next_cursor is not None
    if not ended.interactions:
        return Call(None, rows, more) if rows else Found()
    end = ended.interactions[0]
    laid_out = await asyncio.to_thread(spoken, end, tool_calls)
    return Call(laid_out, rows, more, instant(end.get("endedAt")), as_text(end.get("endedReason")))


async def replay_page(bench: Workbench, correlation_id: str, tool_call_id: str) -> WhatNow | Found:
    """Ask today's code about one recorded tool call. Nothing is changed by it, and nobody is asked."""
    if not correlation_id:
        return Found()
    page = await look_up(bench.recordings, InteractionFilter(correlation_id=correlation_id, limit=_TOGETHER))
    if isinstance(page, Found):
        return page
    for record in page.interactions:
        if record.get("kind") == "tool_call" and as_text(record.get("toolCallId")) == tool_call_id:
            return await asyncio.to_thread(_replayed, bench, record)
    return Found()


def _replayed(bench: Workbench, record: Mapping[str, Any]) -> WhatNow:
    try:
        outcome = bench.replay(record)
    except UnreadableInteractionError as error:
        return WhatNow(record, trouble=str(error))
    except Exception as error:  # noqa: BLE001 - whatever stands in a recording, the page says so and stands
        return WhatNow(record, trouble=f"it is not as a recording should be ({type(error).__name__})")
    before, after = (said_in({"reply": reply}) for reply in (outcome.recorded, outcome.replayed))
    return WhatNow(
        record,
        same=outcome.same,
        changes=tuple(bench.changes(before, after)),
        fields=_changed_fields(outcome),
        recorded_ms=outcome.recorded_ms,
        replayed_ms=outcome.replayed_ms,
    )


def _changed_fields(outcome: Replayed) -> tuple[tuple[str, str, str], ...]:
    """What differs beside the words: name, as recorded, as it would be."""
    before = {**outcome.recorded, **as_mapping(outcome.recorded.get("metadata")), "metadata": None}
    after = {**outcome.replayed, **as_mapping(outcome.replayed.get("metadata")), "metadata": None}
    return tuple(
        (name, _shown(before.get(name)), _shown(after.get(name)))
        for name in dict.fromkeys([*before, *after])
        if name not in _NOT_WORDS and before.get(name) != after.get(name)
    )


def _shown(value: object) -> str:
    return ABSENT if value is None else as_text(value) or str(value)
