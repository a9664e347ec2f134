"""How fast a purge goes: sized by time, followed by rests, and never so small that nothing is gained."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sheriff_adapters.recordings.pace import Pace
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.stored import StoredRecordings
from sheriff_core.ports import InteractionFilter


def pace(most: int = 1_000) -> Pace:
    return Pace(step_s=0.01, rest=4.0, most=most)


def test_steps_begin_small_and_double_while_they_are_quick() -> None:
    of_a_purge = pace()
    sizes = []
    for _ in range(7):
        sizes.append(of_a_purge.size)
        of_a_purge.took(0.0)
    assert sizes == [32, 64, 128, 256, 512, 1_000, 1_000]


def test_a_step_that_took_too_long_is_followed_by_a_smaller_one() -> None:
    of_a_purge = pace()
    for _ in range(4):
        of_a_purge.took(0.001)
    assert of_a_purge.size == 512
    of_a_purge.took(0.016)
    assert of_a_purge.size == 320
    of_a_purge.took(3.0)  # a disk that stood still says little about the size
    assert of_a_purge.size == 160


def test_a_step_never_gets_so_small_that_only_its_synchronisations_are_left() -> None:
    of_a_purge = pace()
    for _ in range(10):
        of_a_purge.took(1.0)
    assert of_a_purge.size == 32
    assert pace(most=7).size == 7


def test_a_rest_is_a_multiple_of_the_step_before_it() -> None:
    assert pace().took(0.01) == pytest.approx(0.04)


class LaboriousStore:
    """Deletes a row in 0.2 ms and gives back a page in 0.1 ms, of a clock that moves by nothing else but rests."""

    def __init__(self, *, rows: int) -> None:
        self.rows = self.pages = rows
        self.steps: list[float] = []
        self.rested_s = 0.0
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return datetime(2026, 2, 12, tzinfo=UTC) + timedelta(seconds=self._now)

    async def sleep(self, seconds: float) -> None:
        self.rested_s += seconds
        self._now += seconds

    async def delete(self, _: InteractionFilter, *, limit: int) -> int:
        deleted = min(limit, self.rows)
        self.rows -= deleted
        self._work(deleted * 0.000_2)
        return deleted

    async def tidy(self, *, pages: int) -> bool:
        given_back = min(pages, self.pages)
        self.pages -= given_back
        self._work(given_back * 0.000_1)
        return self.pages > 0

    def _work(self, seconds: float) -> None:
        self.steps.append(seconds)
        self._now += seconds


async def test_a_purge_keeps_to_a_fifth_of_the_time_in_steps_of_a_hundredth_of_a_second() -> None:
    store: Any = LaboriousStore(rows=20_000)
    stored = StoredRecordings(store, clock=store, policy=RecordingPolicy())
    assert await stored.purge(InteractionFilter(kind="tool_call")) == 20_000
    assert store.rows == store.pages == 0
    assert max(store.steps) <= 0.02
    assert sorted(store.steps)[len(store.steps) // 2] == pytest.approx(0.01)
    assert store.rested_s == pytest.approx(4 * sum(store.steps), rel=0.05)


async def test_what_finds_nothing_gives_back_what_an_earlier_purge_could_not() -> None:
    store: Any = LaboriousStore(rows=0)
    store.pages = 100
    stored = StoredRecordings(store, clock=store, policy=RecordingPolicy())
    assert await stored.purge(InteractionFilter(kind="tool_call")) == 0
    assert store.pages == 0


async def test_the_last_of_several_purges_gives_back_for_all_of_them() -> None:
    store: Any = LaboriousStore(rows=2_000)
    before = store.pages
    stored = StoredRecordings(store, clock=store, policy=RecordingPolicy())
    assert await stored.purge(InteractionFilter(kind="end_of_call"), tidies=False) == 2_000
    assert store.pages == before > 0
    assert await stored.purge(InteractionFilter(kind="tool_call")) == 0
    assert store.pages == 0
