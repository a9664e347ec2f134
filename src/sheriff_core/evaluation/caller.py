"""What the caller said: an agent that gives it back states nothing."""

from sheriff_core.evaluation.claims import Claim, ClaimKind, Hearing, find_claims
from sheriff_core.evaluation.claims_literals import Literal, read_words
from sheriff_core.evaluation.claims_text import fold


class Caller:
    """What the caller has said so far, so that the agent may give it back."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._words: set[str] = set()
        self._numbers: set[str] = set()

    def hear(self, text: str) -> None:
        """Take in one turn of the caller."""
        self._words.update(word.reads for word in read_words(fold(text)))
        for claim in find_claims(text, self._hearing):
            if claim.kind in {ClaimKind.TRACKING_NUMBER, ClaimKind.PHONE_NUMBER}:
                self._numbers |= getattr(claim.value, "readings", frozenset())

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
