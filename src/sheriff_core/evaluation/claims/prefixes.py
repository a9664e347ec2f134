"""The letters that a known tracking number begins with, said alone: "the SHR is delivered"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sheriff_core.evaluation.claims.identifiers import Identifier


def find_prefixes(text: str, start: int, end: int, prefixes: tuple[str, ...]) -> Iterator[Identifier]:
    """Each of the letters that known numbers begin with, said alone: "the SHR is delivered"."""
    for prefix in prefixes:
        for match in _said_alone(prefix).finditer(text, start, end):
            yield Identifier(match.start(), match.end(), frozenset({prefix}), piece=True)


@lru_cache(maxsize=256)
def _said_alone(prefix: str) -> re.Pattern[str]:
    letters = "[ .-]{0,2}".join(map(re.escape, prefix.lower()))
    return re.compile(rf"(?<![a-z0-9'-]){letters}(?:'s)?(?![a-z0-9'-])")
