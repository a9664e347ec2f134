"""Days recorded in simulated time: calls that meet every fault, and one call that meets what a test wrote down."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from sheriff_adapters.recorded_world import SimulatedClock, SimulatedTimeLoop
from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.policy import Policy
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    DeliverySource,
    Remembered,
    SourceMisconfiguredError,
    SourceUnavailableError,
)
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.tool_call import ToolCall
from sheriff_core.tools import Tools
from sheriff_core.tracking_number import TrackingNumber, canonical
from tests.fakes import START, FakeCache, FakeMatcher, FakeRecorder, NullTracer, SpySink

PHONE = "+15555550123"
DELIVERIES = [
    Delivery(f"SHR10000{n}", status="in_transit", customer_name="Dana W.", customer_phone=PHONE if n % 2 else None,
             estimated_delivery="2026-02-14", issue_message="The gate code is missing." if n % 3 else None,
             document_id=f"d{n}")
    for n in range(8)
]  # fmt: skip
DELIVERIES.append(replace(DELIVERIES[0], document_id="twin"))

Ending = TypeVar("Ending")


def run_in_simulated_time(main: Coroutine[Any, Any, Ending]) -> Ending:
    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(main)


class StormySource:
    """Answers, late or not at all, by dice; two requests where the first finds nothing."""

    def __init__(self, clock: SimulatedClock, dice: random.Random) -> None:
        self.clock, self.dice = clock, dice

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        found = tuple(d for d in DELIVERIES if canonical(d.tracking_number) in number.readings)[:2]
        for _stage in range(1 if found else 2):
            attempt = attempts.begin()
            await self.clock.sleep(self.dice.choice([0.02, 0.08, 0.3, 0.7, 1.4, 3.0, 9.0]))
            fate = self.dice.random()
            if fate < 0.25:
                attempts.end(attempt, AttemptResult.SERVER_ERROR)
                raise SourceUnavailableError("503", result=AttemptResult.SERVER_ERROR, transient=True)
            if fate < 0.3:
                attempts.end(attempt, AttemptResult.RATE_LIMITED, retry_after_s=1.0)
                raise SourceUnavailableError(
                    "429", result=AttemptResult.RATE_LIMITED, transient=True, retry_after_s=1.0
                )
            if fate < 0.33:
                attempts.end(attempt, AttemptResult.REJECTED)
                raise SourceMisconfiguredError("401", result=AttemptResult.REJECTED, transient=False)
            attempts.end(attempt, AttemptResult.OK if found else AttemptResult.EMPTY, found)
        return found


class House:
    """Everything behind the webhook, over `inner`, recording what it answers."""

    def __init__(
        self, inner: DeliverySource, clock: SimulatedClock, policy: Policy, jitter: Callable[[], float] = lambda: 0.5
    ) -> None:
        sink, tracer = SpySink(), NullTracer()
        self.recorder, self.cache = FakeRecorder(), FakeCache(clock)  # type: ignore[arg-type]
        self.breaker = CircuitBreaker(policy.breaker, clock, sink)
        self.lookup = DeliveryLookup(
            source=RetryingDeliverySource(inner, policy.retry, clock=clock, events=sink, jitter=jitter),
            cache=self.cache, breaker=self.breaker, clock=clock, events=sink, tracer=tracer, policy=policy.lookup,
        )  # fmt: skip
        self.tools = Tools(
            lookup=self.lookup, ledger=CallerLedger(policy.caller, clock), memo=ReplyMemo(policy.memo, clock),
            matcher=FakeMatcher(), recorder=self.recorder, clock=clock, events=sink, tracer=tracer, policy=policy,
        )  # fmt: skip


async def stormy_day(seed: int, calls: int, policy: Policy) -> list[dict[str, Any]]:
    """Record `calls` tool calls that overlap, repeat, and meet every fault."""
    dice = random.Random(seed)
    clock = SimulatedClock(START)
    house = House(StormySource(clock, dice), clock, policy, dice.random)

    async def place(index: int) -> None:
        number = dice.choice([*(d.tracking_number for d in DELIVERIES), "NONE404", "S H R one oh oh oh oh three", "?"])
        name = dice.choice(["getDeliveryStatus", "getDeliveryIssue", "get_delivery_status", "bookFlight"])
        arguments: dict[str, Any] = {"trackingNumber": number}
        if dice.random() < 0.2:
            arguments["phoneLastFour"] = dice.choice(["0123", "9999"])
        await clock.sleep(0.001 * dice.random())
        received_at = clock.wall()
        received_at = received_at.replace(microsecond=received_at.microsecond // 1_000 * 1_000)
        received_now = clock.now()
        await clock.sleep(0.002 * dice.random())
        await house.tools.answer(
            ToolCall(
                tool_call_id=f"t{index}",
                name=name,
                arguments=dice.choice([arguments] * 20 + [{}, None]),
                correlation_id=f"corr-{index:06}",
                call_id=dice.choice([f"call-{index // 4}", None]),
                caller_number=dice.choice([PHONE, "+15555550199", None]),
                received_at=received_at,
                received_now=received_now,
                deadline=Deadline.after(policy.lookup.hard_timeout_s, now=received_now),
            )
        )

    tasks = []
    for index in range(calls):
        tasks.append(asyncio.create_task(place(index)))
        await clock.sleep(dice.choice([0.0, 0.0, 0.05, 0.4, 2.0, 20.0]))
        if dice.random() < 0.01:
            house.breaker.isolate(reason="dice")
        elif dice.random() < 0.05:
            house.breaker.reset(reason="dice")
    await asyncio.gather(*tasks)
    await house.lookup.close()
    return house.recorder.interactions


Step: TypeAlias = tuple[float | None, AttemptResult]


class ScriptedSource:
    """Each request takes so many seconds and ends so; None: never."""

    def __init__(self, clock: SimulatedClock, *script: Step) -> None:
        self.clock, self.script = clock, iter(script)

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        after_s, result = next(self.script)
        attempt = attempts.begin()
        if after_s is None:
            await asyncio.get_running_loop().create_future()
        await self.clock.sleep(after_s or 0.0)
        found = tuple(DELIVERIES[1:2]) if result is AttemptResult.OK else ()
        attempts.end(attempt, result, found)
        if result is not AttemptResult.OK:
            raise SourceUnavailableError("scripted", result=result, transient=True)
        return found


SILENT = (None, AttemptResult.TIMEOUT)


async def one_call(policy: Policy, *script: Step, after_s: float = 0.0, remembered: bool = False) -> dict[str, Any]:
    """Record one call, looked up `after_s` after it arrived."""
    return (await same_calls(1, policy, *script, after_s=after_s, remembered=remembered))[0]


async def same_calls(
    count: int,
    policy: Policy,
    *script: Step,
    after_s: float = 0.0,
    apart_s: float = 0.0,
    remembered: bool = False,
) -> list[dict[str, Any]]:
    """Record so many calls for one number, `apart_s` after one another; the others join the flight of the first.

    It is `remembered` as of an hour ago, or not at all.
    """
    clock = SimulatedClock(START)
    house = House(ScriptedSource(clock, *script), clock, policy)
    if remembered:
        hour_old = Remembered(tuple(DELIVERIES[1:2]), START - timedelta(hours=1))
        await house.cache.put("SHR100001", hour_old, ttl_s=policy.lookup.stale_s)

    async def place(index: int) -> None:
        await clock.sleep(index * apart_s)
        call = asking("SHR100001", clock, policy, index)
        await clock.sleep(after_s)
        await house.tools.answer(call)

    await asyncio.gather(*(place(index) for index in range(count)))
    await house.lookup.close()
    return house.recorder.interactions


def asking(number: str, clock: SimulatedClock, policy: Policy, index: int) -> ToolCall:
    return ToolCall(
        tool_call_id=f"t{index}",
        name="getDeliveryStatus",
        arguments={"trackingNumber": number},
        correlation_id=f"corr-{index:06}",
        call_id=f"call-{index}",
        caller_number=PHONE,
        received_at=clock.wall(),
        received_now=clock.now(),
        deadline=Deadline.after(policy.lookup.hard_timeout_s, now=clock.now()),
    )
