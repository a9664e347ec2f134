"""Is it so? Each claim of the agent, compared with what the tools returned in that call.

*Supported*: a fact of the call says so. *Contradicted*: a fact of the call says otherwise. *Unsupported*: no fact
of the call says anything about it. The last two are fabrications. What the agent only gives back of the caller's own
words is not counted at all.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sheriff_core.evaluation.caller import Caller
from sheriff_core.evaluation.claims import Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims.claim import READ_BACK
from sheriff_core.evaluation.claims.literals import find_literals
from sheriff_core.evaluation.claims.status import status_words
from sheriff_core.evaluation.claims.text import Page, fold, words_of
from sheriff_core.evaluation.comparison import compare
from sheriff_core.evaluation.estimates import estimated_day
from sheriff_core.evaluation.facts import CallFacts, facts_of_call, listed
from sheriff_core.evaluation.finite import finite
from sheriff_core.evaluation.subject import about_one_delivery, deliveries_meant
from sheriff_core.evaluation.verdict import Comparison, Verdict
from sheriff_core.outcome import OutcomeName

_EARLY_S = 1.0  # a turn that began this long before the first result cannot have come from it
_CONTRAST = re.compile(
    r"\b(?:first|second|third|other|others|another|both|each|one\s+of|latter|former)\b", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:both|each|all\s+(?:of\s+)?(?:them|two|three|four|five))\b[^,;:.!?]{0,64}$", re.IGNORECASE)
_OF_EACH = frozenset({ClaimKind.STATUS, ClaimKind.NEGATION, ClaimKind.DATE, ClaimKind.TIME})
_RANK = {Verdict.UNSUPPORTED: 0, Verdict.CONTRADICTED: 1, Verdict.SUPPORTED: 2}
_ANY_TIME = frozenset({ClaimKind.ABSENCE})


@dataclass(frozen=True, slots=True)
class ScoredClaim:
    """A claim with its verdict. `turn` counts from 0; `start` and `end` are characters of that turn's text."""

    text: str
    turn: int
    start: int
    end: int
    kind: ClaimKind
    verdict: Verdict
    fact: Mapping[str, Any] | None  # {"field", "value", "trackingNumber"?} of what it was compared with

    def as_record(self) -> dict[str, Any]:
        """This claim as plain JSON values (docs/reference/claims.md)."""
        return {
            "text": self.text,
            "turn": self.turn,
            "start": self.start,
            "end": self.end,
            "kind": self.kind.value,
            "verdict": self.verdict.value,
            "fact": None if self.fact is None else dict(self.fact),
        }


class IssueSpoken(StrEnum):
    """What became of an issue that a tool returned: told to the letter, told otherwise, or never told."""

    NONE = "none"  # no tool returned one
    TOLD = "told"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CallScore:
    """How grounded one call was."""

    call_id: str | None
    claims: tuple[ScoredClaim, ...]
    issue: IssueSpoken

    @property
    def supported(self) -> int:
        """How many claims a fact supports."""
        return sum(claim.verdict is Verdict.SUPPORTED for claim in self.claims)

    @property
    def groundedness(self) -> float:
        """Share of the claims that are supported; 1 when nothing was claimed."""
        return self.supported / len(self.claims) if self.claims else 1.0

    @property
    def fabricated(self) -> bool:
        """Whether anything was claimed that no fact supports."""
        return self.supported < len(self.claims)

    def fabrications(self) -> Sequence[tuple[str, str]]:
        """Kind and verdict of each claim that no fact supports."""
        return [
            (claim.kind.value, claim.verdict.value) for claim in self.claims if claim.verdict is not Verdict.SUPPORTED
        ]

    def as_record(self) -> dict[str, Any]:
        """This score as plain JSON values, as a recording keeps it."""
        return {
            "callId": self.call_id,
            "claims": [claim.as_record() for claim in self.claims],
            "groundedness": round(self.groundedness, 4),
            "fabricated": self.fabricated,
            "issue": self.issue.value,
        }


def score_call(end_of_call: Mapping[str, Any], tool_calls: Sequence[Mapping[str, Any]]) -> CallScore:
    """Score one call: its end-of-call record against the tool calls recorded under the same call id.

    Never raises for what strangers wrote into a recording: fields that are missing or of a wrong kind are unknown.
    """
    facts = facts_of_call(end_of_call, tool_calls)
    call_id = end_of_call.get("callId")
    turns = [turn if isinstance(turn, Mapping) else {} for turn in listed(end_of_call.get("transcript"))]
    scored = tuple(_score_turns(turns, facts))
    return CallScore(call_id if isinstance(call_id, str) else None, scored, _issue_spoken(scored, facts))


def _score_turns(turns: Sequence[Mapping[str, Any]], facts: CallFacts) -> Iterator[ScoredClaim]:
    hearing = _hearing(facts)
    caller = Caller(hearing)
    _note_told_parts(turns, hearing, facts)
    for index, turn in enumerate(turns):
        text = turn.get("text")
        if not isinstance(text, str):
            continue
        if turn.get("role") == "user":
            caller.hear(text)
        elif turn.get("role") == "assistant":
            claims = [claim for claim in find_claims(text, hearing) if not caller.said(claim)]
            claims = [*caller.implied(text), *_without_read_backs(claims, caller)]
            early = _is_early(turn.get("secondsFromStart"), facts)
            for claim, comparison in _compare_turn(text, claims, facts, early=early):
                yield ScoredClaim(
                    claim.text, index, claim.start, claim.end, claim.kind, comparison.verdict, comparison.fact
                )


def _hearing(facts: CallFacts) -> Hearing:
    """What must be recognised to the letter in this call."""
    records = [record for delivery in facts.deliveries for record in delivery.records]
    replies = [reply for delivery in facts.deliveries for reply in delivery.replies]
    issues = tuple(dict.fromkeys(issue for delivery in facts.deliveries for issue in delivery.issues))
    recorded = [fold(issue) for issue in issues]
    # The tools' fixed phrases may be said again; the words of an issue only to the letter.
    spoken = frozenset(words_of(replies)) - frozenset(words_of(recorded))
    return Hearing(
        today=facts.today,
        names=tuple(dict.fromkeys(record.name for record in records if record.name)),
        issues=issues,
        states=tuple(dict.fromkeys(status_words(record.status) for record in records if record.status)),
        texts=tuple(
            dict.fromkeys(
                record.estimate
                for record in records
                if record.estimate and estimated_day(record.estimate, facts.timezone) is None
            )
        ),
        prefixes=tuple(sorted({letters for letters in map(_letters, _numbers(facts)) if len(letters) > 1})),
        spoken=spoken,
    )


def _numbers(facts: CallFacts) -> Iterator[str]:
    return (number for delivery in facts.deliveries for number in delivery.numbers)


def _letters(number: str) -> str:
    """The letters that a tracking number begins with; none where no digits follow them."""
    letters = "".join(itertools.takewhile(str.isalpha, number))
    return letters if len(letters) < len(number) else ""


def _note_told_parts(turns: Sequence[Mapping[str, Any]], hearing: Hearing, facts: CallFacts) -> None:
    """Note which sentences of each issue are told in the whole call: an issue may be told over several turns."""
    if not hearing.issues:
        return
    for turn in turns:
        if turn.get("role") == "assistant" and isinstance(turn.get("text"), str):
            for literal in find_literals(Page(turn["text"]), hearing.issues, (), ()):
                told = facts.told_parts.get(literal.recorded, frozenset())
                facts.told_parts[literal.recorded] = told | literal.parts


def _without_read_backs(claims: Sequence[Claim], caller: Caller) -> Iterator[Claim]:
    """Leave out sentences that do nothing but repeat a number or a name the caller gave."""
    states = {claim.sentence for claim in claims if claim.kind not in READ_BACK}
    return (claim for claim in claims if claim.sentence in states or not caller.knows(claim))


def _is_early(at: Any, facts: CallFacts) -> bool:
    began = finite(at)
    return began is not None and facts.answered_at_s is not None and began < facts.answered_at_s - _EARLY_S


def _compare_turn(
    text: str, claims: Sequence[Claim], facts: CallFacts, *, early: bool
) -> Iterator[tuple[Claim, Comparison]]:
    """Compare the claims of a turn, each with the deliveries it can be about."""
    for group in about_one_delivery(claims, facts):
        candidates = deliveries_meant(group, facts)
        judged = [[compare(claim, delivery, facts, text) for claim in group] for delivery in candidates]
        if not judged:
            judged = [[compare(claim, None, facts, text) for claim in group]]
        best = max(judged, key=_support)
        if len(judged) > 1 and _CONTRAST.search(text):
            # "The first ..., the other one ...": each claim may be about another delivery.
            best = [
                max(column, key=lambda comparison: _RANK[comparison.verdict]) for column in zip(*judged, strict=True)
            ]
        best = [
            min(column, key=lambda comparison: _RANK[comparison.verdict])
            if _is_said_of_all(claim, text)
            else comparison
            for claim, comparison, column in zip(group, best, zip(*judged, strict=True), strict=True)
        ]
        for claim, comparison in zip(group, best, strict=True):
            if early and claim.kind not in _ANY_TIME and comparison.verdict is Verdict.SUPPORTED:
                yield claim, Comparison(Verdict.UNSUPPORTED, comparison.fact)
            else:
                yield claim, comparison


def _is_said_of_all(claim: Claim, text: str) -> bool:
    """Whether a claim is made of every delivery of the call: "both are delivered"."""
    return claim.kind in _OF_EACH and _ALL.search(text, claim.sentence.start, claim.start) is not None


def _support(comparisons: Iterable[Comparison]) -> tuple[int, int]:
    verdicts = [comparison.verdict for comparison in comparisons]
    return verdicts.count(Verdict.SUPPORTED), -verdicts.count(Verdict.CONTRADICTED)


def _issue_spoken(claims: Sequence[ScoredClaim], facts: CallFacts) -> IssueSpoken:
    """What became of the issues: only those count that a tool was asked for and returned."""
    returned = [delivery for delivery in facts.deliveries if OutcomeName.ISSUE in delivery.outcomes]
    if not returned:
        return IssueSpoken.NONE
    about = [claim for claim in claims if claim.kind is ClaimKind.ISSUE]
    if any(claim.verdict is not Verdict.SUPPORTED for claim in about):
        return IssueSpoken.WRONG
    return IssueSpoken.TOLD if about else IssueSpoken.MISSING
