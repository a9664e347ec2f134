"""A systematic walk over everything the agent can be asked to say; `sentences.txt` is what it says.

Each dimension is walked whole while the others stand still, so that a person can read the result.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from sheriff.vapi_definitions import Deployment, assistant
from sheriff.vapi_definitions.definitions import system_prompt
from sheriff_core.answer import ToolError, answer_issue, answer_status, error_sentence
from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.fragments import Answer
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    Refused,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.phrases import ENDED_STATUSES, STATUS_WORDS
from sheriff_core.tracking_number import TrackingNumber

AT = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)  # a Thursday
PLAIN = TrackingNumber(said="S H R one two three four five six", readings=("SHR123456",))
UNSURE = TrackingNumber(said="S H R twenty three forty five", readings=("SHR2345", "SHR20345"))
DELIVERY = Delivery(
    tracking_number="SHR-123456",
    status="in_transit",
    customer_name="Maria Lopez",
    customer_phone="+15555550123",
    estimated_delivery="2026-02-14",
    issue_message="Gate was locked. The driver left a card.",
)
UNREADABLE = "\N{PACKAGE}"
LONG_ISSUE = "The gate was locked and nobody answered the bell. " * 30

STATUSES = [
    *STATUS_WORDS,
    "OUT_FOR_DELIVERY",
    "held_by_depot_9",
    "Waiting for parts.",
    None,
    " ",
    "N/A",
    "unknown",
    UNREADABLE,
    "x" * 101,
]
ESTIMATES = [
    "2026-02-14",
    "2026-02-13",
    "2026-02-12",
    "2026-02-11",
    "2026-02-01",
    "2027-01-04",
    "2025-12-24",
    "2026-02-14T15:30:00Z",
    "2026-02-12T08:00:00Z",
    "2026-02-12T12:00:00Z",
    "2026-02-14T00:00:00Z",
    "2026-02-14T18:05:00-05:00",
    "between Monday and Wednesday",
    "After the holidays.",
    "2026-02-30",
    None,
    "N/A",
    "TBD",
    UNREADABLE,
]
ISSUES = [
    "Gate was locked. The driver left a card.",
    "address incomplete",
    "Call +1 555 555 0100\nbefore coming! \N{WARNING SIGN}",
    "<b>Held</b> at customs: {{invoice}} missing?",
    LONG_ISSUE,
    "word " * 300,
    "x" * 2_000,
    UNREADABLE,
    " ",
    None,
    "None",
    "No issues.",
    "TBD",
]
AGES_S = [0.4, 4, 42, 75, 185, 1_800, 3_700, 40_000, 86_000, 200_000]
ENDINGS: list[Outcome] = [
    NotFound(),
    Ambiguous(),
    Ambiguous(ServedFrom.STALE, 7_200.0),
    InvalidTrackingNumber(),
    Refused(),
    *(Unavailable(reason) for reason in UnavailableReason),
]
ASKED = {"getDeliveryStatus": answer_status, "getDeliveryIssue": answer_issue}


def answers() -> Iterator[tuple[str, Answer]]:
    """Every answer with a label that says what led to it."""
    yield from _statuses()
    yield from _nothing_recorded()
    yield from _estimates()
    yield from _issues()
    yield from _ages()
    yield from _readings()
    yield from _endings()


def lines() -> Iterator[str]:
    """The lines of `sentences.txt`; an answer heard in several situations stands there once, with all of them."""
    situations: dict[tuple[str, str], list[str]] = {}
    for label, answer in answers():
        situations.setdefault((answer.outcome.value, answer.text), []).append(label)
    for (outcome, text), labels in situations.items():
        yield f"[{outcome}] {text}"
        yield from (f"    {label}" for label in labels)
    for error in ToolError:
        yield f"[error] {error_sentence(error)}"
        yield f"    {error.value}"
    for label, sentence in by_itself():
        yield f"[agent] {sentence}"
        yield f"    {label}"


def by_itself() -> Iterator[tuple[str, str]]:
    """What the agent says without an answer of ours, with the place of its definition that has it say so."""
    made = assistant(Deployment("https://sheriff.example.com/webhook"))
    yield "firstMessage", made["firstMessage"]
    for tool in made["model"]["tools"]:
        yield from ((f"{tool['function']['name']}: {held['type']}", held["content"]) for held in tool["messages"])
    yield from (("system prompt", said) for said in re.findall(r'say:? "(.+?)"', system_prompt()))


def _found(delivery: Delivery) -> Found:
    return Found(delivery, 0.0, ServedFrom.SOURCE)


def _ask(
    tool: str, outcome: Outcome, disclosed: Disclosed, number: TrackingNumber = PLAIN, timezone: str = "UTC"
) -> Answer:
    return ASKED[tool](outcome, number=number, disclosed=disclosed, at=AT, timezone=timezone)


def _statuses() -> Iterator[tuple[str, Answer]]:
    for status in STATUSES:
        for name in (DELIVERY.customer_name, None):
            delivery = replace(DELIVERY, status=status, customer_name=name)
            for disclosed in (Disclosed.EVERYTHING, Disclosed.STATUS_ONLY):
                label = f"getDeliveryStatus, {disclosed}: status {_shown(status)}, name {_shown(name)}"
                yield label, _ask("getDeliveryStatus", _found(delivery), disclosed)


def _nothing_recorded() -> Iterator[tuple[str, Answer]]:
    for name in (DELIVERY.customer_name, None):
        bare = Delivery(DELIVERY.tracking_number, customer_name=name)
        for disclosed in (Disclosed.EVERYTHING, Disclosed.STATUS_ONLY):
            label = f"getDeliveryStatus, {disclosed}: neither status nor estimate, name {_shown(name)}"
            yield label, _ask("getDeliveryStatus", _found(bare), disclosed)


def _estimates() -> Iterator[tuple[str, Answer]]:
    for status in ("out_for_delivery", *sorted(ENDED_STATUSES)[:1], "delivered"):
        for timezone in ("UTC", "America/New_York"):
            for estimate in ESTIMATES:
                delivery = replace(DELIVERY, status=status, estimated_delivery=estimate)
                label = f"getDeliveryStatus, everything: {status}, estimate {_shown(estimate)}, {timezone}"
                yield label, _ask("getDeliveryStatus", _found(delivery), Disclosed.EVERYTHING, timezone=timezone)


def _issues() -> Iterator[tuple[str, Answer]]:
    for name in (DELIVERY.customer_name, None):
        for issue in ISSUES:
            delivery = replace(DELIVERY, issue_message=issue, customer_name=name)
            for disclosed in Disclosed:
                label = f"getDeliveryIssue, {disclosed}: issue {_shown(issue)}, name {_shown(name)}"
                yield label, _ask("getDeliveryIssue", _found(delivery), disclosed)


def _ages() -> Iterator[tuple[str, Answer]]:
    for age_s in AGES_S:
        for disclosed in Disclosed:
            for tool in ASKED:
                for issue in (DELIVERY.issue_message, None):
                    stale = FoundStale(replace(DELIVERY, issue_message=issue), age_s)
                    label = f"{tool}, {disclosed}: remembered for {age_s:g} s, issue {_shown(issue)}"
                    yield label, _ask(tool, stale, disclosed)


def _readings() -> Iterator[tuple[str, Answer]]:
    for reading in UNSURE.readings:
        for tool in ASKED:
            for disclosed in Disclosed:
                label = f"{tool}, {disclosed}: heard {' or '.join(UNSURE.readings)}, found {reading}"
                yield label, _ask(tool, _found(replace(DELIVERY, tracking_number=reading)), disclosed, UNSURE)


def _endings() -> Iterator[tuple[str, Answer]]:
    for outcome in ENDINGS:
        for number in (PLAIN, UNSURE):
            for tool in ASKED:
                for disclosed in Disclosed:
                    heard = " or ".join(number.readings)
                    yield (
                        f"{tool}, {disclosed}: {_named(outcome)}, heard {heard}",
                        _ask(tool, outcome, disclosed, number),
                    )


def _named(outcome: Outcome) -> str:
    name = type(outcome).__name__
    if isinstance(outcome, Unavailable):
        return f"{name} ({outcome.reason})"
    return f"{name} (remembered)" if outcome.served_from is ServedFrom.STALE else name


def _shown(value: str | None) -> str:
    if value is None:
        return "none"
    return ascii(value if len(value) <= 60 else f"{value[:40]}... ({len(value)} characters)")
