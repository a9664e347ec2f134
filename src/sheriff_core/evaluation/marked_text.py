"""A text cut where its claims begin and end, so that each stretch of it can be shown by its verdict."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WORST_FIRST: Final = ("contradicted", "unsupported", "supported")  # the values of `verdict.Verdict`


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `verdict` is empty where nothing is claimed."""

    text: str
    verdict: str = ""


def pieces(text: str, claims: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """Cut `text` at the edges of `claims` (start, end, verdict); where they overlap, the worst verdict shows."""
    edges = sorted({0, len(text), *(edge for start, end, _ in claims for edge in (start, end))})
    cut: list[Piece] = []
    for start, end in itertools.pairwise(edges):
        verdicts = {verdict for begin, stop, verdict in claims if begin <= start and end <= stop}
        cut.append(Piece(text[start:end], next((verdict for verdict in WORST_FIRST if verdict in verdicts), "")))
    return tuple(cut)
