"""The goals of the scorer's benchmark, held in every run of the tests: one round of each voice."""

from types import ModuleType

import pytest

from benchmarks.groundedness import wordings_held_apart, wordings_tuning, wordings_tuning_b, wordings_tuning_c
from benchmarks.groundedness.corpus import utterances
from benchmarks.groundedness.run import score

SEED = 2  # not that of the benchmark's own figures
FALSE_ALARMS_ALLOWED = 0.02  # share of the faithful utterances


@pytest.mark.parametrize("words", [wordings_tuning, wordings_tuning_b, wordings_tuning_c, wordings_held_apart])
def test_every_fabrication_is_caught_at_few_false_alarms(words: ModuleType) -> None:
    corpus = [(utterance, score(utterance).fabricated) for utterance in utterances(words, SEED, rounds=1)]

    missed = [utterance.text for utterance, is_caught in corpus if utterance.change and not is_caught]
    faithful = [is_caught for utterance, is_caught in corpus if not utterance.change]
    assert missed == []
    assert sum(faithful) <= FALSE_ALARMS_ALLOWED * len(faithful)
