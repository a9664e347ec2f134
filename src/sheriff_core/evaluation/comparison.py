"""One claim, compared with the facts of one delivery: the verdict, and the fact that decided it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sheriff_core.evaluation.claims import Age, Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims_absence import Subject
from sheriff_core.evaluation.claims_dates import DayPattern
from sheriff_core.evaluation.claims_identifiers import Identifier
from sheriff_core.evaluation.claims_literals import Literal, read_words
from sheriff_core.evaluation.claims_text import fold
from sheriff_core.evaluation.facts import CallFacts, DeliveryFacts, Record, estimated_day, estimated_instant
from sheriff_core.speakable import speakable
from sheriff_core.tracking_number import canonical


class Verdict(StrEnum):
    """What the facts say of a claim (CONTRACT section 9)."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict, and the fact it rests on."""

    verdict: Verdict
    fact: Mapping[str, Any] | None = None


UNKNOWN = Comparison(Verdict.UNSUPPORTED)
_NOT_LATE = frozenset({"delayed", "on hold", "exception", "failed", "lost"})
_AGE_SLACK_S = 15.0  # between the reply and the words of it


def compare(claim: Claim, delivery: DeliveryFacts | None, facts: CallFacts, text: str) -> Comparison:
    """Compare one claim with one delivery of its call (None: no tool returned anything).

    What a tool's own reply says is a fact as well, in its words and in the claims that its words make.
    """
    if claim.kind is ClaimKind.ABSENCE and claim.value is Subject.INFORMATION:
        return Comparison(Verdict.SUPPORTED)  # what the agent does not have or cannot do
    if delivery is None:
        return UNKNOWN
    comparison = _with_records(claim, delivery, facts)
    if comparison.verdict is Verdict.SUPPORTED:
        return comparison
    return _with_replies(claim, delivery, facts, text) or comparison


def _fact(field: str, value: Any, delivery: DeliveryFacts) -> dict[str, Any]:
    fact: dict[str, Any] = {"field": field, "value": value}
    if delivery.number:
        fact["trackingNumber"] = delivery.number
    return fact


def _judge(holds: bool | None, field: str, value: Any, delivery: DeliveryFacts) -> Comparison:  # noqa: FBT001 - three-valued: None is unknown
    if holds is None:
        return UNKNOWN
    return Comparison(Verdict.SUPPORTED if holds else Verdict.CONTRADICTED, _fact(field, value, delivery))


def _with_records(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    match claim.kind:
        case ClaimKind.TRACKING_NUMBER:
            return _number(claim, delivery)
        case ClaimKind.STATUS | ClaimKind.NEGATION:
            return _state(claim, delivery)
        case ClaimKind.DATE:
            return _day(claim, delivery, facts)
        case ClaimKind.TIME:
            return _time(claim, delivery, facts)
        case ClaimKind.AGE:
            return _age(claim, delivery, facts)
        case ClaimKind.NAME:
            return _name(claim, delivery)
        case ClaimKind.ISSUE:
            return _issue(claim, delivery, facts)
        case ClaimKind.ABSENCE:
            return _there(claim, delivery, claimed=False)
        case ClaimKind.PRESENCE:
            return _there(claim, delivery, claimed=True)
        case ClaimKind.COUNT:
            found = sum(known.found for known in facts.deliveries)
            return _judge(True, "deliveries", found, delivery) if claim.value == found and found > 1 else UNKNOWN
        case _:
            return UNKNOWN


def _number(claim: Claim, delivery: DeliveryFacts) -> Comparison:
    if not isinstance(claim.value, Identifier) or not delivery.numbers:
        return UNKNOWN
    said = claim.value.readings
    if claim.value.suffix:
        holds = any(number.endswith(reading) for number in delivery.numbers for reading in said)
    else:
        holds = bool(delivery.numbers & said)
    return _judge(holds, "trackingNumber", delivery.number, delivery)


def _state(claim: Claim, delivery: DeliveryFacts) -> Comparison:
    states = claim.value if isinstance(claim.value, frozenset) else frozenset()
    known = [record for record in delivery.records if record.state]
    if not known:
        return UNKNOWN
    latest = known[-1]
    holding = next((record for record in known if record.state in states), None)
    if claim.kind is ClaimKind.STATUS:
        if not states:
            return UNKNOWN  # "on time": no status says so
        return _judge(holding is not None, "status", (holding or latest).status, delivery)
    if "delayed" in states and (latest.state in _NOT_LATE or latest.issue):
        holds = latest.state not in states and not latest.issue
        return _judge(holds, "issueMessage" if latest.issue else "status", latest.issue or latest.status, delivery)
    return _judge(latest.state not in states, "status", latest.status, delivery)


def _day(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    if isinstance(claim.value, Literal):
        holds = any(record.estimate == claim.value.recorded for record in delivery.records)
        return _judge(holds, "estimatedDelivery", claim.value.recorded, delivery)
    if not isinstance(claim.value, DayPattern) or claim.past:
        return UNKNOWN  # no field records on which day something happened
    pattern = claim.value
    known = None
    for record in delivery.records:
        if not record.estimate:
            continue
        day = estimated_day(record.estimate, facts.timezone)
        if day is not None and pattern.fits(day, facts.today):
            return _judge(True, "estimatedDelivery", record.estimate, delivery)
        known = record.estimate
    return _judge(False, "estimatedDelivery", known, delivery) if known else UNKNOWN


def _time(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    said = str(claim.value)
    for record in delivery.records:
        if not record.estimate or len(record.estimate) <= len("2026-02-14"):
            continue
        instant = estimated_instant(record.estimate, facts.timezone)
        if instant is None:
            continue
        readings = {f"{instant:%H:%M}", f"{instant:%I:%M}?", f"{instant:%H:%M}?"}
        return _judge(said in readings, "estimatedDelivery", record.estimate, delivery)
    return UNKNOWN


def _age(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    if isinstance(claim.value, DayPattern):
        days = [record.updated_at[:10] for record in delivery.records if record.updated_at]
        for day in [*days, facts.today.isoformat()]:
            if claim.value.fits(date.fromisoformat(day), facts.today):
                return _judge(True, "_updatedAt" if day in days else "callDate", day, delivery)
        return UNKNOWN
    if not isinstance(claim.value, Age) or not delivery.ages_s:
        return UNKNOWN
    said = claim.value
    nearest = min(delivery.ages_s, key=lambda age_s: abs(age_s - said.seconds))
    holds = abs(nearest - said.seconds) <= said.rounding + _AGE_SLACK_S
    return _judge(holds, "ageSeconds", nearest, delivery)


def _name(claim: Claim, delivery: DeliveryFacts) -> Comparison:
    names = [record.name for record in delivery.records if record.name]
    if not names:
        return UNKNOWN
    if not isinstance(claim.value, Literal):
        return _judge(False, "customerName", names[-1], delivery)
    said = {word.reads.removesuffix("'s").removesuffix("'") for word in read_words(fold(claim.text))}
    for name in names:
        if said <= {word.reads for word in read_words(fold(name))}:
            return _judge(True, "customerName", name, delivery)
    return _judge(False, "customerName", names[-1], delivery)


def _issue(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    issues = [record.issue for record in delivery.records if record.issue]
    if not issues:
        return UNKNOWN
    if not isinstance(claim.value, Literal):
        return _judge(False, "issueMessage", issues[-1], delivery)
    holds = claim.value.recorded in issues and not _leaves_out(claim.value, delivery, facts)
    return _judge(holds, "issueMessage", issues[-1], delivery)


def _leaves_out(said: Literal, delivery: DeliveryFacts, facts: CallFacts) -> bool:
    """Whether sentences of an issue were kept back that the tool had told; they may follow in another turn."""
    if len(facts.told_parts.get(said.recorded, said.parts)) == said.of:
        return False
    whole = _words(said.recorded)
    return any(whole in _words(reply) for reply in delivery.replies) or not delivery.replies


def _words(text: str) -> str:
    return " ".join(word.reads for word in read_words(fold(speakable(text))))


def _there(claim: Claim, delivery: DeliveryFacts, *, claimed: bool) -> Comparison:
    """Whether what is said to be there, or not, is."""
    records = delivery.records
    match claim.value:
        case Subject.DELIVERY:
            if delivery.told_nothing:
                return UNKNOWN
            there = delivery.found
            known = there or bool(delivery.outcomes & {"not_found"})
            if "ambiguous" in delivery.outcomes:
                return Comparison(Verdict.SUPPORTED, _fact("outcome", "ambiguous", delivery)) if claimed else UNKNOWN
            return _judge(there is claimed if known else None, "outcome", "found" if there else "not_found", delivery)
        case Subject.ISSUE:
            recorded = next((record.issue for record in reversed(records) if record.issue), None)
            known = bool(records) or bool(delivery.outcomes & {"issue", "no_issue"})
            there = recorded is not None or (not records and "issue" in delivery.outcomes)
            return _judge(there is claimed if known else None, "issueMessage", recorded, delivery)
        case Subject.ESTIMATE:
            return _field(records, "estimate", "estimatedDelivery", delivery, claimed=claimed)
        case Subject.STATUS:
            return _field(records, "status", "status", delivery, claimed=claimed)
        case Subject.NAME:
            return _field(records, "name", "customerName", delivery, claimed=claimed)
        case _:
            return UNKNOWN


def _field(records: list[Record], attribute: str, field: str, delivery: DeliveryFacts, *, claimed: bool) -> Comparison:
    value = next((getattr(record, attribute) for record in reversed(records) if getattr(record, attribute)), None)
    if not records:
        return UNKNOWN if claimed else Comparison(Verdict.SUPPORTED, _fact(field, None, delivery))
    if value is not None and "withheld" in delivery.outcomes and not claimed:
        return Comparison(Verdict.SUPPORTED, _fact("outcome", "withheld", delivery))  # the agent was not told
    return _judge((value is not None) is claimed, field, value, delivery)


def _with_replies(claim: Claim, delivery: DeliveryFacts, facts: CallFacts, text: str) -> Comparison | None:
    """Look for the claim in what the tools replied: in the same words, or as the same claim in other words."""
    sentence = " ".join(word.reads for word in read_words(fold(text[claim.sentence.start : claim.sentence.end])))
    for reply in delivery.replies:
        if sentence and f" {sentence} " in f" {_words(reply)} ":
            return Comparison(Verdict.SUPPORTED, _fact("reply", reply, delivery))
        for other in find_claims(reply, Hearing(today=facts.today)):
            if _same(claim, other):
                return Comparison(Verdict.SUPPORTED, _fact("reply", other.text, delivery))
    return None


def _same(claim: Claim, told: Claim) -> bool:
    """Whether a claim says what a reply says."""
    if claim.past != told.past:
        return False
    if isinstance(claim.value, Identifier) and isinstance(told.value, Identifier):
        return claim.kind is told.kind and bool(claim.value.readings & told.value.readings)
    if isinstance(claim.value, frozenset) and isinstance(told.value, frozenset):
        return claim.kind is told.kind and bool(told.value) and told.value <= claim.value
    if isinstance(claim.value, DayPattern) and isinstance(told.value, DayPattern):
        return _same_day(claim.value, told.value)
    if claim.kind in {ClaimKind.NAME, ClaimKind.OTHER, ClaimKind.PLACE, ClaimKind.ISSUE}:
        return claim.kind is told.kind and canonical(claim.text) in canonical(told.text)
    return claim.kind is told.kind and claim.value is not None and claim.value == told.value


def _same_day(said: DayPattern, told: DayPattern) -> bool:
    return all(
        value is None or value == getattr(told, name)
        for name, value in (("year", said.year), ("month", said.month), ("day", said.day), ("weekday", said.weekday))
    ) and (said.first is None or (said.first, said.last) == (told.first, told.last))
