"""One claim, compared with what is recorded of one delivery, field by field."""

import re
from datetime import date
from typing import Final

from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims.absence import Subject
from sheriff_core.evaluation.claims.claim import Age, Claim
from sheriff_core.evaluation.claims.counts import SEVERAL
from sheriff_core.evaluation.claims.identifiers import Identifier
from sheriff_core.evaluation.claims.literals import Literal, read_words, reads_as
from sheriff_core.evaluation.claims.status_table import PAST_DUE
from sheriff_core.evaluation.claims.text import fold
from sheriff_core.evaluation.claims.times import part_of_day
from sheriff_core.evaluation.day_pattern import DayPattern
from sheriff_core.evaluation.estimates import estimated_day, estimated_instant
from sheriff_core.evaluation.facts import CallFacts, DeliveryFacts, Record
from sheriff_core.evaluation.verdict import UNKNOWN, Comparison, Verdict, fact, judge
from sheriff_core.outcome import OutcomeName
from sheriff_core.phrases import ENDED_STATUSES, status_key

_NOT_LATE: Final = frozenset({"delayed", "on hold", "exception", "failed", "lost"})
_CANNOT_SEE: Final = re.compile(
    r"\b(?:can't|cannot|can\s+not|(?:not\s+able|unable)\s+to)\s+(?:\w+\s+)?(?:see|get|pull|open|access|reach|bring)\b"
    # "I can't see any under that number" tells of the records.
    r"(?!.*\b(?:an?|any|anything|one|such|nothing|under|with|for)\b)"
)
_WHEN_TO_COME: Final = re.compile(
    r"\bwhen\s+(?:it|that|this|your\s+\w+|the\s+\w+)(?:'ll|\s+will|(?:'s|\s+is)\s+going\s+to)\b"
)
_DAYS_AGO: Final = re.compile(r"[a-z0-9]+\s+(?:days?|weeks?)\s+ago")
_DAY_S: Final = 86_400
_AGE_SLACK_S: Final = 15.0  # between the reply and the words of it
_DAY_LENGTH: Final = len("2026-02-14")


def number(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:  # noqa: ARG001 - one shape for all
    """The tracking number: whole, or its end."""
    if not isinstance(claim.value, Identifier) or not delivery.numbers:
        return UNKNOWN
    holds = any(claim.value.names(number) for number in delivery.numbers)
    return judge("trackingNumber", delivery.number, delivery, holds=holds)


def state(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """Where the delivery is said to be, or not to be."""
    states = claim.value if isinstance(claim.value, frozenset) else frozenset()
    known = [record for record in delivery.records if record.state]
    if not known or not states:
        return UNKNOWN  # no status says "on time"
    latest = known[-1]
    if PAST_DUE in states and _is_past_due(latest, facts):
        return judge("estimatedDelivery", latest.estimate, delivery, holds=claim.kind is ClaimKind.STATUS)
    holding = next((record for record in known if record.state in states), None)
    if claim.kind is ClaimKind.STATUS:
        return judge("status", (holding or latest).status, delivery, holds=holding is not None)
    if "delayed" in states and (latest.state in _NOT_LATE or latest.issue):
        holds = latest.state not in states and not latest.issue
        return judge("issueMessage" if latest.issue else "status", latest.issue or latest.status, delivery, holds=holds)
    return judge("status", latest.status, delivery, holds=latest.state not in states)


def _due(record: Record, facts: CallFacts) -> date | None:
    return estimated_day(record.estimate, facts.timezone) if record.estimate else None


def _is_past_due(record: Record, facts: CallFacts) -> bool:
    """Whether the day of a journey that has not ended is over."""
    due = _due(record, facts)
    return due is not None and due < facts.today and status_key(record.status or "") not in ENDED_STATUSES


def day(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """The day it is estimated for."""
    if isinstance(claim.value, Literal):
        holds = any(record.estimate == claim.value.recorded for record in delivery.records)
        return judge("estimatedDelivery", claim.value.recorded, delivery, holds=holds)
    if not isinstance(claim.value, DayPattern) or claim.past:
        return UNKNOWN  # no field records on which day something happened
    pattern = claim.value
    known = None
    for record in delivery.records:
        if not record.estimate:
            continue
        day = estimated_day(record.estimate, facts.timezone)
        if day is not None and pattern.fits(day, facts.today):
            return judge("estimatedDelivery", record.estimate, delivery, holds=True)
        known = record.estimate
    return judge("estimatedDelivery", known, delivery, holds=False) if known else UNKNOWN


def time_of_day(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """The time of day, where the estimate records one."""
    said = str(claim.value)
    for record in delivery.records:
        if not record.estimate or len(record.estimate) <= _DAY_LENGTH:
            continue
        instant = estimated_instant(record.estimate, facts.timezone)
        if instant is None:
            continue
        if (part := part_of_day(said)) is not None:
            hours, is_today = part
            holds = instant.hour in hours and (not is_today or instant.date() == facts.today)
        else:
            holds = said in {f"{instant:%H:%M}", f"{instant:%I:%M}?", f"{instant:%H:%M}?"}
        return judge("estimatedDelivery", record.estimate, delivery, holds=holds)
    return UNKNOWN


def age(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """How old the information is."""
    if isinstance(claim.value, DayPattern):
        days = [record.updated_at[:10] for record in delivery.records if record.updated_at]
        for day in [*days, facts.today.isoformat()]:
            known = _calendar_day(day)
            if known is not None and claim.value.fits(known, facts.today):
                return judge("_updatedAt" if day in days else "callDate", day, delivery, holds=True)
        return UNKNOWN
    if not isinstance(claim.value, Age):
        return UNKNOWN
    said = claim.value
    if _DAYS_AGO.fullmatch(fold(claim.text).strip()):  # of what was due: "that was three days ago"
        for record in delivery.records:
            due = _due(record, facts)
            if due is not None and (facts.today - due).days * _DAY_S == said.seconds:
                return judge("estimatedDelivery", record.estimate, delivery, holds=True)
    if not delivery.ages_s:
        return UNKNOWN
    nearest = min(delivery.ages_s, key=lambda age_s: abs(age_s - said.seconds))
    holds = abs(nearest - said.seconds) <= said.rounding + _AGE_SLACK_S
    return judge("ageSeconds", nearest, delivery, holds=holds)


def _calendar_day(recorded: str) -> date | None:
    try:
        return date.fromisoformat(recorded)
    except ValueError:
        return None


def name(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:  # noqa: ARG001 - one shape for all
    """Whose delivery it is, by whole name or part of it."""
    names = [record.name for record in delivery.records if record.name]
    if not names:
        return UNKNOWN
    if not isinstance(claim.value, Literal):
        return judge("customerName", names[-1], delivery, holds=False)
    said = {word.reads.removesuffix("'s").removesuffix("'") for word in read_words(fold(claim.text))}
    for name in names:
        if said <= {word.reads for word in read_words(fold(name))}:
            return judge("customerName", name, delivery, holds=True)
    return judge("customerName", names[-1], delivery, holds=False)


def issue(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """The issue, to the letter."""
    issues = delivery.issues
    if not issues:
        return UNKNOWN
    if not isinstance(claim.value, Literal):
        return judge("issueMessage", issues[-1], delivery, holds=False)
    holds = claim.value.recorded in issues and not _leaves_out(claim.value, delivery, facts)
    return judge("issueMessage", issues[-1], delivery, holds=holds)


def _leaves_out(said: Literal, delivery: DeliveryFacts, facts: CallFacts) -> bool:
    """Whether sentences of an issue were kept back that the tool had told; they may follow in another turn."""
    if len(facts.told_parts.get(said.recorded, said.parts)) == said.of:
        return False
    whole = reads_as(said.recorded)
    return any(whole in reads_as(reply) for reply in delivery.replies) or not delivery.replies


def absence(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """What is said not to be there.

    "I can't see it" tells only that nothing was told; and when it comes nobody knows once its day is over.
    """
    if claim.value is Subject.DELIVERY and delivery.told_nothing and _CANNOT_SEE.search(fold(claim.text)):
        return Comparison(Verdict.SUPPORTED, fact("outcome", min(delivery.outcomes), delivery))
    overdue = next((record for record in delivery.records if _is_past_due(record, facts)), None)
    if claim.value is Subject.ESTIMATE and overdue is not None and _WHEN_TO_COME.search(fold(claim.text)):
        return judge("estimatedDelivery", overdue.estimate, delivery, holds=True)
    return _there(claim, delivery, claimed=False)


def presence(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:  # noqa: ARG001 - one shape for all
    """What is said to be there."""
    return _there(claim, delivery, claimed=True)


def count(claim: Claim, delivery: DeliveryFacts, facts: CallFacts) -> Comparison:
    """How many deliveries the call found; nothing else is counted in a record."""
    found = sum(known.found for known in facts.deliveries)
    if claim.value == SEVERAL:
        return judge(
            "deliveries", found, delivery, holds=found > 1 or OutcomeName.AMBIGUOUS in delivery.outcomes or None
        )
    return judge("deliveries", found, delivery, holds=True if claim.value == found and found > 1 else None)


def _there(claim: Claim, delivery: DeliveryFacts, *, claimed: bool) -> Comparison:
    """Whether what is said to be there, or not, is."""
    match claim.value:
        case Subject.DELIVERY:
            return _delivery(delivery, claimed=claimed)
        case Subject.ISSUE:
            recorded = next((record.issue for record in reversed(delivery.records) if record.issue), None)
            known = bool(delivery.records) or bool(delivery.outcomes & {OutcomeName.ISSUE, OutcomeName.NO_ISSUE})
            there = recorded is not None or (not delivery.records and OutcomeName.ISSUE in delivery.outcomes)
            return judge("issueMessage", recorded, delivery, holds=there is claimed if known else None)
        case Subject.ESTIMATE:
            return _field(
                "estimatedDelivery", [record.estimate for record in delivery.records], delivery, claimed=claimed
            )
        case Subject.STATUS:
            return _field("status", [record.status for record in delivery.records], delivery, claimed=claimed)
        case Subject.NAME:
            return _field("customerName", [record.name for record in delivery.records], delivery, claimed=claimed)
        case _:
            return UNKNOWN


def _delivery(delivery: DeliveryFacts, *, claimed: bool) -> Comparison:
    if delivery.told_nothing:
        return UNKNOWN
    if OutcomeName.AMBIGUOUS in delivery.outcomes:
        return judge("outcome", OutcomeName.AMBIGUOUS.value, delivery, holds=True if claimed else None)
    there = delivery.found
    known = there or OutcomeName.NOT_FOUND in delivery.outcomes
    told = OutcomeName.FOUND if there else OutcomeName.NOT_FOUND
    return judge("outcome", told.value, delivery, holds=there is claimed if known else None)


def _field(field: str, values: list[str | None], delivery: DeliveryFacts, *, claimed: bool) -> Comparison:
    value = next((value for value in reversed(values) if value), None)
    if not values:
        return UNKNOWN if claimed else Comparison(Verdict.SUPPORTED, fact(field, None, delivery))
    if value is not None and OutcomeName.WITHHELD in delivery.outcomes and not claimed:
        return Comparison(
            Verdict.SUPPORTED, fact("outcome", OutcomeName.WITHHELD.value, delivery)
        )  # the agent was not told
    return judge(field, value, delivery, holds=(value is not None) is claimed)
