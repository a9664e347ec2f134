"""The circuit breaker, against its rules and against a plain model."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sheriff_core.breaker import BreakerState, CircuitBreaker, Permit
from sheriff_core.events import BreakerMoved
from sheriff_core.policy import BreakerPolicy
from tests.fakes import START, FakeClock, SpySink

POLICY = BreakerPolicy(failures=3, reset_s=30.0, probe_timeout_s=10.0)


class Stage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sink = SpySink()
        self.breaker = CircuitBreaker(POLICY, self.clock, self.sink)

    def fail(self, times: int) -> None:
        for _ in range(times):
            permit = self.breaker.ask()
            assert permit is not None
            self.breaker.failed(permit)

    def moves(self) -> list[tuple[str, str]]:
        return [(event.from_state, event.to_state) for event in self.sink.of(BreakerMoved)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_opens_at_the_last_of_consecutive_failures(stage: Stage) -> None:
    stage.fail(2)
    assert stage.breaker.state is BreakerState.CLOSED
    stage.fail(1)
    assert stage.breaker.state is BreakerState.OPEN
    assert stage.breaker.ask() is None
    assert stage.moves() == [("closed", "open")]


def test_a_success_between_failures_starts_the_count_again(stage: Stage) -> None:
    stage.fail(2)
    permit = stage.breaker.ask()
    assert permit is not None
    stage.breaker.succeeded(permit)
    stage.fail(2)
    assert stage.breaker.state is BreakerState.CLOSED


async def test_half_open_lets_exactly_one_probe_through(stage: Stage) -> None:
    stage.fail(3)
    await stage.clock.advance(29.9)
    assert stage.breaker.ask() is None
    await stage.clock.advance(0.2)
    permits = [stage.breaker.ask() for _ in range(10)]
    assert [permit for permit in permits if permit is not None] == [Permit(generation=2, probe=True)]
    assert stage.breaker.state is BreakerState.HALF_OPEN


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("succeeded", BreakerState.CLOSED), ("failed", BreakerState.OPEN), ("abandoned", BreakerState.HALF_OPEN)],
)
async def test_the_probe_decides(stage: Stage, verdict: str, state: BreakerState) -> None:
    stage.fail(3)
    await stage.clock.advance(30)
    permit = stage.breaker.ask()
    getattr(stage.breaker, verdict)(permit)
    assert stage.breaker.state is state


async def test_an_abandoned_probe_leaves_its_place_to_the_next(stage: Stage) -> None:
    stage.fail(3)
    await stage.clock.advance(30)
    first = stage.breaker.ask()
    assert first is not None
    stage.breaker.abandoned(first)
    second = stage.breaker.ask()
    assert second is not None
    assert second.probe


async def test_a_probe_that_never_reports_counts_as_failed_after_its_own_time(stage: Stage) -> None:
    stage.fail(3)
    await stage.clock.advance(30)
    probe = stage.breaker.ask()
    assert probe is not None
    await stage.clock.advance(10)
    assert stage.breaker.ask() is None
    assert stage.breaker.state is BreakerState.OPEN
    stage.breaker.succeeded(probe)
    assert stage.breaker.state is BreakerState.OPEN, "a late success of an older state must not close it"


async def test_late_results_of_older_flights_vote_neither_way(stage: Stage) -> None:
    early = [stage.breaker.ask() for _ in range(5)]
    stage.fail(3)
    for permit in early:
        assert permit is not None
        stage.breaker.succeeded(permit)
    assert stage.breaker.state is BreakerState.OPEN
    stage.breaker.reset(reason="test")
    for permit in early:
        assert permit is not None
        stage.breaker.failed(permit)
    assert stage.breaker.snapshot().consecutive_failures == 0


async def test_isolation_holds_until_reset(stage: Stage) -> None:
    assert stage.breaker.isolate(reason="maintenance") is BreakerState.CLOSED
    assert stage.breaker.isolate(reason="again") is BreakerState.ISOLATED
    await stage.clock.advance(3_600)
    assert stage.breaker.ask() is None
    assert stage.breaker.reset(reason="done") is BreakerState.ISOLATED
    assert stage.breaker.reset(reason="done twice") is BreakerState.CLOSED
    assert stage.moves() == [("closed", "isolated"), ("isolated", "closed")]
    assert stage.breaker.ask() is not None


async def test_the_snapshot_tells_since_when_and_when_next(stage: Stage) -> None:
    await stage.clock.advance(5)
    stage.fail(3)
    snapshot = stage.breaker.snapshot()
    assert snapshot.consecutive_failures == 3
    assert snapshot.opened_at == START + timedelta(seconds=5)
    assert snapshot.retry_at == START + timedelta(seconds=35)
    stage.breaker.reset(reason="test")
    assert stage.breaker.snapshot().opened_at is None


@pytest.mark.parametrize("back_s", [0.0, 3_600.0, -3_600.0])
async def test_a_snapshot_tells_the_time_that_is_left_though_the_wall_clock_was_put_right(back_s: float) -> None:
    stage = Stage()
    stage.fail(3)
    await stage.clock.advance(10.0)
    stage.clock.put_back(back_s)
    snapshot = stage.breaker.snapshot()
    assert snapshot.retry_at == stage.clock.wall() + timedelta(seconds=20)
    stage.breaker.restore(snapshot)
    await stage.clock.advance(19.9)
    assert stage.breaker.ask() is None
    await stage.clock.advance(0.2)
    assert stage.breaker.ask() is not None


async def test_a_restored_snapshot_behaves_like_the_original(stage: Stage) -> None:
    stage.fail(3)
    await stage.clock.advance(20)
    twin = CircuitBreaker(POLICY, stage.clock, SpySink())
    twin.restore(stage.breaker.snapshot())
    assert twin.ask() is None
    await stage.clock.advance(10)
    assert twin.ask() is not None


class BreakerAgainstModel(RuleBasedStateMachine):
    """Random histories, beside a model with no generations: it remembers in which state each permit was given."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.breaker = CircuitBreaker(POLICY, self.clock, SpySink())
        self.state = "closed"
        self.failures = 0
        self.opened = 0.0
        self.episode = 0  # grows with every change of state
        self.probe_out: float | None = None
        self.permits: list[tuple[Permit, int]] = []

    def move(self, to: str) -> None:
        self.state, self.probe_out = to, None
        self.episode += 1
        if to == "open":
            self.opened = self.clock.now()

    @rule()
    def ask(self) -> None:
        permit = self.breaker.ask()
        now = self.clock.now()
        expected = False
        if self.state == "open" and now - self.opened >= POLICY.reset_s:
            self.move("half_open")
        if self.state == "closed":
            expected = True
        elif self.state == "half_open":
            if self.probe_out is None:
                self.probe_out, expected = now, True
            elif now - self.probe_out >= POLICY.probe_timeout_s:
                self.move("open")
        assert (permit is not None) == expected
        if permit is not None:
            self.permits.append((permit, self.episode))

    @precondition(lambda self: self.permits)
    @rule(data=st.data(), verdict=st.sampled_from(["succeeded", "failed", "abandoned"]))
    def report(self, data: st.DataObject, verdict: str) -> None:
        permit, episode = self.permits.pop(data.draw(st.integers(0, len(self.permits) - 1)))
        getattr(self.breaker, verdict)(permit)
        if episode != self.episode:
            return
        if verdict == "abandoned":
            if permit.probe:
                self.probe_out = None
        elif verdict == "succeeded":
            self.failures = 0
            if permit.probe:
                self.move("closed")
        else:
            self.failures += 1
            if permit.probe or self.failures >= POLICY.failures:
                self.move("open")

    @rule(seconds=st.sampled_from([0.5, 5.0, 10.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.clock._now += seconds

    @rule()
    def reset(self) -> None:
        assert self.breaker.reset(reason="rule") == self.state
        if self.state != "closed":
            self.move("closed")
        self.failures = 0

    @rule()
    def isolate(self) -> None:
        assert self.breaker.isolate(reason="rule") == self.state
        if self.state != "isolated":
            self.move("isolated")

    @invariant()
    def agrees(self) -> None:
        snapshot = self.breaker.snapshot()
        assert snapshot.state == self.state
        assert snapshot.consecutive_failures == self.failures
        assert (snapshot.retry_at is not None) == (self.state == "open")


BreakerAgainstModel.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestBreakerAgainstModel = BreakerAgainstModel.TestCase
