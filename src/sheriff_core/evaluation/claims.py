"""Finds what an agent stated about a delivery: each checkable claim of a turn, with its words and their place.

Three sieves, one after the other. First what is known to the letter (issue texts, names) is recognised. Then finders
with their own grammar read numbers, days, times, states, promises and statements about absence. What is left of a
statement must consist of words that state nothing (`claims_vocabulary`); every other word is a claim as well, so that
a fabrication need not have been foreseen to be found. Nothing here knows whether a claim is true: `groundedness` does.
"""

from sheriff_core.evaluation.claim import Age, Claim, ClaimValue, Hearing
from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims_reading import Reading

__all__ = ["Age", "Claim", "ClaimKind", "ClaimValue", "Hearing", "find_claims"]


def find_claims(text: str, hearing: Hearing) -> tuple[Claim, ...]:
    """Every checkable claim of one turn of the agent, in the order of its words."""
    return tuple(sorted(Reading(text, hearing).claims(), key=lambda claim: (claim.start, claim.end)))
