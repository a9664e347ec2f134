"""A text cut where its claims begin and end, so that each stretch of it can be shown by its verdict."""

import itertools
from collections import deque
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
    coming = deque(sorted(claims))
    covering: list[tuple[int, int, str]] = []
    for start, end in itertools.pairwise(edges):
        while coming and coming[0][0] <= start:
            covering.append(coming.popleft())
        covering = [claim for claim in covering if end <= claim[1]]
        verdicts = {verdict for *_, verdict in covering}
        cut.append(Piece(text[start:end], next((verdict for verdict in WORST_FIRST if verdict in verdicts), "")))
    return tuple(cut)
