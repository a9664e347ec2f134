"""What the caller said: an agent that gives it back states nothing."""

import re
from dataclasses import replace
from typing import Final

from sheriff_core.evaluation.claims import Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims_identifiers import Identifier, find_identifiers
from sheriff_core.evaluation.claims_literals import Literal, read_words
from sheriff_core.evaluation.claims_text import Span, fold, word_set

_QUESTION_MARK: Final = re.compile(r"[?]+")
_ASKS: Final = re.compile(r"[?]\s*$|\b(?:is|are|was|has|have|will|did|does)\s+(?:it|my|the|that|this)\b")
_YES_OR_NO: Final = re.compile(
    r"\s*(?P<word>(?:yes|yeah|yep|yup|correct|exactly|that's\s+(?:right|correct)|that\s+is\s+(?:right|correct)|it\s+(?:is|has|was|will)|(?P<no>no|nope|it\s+(?:isn't|hasn't|wasn't|is\s+not|has\s+not)))"
    r"(?:,?\s+(?:it\s+(?:is|has|was|will)|(?:it\s+)?(?:isn't|hasn't|wasn't)|that's\s+(?:right|correct)|ma'am|sir))?)\s*(?:[.!]|$)"
)
_IMPLIED: Final = frozenset({ClaimKind.STATUS, ClaimKind.DATE, ClaimKind.TIME, ClaimKind.CARRIER, ClaimKind.PLACE})
_TELLS_NOTHING: Final = word_set(
    "i i'm i've i'd my me we we're we've our us you you're you've you'd your said say saying mention mentioned "
    "mentioning told tell telling know understand hear that this it its it's the a an is are was were be been being "
    "has have had do did just also already still so since on for in at to of from and as"
)
_NOT: Final = "not"
_DENIALS: Final = word_set("not no never nothing")
_CLAUSE_ENDS: Final = re.compile(r"[.,;:!?]|\b(?:and|but|because|so)\b")
# What may be so or not: the caller's "I haven't received it" is no "you received it".
_DENIABLE: Final = frozenset({ClaimKind.STATUS, ClaimKind.NEGATION, ClaimKind.ABSENCE, ClaimKind.PRESENCE})
_DENIED: Final = {ClaimKind.STATUS: ClaimKind.NEGATION, ClaimKind.NEGATION: ClaimKind.STATUS}


class Caller:
    """What the caller has said so far, so that the agent may give it back."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._clauses: list[set[str]] = []
        self._numbers: set[str] = set()
        self._asked = ""  # the last turn, as a statement, when it asked something

    def hear(self, text: str) -> None:
        """Take in one turn of the caller."""
        folded = fold(text)
        self._clauses += filter(None, map(_telling_words, _CLAUSE_ENDS.split(folded)))
        for identifier in find_identifiers(folded, 0, len(folded)):
            self._numbers |= identifier.readings
        self._asked = _QUESTION_MARK.sub(".", text) if _ASKS.search(folded) else ""

    def implied(self, answer: str) -> list[Claim]:
        """What a bare "yes" or "no" states: the facts of the question before it.

        An answer that goes on to say it in full is read for itself.
        """
        match = _YES_OR_NO.match(fold(answer))
        if match is None or not self._asked:
            return []
        denied = match["no"] is not None
        span = Span(match.start("word"), match.end("word"))
        return [
            replace(
                claim,
                kind=_DENIED.get(claim.kind, claim.kind) if denied else claim.kind,
                text=answer[span.start : span.end],
                start=span.start,
                end=span.end,
                sentence=span,
            )
            for claim in find_claims(self._asked, self._hearing)
            if claim.kind in (_DENIED if denied else _IMPLIED)
        ]

    def said(self, claim: Claim) -> bool:
        """Whether a clause that gives the caller's words back gives back only what was said, and in its sense."""
        if not claim.echoing or (isinstance(claim.value, Literal) and claim.value.field == "issue"):
            return False
        if claim.kind not in _DENIABLE or isinstance(claim.value, Identifier):
            return self.knows(claim)
        words = _telling_words(claim.text)
        denied = claim.kind is ClaimKind.NEGATION or _NOT in words
        told = words - {_NOT}
        return bool(told) and any(told <= clause and (_NOT in clause) is denied for clause in self._clauses)

    def knows(self, claim: Claim) -> bool:
        """Whether the caller said the words of `claim`."""
        if isinstance(claim.value, Identifier):
            said = replace(claim.value, suffix=True)  # a caller is told the end of what was said
            return any(map(said.names, self._numbers))
        words = _telling_words(claim.text)
        return bool(words) and words <= set().union(*self._clauses)


def _telling_words(text: str) -> set[str]:
    """The words of `text` that tell something, whoever says them: the caller's "my" is the agent's "your"."""
    words: set[str] = set()
    for word in read_words(fold(text)):
        if word.reads in _DENIALS or word.reads.endswith("n't"):
            words.add(_NOT)
        elif word.reads not in _TELLS_NOTHING:
            words.add(word.reads.removesuffix("'s"))
    return words
