"""Single flight: one lookup in the air per key, outliving its callers, bounded, ended at shutdown."""

import asyncio

from sheriff_core.single_flight import Flight, SingleFlight
from tests.fakes import FakeClock, settle


async def test_a_thousand_callers_share_one_flight() -> None:
    clock = FakeClock()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=10)
    started = 0

    async def fly(_: Flight[str]) -> str:
        nonlocal started
        started += 1
        await clock.sleep(1)
        return "landed"

    async def caller() -> str | None:
        flight = tower.find("A1") or tower.start("A1", fly)
        return await flight.landed_by(clock.now() + 5)

    callers = [asyncio.create_task(caller()) for _ in range(1_000)]
    await settle()
    assert len(tower) == 1
    await clock.advance(1)
    assert await asyncio.gather(*callers) == ["landed"] * 1_000
    assert started == 1
    assert len(tower) == 0


async def test_a_caller_that_goes_away_does_not_cancel_the_flight() -> None:
    clock = FakeClock()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=10)

    async def fly(_: Flight[str]) -> str:
        await clock.sleep(1)
        return "landed"

    flight = tower.start("A1", fly)
    leaving = asyncio.create_task(flight.landed_by(10))
    await settle()
    leaving.cancel()
    await settle()
    await clock.advance(1)
    assert await flight.landed_by(10) == "landed"


async def test_waiting_ends_at_the_instant_and_not_before() -> None:
    clock = FakeClock()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=10)

    async def fly(_: Flight[str]) -> str:
        await clock.sleep(60)
        return "landed"

    flight = tower.start("A1", fly)
    waiting = asyncio.create_task(flight.landed_by(0.5))
    await clock.advance(0.49)
    assert not waiting.done()
    await clock.advance(0.02)
    assert waiting.done()
    assert await waiting is None
    await tower.close()


async def test_who_comes_when_the_instant_has_passed_does_not_wait_for_what_lands_in_this_very_turn() -> None:
    clock, answered = FakeClock(), asyncio.Event()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=10)

    async def fly(_: Flight[str]) -> str:
        await answered.wait()
        return "landed"

    flight = tower.start("A1", fly)
    await clock.advance(2)
    answered.set()
    assert await flight.landed_by(0.5) is None
    await tower.close()


async def test_flights_are_bounded_and_all_end_at_close() -> None:
    clock = FakeClock()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=3)
    ended: list[str] = []

    async def fly(_: Flight[str]) -> str:
        try:
            await clock.sleep(60)
        finally:
            ended.append("x")
        return "landed"

    for key in ("A", "B", "C"):
        assert not tower.full
        tower.start(key, fly)
    assert tower.full
    await settle()
    await tower.close()
    assert len(ended) == 3
    assert len(tower) == 0


async def test_a_flight_cancelled_at_shutdown_tells_its_callers_nothing() -> None:
    clock = FakeClock()
    tower: SingleFlight[str] = SingleFlight(clock, max_flights=3)

    async def fly(_: Flight[str]) -> str:
        await clock.sleep(60)
        return "landed"

    waiting = asyncio.create_task(tower.start("A", fly).landed_by(100))
    await settle()
    await tower.close()
    assert await waiting is None
