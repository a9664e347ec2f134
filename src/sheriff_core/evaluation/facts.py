"""The facts of one call: what its tools returned, delivery by delivery, as the recordings tell it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheriff_core.evaluation.claims.status import recorded_state
from sheriff_core.evaluation.finite import finite
from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import PolicyError, TrackingNumberPolicy, time_zone
from sheriff_core.stated import stated, stated_issue, stated_name
from sheriff_core.tool_arguments import said_number
from sheriff_core.tracking_number import canonical, read_tracking_number

_FIELDS = frozenset({"status", "customerName", "estimatedDelivery", "issueMessage"})
_QUOTE = re.compile("\N{LEFT DOUBLE QUOTATION MARK}(.+?)\N{RIGHT DOUBLE QUOTATION MARK}", re.DOTALL)
_QUOTES_AN_ISSUE = re.compile("\\bissue\\b[^\N{LEFT DOUBLE QUOTATION MARK}]*\N{LEFT DOUBLE QUOTATION MARK}")
_FOUND = frozenset({OutcomeName.FOUND, OutcomeName.ISSUE, OutcomeName.NO_ISSUE, OutcomeName.WITHHELD})
_UNTOLD = frozenset({OutcomeName.UNAVAILABLE, OutcomeName.REFUSED, OutcomeName.INVALID_TRACKING_NUMBER})
# Near the ends of the calendar no "tomorrow" can be counted, and no call was placed then.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True)
class Record:
    """One delivery as one tool call saw it. `None` where nothing is recorded."""

    number: str
    status: str | None
    name: str | None
    estimate: str | None
    issue: str | None
    updated_at: str | None

    @property
    def state(self) -> str | None:
        """The state its status names."""
        return recorded_state(self.status) if self.status else None


@dataclass(slots=True)
class DeliveryFacts:
    """Everything the tools of a call returned about one tracking number, over all its tool calls."""

    number: str  # canonical; empty when a reply named none
    numbers: set[str] = field(default_factory=set)  # every canonical form it was asked for or is recorded under
    records: list[Record] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    outcomes: set[str] = field(default_factory=set)
    ages_s: list[float] = field(default_factory=list)

    @property
    def issues(self) -> list[str]:
        """Its issues as recorded, and as a reply quoted them: some are too long to be told whole, some not recorded."""
        recorded = [record.issue for record in self.records if record.issue]
        quoted = (
            [quote for reply in self.replies for quote in _QUOTE.findall(reply)]
            if OutcomeName.ISSUE in self.outcomes
            else []
        )
        return [*quoted, *recorded] if recorded or not self.records else []

    @property
    def found(self) -> bool:
        """Whether a delivery stands under this number."""
        return bool(self.records) or bool(self.outcomes & _FOUND)

    @property
    def told_nothing(self) -> bool:
        """Whether the tools could say nothing about it: out of time, refused, or never understood."""
        return not self.records and bool(self.outcomes & _UNTOLD)


@dataclass(slots=True)
class CallFacts:
    """The facts of one call."""

    today: date
    timezone: ZoneInfo
    deliveries: list[DeliveryFacts] = field(default_factory=list)
    told_parts: dict[str, frozenset[int]] = field(default_factory=dict)  # sentences of each issue, told in any turn
    answered_at_s: float | None = None  # seconds from the call's start when the first tool returned, where known


def facts_of_call(end_of_call: Mapping[str, Any], tool_calls: Sequence[Mapping[str, Any]]) -> CallFacts:
    """Gather the facts of a call from its recorded tool calls, else from what the report says the tools returned."""
    zone = _zone(tool_calls)
    facts = CallFacts(today=_day_of_call(end_of_call, tool_calls, zone), timezone=zone)
    recorded: set[str] = set()
    for call in tool_calls:
        if isinstance(call, Mapping):
            recorded.add(str(call.get("toolCallId")))
            _add_tool_call(facts, call)
    results = [result for result in listed(end_of_call.get("toolResults")) if isinstance(result, Mapping)]
    for result in results:
        # A report repeats what the recorded tool calls already say in full.
        if not tool_calls or str(result.get("toolCallId")) not in recorded:
            _add_result(facts, result)
    known = [at for result in results if (at := finite(result.get("secondsFromStart"))) is not None]
    # Only when the time of every result is known can a turn be called too early for all of them.
    facts.answered_at_s = (
        min(known) if known and len(known) == len(results) and len(results) >= len(tool_calls) else None
    )
    return facts


def listed(value: Any) -> list[Any]:
    """A list as a recording should hold it; anything else is an empty one."""
    return value if isinstance(value, list) else []


def _zone(tool_calls: Sequence[Mapping[str, Any]]) -> ZoneInfo:
    for call in tool_calls:
        policy = call.get("policy")
        name = policy.get("timezone") if isinstance(policy, Mapping) else None
        if isinstance(name, str):
            try:
                return time_zone(name)
            except PolicyError:
                continue
    return ZoneInfo("UTC")


def _day_of_call(end_of_call: Mapping[str, Any], tool_calls: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> date:
    stamps = [
        end_of_call.get("startedAt"),
        *(call.get("receivedAt") for call in tool_calls),
        end_of_call.get("endedAt"),
        end_of_call.get("receivedAt"),
    ]
    for stamp in stamps:
        instant = _instant(stamp)
        if instant is not None and _FIRST_YEAR <= instant.year <= _LAST_YEAR:
            return instant.astimezone(zone).date()
    return date(1970, 1, 1)


def _instant(stamp: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _add_tool_call(facts: CallFacts, call: Mapping[str, Any]) -> None:
    reply = call.get("reply")
    reply = reply if isinstance(reply, Mapping) else {}
    metadata = reply.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    documents = _documents(call, metadata)
    said = [str(reply[name]) for name in ("result", "error") if reply.get(name)]
    outcome = metadata.get("outcome")
    if outcome == OutcomeName.NOT_FOUND:
        documents = []
    _add(facts, _asked_number(call), documents, said, outcome, metadata.get("ageSeconds"))


def _documents(call: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The documents the reply was made from: the source's own, or what was remembered."""
    fresh: list[Any] = []
    for attempt in listed(call.get("upstream")):
        if isinstance(attempt, Mapping) and isinstance(attempt.get("document"), Mapping):
            fresh = [attempt["document"], *listed(attempt.get("otherDocuments"))]
    before = call.get("before")
    cache = before.get("cache") if isinstance(before, Mapping) else None
    remembered = listed(cache.get("documents")) if isinstance(cache, Mapping) else []
    remembered = [document for document in remembered if isinstance(document, Mapping)]
    if metadata.get("servedFrom") in (ServedFrom.CACHE, ServedFrom.STALE) and remembered:
        return remembered
    return [document for document in fresh if isinstance(document, Mapping)]


def _asked_number(call: Mapping[str, Any]) -> str:
    arguments = call.get("arguments")
    if isinstance(arguments, Mapping) and (said := said_number(arguments)):
        return said
    number = call.get("trackingNumber")
    return number if isinstance(number, str) else ""


def _add_result(facts: CallFacts, result: Mapping[str, Any]) -> None:
    """What a tool returned, when that is all that is known: JSON with the fields of a delivery, or words."""
    said = result.get("result")
    text = said if isinstance(said, str) else json.dumps(said)
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):  # brackets in brackets, a thousand deep
        parsed = None
    documents = [parsed] if isinstance(parsed, dict) and _FIELDS & set(parsed) else []
    number = documents[0].get("trackingNumber") if documents else ""
    outcome = OutcomeName.ISSUE if not documents and _QUOTES_AN_ISSUE.search(text) else None
    _add(facts, str(number or ""), documents, [text], outcome, None)


def _add(
    facts: CallFacts,
    asked: str,
    documents: Sequence[Mapping[str, Any]],
    said: Iterable[str],
    outcome: Any,
    age_s: Any,
) -> None:
    readings = _readings(asked)
    number = canonical(_text(documents[0].get("trackingNumber")) or asked) if documents else next(iter(readings), "")
    delivery = next((known for known in facts.deliveries if number and number in known.numbers), None)
    if delivery is None:
        delivery = DeliveryFacts(number)
        facts.deliveries.append(delivery)
    delivery.numbers |= {form for form in (number, *readings) if form}
    delivery.replies += said
    if isinstance(outcome, str):
        delivery.outcomes.add(outcome)
    if (age := finite(age_s)) is not None:
        delivery.ages_s.append(age)
    if outcome == OutcomeName.AMBIGUOUS:
        return  # two records under one number: none of them may be told
    delivery.records += [_record(document) for document in documents]


def _readings(asked: str) -> tuple[str, ...]:
    """What the number that the tool was asked for can be read as."""
    read = read_tracking_number(asked, TrackingNumberPolicy())
    return read.readings if read is not None else (canonical(asked),)


def _record(document: Mapping[str, Any]) -> Record:
    return Record(
        number=_text(document.get("trackingNumber")) or "",
        status=_text(document.get("status"), stated),
        name=_text(document.get("customerName"), stated_name),
        estimate=_text(document.get("estimatedDelivery"), stated),
        issue=_text(document.get("issueMessage"), stated_issue),
        updated_at=_text(document.get("_updatedAt")),
    )


def _text(value: Any, states: Callable[[str], str] = str) -> str | None:
    return states(value).strip() or None if isinstance(value, str) else None
