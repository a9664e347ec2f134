"""What an answer is made of: stretches of text, each a fixed phrase or the rendering of one recorded fact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Final, TypeAlias

from sheriff_core.outcome import OutcomeName
from sheriff_core.phrases import Sentence

_FULL_STOPS: Final = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001 - full-width stops end sentences, too
_CLOSING_QUOTE: Final = "”"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded value: the field's name as on the wire, and what is recorded, to the letter."""

    name: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of an answer: the rendering of `fact`, or a fixed phrase where that is None."""

    text: str
    fact: Fact | None = None


_SPACE: Final = Fragment(" ")
_FULL_STOP: Final = Fragment(".")

Filled: TypeAlias = tuple[Fragment, ...]  # one sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and what it rests on."""

    fragments: tuple[Fragment, ...]
    outcome: OutcomeName

    @property
    def text(self) -> str:
        """One speakable line of at most `delivery_words.MAX_ANSWER` characters."""
        return "".join(fragment.text for fragment in self.fragments)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts told, in the order of their telling."""
        return tuple(fragment.fact for fragment in self.fragments if fragment.fact is not None)

    @classmethod
    def of(cls, outcome: OutcomeName, *sentences: Filled) -> "Answer":
        """Lay `sentences` in a row, a space between them."""
        return cls(tuple(_spaced(sentences)), outcome)


def fill(sentence: Sentence, **rendered: Fragment) -> Filled:
    """Put renderings into the places of a sentence, and close it with a full stop where a quotation brings none."""
    fragments: list[Fragment] = []
    for phrase, place in _pieces(sentence):
        if phrase is not None:
            fragments.append(phrase)
        if place is not None:
            fragments.append(rendered[place])
    if fragments[-1].text == _CLOSING_QUOTE and not fragments[-2].text.endswith(_FULL_STOPS):
        fragments.append(_FULL_STOP)
    return tuple(fragments)


def fill_named(plain: Sentence, named: Sentence, name: Fragment | None, **rendered: Fragment) -> Filled:
    """Fill the sentence with a name where there is one to be said, and the one without where there is none."""
    return fill(plain, **rendered) if name is None else fill(named, name=name, **rendered)


@cache
def _pieces(sentence: Sentence) -> tuple[tuple[Fragment | None, str | None], ...]:
    parsed = Formatter().parse(sentence.value)
    return tuple((Fragment(phrase) if phrase else None, place) for phrase, place, _, _ in parsed)


def _spaced(sentences: Sequence[Filled]) -> Iterator[Fragment]:
    for position, sentence in enumerate(sentences):
        if position:
            yield _SPACE
        yield from sentence
