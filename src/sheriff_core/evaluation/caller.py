"""What the caller said: an agent that gives it back states nothing."""

import re
from dataclasses import replace
from typing import Final

from sheriff_core.evaluation.claims import Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims_identifiers import find_identifiers
from sheriff_core.evaluation.claims_literals import Literal, read_words
from sheriff_core.evaluation.claims_text import Span, fold

_QUESTION_MARK: Final = re.compile(r"[?]+")
_ASKS: Final = re.compile(r"[?]\s*$|\b(?:is|are|was|has|have|will|did|does)\s+(?:it|my|the|that|this)\b")
_YES_OR_NO: Final = re.compile(
    r"\s*(?P<word>(?:yes|yeah|yep|yup|correct|exactly|that's\s+(?:right|correct)|that\s+is\s+(?:right|correct)|it\s+(?:is|has|was|will)|(?P<no>no|nope|it\s+(?:isn't|hasn't|wasn't|is\s+not|has\s+not)))"
    r"(?:,?\s+(?:it\s+(?:is|has|was|will)|(?:it\s+)?(?:isn't|hasn't|wasn't)|that's\s+(?:right|correct)|ma'am|sir))?)\s*(?:[.!]|$)"
)
_IMPLIED: Final = frozenset({ClaimKind.STATUS, ClaimKind.DATE, ClaimKind.TIME, ClaimKind.CARRIER, ClaimKind.PLACE})
_DENIED: Final = {ClaimKind.STATUS: ClaimKind.NEGATION, ClaimKind.NEGATION: ClaimKind.STATUS}


class Caller:
    """What the caller has said so far, so that the agent may give it back."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._words: set[str] = set()
        self._numbers: set[str] = set()
        self._asked = ""  # the last turn, as a statement, when it asked something

    def hear(self, text: str) -> None:
        """Take in one turn of the caller."""
        self._words.update(word.reads for word in read_words(fold(text)))
        folded = fold(text)
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
        """Whether an echoing sentence gives back only what the caller said."""
        return (
            claim.echoing
            and self.knows(claim)
            and not (isinstance(claim.value, Literal) and claim.value.field == "issue")
        )

    def knows(self, claim: Claim) -> bool:
        """Whether the caller said the words of `claim`."""
        readings = getattr(claim.value, "readings", None)
        if readings:
            return any(number.endswith(reading) for number in self._numbers for reading in readings)
        words = [word.reads for word in read_words(fold(claim.text))]
        return bool(words) and all(word in self._words or word.removesuffix("'s") in self._words for word in words)
