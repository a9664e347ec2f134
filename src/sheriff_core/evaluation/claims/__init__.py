"""Finds what an agent stated about a delivery: each checkable claim of a turn, with its words and their place.

Three sieves, one after the other. First what is known to the letter (issue texts, names) is recognised. Then finders
with their own grammar read numbers, days, times, states, promises and statements about absence. What is left of a
statement must consist of words that state nothing (`vocabulary`); every other word is a claim as well, so that
a fabrication need not have been foreseen to be found. Nothing here knows whether a claim is true: `groundedness` does.
"""

from collections.abc import Iterator
from dataclasses import replace

from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims.claim import Age, Claim, ClaimValue, Hearing
from sheriff_core.evaluation.claims.reading import Reading
from sheriff_core.evaluation.claims.text import Span

__all__ = ["Age", "Claim", "ClaimKind", "ClaimValue", "Hearing", "find_claims"]

_PAGE_CHARACTERS = 8_000  # of a turn that are read at once: each claim costs a copy of the page it stands on


def find_claims(text: str, hearing: Hearing) -> tuple[Claim, ...]:
    """Every checkable claim of one turn of the agent, in the order of its words."""
    found: list[Claim] = []
    for start, end in _pages(text):
        found += (_moved(claim, start) for claim in Reading(text[start:end], hearing).claims())
    return tuple(sorted(found, key=lambda claim: (claim.start, claim.end)))


def _pages(text: str) -> Iterator[tuple[int, int]]:
    """The stretches in which a turn is read: nearly always all of it, else whole sentences."""
    start = 0
    while len(text) - start > _PAGE_CHARACTERS:
        limit = start + _PAGE_CHARACTERS
        breaks = (text.rfind(mark, start, limit) for mark in (". ", " "))
        end = next((place + 1 for place in breaks if place > start), limit)
        yield start, end
        start = end
    yield start, len(text)


def _moved(claim: Claim, by: int) -> Claim:
    if not by:
        return claim
    sentence = Span(claim.sentence.start + by, claim.sentence.end + by)
    return replace(claim, start=claim.start + by, end=claim.end + by, sentence=sentence)
