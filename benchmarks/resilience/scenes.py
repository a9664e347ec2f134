"""The scenes: each plays something that happens to a source, and says in figures what its callers noticed."""

import asyncio
import itertools
import random
from typing import Any

from benchmarks.resilience.stage import (
    COMPRESSED,
    FRESH_S,
    TRAFFIC,
    Asked,
    Stage,
    calls,
    met_a_fault,
    number_of,
    stage,
    times,
    told,
    took,
)

Figures = dict[str, Any]
OPENING = 10  # lookups that open the breaker at 5 failures, with some to spare
STAMPEDE = 1_000
GOAL_AT = 0.3


def _goal(text: str, met: bool) -> Figures:
    return {"goal": text, "met": met}


async def normal_slow_dead() -> dict[str, Figures]:
    """(a), (b), (e), (c), in this order on one service: as a bad day goes."""
    async with stage(SHERIFF_CACHE_TTL_S=str(FRESH_S)) as on:
        figures = {"a": await _normal(on), "b": await _slow(on)}
        figures["e"] = await _stampede(on)
        figures["c"] = await _dead(on)
        return figures


async def _normal(on: Stage) -> Figures:
    await on.source.behave(median_ms=80, p99_ms=600)
    before, lines = await _lookups(on), len(on.service.lines)
    asked = await calls(on, seconds=10, seed=1)
    after = await _lookups(on)
    counted = {result: after[result] - before[result] for result in after}
    hit_rate = (counted["hit"] + counted["stale"]) / sum(counted.values())
    return {
        "asked": len(asked),
        **times(took(asked)),
        "by the service's log": _logged(on, lines),
        "told from": told(asked),
        "hit rate": round(hit_rate, 3),
        **_goal("hit rate >= 0.6", hit_rate >= 0.6),
    }


def _logged(on: Stage, since: int) -> dict[str, float]:
    """The same times as the service wrote them down, without what the callers' own process added."""
    lines = on.service.lines[since:]
    return times([line["latencyMs"] for line in lines if line.get("event") == "request_served"])


async def _lookups(on: Stage) -> dict[str, float]:
    return {
        result: await on.service.metric("sheriff_lookups_total", result=result) for result in ("hit", "stale", "miss")
    }


async def _slow(on: Stage) -> Figures:
    """All deliveries are remembered, and old; the source takes three seconds, with a small tail."""
    await on.source.behave()
    await on.ask_all((number_of(delivery) for delivery in range(TRAFFIC.deliveries)), at_once=20)
    await asyncio.sleep(FRESH_S)
    await on.source.behave(median_ms=3_000, p99_ms=3_500)
    lines = len(on.service.lines)
    asked = await calls(on, seconds=10, seed=2)
    stale = [one for one in asked if one.served_from == "stale"]
    assert all(one.served_from != "none" for one in asked)
    return {
        "asked": len(asked),
        **times(took(asked)),
        "by the service's log": _logged(on, lines),
        "told from": told(asked),
        "stale alone": times(took(stale)),
        **_goal("p95 <= 520 ms", times(took(asked))["p95"] <= 520),
    }


async def _stampede(on: Stage) -> Figures:
    """A thousand connections that are open already ask for one number that nobody has asked for."""
    await on.source.behave(median_ms=900)
    popular = number_of(0, series=1)
    await asyncio.gather(*(on.ask(number_of(0)) for _ in range(STAMPEDE)))  # opens the connections
    await on.landed()
    await on.source.log()
    asked = await asyncio.gather(*(on.ask(popular) for _ in range(STAMPEDE)))
    requests = len(await on.source.log())
    return {
        "asked": len(asked),
        **times(took(asked)),
        "told from": told(asked),
        "upstream requests": requests,
        **_goal("exactly 1 upstream request", requests == 1),
    }


async def _dead(on: Stage) -> Figures:
    """Nothing listens any more; a third of the calls is about deliveries nobody has asked for."""
    await on.source.die()
    opening = await on.ask_all((number_of(delivery, series=2) for delivery in range(OPENING)), at_once=5)
    _, breaker = await on.service.get("/admin/circuit-breaker")
    assert breaker["state"] == "open", breaker

    def about(dice: random.Random) -> str:
        return number_of(dice.randrange(TRAFFIC.deliveries), series=3 if dice.random() < 1 / 3 else 0)

    lines = len(on.service.lines)
    asked = await calls(on, seconds=6, seed=3, about=about)
    return {
        "asked": len(asked),
        **times(took(asked)),
        "by the service's log": _logged(on, lines),
        "told from": told(asked),
        "while it opened": times(took(opening)),
        **_goal("p95 <= 10 ms", times(took(asked))["p95"] <= 10),
    }


async def flapping(share: float) -> dict[str, Figures]:
    """(d): each request fails by itself with this probability, in one of five ways.

    Of lookups of numbers that nobody has asked for, and of calls as in (a) when half of the deliveries have been asked
    for earlier that day. At 30 % also with four attempts instead of three. The breaker's reset time is compressed like
    all time between questions.
    """
    settings = {"SHERIFF_CACHE_TTL_S": str(FRESH_S), "SHERIFF_BREAKER_RESET_S": str(30 / COMPRESSED)}
    figures: dict[str, Figures] = {}
    async with stage(**settings) as on:
        figures["alone"] = await _alone(on, share)
        remembering = await _with_memory(on, share)
        if share == GOAL_AT:
            remembering |= _goal(">= 0.95", remembering["of them answered"] >= 0.95)
        figures["calls"] = remembering
    if share == GOAL_AT:
        async with stage(**settings, SHERIFF_RETRY_ATTEMPTS="4") as on:
            figures["four"] = await _alone(on, share)
    return figures


async def _alone(on: Stage, share: float) -> Figures:
    await on.source.behave(median_ms=20, p99_ms=80, faults=share)
    before, new = await _restraints(on), itertools.count()
    asked = await calls(on, seconds=10, seed=4, questions=(1,), about=lambda _: number_of(next(new), series=4))
    return await _survived(on, asked, before)


async def _with_memory(on: Stage, share: float) -> Figures:
    await on.source.behave()
    await on.service.act("/admin/circuit-breaker/reset", {"reason": "the next scene begins"})
    asked_before = (number_of(delivery) for delivery in range(0, TRAFFIC.deliveries, 2))
    await on.ask_all(asked_before, at_once=20)
    await asyncio.sleep(FRESH_S)
    await on.source.behave(median_ms=20, p99_ms=80, faults=share)
    await on.source.log()
    before = await _restraints(on)
    return await _survived(on, await calls(on, seconds=10, seed=5), before)


async def _survived(on: Stage, asked: list[Asked], before: dict[str, float]) -> Figures:
    log = await on.source.log()
    met = met_a_fault(asked, log)
    after = await _restraints(on)
    return {
        "asked": len(asked),
        "all answered": round(sum(one.outcome == "found" for one in asked) / len(asked), 3),
        "met a fault": len(met),
        "of them answered": round(sum(one.outcome == "found" for one in met) / len(met), 3),
        "of them from memory": round(sum(one.served_from == "stale" for one in met) / len(met), 3),
        "slowest ms": round(max(took(met))),
        "requests per flight": _per_flight(log),
        **{name: round(after[name] - before[name]) for name in after},
    }


async def _restraints(on: Stage) -> dict[str, float]:
    """What has kept requests back so far."""
    metric = on.service.metric
    return {
        "retries the budget denied": await metric("sheriff_source_retries_denied_total", reason="budget"),
        "breaker opened": await metric("sheriff_circuit_breaker_transitions_total", to="open"),
        "lookups it kept back": await metric("sheriff_circuit_breaker_not_permitted_total"),
    }


def _per_flight(log: list[tuple[str, float, bool]]) -> float:
    """Requests for each first one: requests for a number less than two seconds apart are one flight's."""
    flights = 0
    for _, requests in itertools.groupby(sorted(log), key=lambda one: one[0]):
        last = float("-inf")
        for _, at, _ in requests:
            flights += at - last > 2.0
            last = at
    return round(len(log) / flights, 2)
