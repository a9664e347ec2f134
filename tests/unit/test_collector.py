"""The garbage collector's settings are those of the whole process: set once, and put back by whoever tries them."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from sheriff import collector
from tests.fakes import FakeClock


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_loaded_is_not_walked_through_again_and_the_rest_seldom() -> None:
    loaded = [{} for _ in range(100)]
    _, younger, _ = gc.get_threshold()
    collector.settle()
    assert gc.get_freeze_count() >= len(loaded)
    assert gc.get_threshold() == (2_000, younger, 1_000)
    assert gc.isenabled()


def test_what_fifty_waiting_callers_hold_sets_off_no_collection() -> None:
    collector.settle()
    before = _collections()
    held = [[each] for each in range(50) for _ in range(30)]
    assert len(held) == 1_500
    assert _collections() == before


def test_what_is_new_and_in_rings_is_found_without_waiting_for_the_minute() -> None:
    collector.settle()
    ring = Ring()
    gone = weakref.ref(ring)
    del ring
    held = [[] for _ in range(2_001)]
    assert gone() is None
    del held


def _collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


class Ring:
    """Only a collection finds it."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_old_connections_leave_behind_is_found_within_a_minute() -> None:
    clock = FakeClock()
    collecting = asyncio.create_task(collector.collect_now_and_then(clock))
    ring = Ring()
    gc.collect()  # old by now
    gone = weakref.ref(ring)
    del ring
    assert gone() is not None
    await clock.advance(60.0)
    assert gone() is None
    collecting.cancel()
