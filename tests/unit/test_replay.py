"""Replay: whatever happened in a simulated day of faults happens again, byte for byte."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sheriff.__main__ import main
from sheriff.commands.replay import _name_of
from sheriff.replaying import replay_all, replay_one, word_changes
from sheriff_adapters.recorded_world import SimulatedClock, run_in_simulated_time
from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.policy import BreakerPolicy, Disclosure, LookupPolicy, Policy
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    DeliverySource,
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


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("storm") / "storm.jsonl"
    lines = run_in_simulated_time(stormy_day(7, 600, Policy(breaker=BreakerPolicy(failures=3, reset_s=5.0))))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_every_recorded_call_of_a_stormy_day_replays_byte_for_byte(storm: Path) -> None:
    run = replay_all(str(storm))
    assert run.unreadable == []
    assert len(run.results) == 600
    assert [result.correlation_id for result in run.different] == []
    outcomes = Counter(result.recorded["metadata"]["outcome"] for result in run.results)
    served = Counter(result.recorded["metadata"]["servedFrom"] for result in run.results)
    assert min(outcomes[name] for name in ("found", "issue", "not_found", "unavailable", "ambiguous", "withheld")) > 3
    assert min(served[name] for name in ("source", "cache", "stale", "none")) > 20, "the day met every kind of weather"


class ScriptedSource:
    """Each request takes so many seconds and ends so; None: never."""

    def __init__(self, clock: SimulatedClock, *script: tuple[float | None, AttemptResult]) -> None:
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


async def one_call(policy: Policy, *script: tuple[float | None, AttemptResult], after_s: float = 0.0) -> dict[str, Any]:
    """Record one call for a number that is not remembered, looked up `after_s` after it arrived."""
    clock = SimulatedClock(START)
    house = House(ScriptedSource(clock, *script), clock, policy)
    call = asking("SHR100001", clock, policy)
    await clock.sleep(after_s)
    await house.tools.answer(call)
    await house.lookup.close()
    return house.recorder.interactions[0]


def asking(number: str, clock: SimulatedClock, policy: Policy) -> ToolCall:
    return ToolCall(
        tool_call_id="t1",
        name="getDeliveryStatus",
        arguments={"trackingNumber": number},
        correlation_id="corr-000001",
        call_id="call-1",
        caller_number=PHONE,
        received_at=clock.wall(),
        received_now=clock.now(),
        deadline=Deadline.after(policy.lookup.hard_timeout_s, now=clock.now()),
    )


def test_an_attempt_that_times_out_in_the_instant_in_which_its_twin_answers_replays() -> None:
    # The twin leaves after a second; three seconds later it answers, and the time of the first is over. Which of the
    # two comes first hangs on the rounding of their instants, then and in a replay: it must not matter.
    days = [one_call(Policy(), SILENT, (3.0, AttemptResult.OK), after_s=step / 10_000) for step in range(50)]
    lines = [run_in_simulated_time(day) for day in days]
    assert "timeout" in {line["upstream"][0]["result"] for line in lines}
    assert {line["reply"]["metadata"]["servedFrom"] for line in lines} == {"source"}
    assert [replay_one(line).same for line in lines] == [True] * 50


@pytest.mark.parametrize("seed", [*range(4), 26, 32])  # in the last two a twin answers as the first attempt times out
@pytest.mark.parametrize(
    "policy",
    [
        Policy(disclosure=Disclosure.CALLER_MATCH_STRICT, timezone="Asia/Tokyo"),
        Policy(lookup=LookupPolicy(max_flights=2, fresh_s=5.0), disclosure=Disclosure.TRACKING_NUMBER),
    ],
)
def test_other_policies_replay_too(seed: int, policy: Policy, tmp_path: Path) -> None:
    lines = run_in_simulated_time(stormy_day(seed, 150, policy))
    path = tmp_path / "day.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = replay_all(str(path))
    assert run.unreadable == []
    assert [result.correlation_id for result in run.different] == []


def test_two_replays_are_identical(storm: Path) -> None:
    first, second = (json.dumps(replay_all(str(storm)).as_json()) for _ in range(2))
    assert hash(first) == hash(second)


def test_a_changed_policy_shows_what_would_be_said_instead(storm: Path) -> None:
    run = replay_all(str(storm), policy={"disclosure": "tracking-number"})
    told = [result for result in run.different if "Dana" in str(result.replayed)]
    assert told
    assert all("Dana" not in str(result.recorded) for result in told)
    sums = run.sums()["outcomes"]
    assert sums["recorded"]["withheld"] > 0
    assert "withheld" not in sums["replayed"]


def test_a_changed_timeout_shows_in_what_is_served(storm: Path) -> None:
    sums = replay_all(str(storm), policy={"lookup": {"soft_timeout_s": 0.01}}).sums()["servedFrom"]
    assert sums["replayed"]["stale"] > sums["recorded"]["stale"]


def run_cli(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["replay", *arguments])


def test_the_command_says_same_and_exits_zero(storm: Path) -> None:
    result = run_cli(str(storm), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["summary"] | {"total": 600, "same": 600, "different": 0, "unreadable": 0} == told["summary"]
    assert set(told["interactions"][0]) >= {"correlationId", "same", "recorded", "replayed"}


def test_a_tampered_reply_is_a_difference_and_exits_one(storm: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in storm.read_text().splitlines()[:50]]
    victim = next(line for line in lines if "in transit" in line["reply"].get("result", ""))
    del victim["reply"]["message"]
    victim["reply"]["result"] = victim["reply"]["result"].replace("in transit", "delivered")
    tampered = tmp_path / "tampered.jsonl"
    tampered.write_text("".join(json.dumps(line) + "\n" for line in lines))
    junit, html = tmp_path / "junit.xml", tmp_path / "replay.html"
    result = run_cli(str(tampered), "--junit", str(junit), "--html", str(html))
    assert result.exit_code == 1
    assert "[-delivered" in result.stdout
    assert "{+in transit" in result.stdout
    assert 'failures="1"' in junit.read_text()
    assert "<del>delivered" in html.read_text()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"schema": 1, "kind": "tool_call"', "storm.jsonl:2"),
        ("[]", "storm.jsonl:2"),
        ('{"schema": 9, "kind": "tool_call"}', "schema"),
        ('{"schema": 1, "kind": "tool_call", "reply": {}}', "receivedAt: is missing"),
        ('{"schema": 1, "kind": "fax"}', "kind"),
    ],
)
def test_bad_input_names_the_entry_and_what_is_wrong(storm: Path, tmp_path: Path, line: str, problem: str) -> None:
    good = storm.read_text().splitlines()[:2]
    path = tmp_path / "storm.jsonl"
    path.write_text("\n".join([good[0], line, good[1]]) + "\n")
    result = run_cli(str(path), "--json")
    assert result.exit_code == 2
    assert problem in result.stderr
    kept = run_cli(str(path), "--json", "--keep-going")
    assert kept.exit_code == 2
    summary = json.loads(kept.stdout)["summary"]
    assert (summary["total"], summary["same"], summary["unreadable"]) == (3, 2, 1)


@pytest.mark.parametrize("arguments", [["/no/such.jsonl"], ["x.jsonl", "--policy", "{"]])
def test_what_cannot_be_opened_exits_two(arguments: list[str]) -> None:
    assert run_cli(*arguments).exit_code == 2


def test_hostile_text_is_escaped_in_the_page(storm: Path, tmp_path: Path) -> None:
    line = json.loads(storm.read_text().splitlines()[0])
    line["reply"]["result"] = "<script>alert(1)</script>"
    path, html = tmp_path / "hostile.jsonl", tmp_path / "page.html"
    path.write_text(json.dumps(line) + "\n")
    run_cli(str(path), "--html", str(html))
    assert "<script>" not in html.read_text()


@pytest.mark.parametrize(
    ("where", "name"),
    [("calls/day.jsonl", "day.jsonl"), ("postgresql://me:secret@host/calls", "calls"), ("sqlite:////a/b.db", "b.db")],
)
def test_a_report_names_the_recordings_without_their_password(where: str, name: str) -> None:
    assert _name_of(where) == name


def test_changes_are_told_word_by_word() -> None:
    assert list(word_changes("it is in transit now", "it is delivered now")) == [
        ("same", "it is"),
        ("removed", "in transit"),
        ("added", "delivered"),
        ("same", "now"),
    ]
