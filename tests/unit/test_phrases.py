"""The table of sentences: whoever changes it is told at once what may not be said."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from sheriff_core.phrases import ENDED_STATUSES, STATUS_WORDS, Sentence, status_key
from tests.unit.golden.walk import by_itself

PLACES = {"name", "status", "estimate", "number", "age", "issue"}
# Guesses and promises. Recorded text may say them, within quotes; we may not.
FORBIDDEN = re.compile(
    r"\b(should|soon|shortly|probabl[ey]|likely|maybe|perhaps|might|may|could be|will|won't|going to|promise[sd]?"
    r"|guarantee[sd]?|hopeful(ly)?|hope|expect(s|ed)?|certainly|definitely|surely|arriv(e|es|al|ing)|on time"
    r"|believe|think|assume|seems?|appears?|usually|normally|typically|around)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("sentence", Sentence)
class TestEachSentence:
    def test_has_only_known_places_each_once_and_plain(self, sentence: Sentence) -> None:
        pieces = list(Formatter().parse(sentence))
        places = [place for _, place, _, _ in pieces if place is not None]
        assert set(places) <= PLACES
        assert max(Counter(places).values(), default=1) == 1
        assert not any(spec or conversion for _, _, spec, conversion in pieces)

    def test_states_no_guess_and_no_promise(self, sentence: Sentence) -> None:
        assert not FORBIDDEN.search(sentence)

    def test_offers_nothing_that_no_tool_can_do(self, sentence: Sentence) -> None:
        assert not re.search(r"\b(connect|transfer|colleague|agent|call(ed)? (you )?back|e-?mail|text you)", sentence)

    def test_has_no_figures_of_its_own(self, sentence: Sentence) -> None:
        assert not re.search(r"\d", sentence)

    def test_is_one_plain_line(self, sentence: Sentence) -> None:
        assert sentence == " ".join(sentence.split())
        assert not re.search(r"[<>*_`#\[\]\\|]", sentence)
        assert all(
            unicodedata.category(character) in {"Lu", "Ll", "Po", "Pi", "Pf", "Ps", "Pe", "Zs"}
            for character in sentence
        )

    def test_ends_as_a_sentence_does(self, sentence: Sentence) -> None:
        assert sentence.endswith((".", "?", "}”"))

    def test_quotes_whatever_is_read_to_the_letter(self, sentence: Sentence) -> None:
        assert sentence.count("“") == sentence.count("”") <= 1
        assert "{issue}" not in sentence or "“{issue}”" in sentence


@pytest.mark.parametrize(("place", "sentence"), list(by_itself()))
def test_what_the_agent_says_by_itself_states_nothing_either(place: str, sentence: str) -> None:
    assert not FORBIDDEN.search(sentence), place
    assert not re.search(r"\d", sentence), place


def test_a_named_sentence_takes_the_name_and_whatever_its_twin_takes() -> None:
    for sentence in Sentence:
        if not sentence.name.endswith("_NAMED"):
            continue
        twin = Sentence[sentence.name.removesuffix("_NAMED")]
        assert _places(sentence) == _places(twin) | {"name"}


def test_what_a_missing_fact_sounds_like() -> None:
    for sentence in Sentence:
        assert "_MISSING" not in sentence.name or sentence.endswith("I don't have that information.")


@pytest.mark.parametrize(("recorded", "words"), STATUS_WORDS.items())
def test_status_words_are_speakable_and_promise_nothing(recorded: str, words: str) -> None:
    assert recorded == status_key(recorded)
    assert re.fullmatch(r"(is|has|had) [a-z ]+", words)
    assert not FORBIDDEN.search(words)


@pytest.mark.parametrize(
    "recorded",
    [
        "out for delivery",
        "OUT_FOR_DELIVERY",
        "out-for-delivery",
        "Out For  Delivery",
        "outForDelivery",
        " Out_for-Delivery\n",
    ],
)
def test_status_is_known_however_it_is_spelled(recorded: str) -> None:
    assert STATUS_WORDS[status_key(recorded)] == "is out for delivery"


def test_ended_statuses_are_known_statuses() -> None:
    assert set(STATUS_WORDS) >= ENDED_STATUSES


def _places(sentence: Sentence) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(sentence) if place is not None}


def test_the_reference_page_names_every_sentence() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "sentences.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z_]+)`", page))
    sentences = {sentence.name for sentence in Sentence}
    assert sentences <= named
    assert named - sentences <= {"ENDED_STATUSES", "SHERIFF_DISCLOSURE", "SHERIFF_TIMEZONE", "_NAMED"}
