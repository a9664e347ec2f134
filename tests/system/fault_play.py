"""Plays the fault matrix on real processes, and judges what callers heard.

Each row is played with a number that the service remembers and with numbers that it has never asked for. A row whose
fault lasts goes on until the breaker has an opinion. Each ends with Sanity well again.
"""

import asyncio
import itertools
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sheriff_core.policy import RetryPolicy
from tests.standin import SanityStandin
from tests.system.fault_matrix import HARD_S, MATRIX, SOFT_S, Answer, Row, sorry, source, stale
from tests.system.service import Service, service, tool_call

SLACK_S = 2.0  # what a busy machine may add before an answer counts as late
EARLY_S = 0.02  # clocks of two processes, and timers that round
FAILURES = 5  # consecutive failures that open the breaker
STAGES = 4  # each a stand-in and a service: starting one is computing, playing a row is mostly waiting
LOOKUPS_THAT_FILL_THE_BUDGET = math.ceil(RetryPolicy().budget_burst / RetryPolicy().budget_ratio)

# What is remembered is old at once, and is told to whoever knows the number; all else as in production.
SETTINGS = {"SHERIFF_CACHE_TTL_S": "0.00001", "SHERIFF_DISCLOSURE": "tracking-number"}

NUMBERS = ([f"FLT{play:05}{digit}" for digit in range(6)] for play in itertools.count(1))  # new ones for each play
UNKNOWN = "FLT999999"
TELLS = "The delivery for Ada Lovelace {status}. The estimated delivery date is Tuesday, March 4th, 2031."
BEFORE, NOW = "is in transit", "is out for delivery"  # the record changes after it was remembered
OLD = "I can't get an update right now, so this is as of about [a-z -]+ ago[.] "
APOLOGY = "I'm sorry, I can't look that up right now. Would you like me to try again?"


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer as it was."""

    status: int
    text: str
    outcome: str
    served_from: str
    age_s: float | None
    took_s: float


@dataclass(slots=True)
class Played:
    """One row as it went."""

    row: Row
    remembered: Heard
    remembered_requests: int
    never_asked: Heard
    never_asked_requests: int
    breaker: str = ""  # after all of it
    unknown: Heard | None = None  # a number that does not exist, asked for while everything fails
    later: list[Heard] = field(default_factory=list)  # remembered, never asked; after five failures
    later_requests: int = 0
    well_again: Heard | None = None


async def play_all(rows: Sequence[Row] = MATRIX) -> list[Played]:
    """Play the rows on a few stages at the same time; the outcome in the order of the rows."""
    # The longest first, so that they are not waited for in the end.
    waiting = iter(sorted(enumerate(rows), key=lambda numbered: -numbered[1].never_asked.until_s))
    played: dict[int, Played] = {}

    async def stage() -> None:
        async with SanityStandin() as sanity, service({**sanity.environment, **SETTINGS}) as running:
            for position, row in waiting:
                played[position] = await play(row, sanity, running)
                if row.close and problems(played[position]):
                    played[position] = await play(row, sanity, running)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(STAGES, len(rows))):
            group.create_task(stage())
    return [played[position] for position in sorted(played)]


async def play(row: Row, sanity: SanityStandin, running: Service) -> Played:
    """Play one row; before and after it Sanity is well, the breaker closed and the retry budget full."""
    remembered, *never_asked = next(NUMBERS)
    await sanity.replace(*[_document(number, BEFORE) for number in (remembered, *never_asked)])
    for _ in range(LOOKUPS_THAT_FILL_THE_BUDGET):
        assert (await _ask(running, remembered)).outcome == "found"
    await sanity.put(_document(remembered, NOW))

    told = await _strike(row, sanity, running, remembered)
    await running.act("/admin/circuit-breaker/reset", {"reason": "the next act begins"})
    await sanity.put(*[_document(number, NOW) for number in never_asked])
    cold = await _strike(row, sanity, running, never_asked[0])
    played = Played(row, *told, *cold)
    if row.breaker is not None:
        # One lookup has failed; with these there are five in a row.
        played.unknown, *_ = await asyncio.gather(
            *(_ask(running, number) for number in (UNKNOWN, *never_asked[1 : FAILURES - 1]))
        )
        await _landed(running)
        before = sanity.request_count
        played.later = [await _ask(running, remembered), await _ask(running, never_asked[-1])]
        played.later_requests = sanity.request_count - before
    _, breaker = await running.get("/admin/circuit-breaker")
    played.breaker = breaker["state"]

    await sanity.heal()
    await _landed(running)
    await running.act("/admin/circuit-breaker/reset", {"reason": "Sanity is well again"})
    played.well_again = await _ask(running, remembered)
    return played


def problems(played: Played) -> list[str]:
    """What a row came to that it must not."""
    row = played.row
    found = [
        *_wrong("remembered", played.remembered, row.remembered),
        *_wrong("never asked", played.never_asked, row.never_asked),
    ]
    if played.remembered_requests != row.remembered.requests:
        found.append(f"remembered: {played.remembered_requests} requests instead of {row.remembered.requests}")
    if played.never_asked_requests != row.never_asked.requests:
        found.append(f"never asked: {played.never_asked_requests} requests instead of {row.never_asked.requests}")
    if played.breaker != (row.breaker or "closed"):
        found.append(f"the breaker is {played.breaker}")
    if row.breaker is not None:
        assert played.unknown is not None
        found += _wrong("unknown number", played.unknown, sorry(0, HARD_S, 0))
        for name, heard, told in zip(("remembered", "never asked"), played.later, (stale, sorry), strict=True):
            found += _wrong(f"{name}, later", heard, told(0, SOFT_S, 0))
        allowed = 0 if row.breaker == "open" else len(played.later)
        if played.later_requests != allowed:
            found.append(f"after five failures: {played.later_requests} requests instead of {allowed}")
    assert played.well_again is not None
    return found + _wrong("well again", played.well_again, source(0, HARD_S, 1))


def _wrong(name: str, heard: Heard, must: Answer) -> list[str]:
    """How an answer differs from what it must be: in its words, its source, or its time."""
    found = []
    told = {
        "source": (re.escape(TELLS.format(status=NOW)), "found"),
        "stale": (OLD + re.escape(TELLS.format(status=BEFORE)), "found"),
        "none": (re.escape(APOLOGY), "unavailable"),
    }
    words, outcome = told[must.served_from]
    if heard.status != 200 or heard.served_from != must.served_from or heard.outcome != outcome:
        found.append(f"{name}: {heard.status} {heard.outcome} from {heard.served_from}, not from {must.served_from}")
    elif re.fullmatch(words, heard.text) is None:
        found.append(f"{name}: says “{heard.text}”")
    if (heard.age_s is None) != (must.served_from == "none"):
        found.append(f"{name}: an age of {heard.age_s}")
    if not must.from_s - EARLY_S <= heard.took_s <= must.until_s + SLACK_S:
        found.append(f"{name}: after {heard.took_s:.2f} s, not within {must.from_s:g} to {must.until_s:g} s")
    return found


def _document(number: str, status: str) -> dict[str, Any]:
    return {
        "_id": number,
        "_type": "delivery",
        "trackingNumber": number,
        "status": status.removeprefix("is ").replace(" ", "_"),
        "customerName": "Ada Lovelace",
        "estimatedDelivery": "2031-03-04",
    }


async def _ask(running: Service, number: str) -> Heard:
    began = time.perf_counter()
    status, reply, _ = await running.post(tool_call(number))
    took_s = time.perf_counter() - began
    result = reply["results"][0]
    metadata = result["metadata"]
    age_s = metadata["ageSeconds"]
    return Heard(status, result["result"], metadata["outcome"], metadata["servedFrom"], age_s, took_s)


async def _strike(row: Row, sanity: SanityStandin, running: Service, number: str) -> tuple[Heard, int]:
    """Ask for `number` under the fault: what is heard, and how many requests were sent for it in all."""
    await sanity.forget()
    before = await running.metric("sheriff_source_requests_total")
    await sanity.fault(**row.fault)
    heard = await _ask(running, number)
    await _landed(running)
    if row.fault["kind"] == "refused":  # nothing listens that could count
        return heard, int(await running.metric("sheriff_source_requests_total") - before)
    return heard, sanity.request_count


async def _landed(running: Service) -> None:
    """Wait until no flight is in the air: it outlives the caller who began it."""
    while await running.metric("sheriff_in_flight_lookups"):
        await asyncio.sleep(0.2)
