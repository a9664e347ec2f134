"""What the scenes are played on: a source of its own process, a real service process, and callers on real sockets."""

import asyncio
import itertools
import math
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.system.service import SECRET, Service, service, tool_call

HERE = Path(__file__).parent
CALLS = itertools.count()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as its caller saw it: seconds on the clock that all processes of the machine share."""

    number: str
    began: float
    ended: float
    outcome: str
    served_from: str


class Source:
    """The source's process and its controls."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, session: aiohttp.ClientSession) -> None:
        self.process, self.url, self._session = process, url, session

    async def behave(self, **control: float) -> None:
        """`median_ms`, `p99_ms`: how long answers take; `faults`: the share of requests that fail."""
        async with self._session.post(f"{self.url}/control", json=control) as reply:
            reply.raise_for_status()

    async def log(self) -> list[tuple[str, float, bool]]:
        """Each request since the last look: number, when, struck by a fault."""
        async with self._session.get(f"{self.url}/log") as reply:
            return [(number, at, struck) for number, at, struck in await reply.json()]

    async def die(self) -> None:
        """Nothing listens any more."""
        self.process.kill()
        await self.process.wait()


@dataclass(slots=True)
class Stage:
    """Service, source and the session of the callers."""

    service: Service
    source: Source
    callers: aiohttp.ClientSession

    async def ask(self, number: str, *, call: str | None = None) -> Asked:
        """One tool call of a call (a new one by default)."""
        serial = next(CALLS)
        body = tool_call(number, call=call or f"bench-{serial}", tool_call_id=f"tool-{serial}")
        began = time.monotonic()
        async with self.callers.post(
            f"{self.service.public}/webhook", json=body, headers={"X-Vapi-Secret": SECRET}
        ) as reply:
            assert reply.status == 200, reply.status
            metadata = (await reply.json())["results"][0]["metadata"]
        return Asked(number, began, time.monotonic(), metadata["outcome"], metadata["servedFrom"])

    async def ask_all(self, numbers: Iterable[str], *, at_once: int) -> list[Asked]:
        """Each number once, `at_once` of them at a time."""
        waiting, asked = iter(numbers), list[Asked]()

        async def one_line() -> None:
            for number in waiting:
                asked.append(await self.ask(number))

        await asyncio.gather(*(one_line() for _ in range(at_once)))
        return asked

    async def landed(self) -> None:
        """Wait until no lookup is in the air."""
        while await self.service.metric("sheriff_in_flight_lookups"):
            await asyncio.sleep(0.1)


@asynccontextmanager
async def stage(**settings: str) -> AsyncIterator[Stage]:
    """Start a source and a service that asks it; both end with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "upstream.py"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
        environment = {
            "SHERIFF_SOURCE": "sanity",
            "SANITY_PROJECT_ID": "bench",
            "SANITY_API_TOKEN": "bench-token",
            "SANITY_API_URL": url,
            **settings,
        }
        # A kept connection is given up before the service would close it: a reset at that border is no finding here.
        unlimited = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
        async with service(environment) as running, aiohttp.ClientSession(connector=unlimited) as session:
            yield Stage(running, Source(process, url, session), session)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass(frozen=True, slots=True)
class Traffic:
    """How callers behave. Time runs `COMPRESSED` times faster than on the telephone, and so does freshness."""

    lines: int = 50  # calls at once
    pause_s: float = 0.5  # between two questions of a call (10 s on the telephone), exponentially distributed
    popular: int = 20  # deliveries that many ask about
    popular_share: float = 0.2  # of the calls
    deliveries: int = 2_000


COMPRESSED = 20
FRESH_S = 60 / COMPRESSED
TRAFFIC = Traffic()


def number_of(delivery: int, *, series: int = 0) -> str:
    """A tracking number that exists."""
    return f"BNC{series}{delivery:06d}"


async def calls(
    on: Stage,
    *,
    seconds: float,
    seed: int,
    questions: Sequence[int] = (2, 3),
    about: Callable[[random.Random], str] | None = None,
) -> list[Asked]:
    """Let callers call for so long: each call is about one delivery and asks one of so many `questions`."""
    dice, asked, until = random.Random(seed), list[Asked](), time.monotonic() + seconds

    def any_delivery(dice: random.Random) -> str:
        popular = dice.random() < TRAFFIC.popular_share
        return number_of(dice.randrange(TRAFFIC.popular if popular else TRAFFIC.deliveries))

    async def line() -> None:
        await asyncio.sleep(dice.uniform(0, TRAFFIC.pause_s))  # callers do not begin together
        while time.monotonic() < until:
            call, number = f"call-{next(CALLS)}", (about or any_delivery)(dice)
            for _ in range(dice.choice(questions)):
                asked.append(await on.ask(number, call=call))
                await asyncio.sleep(dice.expovariate(1 / TRAFFIC.pause_s))

    await asyncio.gather(*(line() for _ in range(TRAFFIC.lines)))
    return asked


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that `share` of them do not exceed; `values` must not be empty."""
    ranked = sorted(values)
    return ranked[math.ceil(len(ranked) * share) - 1]


def took(asked: Sequence[Asked]) -> list[float]:
    """Milliseconds from question to answer, as the callers measured them."""
    return [(one.ended - one.began) * 1_000 for one in asked]


def times(took_ms: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 in milliseconds."""
    return {f"p{share * 100:.0f}": round(percentile(took_ms, share), 1) for share in (0.5, 0.95, 0.99)}


def told(asked: Sequence[Asked]) -> dict[str, int]:
    """How many answers came from where."""
    return dict(Counter(one.served_from for one in asked).most_common())


def met_a_fault(asked: Sequence[Asked], log: Sequence[tuple[str, float, bool]]) -> list[Asked]:
    """Those whose number was struck at the source while they waited: their own flight, or one they joined."""
    struck: dict[str, list[float]] = {}
    for number, at, fault in log:
        if fault:
            struck.setdefault(number, []).append(at)
    return [one for one in asked if any(one.began <= at <= one.ended for at in struck.get(one.number, ()))]


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": sys.version.split()[0],
    }
