"""The garbage collector's settings are those of the whole process: set once, and put back by whoever tries them."""

import gc
from collections.abc import Iterator

import pytest

from sheriff import collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_loaded_is_not_walked_through_again_and_the_rest_seldom() -> None:
    loaded = [{} for _ in range(100)]
    youngest, younger, _ = gc.get_threshold()
    collector.settle()
    assert gc.get_freeze_count() >= len(loaded)
    assert gc.get_threshold() == (youngest, younger, 1_000)
    assert gc.isenabled()
