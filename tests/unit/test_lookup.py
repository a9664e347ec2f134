"""The lookup: every way it can end, in fake time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sheriff_core.breaker import BreakerState, CircuitBreaker
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import CallNotPermitted, DefectCaught, FlightShed, LookupEnded, StaleServed
from sheriff_core.lookup import DeliveryLookup, LookupTrace
from sheriff_core.memory import fresh_for_s
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    LookupOutcome,
    NotFound,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.policy import BreakerPolicy, LookupPolicy
from sheriff_core.ports import (
    AttemptResult,
    DeliveryUnreadableError,
    Remembered,
    SourceMisconfiguredError,
    SourceUnavailableError,
)
from sheriff_core.tracking_number import TrackingNumber
from tests.fakes import FakeCache, FakeClock, FakeSource, NullTracer, SpySink, settle

KNOWN = Delivery("SHR123456", status="in_transit", document_id="d1")
NUMBER = TrackingNumber("SHR123456", ("SHR123456",))
POLICY = LookupPolicy()


class Stage:
    def __init__(self, policy: LookupPolicy = POLICY, breaker_policy: BreakerPolicy | None = None) -> None:
        self.clock = FakeClock()
        self.sink = SpySink()
        self.source = FakeSource(KNOWN)
        self.cache = FakeCache(self.clock)
        self.breaker = CircuitBreaker(breaker_policy or BreakerPolicy(), self.clock, self.sink)
        self.policy = policy
        self.lookup = DeliveryLookup(
            source=self.source,
            cache=self.cache,
            breaker=self.breaker,
            clock=self.clock,
            events=self.sink,
            tracer=NullTracer(),
            policy=policy,
        )

    def ask(self, number: TrackingNumber = NUMBER) -> "asyncio.Task[LookupOutcome]":
        self.trace = LookupTrace()
        deadline = Deadline.after(self.policy.hard_timeout_s, now=self.clock.now())
        return asyncio.create_task(self.lookup.find(number, at=self.clock.wall(), deadline=deadline, trace=self.trace))

    async def remember(self, *deliveries: Delivery, age_s: float) -> None:
        fetched_at = self.clock.wall() - timedelta(seconds=age_s)
        await self.cache.put(NUMBER.key, Remembered(deliveries, fetched_at), ttl_s=1e9)

    def answers_after(self, seconds: float) -> None:
        async def slow(_: TrackingNumber) -> tuple[Delivery, ...]:
            await self.clock.sleep(seconds)
            return (KNOWN,)

        self.source.behaviour = slow

    def fails_with(self, error: Exception, after: float = 0.0) -> None:
        async def failing(_: TrackingNumber) -> tuple[Delivery, ...]:
            await self.clock.sleep(after)
            raise error

        self.source.behaviour = failing

    def results(self) -> list[str]:
        return [event.result for event in self.sink.of(LookupEnded)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


DOWN = SourceUnavailableError("503", result=AttemptResult.SERVER_ERROR, transient=True)
REFUSED = SourceMisconfiguredError("401", result=AttemptResult.REJECTED, transient=False)


async def test_nothing_remembered_asks_the_source_and_remembers_the_answer(stage: Stage) -> None:
    assert await stage.ask() == Found(KNOWN, 0.0, ServedFrom.SOURCE)
    await stage.clock.advance(10)
    assert await stage.ask() == Found(KNOWN, 10.0, ServedFrom.CACHE)
    assert len(stage.source.asked) == 1
    assert stage.results() == ["miss", "hit"]


async def test_fresh_memory_answers_without_the_source_even_when_the_breaker_is_open(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=30)
    stage.breaker.isolate(reason="test")
    assert await stage.ask() == Found(KNOWN, 30.0, ServedFrom.CACHE)
    assert stage.source.asked == []


async def test_where_nothing_is_current_the_source_is_always_asked_and_memory_is_for_when_it_fails() -> None:
    stage = Stage(replace(POLICY, fresh_s=0.0))
    assert await stage.ask() == Found(KNOWN, 0.0, ServedFrom.SOURCE)
    assert await stage.ask() == Found(KNOWN, 0.0, ServedFrom.SOURCE)
    stage.fails_with(DOWN)
    assert await stage.ask() == FoundStale(KNOWN, 0.0)


async def test_a_lookup_needs_a_number_and_a_deadline_and_is_asked_now(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=30)
    assert await stage.lookup.find(NUMBER, deadline=Deadline(4.5)) == Found(KNOWN, 30.0, ServedFrom.CACHE)


async def test_stale_memory_is_refreshed_when_the_source_answers_in_time(stage: Stage) -> None:
    await stage.remember(replace(KNOWN, status="pending"), age_s=180)
    stage.answers_after(0.4)
    asking = stage.ask()
    await stage.clock.advance(0.4)
    assert await asking == Found(KNOWN, 0.0, ServedFrom.SOURCE)


async def test_slow_source_with_memory_answers_stale_at_the_soft_timeout(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=180)
    stage.answers_after(2)
    asking = stage.ask()
    await stage.clock.advance(0.49)
    assert not asking.done()
    await stage.clock.advance(0.02)
    assert await asking == FoundStale(KNOWN, 180.0)
    assert [event.reason for event in stage.sink.of(StaleServed)] == ["timeout"]
    await stage.clock.advance(2)
    assert await stage.ask() == Found(KNOWN, pytest.approx(0.51), ServedFrom.CACHE), "the flight filled the cache"


async def test_only_the_first_caller_waits_for_the_soft_timeout_of_a_flight(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=180)
    stage.answers_after(3)
    stage.ask()
    await stage.clock.advance(1)
    later = stage.ask()
    await settle()
    assert later.done()
    assert await later == FoundStale(KNOWN, 181.0)


async def test_slow_source_without_memory_apologises_at_the_hard_timeout_and_goes_on(stage: Stage) -> None:
    stage.answers_after(6)
    asking = stage.ask()
    await stage.clock.advance(4.49)
    assert not asking.done()
    await stage.clock.advance(0.02)
    assert await asking == Unavailable(UnavailableReason.TIMEOUT)
    await stage.clock.advance(2)
    assert isinstance(await stage.ask(), Found)
    assert len(stage.source.asked) == 1


async def test_the_flight_has_its_background_time_beyond_the_hard_timeout_and_no_more() -> None:
    stage = Stage(LookupPolicy(soft_timeout_s=0.5, hard_timeout_s=1.0, background_s=3.0))
    asking = stage.ask()
    await asking
    assert stage.source.deadlines == [Deadline(4.0)]


@pytest.mark.parametrize("after", [0.0, 0.2])
async def test_a_failing_source_with_memory_is_answered_at_once_from_memory(stage: Stage, after: float) -> None:
    await stage.remember(KNOWN, age_s=3_600)
    stage.fails_with(DOWN, after)
    asking = stage.ask()
    await stage.clock.advance(after)
    assert await asking == FoundStale(KNOWN, 3_600.0)


async def test_a_failing_source_without_memory_is_an_apology(stage: Stage) -> None:
    stage.fails_with(DOWN)
    assert await stage.ask() == Unavailable(UnavailableReason.SOURCE_FAILED)


async def test_an_open_breaker_asks_nobody(stage: Stage) -> None:
    stage.breaker.isolate(reason="test")
    assert await stage.ask() == Unavailable(UnavailableReason.CIRCUIT_OPEN)
    await stage.remember(KNOWN, age_s=600)
    assert await stage.ask() == FoundStale(KNOWN, 600.0)
    assert stage.source.asked == []
    assert len(stage.sink.of(CallNotPermitted)) == 2


async def test_five_failed_flights_open_the_breaker_and_a_probe_closes_it(stage: Stage) -> None:
    stage.fails_with(DOWN)
    for _ in range(5):
        await stage.ask()
    assert stage.breaker.state is BreakerState.OPEN
    stage.source.behaviour = None
    assert isinstance(await stage.ask(), Unavailable)
    await stage.clock.advance(30)
    assert isinstance(await stage.ask(), Found)
    assert stage.breaker.state is BreakerState.CLOSED


async def test_our_own_fault_and_not_found_are_health_not_failure(stage: Stage) -> None:
    stage.fails_with(REFUSED)
    for _ in range(8):
        assert await stage.ask() == Unavailable(UnavailableReason.MISCONFIGURED)
    stage.source.behaviour = None
    for n in range(8):
        assert await stage.ask(TrackingNumber(f"NO{n}11", (f"NO{n}11",))) == NotFound(ServedFrom.SOURCE)
    assert stage.breaker.state is BreakerState.CLOSED


async def test_a_delivery_that_cannot_be_told_keeps_no_other_back(stage: Stage) -> None:
    stage.fails_with(DeliveryUnreadableError("wrong shape of status", result=AttemptResult.MALFORMED, transient=True))
    for _ in range(8):
        assert await stage.ask() == Unavailable(UnavailableReason.UNREADABLE)
    assert stage.breaker.snapshot().consecutive_failures == 0
    await stage.remember(KNOWN, age_s=600)
    assert await stage.ask() == FoundStale(KNOWN, 600.0)


async def test_not_found_is_remembered_for_seconds_and_never_told_when_stale(stage: Stage) -> None:
    stage.source.deliveries = []
    assert await stage.ask() == NotFound(ServedFrom.SOURCE)
    await stage.clock.advance(9)
    assert await stage.ask() == NotFound(ServedFrom.CACHE)
    await stage.clock.advance(2)
    stage.fails_with(DOWN)
    assert await stage.ask() == Unavailable(UnavailableReason.SOURCE_FAILED)


async def test_what_is_older_than_a_day_is_not_told(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=86_401)
    stage.fails_with(DOWN)
    assert await stage.ask() == Unavailable(UnavailableReason.SOURCE_FAILED)


async def test_two_deliveries_under_one_number_are_ambiguous_and_remembered_as_such(stage: Stage) -> None:
    stage.source.deliveries.append(replace(KNOWN, document_id="d2"))
    assert await stage.ask() == Ambiguous(ServedFrom.SOURCE)
    assert await stage.ask() == Ambiguous(ServedFrom.CACHE)
    await stage.clock.advance(7_200)
    stage.fails_with(DOWN)
    assert await stage.ask() == Ambiguous(ServedFrom.STALE, 7_200.0)


async def test_a_stampede_for_one_cold_number_is_one_request(stage: Stage) -> None:
    stage.answers_after(0.2)
    asking = [stage.ask() for _ in range(1_000)]
    await stage.clock.advance(0.2)
    assert {type(outcome) for outcome in await asyncio.gather(*asking)} == {Found}
    assert len(stage.source.asked) == 1


async def test_beyond_the_bound_of_flights_load_is_shed_at_once() -> None:
    stage = Stage(replace(POLICY, max_flights=2))
    stage.answers_after(3)
    for n in range(2):
        stage.ask(TrackingNumber(f"A{n}111", (f"A{n}111",)))
    await settle()
    assert await stage.ask() == Unavailable(UnavailableReason.BUSY)
    await stage.remember(KNOWN, age_s=600)
    assert await stage.ask() == FoundStale(KNOWN, 600.0)
    assert len(stage.sink.of(FlightShed)) == 2
    await stage.lookup.close()


async def test_a_caller_that_goes_away_leaves_the_flight_alone(stage: Stage) -> None:
    stage.answers_after(1)
    leaving = stage.ask()
    await settle()
    leaving.cancel()
    await stage.clock.advance(1)
    assert await stage.ask() == Found(KNOWN, 0.0, ServedFrom.CACHE)


async def test_a_defect_in_an_adapter_is_an_apology_and_no_vote(stage: Stage) -> None:
    stage.fails_with(ZeroDivisionError("defect"))
    assert await stage.ask() == Unavailable(UnavailableReason.INTERNAL)
    assert stage.breaker.snapshot().consecutive_failures == 0
    assert len(stage.sink.of(DefectCaught)) == 1


async def test_flights_end_at_shutdown_without_a_vote(stage: Stage) -> None:
    stage.answers_after(100)
    asking = stage.ask()
    await settle()
    await stage.lookup.close()
    assert await asking == Unavailable(UnavailableReason.TIMEOUT)
    assert stage.breaker.snapshot().consecutive_failures == 0
    assert stage.lookup.in_flight == 0


async def test_one_delivery_among_several_readings_is_remembered_under_its_own_number_too(stage: Stage) -> None:
    spoken = TrackingNumber("S H R one two three four fifty six", ("SHR1234506", "SHR123456"))
    assert isinstance(await stage.ask(spoken), Found)
    assert await stage.ask(NUMBER) == Found(KNOWN, 0.0, ServedFrom.CACHE)


async def test_the_trace_holds_what_was_seen_before_and_what_was_sent(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=180)
    await stage.ask()
    assert stage.trace.memory.age_s == 180
    assert stage.trace.breaker is not None
    assert stage.trace.breaker.state is BreakerState.CLOSED
    assert [attempt.result for attempt in stage.trace.attempts] == [AttemptResult.OK]


def test_entries_made_together_do_not_expire_together() -> None:
    clock = FakeClock()
    remembered = Remembered((KNOWN,), clock.wall())
    lifetimes = [fresh_for_s(remembered, f"SHR{n}", POLICY) for n in range(200)]
    assert all(54 <= lifetime <= 60 for lifetime in lifetimes)
    assert max(lifetimes) - min(lifetimes) > 4


async def test_another_deliverys_entry_under_this_number_is_no_memory_of_it(stage: Stage) -> None:
    await stage.remember(Delivery("SHR999999", status="delivered", document_id="d9"), age_s=10)
    stage.fails_with(DOWN)
    assert await stage.ask() == Unavailable(UnavailableReason.SOURCE_FAILED)


async def test_what_was_fetched_before_the_clock_was_put_back_is_not_told_as_current(stage: Stage) -> None:
    await stage.ask()
    stage.clock.put_back(3_600)
    await stage.clock.advance(120)
    corrected = replace(KNOWN, status="delivered")
    stage.source.deliveries = [corrected]
    assert await stage.ask() == Found(corrected, 0.0, ServedFrom.SOURCE)
    assert await stage.ask() == Found(corrected, 0.0, ServedFrom.CACHE)


async def test_what_was_fetched_while_the_request_was_read_is_current(stage: Stage) -> None:
    await stage.remember(KNOWN, age_s=-4.5)
    assert await stage.ask() == Found(KNOWN, 0.0, ServedFrom.CACHE)


async def test_forgetting_makes_the_next_lookup_ask(stage: Stage) -> None:
    await stage.ask()
    assert await stage.lookup.forget(NUMBER)
    await stage.ask()
    assert len(stage.source.asked) == 2


async def test_what_is_forgotten_under_its_number_is_forgotten_under_all_words_that_could_mean_it(stage: Stage) -> None:
    unsure = TrackingNumber("S H R one twenty three four fifty six", (KNOWN.tracking_number, "SHR1203456"))
    assert await stage.ask(unsure) == Found(KNOWN, 0.0, ServedFrom.SOURCE)
    assert await stage.ask(unsure) == Found(KNOWN, 0.0, ServedFrom.CACHE)
    assert await stage.lookup.forget(NUMBER)
    corrected = replace(KNOWN, status="delivered")
    stage.source.deliveries = [corrected]
    assert await stage.ask(unsure) == Found(corrected, 0.0, ServedFrom.SOURCE)


async def test_what_changed_under_its_own_number_changed_under_all_words_that_could_mean_it(stage: Stage) -> None:
    unsure = TrackingNumber("S H R one twenty three four fifty six", (KNOWN.tracking_number, "SHR1203456"))
    await stage.ask(unsure)
    await stage.lookup.forget(NUMBER)
    corrected = replace(KNOWN, status="delivered")
    stage.source.deliveries = [corrected]
    assert await stage.ask(NUMBER) == Found(corrected, 0.0, ServedFrom.SOURCE)
    assert await stage.ask(unsure) == Found(corrected, 0.0, ServedFrom.SOURCE)


async def test_forgetting_what_leaves_a_choice_forgets_each_reading(stage: Stage) -> None:
    await stage.ask()
    assert await stage.lookup.forget(TrackingNumber("SHR one twenty", ("SHR1203456", KNOWN.tracking_number)))
    await stage.ask()
    assert len(stage.source.asked) == 2


@pytest.mark.parametrize("forgotten", [NUMBER, TrackingNumber("either", ("SHR1203456", KNOWN.tracking_number))])
async def test_a_flight_that_left_before_the_forgetting_brings_nobody_the_old_state_after_it(
    stage: Stage, forgotten: TrackingNumber
) -> None:
    stage.answers_after(2)
    before = stage.ask()
    await stage.clock.advance(1)
    await stage.lookup.forget(forgotten)
    corrected = replace(KNOWN, status="delivered")
    stage.source.behaviour, stage.source.deliveries = None, [corrected]
    assert await stage.ask() == Found(corrected, 0.0, ServedFrom.SOURCE)
    assert stage.lookup.in_flight == 1, "who asked before still waits for the flight that left before"
    await stage.clock.advance(1)
    assert await before == Found(KNOWN, 0.0, ServedFrom.SOURCE)
    assert await stage.ask() == Found(corrected, 1.0, ServedFrom.CACHE)
    assert stage.lookup.in_flight == 0


async def test_an_overtaken_flight_still_counts_and_ends_at_shutdown(stage: Stage) -> None:
    stage.answers_after(100)
    stage.ask()
    await settle()
    await stage.lookup.forget(NUMBER)
    assert stage.lookup.in_flight == 1
    await stage.lookup.close()
    assert stage.lookup.in_flight == 0
    assert stage.breaker.snapshot().consecutive_failures == 0
