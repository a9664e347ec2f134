"""An operator's hand on the breaker of a real process: reset, isolate, both at once, and what is written about it."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.standin import SanityStandin
from tests.system.service import Service, service
from tests.waiting import until

pytestmark = pytest.mark.node

NUMBERS = [f"BRK10000{digit}" for digit in range(8)]
FAILURES = 5


@pytest.fixture
async def sanity() -> AsyncIterator[SanityStandin]:
    documents = [
        {"_id": number, "_type": "delivery", "trackingNumber": number, "status": "in_transit"} for number in NUMBERS
    ]
    async with SanityStandin(documents) as standin:
        yield standin


@pytest.fixture
async def running(sanity: SanityStandin) -> AsyncIterator[Service]:
    async with service({**sanity.environment, "SHERIFF_CACHE_TTL_S": "0.00001"}) as started:
        yield started


async def breaker(running: Service) -> dict[str, Any]:
    status, content = await running.get("/admin/circuit-breaker")
    assert status == 200
    return dict(content)


async def act(running: Service, verb: str, reason: str | None = None) -> dict[str, Any]:
    body = None if reason is None else {"reason": reason}
    status, content = await running.act(f"/admin/circuit-breaker/{verb}", body)
    assert status == 200
    return dict(content)


async def told(running: Service, number: str) -> tuple[str, str]:
    metadata = (await running.ask(number))["metadata"]
    return metadata["outcome"], metadata["servedFrom"]


async def written(running: Service, event: str, count: int) -> list[dict[str, Any]]:
    """The log lines of an event, once there are `count` of them: lines are written after the reply has left."""
    await until(lambda: len(running.events(event)) >= count)
    return running.events(event)


async def test_isolated_it_leaves_sanity_alone_until_it_is_reset(running: Service, sanity: SanityStandin) -> None:
    assert await told(running, NUMBERS[0]) == ("found", "source")
    assert await act(running, "isolate", "Sanity answers nonsense") == {"state": "isolated", "previousState": "closed"}
    await sanity.forget()
    assert await told(running, NUMBERS[0]) == ("found", "stale")
    assert await told(running, NUMBERS[1]) == ("unavailable", "none")
    assert sanity.request_count == 0
    status, readiness = await running.get("/readyz")
    assert (status, readiness["status"]) == (200, "degraded")
    assert await act(running, "reset", "it is well") == {"state": "closed", "previousState": "isolated"}
    assert await told(running, NUMBERS[0]) == ("found", "source")
    assert await told(running, NUMBERS[1]) == ("found", "source")


async def test_opened_by_failures_it_asks_again_at_once_after_a_reset(running: Service, sanity: SanityStandin) -> None:
    await sanity.fault("status", status=401, times=1)
    assert await told(running, NUMBERS[0]) == ("unavailable", "none")
    assert (await breaker(running))["consecutiveFailures"] == 0  # that is ours to mend, and none of Sanity's health
    await sanity.fault("html")
    for number in NUMBERS[:FAILURES]:
        await told(running, number)
    opened = await breaker(running)
    assert (opened["state"], opened["consecutiveFailures"]) == ("open", FAILURES)
    assert opened["openedAt"] < opened["retryAt"]
    await sanity.heal()
    assert await told(running, NUMBERS[0]) == ("unavailable", "none")
    assert await act(running, "reset", "checked by hand") == {"state": "closed", "previousState": "open"}
    assert await breaker(running) == {
        "state": "closed",
        "consecutiveFailures": 0,
        "openedAt": None,
        "retryAt": None,
    }
    assert await told(running, NUMBERS[0]) == ("found", "source")


async def test_many_hands_at_once_move_it_once_each_way(running: Service) -> None:
    for verb, before, after in (("isolate", "closed", "isolated"), ("reset", "isolated", "closed")):
        replies = await asyncio.gather(*(act(running, verb, f"hand {hand}") for hand in range(20)))
        assert {reply["state"] for reply in replies} == {after}
        assert Counter(reply["previousState"] for reply in replies) == {before: 1, after: 19}
    moves = await written(running, "breaker_moved", 2)
    assert len(moves) == 2
    assert await running.metric("sheriff_circuit_breaker_transitions_total") == 2


async def test_hands_that_pull_both_ways_while_callers_ask_leave_it_whole(
    running: Service, sanity: SanityStandin
) -> None:
    await sanity.fault("mixed", share=0.5)

    async def asking(number: str) -> None:
        for _ in range(5):
            outcome, _ = await told(running, number)
            assert outcome in {"found", "unavailable"}

    async def pulling(hand: int) -> None:
        for turn in range(5):
            await act(running, ("isolate", "reset")[(hand + turn) % 2], f"hand {hand}")

    await asyncio.gather(*map(asking, NUMBERS), *map(pulling, range(8)))
    await act(running, "reset", "the last word")
    assert (await breaker(running))["state"] == "closed"
    assert [await running.metric("sheriff_circuit_breaker_state", state=state) for state in ("closed", "isolated")] == [
        1,
        0,
    ]
    moves = await written(
        running, "breaker_moved", int(await running.metric("sheriff_circuit_breaker_transitions_total"))
    )
    states = ["closed", *(move["toState"] for move in moves)]
    assert [move["fromState"] for move in moves] == states[:-1]
    assert all(before != after for before, after in itertools.pairwise(states))


async def test_an_answer_that_comes_after_the_isolation_is_told_and_changes_nothing(
    running: Service, sanity: SanityStandin
) -> None:
    await sanity.forget()
    await sanity.fault("latency", delay_ms=800)
    asking = asyncio.create_task(told(running, NUMBERS[0]))
    await until(lambda: sanity.request_count)
    await act(running, "isolate", "while one is on its way")
    assert not asking.done()
    assert await asking == ("found", "source")
    assert (await breaker(running))["state"] == "isolated"


async def test_each_act_is_written_down_with_its_reason_even_when_it_changes_nothing(running: Service) -> None:
    await act(running, "isolate", "maintenance at 18:00")
    await act(running, "isolate", "said twice")
    await act(running, "reset")
    acts = await written(running, "operator_acted", 3)
    assert [(line["action"], line["reason"], line["before"], line["after"]) for line in acts] == [
        ("breaker.isolate", "maintenance at 18:00", "closed", "isolated"),
        ("breaker.isolate", "said twice", "isolated", "isolated"),
        ("breaker.reset", "", "isolated", "closed"),
    ]
    assert {line["actor"] for line in acts} == {"local"}
    assert all(line["correlationId"] for line in acts)
    moves = await written(running, "breaker_moved", 2)
    assert [(move["toState"], move["reason"]) for move in moves] == [
        ("isolated", "maintenance at 18:00"),
        ("closed", "operator"),
    ]
