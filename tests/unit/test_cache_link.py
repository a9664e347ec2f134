"""When Redis is left alone, and that it is told once."""

from sheriff_adapters.cache.link import Link
from sheriff_core.events import CacheLost, CacheRestored
from tests.fakes import SpySink


def test_one_failure_is_enough_and_is_told_once_and_the_last_is_the_cause() -> None:
    sink = SpySink()
    link = Link(events=sink, slow_after_s=0.025)
    link.failed("ConnectionError")
    link.failed("TimeoutError")
    assert not link.up
    assert link.lost_because == "TimeoutError"
    assert sink.events == [CacheLost("ConnectionError")]


def test_restoring_is_told_once_and_only_after_a_loss() -> None:
    sink = SpySink()
    link = Link(events=sink, slow_after_s=0.025)
    link.restore()
    link.failed("ConnectionError")
    link.restore()
    link.restore()
    assert link.up
    assert sink.of(CacheRestored) == [CacheRestored()]


def test_answers_that_stay_slow_lose_the_link() -> None:
    sink = SpySink()
    link = Link(events=sink, slow_after_s=0.025)
    for now in (0.1, 0.2, 0.3):
        assert link.up
        link.answered(took_s=0.1, now=now)
    assert sink.events == [CacheLost("3 answers in a row took longer than 25 ms")]


def test_one_hiccup_that_slows_many_answers_at_once_does_not() -> None:
    link = Link(events=SpySink(), slow_after_s=0.025)
    for _ in range(16):
        link.answered(took_s=0.1, now=1.0)
    assert link.up


def test_a_quick_answer_between_slow_ones_clears_them() -> None:
    link = Link(events=SpySink(), slow_after_s=0.025)
    for now in (0.1, 0.5, 0.9, 1.3):
        link.answered(took_s=0.1, now=now)
        link.answered(took_s=0.001, now=now)
    assert link.up
