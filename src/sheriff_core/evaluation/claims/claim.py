"""A claim: one checkable statement of an agent, with its words, their place and what they say."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims.absence import Subject
from sheriff_core.evaluation.claims.identifiers import Identifier
from sheriff_core.evaluation.claims.literals import Literal
from sheriff_core.evaluation.claims.text import Span
from sheriff_core.evaluation.day_pattern import DayPattern

# What an agent reads back to hear whether it got it right.
READ_BACK = frozenset({ClaimKind.TRACKING_NUMBER, ClaimKind.NAME, ClaimKind.PHONE_NUMBER})


@dataclass(frozen=True, slots=True)
class Age:
    """An age in seconds, and how far it is rounded."""

    seconds: float
    rounding: float


ClaimValue: TypeAlias = str | int | frozenset[str] | DayPattern | Identifier | Age | Subject | Literal | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement: its words, their place in the turn, and what they say."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    value: ClaimValue
    sentence: Span
    echoing: bool = False  # in a sentence that gives the caller's own words back
    past: bool = False  # a day on which something is said to have happened


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a listener must know to tell one claim from another: the day, and what is known to the letter."""

    today: date
    names: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    states: tuple[str, ...] = ()  # recorded status words
    texts: tuple[str, ...] = ()  # other recorded text, such as an estimate in free words
    prefixes: tuple[str, ...] = ()  # letters that the call's tracking numbers begin with
    spoken: frozenset[str] = field(default_factory=frozenset)  # words of the tools' own replies
