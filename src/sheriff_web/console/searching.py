"""Recorded interactions, a page at a time: the same filters, under the same names, as the JSON beside it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sheriff_core.evaluation.finite import finite
from sheriff_core.outcome import OutcomeName
from sheriff_core.policy import PROMISED_S
from sheriff_core.ports import InteractionFilter, InteractionPage, Recordings, RecordingsUnavailableError
from sheriff_web.console.recorded import as_mapping, as_text, outcome_of, said_in
from sheriff_web.console.words import instant, percent
from sheriff_web.interactions import read_filter
from sheriff_web.problems import Problem

SLOW_MS: Final = PROMISED_S * 1_000
OUTCOMES: Final = tuple(outcome.value for outcome in OutcomeName)
PATIENCE_S: Final = 5.0  # a person waits no longer for recordings that do not answer
GLANCE_S: Final = 1.0  # and no longer than this for the page that has more to tell than what is recorded
_TOLD_LENGTH: Final = 160  # characters of a sentence in the list
_NUMBER_LENGTH: Final = 40  # characters of what was said for a number
_ROWS: Final = 25  # on a page


@dataclass(frozen=True, slots=True)
class Row:
    """One interaction in the list."""

    at: datetime | None
    kind: str
    correlation_id: str
    call_id: str
    number: str
    outcome: str
    served_from: str
    latency_ms: float | None
    told: str
    alarming: bool

    @property
    def slow(self) -> bool:
        """Whether the caller waited longer than promised."""
        return self.latency_ms is not None and self.latency_ms > SLOW_MS


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search; `trouble` says why there is none."""

    rows: tuple[Row, ...] = ()
    older: str = ""  # the query of the page that follows
    trouble: str = ""  # off, down, wrong
    detail: str = ""


async def search(
    recordings: Recordings | None, parameters: list[tuple[str, str]], *, patience_s: float = PATIENCE_S
) -> Found:
    """Read the query and find what it asks for; never raises for what a person can type."""
    try:
        wanted = read_filter(parameters)
    except Problem as problem:
        return Found(trouble="wrong", detail=problem.error)
    if not any(name == "limit" for name, _ in parameters):
        wanted = replace(wanted, limit=_ROWS)
    page = await look_up(recordings, wanted, patience_s=patience_s)
    if isinstance(page, Found):
        return page
    older = ""
    if page.next_cursor is not None:
        kept = [(name, value) for name, value in parameters if name != "cursor" and value]
        older = urlencode([*kept, ("cursor", page.next_cursor)])
    return Found(tuple(row_of(interaction) for interaction in page.interactions), older)


async def look_up(
    recordings: Recordings | None, wanted: InteractionFilter, *, patience_s: float = PATIENCE_S
) -> InteractionPage | Found:
    """One page, or a `Found` without rows that says what is the matter."""
    if recordings is None:
        return Found(trouble="off")
    try:
        async with asyncio.timeout(patience_s):
            return await recordings.find(wanted)
    except TimeoutError:
        return Found(trouble="down", detail=f"no answer within {patience_s:g} s")
    except RecordingsUnavailableError as error:
        return Found(trouble="down", detail=str(error))
    except ValueError:
        return Found(trouble="wrong", detail="cursor: is none that was given out here")


def row_of(interaction: Mapping[str, Any]) -> Row:
    """One line of the list."""
    if interaction.get("kind") == "end_of_call":
        return _ended(interaction)
    reply = as_mapping(interaction.get("reply"))
    outcome = outcome_of(interaction)
    arguments = as_mapping(interaction.get("arguments"))
    return Row(
        at=instant(interaction.get("receivedAt")),
        kind="tool call",
        correlation_id=as_text(interaction.get("correlationId")),
        call_id=as_text(interaction.get("callId")),
        number=_short(
            as_text(interaction.get("trackingNumber")) or as_text(arguments.get("trackingNumber")), _NUMBER_LENGTH
        ),
        outcome=outcome or "error",
        served_from=as_text(as_mapping(reply.get("metadata")).get("servedFrom")),
        latency_ms=finite(interaction.get("latencyMs")),
        told=_short(said_in(interaction), _TOLD_LENGTH),
        alarming=outcome in ("unavailable", ""),
    )


def _ended(interaction: Mapping[str, Any]) -> Row:
    score = as_mapping(interaction.get("score"))
    grounded = finite(score.get("groundedness"))
    fabricated = bool(score.get("fabricated"))
    told = "not scored"
    if grounded is not None:
        told = f"{percent(grounded)} of what the agent claimed is supported"
    reason = as_text(interaction.get("endedReason"))
    return Row(
        at=instant(interaction.get("receivedAt")),
        kind="call ended",
        correlation_id="",
        call_id=as_text(interaction.get("callId")),
        number="",
        outcome="fabricated" if fabricated else "grounded" if grounded is not None else "ended",
        served_from="",
        latency_ms=None,
        told=_short(f"{told}; {reason}" if reason else told, _TOLD_LENGTH),
        alarming=fabricated,
    )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}\N{HORIZONTAL ELLIPSIS}"
