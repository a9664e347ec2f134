"""Asking again: spacing, deadline, budget and hedges, on a clock that tests move."""

import asyncio
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_adapters.retrying import RetryBudget, RetryingDeliverySource
from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import RetryDenied, SourceRetried
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    SourceError,
    SourceMisconfiguredError,
    SourceUnavailableError,
)
from sheriff_core.tracking_number import TrackingNumber
from tests.fakes import FakeClock, SpySink, settle

NUMBER = TrackingNumber("AB123456", ("AB123456",))
HELD = (Delivery("AB123456", status="in_transit"),)
TRANSIENT = [
    AttemptResult.NETWORK_ERROR,
    AttemptResult.MALFORMED,
    AttemptResult.TIMEOUT,
    AttemptResult.RATE_LIMITED,
    AttemptResult.SERVER_ERROR,
]


def failure(
    result: AttemptResult = AttemptResult.SERVER_ERROR, *, retry_after_s: float | None = None
) -> SourceUnavailableError:
    return SourceUnavailableError(f"failed: {result}", result=result, transient=True, retry_after_s=retry_after_s)


class ScriptedSource:
    """Each attempt takes the next step of the script: after so many seconds, an error or deliveries; None: never."""

    def __init__(self, clock: FakeClock, *script: tuple[float | None, SourceError | tuple[Delivery, ...]]) -> None:
        self.script = deque(script)
        self.started_at: list[float] = []
        self.deadlines: list[float] = []
        self.cancelled = 0
        self.running = 0
        self._clock = clock

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        after_s, ending = self.script.popleft() if self.script else (0.0, failure())
        self.started_at.append(round(self._clock.now(), 6))
        self.deadlines.append(round(deadline.at, 6))
        attempt = attempts.begin()
        self.running += 1
        try:
            if after_s is None:
                await asyncio.get_running_loop().create_future()
            else:
                await self._clock.sleep(after_s)
        except asyncio.CancelledError:
            self.cancelled += 1
            await asyncio.sleep(0)  # tidying up takes a moment, as closing a connection does
            raise
        finally:
            self.running -= 1
        if isinstance(ending, SourceError):
            attempts.end(attempt, ending.result, retry_after_s=ending.retry_after_s)
            raise ending
        attempts.end(attempt, AttemptResult.OK if ending else AttemptResult.EMPTY, ending)
        return ending


class House:
    """A retrying source over a script, with its clock, events and log."""

    def __init__(
        self,
        *script: tuple[float | None, SourceError | tuple[Delivery, ...]],
        policy: RetryPolicy | None = None,
        jitter: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self.clock = FakeClock()
        self.events = SpySink()
        self.log = KeptAttempts(self.clock)
        self.inner = ScriptedSource(self.clock, *script)
        self.source = RetryingDeliverySource(
            self.inner, policy or RetryPolicy(), clock=self.clock, events=self.events, jitter=jitter
        )

    def ask(self, deadline_s: float = 10.0) -> "asyncio.Task[tuple[Delivery, ...]]":
        deadline = Deadline(self.clock.now() + deadline_s)
        return asyncio.ensure_future(self.source.fetch(NUMBER, deadline=deadline, attempts=self.log))

    @property
    def results(self) -> list[AttemptResult | None]:
        return [attempt.result for attempt in self.log.attempts]


async def test_a_good_answer_is_asked_for_once() -> None:
    house = House((0.08, HELD))
    asking = house.ask()
    await house.clock.advance(0.08)
    assert await asking == HELD
    assert house.results == [AttemptResult.OK]
    assert house.events.events == []


async def test_not_found_is_an_answer_and_not_asked_again() -> None:
    house = House((0.08, ()))
    asking = house.ask()
    await house.clock.advance(0.08)
    assert await asking == ()
    assert house.results == [AttemptResult.EMPTY]


@pytest.mark.parametrize("result", TRANSIENT)
async def test_what_may_pass_by_itself_is_asked_again(result: AttemptResult) -> None:
    house = House((0.0, failure(result)), (0.0, HELD))
    asking = house.ask()
    await house.clock.advance(1)
    assert await asking == HELD
    assert house.events.events == [SourceRetried(result)]


async def test_a_failure_twice_and_then_an_answer_is_three_requests_and_found() -> None:
    house = House((0.0, failure()), (0.0, failure()), (0.0, HELD))
    asking = house.ask()
    await house.clock.advance(1)
    assert await asking == HELD
    assert house.results == [AttemptResult.SERVER_ERROR, AttemptResult.SERVER_ERROR, AttemptResult.OK]


async def test_what_only_an_operator_can_mend_is_raised_at_once() -> None:
    refused = SourceMisconfiguredError("HTTP 401", result=AttemptResult.REJECTED, transient=False)
    house = House((0.0, refused))
    asking = house.ask()
    await house.clock.advance(1)
    with pytest.raises(SourceMisconfiguredError) as raised:
        await asking
    assert raised.value is refused
    assert len(house.inner.started_at) == 1


async def test_a_failure_said_to_last_is_raised_at_once() -> None:
    lasting = SourceUnavailableError("gone", result=AttemptResult.NETWORK_ERROR, transient=False)
    house = House((0.0, lasting))
    asking = house.ask()
    await house.clock.advance(1)
    with pytest.raises(SourceUnavailableError, match="gone"):
        await asking


async def test_a_defect_is_raised_at_once() -> None:
    house = House()

    class Broken:
        async def fetch(
            self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog
        ) -> tuple[Delivery, ...]:
            raise ZeroDivisionError

    house.source = RetryingDeliverySource(Broken(), RetryPolicy(), clock=house.clock, events=house.events)
    with pytest.raises(ZeroDivisionError):
        await house.ask()


async def test_at_most_the_permitted_attempts_are_made_and_the_last_failure_is_raised() -> None:
    last = failure(AttemptResult.NETWORK_ERROR)
    house = House((0.0, failure()), (0.0, failure()), (0.0, last), (0.0, HELD))
    asking = house.ask()
    await house.clock.advance(5)
    with pytest.raises(SourceUnavailableError) as raised:
        await asking
    assert raised.value is last
    assert len(house.inner.started_at) == 3
    assert house.events.of(RetryDenied) == []


async def test_waits_double_up_to_the_cap_and_are_jittered_in_full() -> None:
    policy = RetryPolicy(attempts=7, backoff_base_s=0.1, backoff_cap_s=1.0)
    house = House(policy=policy, jitter=lambda: 0.5)
    asking = house.ask(100)
    await house.clock.advance(10)
    with pytest.raises(SourceUnavailableError):
        await asking
    gaps = [round(b - a, 6) for a, b in zip(house.inner.started_at, house.inner.started_at[1:], strict=False)]
    assert gaps == [0.05, 0.1, 0.2, 0.4, 0.5, 0.5]


async def test_a_wait_the_source_asks_for_is_kept_when_it_fits() -> None:
    house = House((0.0, failure(AttemptResult.RATE_LIMITED, retry_after_s=1.0)), (0.0, HELD))
    asking = house.ask()
    await house.clock.advance(0.999)
    assert len(house.inner.started_at) == 1
    await house.clock.advance(0.001)
    assert await asking == HELD
    assert house.inner.started_at == [0.0, 1.0]


async def test_a_wait_that_does_not_fit_ends_the_asking_at_once() -> None:
    house = House((0.0, failure(AttemptResult.RATE_LIMITED, retry_after_s=30.0)))
    asking = house.ask()
    await settle()
    with pytest.raises(SourceUnavailableError) as raised:
        await asking
    assert raised.value.retry_after_s == 30.0
    assert house.clock.now() == 0.0
    assert house.events.events == [RetryDenied("retry_after")]


async def test_a_wait_of_nothing_is_no_reason_to_give_up() -> None:
    house = House((0.0, failure(retry_after_s=0.0)), (0.0, HELD), jitter=lambda: 0.0)
    asking = house.ask()
    await house.clock.advance(0.1)
    assert await asking == HELD


async def test_an_attempt_that_cannot_finish_before_the_deadline_is_not_started() -> None:
    house = House((0.95, failure()), policy=RetryPolicy(hedge_after_s=0), jitter=lambda: 0.9)
    asking = house.ask(1.0)
    await house.clock.advance(0.95)
    with pytest.raises(SourceUnavailableError):
        await asking
    assert len(house.inner.started_at) == 1
    assert house.events.events == [RetryDenied("deadline")]


async def test_without_any_time_nothing_is_asked() -> None:
    house = House((0.0, HELD))
    with pytest.raises(SourceUnavailableError) as raised:
        await house.ask(0.01)
    assert raised.value.result is AttemptResult.TIMEOUT
    assert house.inner.started_at == []


async def test_an_attempt_is_cut_off_at_its_own_timeout_and_the_next_one_asks() -> None:
    house = House((None, HELD), (0.0, HELD), policy=RetryPolicy(hedge_after_s=0))
    asking = house.ask()
    await house.clock.advance(3.999)
    assert house.inner.running == 1
    await house.clock.advance(0.2)
    assert await asking == HELD
    assert house.results == [AttemptResult.TIMEOUT, AttemptResult.OK]
    assert house.log.attempts[0].ended_at == 4.0
    assert house.inner.cancelled == 1


async def test_no_attempt_runs_past_the_deadline() -> None:
    house = House((None, HELD), policy=RetryPolicy(hedge_after_s=0))
    asking = house.ask(2.5)
    await house.clock.advance(2.5)
    with pytest.raises(SourceUnavailableError) as raised:
        await asking
    assert raised.value.result is AttemptResult.TIMEOUT
    assert house.inner.deadlines == [2.5]
    assert house.inner.running == 0
    assert house.results == [AttemptResult.TIMEOUT]


class TestHedge:
    async def test_a_silent_attempt_gets_a_twin_and_the_first_answer_wins(self) -> None:
        house = House((None, ()), (0.1, HELD))
        asking = house.ask()
        await house.clock.advance(1.1)
        assert await asking == HELD
        assert house.inner.started_at == [0.0, 1.0]
        assert house.events.events == [SourceRetried("hedge")]
        assert house.inner.running == 0
        assert house.inner.cancelled == 1

    async def test_the_overtaken_request_stays_in_the_log_without_an_end(self) -> None:
        house = House((None, ()), (0.1, HELD))
        asking = house.ask()
        await house.clock.advance(1.1)
        await asking
        overtaken, winner = house.log.attempts
        assert (overtaken.result, overtaken.ended_at) == (None, None)
        assert (winner.result, winner.deliveries) == (AttemptResult.OK, HELD)

    async def test_the_first_attempt_may_still_win_against_its_twin(self) -> None:
        house = House((1.2, HELD), (5.0, ()))
        asking = house.ask()
        await house.clock.advance(1.2)
        assert await asking == HELD
        assert house.results == [AttemptResult.OK, None]
        assert house.inner.running == 0

    async def test_a_failing_first_attempt_waits_for_its_twin(self) -> None:
        house = House((1.5, failure()), (1.0, HELD))
        asking = house.ask()
        await house.clock.advance(1.9)
        assert not asking.done()
        assert len(house.inner.started_at) == 2
        await house.clock.advance(0.1)
        assert await asking == HELD

    async def test_a_failing_twin_waits_for_the_first_attempt(self) -> None:
        house = House((2.0, HELD), (0.1, failure()))
        asking = house.ask()
        await house.clock.advance(2.0)
        assert await asking == HELD
        assert len(house.inner.started_at) == 2

    async def test_a_twin_counts_as_an_attempt(self) -> None:
        house = House(*[(1.5, failure())] * 5)
        asking = house.ask()
        await house.clock.advance(10)
        with pytest.raises(SourceUnavailableError):
            await asking
        assert len(house.inner.started_at) == 3

    async def test_a_twin_has_no_twin(self) -> None:
        house = House((None, HELD), (None, HELD), policy=RetryPolicy(attempts=5))
        house.ask().add_done_callback(lambda task: task.exception())
        await house.clock.advance(3.9)
        assert house.inner.started_at == [0.0, 1.0]

    async def test_with_one_attempt_permitted_there_is_no_twin(self) -> None:
        house = House((1.5, HELD), policy=RetryPolicy(attempts=1))
        asking = house.ask()
        await house.clock.advance(1.5)
        assert await asking == HELD
        assert len(house.inner.started_at) == 1

    async def test_hedging_can_be_switched_off(self) -> None:
        house = House((3.0, HELD), policy=RetryPolicy(hedge_after_s=0))
        asking = house.ask()
        await house.clock.advance(3.0)
        assert await asking == HELD
        assert len(house.inner.started_at) == 1

    async def test_an_empty_budget_denies_the_twin_once(self) -> None:
        house = House((3.0, HELD), policy=RetryPolicy(budget_ratio=0, budget_burst=0))
        asking = house.ask()
        await house.clock.advance(3.0)
        assert await asking == HELD
        assert house.events.events == [RetryDenied("budget")]

    async def test_both_silent_time_out_each_at_its_own_limit_and_the_third_attempt_answers(self) -> None:
        house = House((None, ()), (None, ()), (0.1, HELD))
        asking = house.ask()
        await house.clock.advance(6)
        assert await asking == HELD
        assert house.results == [AttemptResult.TIMEOUT, AttemptResult.TIMEOUT, AttemptResult.OK]
        assert [attempt.ended_at for attempt in house.log.attempts[:2]] == [4.0, 5.0]
        assert house.events.events == [SourceRetried("hedge"), SourceRetried(AttemptResult.TIMEOUT)]

    async def test_a_refusal_of_the_twin_ends_both(self) -> None:
        refused = SourceMisconfiguredError("HTTP 401", result=AttemptResult.REJECTED, transient=False)
        house = House((None, HELD), (0.1, refused))
        asking = house.ask()
        await house.clock.advance(1.1)
        with pytest.raises(SourceMisconfiguredError):
            await asking
        assert house.inner.running == 0


class TestCancellation:
    @pytest.mark.parametrize("at_s", [0.0, 0.5, 1.5, 4.02])
    async def test_nothing_is_left_running_when_the_flight_is_cancelled(self, at_s: float) -> None:
        house = House((None, HELD), (None, HELD), (None, HELD))
        asking = house.ask()
        await house.clock.advance(at_s)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert house.inner.running == 0

    async def test_a_flight_cancelled_between_attempts_asks_no_more(self) -> None:
        house = House((0.0, failure()), (0.0, HELD))
        asking = house.ask()
        await settle()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await house.clock.advance(5)
        assert len(house.inner.started_at) == 1


class TestBudget:
    async def test_an_empty_budget_ends_the_asking_at_once(self) -> None:
        house = House((0.0, failure()), policy=RetryPolicy(budget_ratio=0, budget_burst=0))
        with pytest.raises(SourceUnavailableError):
            await house.ask()
        assert house.events.events == [RetryDenied("budget")]

    async def test_when_everything_fails_requests_stay_below_one_and_a_half_times_the_lookups(self) -> None:
        house = House()
        for _ in range(300):
            asking = house.ask()
            await house.clock.advance(2)
            assert isinstance(asking.exception(), SourceUnavailableError)
        assert len(house.inner.started_at) < 1.5 * 300
        assert len(house.inner.started_at) == 300 + RetryPolicy().budget_burst

    async def test_only_a_lookup_that_was_answered_earns(self) -> None:
        policy = RetryPolicy(attempts=2, budget_ratio=1, budget_burst=1)
        house = House((0.0, failure()), (0.0, failure()), (0.0, failure()), (0.0, ()), policy=policy)
        requests = []
        for _ in range(4):
            asking = house.ask()
            await house.clock.advance(2)
            asking.exception()
            requests.append(len(house.inner.started_at))
        # The saved token is spent; a failed lookup brings none; "not found" is an answer, and pays for the next retry.
        assert requests == [2, 3, 4, 6]

    async def test_when_everything_is_silent_twins_and_retries_together_stay_within_the_budget(self) -> None:
        house = House(*[(None, HELD)] * 1_000)
        for _ in range(150):
            asking = house.ask()
            await house.clock.advance(10)
            assert isinstance(asking.exception(), SourceUnavailableError)
        assert len(house.inner.started_at) < 1.5 * 150
        assert len(house.inner.started_at) <= 150 + RetryPolicy().budget_burst

    async def test_when_everything_is_slow_hedges_stay_below_one_for_two_lookups(self) -> None:
        house = House(*[(3.0, HELD)] * 1_000)
        for _ in range(100):
            asking = house.ask()
            await house.clock.advance(4)
            assert asking.result() == HELD
        assert len(house.inner.started_at) <= 1.5 * 100 + RetryPolicy().budget_burst / RetryPolicy().hedge_cost

    @settings(max_examples=100)
    @given(
        asked=st.lists(st.integers(0, 4), min_size=1, max_size=200),
        ratio=st.floats(0, 1),
        burst=st.floats(0, 20),
    )
    def test_retries_never_exceed_what_lookups_earned_and_what_was_saved(
        self, asked: list[int], ratio: float, burst: float
    ) -> None:
        budget = RetryBudget(ratio=ratio, burst=burst)
        retries = 0
        for lookups, wanted in enumerate(asked, start=1):
            budget.earn()
            retries += sum(budget.take() for _ in range(wanted))
            assert retries <= burst + lookups * ratio + 1e-6


step = st.tuples(
    st.none() | st.floats(0, 5),
    st.sampled_from([HELD, (), *(failure(result, retry_after_s=0.7) for result in TRANSIENT)]),
)


@settings(max_examples=100, deadline=None)
@given(
    script=st.lists(step, min_size=6, max_size=6),
    deadline_s=st.floats(0.1, 12),
    attempts=st.integers(1, 5),
    hedge_after_s=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_whatever_happens_the_bounds_hold(
    script: list[tuple[float | None, SourceError | tuple[Delivery, ...]]],
    deadline_s: float,
    attempts: int,
    hedge_after_s: float,
) -> None:
    async def play() -> None:
        house = House(*script, policy=RetryPolicy(attempts=attempts, hedge_after_s=hedge_after_s))
        asking = house.ask(deadline_s)
        await house.clock.advance(deadline_s + 1e-9)  # sums of waits are rounded
        assert asking.done(), "nothing outlives the deadline"
        error = asking.exception()
        if error is not None:
            assert isinstance(error, SourceUnavailableError)
        assert house.inner.running == 0, "no attempt is left behind"
        assert len(house.inner.started_at) <= attempts
        assert all(limit <= deadline_s + 1e-6 for limit in house.inner.deadlines)
        unended = [attempt for attempt in house.log.attempts if attempt.result is None]
        assert len(unended) <= 1, "only a twin that was overtaken has no end"

    asyncio.run(play())
