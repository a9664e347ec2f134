"""One tool call as it went: received, memory, breaker, each attempt, the reply; and the facts its words came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sheriff_core.evaluation.finite import finite
from sheriff_core.policy import PROMISED_S
from sheriff_web.console.recorded import as_mapping, as_mappings, as_sequence, as_text, outcome_of, said_in
from sheriff_web.console.transcript import Line, reply_in_pieces
from sheriff_web.console.words import ABSENT, age, duration, instant

_FIELDS: Final = ("trackingNumber", "status", "customerName", "estimatedDelivery", "issueMessage", "_updatedAt", "_id")
_GOOD_RESULTS: Final = frozenset({"ok", "empty"})
_SHORTEST: Final = 0.4  # per cent of the picture's width: what took no time is still seen


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `left` and `width` place its bar, in per cent of the whole."""

    at_ms: float
    title: str
    detail: str
    kind: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Facts:
    """A delivery as it was read, and where from."""

    origin: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One tool call, told."""

    at: datetime | None
    call_id: str
    tool_call_id: str
    outcome: str
    served_from: str
    latency_ms: float
    steps: tuple[Step, ...]
    said: Line
    facts: tuple[Facts, ...]

    @property
    def late(self) -> bool:
        """Whether the caller waited longer than promised."""
        return self.latency_ms > PROMISED_S * 1_000


def story_of(record: Mapping[str, Any]) -> Story:
    """Tell a recorded tool call. Looks for the claims in its reply; to be run in a thread."""
    latency = finite(record.get("latencyMs")) or 0.0
    raw = sorted(_steps(record, latency), key=lambda step: step[0])
    last = max([latency, 0.001, *(start + (length or 0.0) for start, length, *_ in raw)])
    steps = tuple(
        Step(
            at_ms=start,
            title=title,
            detail=detail,
            kind=kind,
            left=round(min(max(0.0, start) / last * 100, 100 - _SHORTEST), 2),
            width=round(max(_SHORTEST, (length or 0.0) / last * 100), 2),
        )
        for start, length, title, detail, kind in raw
    )
    metadata = as_mapping(as_mapping(record.get("reply")).get("metadata"))
    served_from = as_text(metadata.get("servedFrom"))
    return Story(
        at=instant(record.get("receivedAt")),
        call_id=as_text(record.get("callId")),
        tool_call_id=as_text(record.get("toolCallId")),
        outcome=outcome_of(record) or "error",
        served_from=served_from,
        latency_ms=latency,
        steps=steps,
        said=reply_in_pieces(said_in(record), record),
        facts=tuple(_facts(record, served_from)),
    )


_RawStep = tuple[float, float | None, str, str, str]


def _steps(record: Mapping[str, Any], latency: float) -> Iterator[_RawStep]:
    before = as_mapping(record.get("before"))
    asked = as_text(as_mapping(record.get("arguments")).get("trackingNumber"))
    read = as_text(record.get("trackingNumber"))
    understood = f", read as {read}" if read and read != asked else ""
    received = f"{as_text(record.get('tool'))} for \N{LEFT DOUBLE QUOTATION MARK}{asked}\N{RIGHT DOUBLE QUOTATION MARK}"
    yield 0.0, None, "Received", f"{received}{understood}; {_caller(record.get('callerMatched'))}", "point"
    yield 0.0, None, "Memory", _memory(as_mapping(before.get("cache"))), "point"
    breaker = as_mapping(before.get("breaker"))
    if breaker:
        yield 0.0, None, "Breaker", as_text(breaker.get("state")).replace("_", "-"), "point"
    flights = as_mapping(before.get("flights"))
    started = finite(flights.get("startedMs"))
    if flights.get("joined") and started is not None:
        yield (
            0.0,
            None,
            "Joined",
            f"a look-up for the same number that had begun {duration(-started / 1_000)} before",
            "point",
        )
    for attempt in as_mappings(record.get("upstream")):
        yield _attempt(attempt, latency)
    yield latency, None, "Reply", _reply(record, latency), "late" if latency > PROMISED_S * 1_000 else "point"


def _caller(matched: object) -> str:
    match matched:
        case True:
            return "the caller is the customer"
        case False:
            return "the caller is not known to be the customer"
        case _:
            return "the caller was not compared with the customer"


def _memory(cache: Mapping[str, Any]) -> str:
    if not cache:
        return "nothing was remembered"
    aged = finite(cache.get("ageMs"))
    known = "a delivery" if as_sequence(cache.get("documents")) else "that there is none"
    how_old = "" if aged is None else f", {age(aged / 1_000)} old"
    state = as_text(cache.get("state")) or "state unknown"
    return f"remembered {known}{how_old}: {'not to be told to this caller' if state == 'none' else state}"


def _attempt(attempt: Mapping[str, Any], latency: float) -> _RawStep:
    start, took = finite(attempt.get("startedMs")) or 0.0, finite(attempt.get("durationMs"))
    result = as_text(attempt.get("result"))
    title = f"Attempt {as_text(attempt.get('attempt'))}".rstrip()
    if took is None:
        return start, max(0.0, latency - start), title, "had not answered when the caller was", "pending"
    detail = f"{result.replace('_', ' ') or 'no result'} after {duration(took / 1_000)}"
    wait = finite(attempt.get("retryAfterMs"))
    if wait is not None:
        detail += f"; asked us to wait {duration(wait / 1_000)}"
    return start, took, title, detail, "good" if result in _GOOD_RESULTS else "bad"


def _reply(record: Mapping[str, Any], latency: float) -> str:
    metadata = as_mapping(as_mapping(record.get("reply")).get("metadata"))
    aged = finite(metadata.get("ageSeconds"))
    parts = [
        (outcome_of(record) or "error").replace("_", " "),
        f"from {as_text(metadata.get('servedFrom')) or 'nowhere'}",
        *([f"{age(aged)} old"] if aged is not None else []),
        f"after {duration(latency / 1_000)}",
    ]
    return ", ".join(parts)


def _facts(record: Mapping[str, Any], served_from: str) -> Iterator[Facts]:
    """What could be told: from memory where the words came from memory, else what the attempts brought."""
    cache = as_mapping(as_mapping(record.get("before")).get("cache"))
    if served_from in ("cache", "stale"):
        for document in as_mappings(cache.get("documents")):
            yield Facts(f"memory, fetched {as_text(cache.get('fetchedAt'))}", _fields(document))
        return
    for attempt in as_mappings(record.get("upstream")):
        documents = [as_mapping(attempt.get("document")), *as_mappings(attempt.get("otherDocuments"))]
        for document in documents:
            if document:
                yield Facts(f"attempt {as_text(attempt.get('attempt'))}", _fields(document))


def _fields(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, as_text(document.get(name)) or ABSENT) for name in _FIELDS)
