"""One claim, compared with the facts of one delivery: the verdict, and the fact that decided it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from sheriff_core.evaluation import comparison_fields as fields
from sheriff_core.evaluation.claims import Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims.absence import Subject
from sheriff_core.evaluation.claims.identifiers import Identifier
from sheriff_core.evaluation.claims.literals import reads_as
from sheriff_core.evaluation.day_pattern import DayPattern
from sheriff_core.evaluation.facts import CallFacts, DeliveryFacts
from sheriff_core.evaluation.verdict import UNKNOWN, Comparison, Verdict, fact

_Compare = Callable[[Claim, DeliveryFacts, CallFacts], Comparison]
# What is compared with the record. No field records anything of the other kinds.
_BY_RECORD: Final[Mapping[ClaimKind, _Compare]] = {
    ClaimKind.TRACKING_NUMBER: fields.number,
    ClaimKind.STATUS: fields.state,
    ClaimKind.NEGATION: fields.state,
    ClaimKind.DATE: fields.day,
    ClaimKind.TIME: fields.time_of_day,
    ClaimKind.AGE: fields.age,
    ClaimKind.NAME: fields.name,
    ClaimKind.ISSUE: fields.issue,
    ClaimKind.ABSENCE: fields.absence,
    ClaimKind.PRESENCE: fields.presence,
    ClaimKind.COUNT: fields.count,
}


def compare(claim: Claim, delivery: DeliveryFacts | None, facts: CallFacts, text: str) -> Comparison:
    """Compare one claim with one delivery of its call (None: no tool returned anything).

    What a tool's own reply says is a fact as well, in its words and in the claims that its words make.
    """
    if claim.kind is ClaimKind.ABSENCE and claim.value is Subject.INFORMATION:
        return Comparison(Verdict.SUPPORTED)  # what the agent does not have or cannot do
    if delivery is None:
        return UNKNOWN
    by_record = _BY_RECORD.get(claim.kind)
    comparison = UNKNOWN if by_record is None else by_record(claim, delivery, facts)
    is_issue_mistold = claim.kind is ClaimKind.ISSUE and comparison.verdict is Verdict.CONTRADICTED
    if comparison.verdict is Verdict.SUPPORTED or is_issue_mistold:
        return comparison
    return _with_replies(claim, delivery, facts, text) or comparison


def _with_replies(claim: Claim, delivery: DeliveryFacts, facts: CallFacts, text: str) -> Comparison | None:
    """Look for the claim in what the tools replied: in the same words, or as the same claim in other words.

    An issue that a reply quotes is a fact to the letter alone: "label damaged" is no word of a damaged parcel.
    """
    sentence = reads_as(text[claim.sentence.start : claim.sentence.end])
    issues = tuple(delivery.issues)
    for reply in delivery.replies:
        if sentence and f" {sentence} " in _own_words(reply, issues):
            return Comparison(Verdict.SUPPORTED, fact("reply", reply, delivery))
        for other in _told(reply, facts.today, issues):
            if _same(claim, other):
                return Comparison(Verdict.SUPPORTED, fact("reply", other.text, delivery))
    return None


@lru_cache(maxsize=512)
def _own_words(reply: str, issues: tuple[str, ...]) -> str:
    """The words of a reply as they are heard, without those of the issues that it quotes."""
    heard = f" {reads_as(reply)} "
    for words in map(reads_as, issues):
        heard = heard.replace(f" {words} ", " | ")
    return heard


@lru_cache(maxsize=512)
def _told(reply: str, today: date, issues: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims that a reply makes; its claims are facts."""
    return find_claims(reply, Hearing(today=today, issues=issues))


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
        return claim.kind is told.kind and f" {reads_as(claim.text)} " in f" {reads_as(told.text)} "
    return claim.kind is told.kind and claim.value is not None and claim.value == told.value


def _same_day(said: DayPattern, told: DayPattern) -> bool:
    return (
        (said.denied, said.side, said.shift) == (told.denied, told.side, told.shift)
        and all(
            value is None or value == getattr(told, name)
            for name, value in (
                ("year", said.year),
                ("month", said.month),
                ("day", said.day),
                ("weekday", said.weekday),
            )
        )
        and (said.first is None or (said.first, said.last) == (told.first, told.last))
    )
