"""The contract of the `Clock` port, on the fake and on the real one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import Clock
from tests.fakes import FakeClock


async def _let_pass(clock: Any, sleeping: Awaitable[None], seconds: float) -> None:
    if isinstance(clock, FakeClock):
        task = asyncio.ensure_future(sleeping)
        await clock.advance(seconds)
        await task
    else:
        await sleeping


@pytest.fixture(params=[FakeClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    make: Callable[[], Clock] = request.param
    return make()


async def test_sleeping_moves_both_clocks_on_by_at_least_what_was_asked(clock: Clock) -> None:
    now, wall = clock.now(), clock.wall()
    await _let_pass(clock, clock.sleep(0.01), 0.01)
    assert clock.now() - now >= 0.009
    assert clock.wall() - wall >= timedelta(milliseconds=9)


async def test_the_wall_clock_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.wall().utcoffset() == timedelta(0)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_sleeping_for_nothing_lets_other_tasks_run_and_returns(clock: Clock, seconds: float) -> None:
    ran: list[str] = []

    async def other() -> None:
        ran.append("other")

    task = asyncio.create_task(other())
    await clock.sleep(seconds)
    assert ran == ["other"]
    await task


def test_now_never_goes_back(clock: Clock) -> None:
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)
