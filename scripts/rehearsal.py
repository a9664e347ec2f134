"""An incident, staged: a real service, a stand-in for Sanity that falls ill, steady callers, a Prometheus that watches.

Nothing but the timing differs from production: the rules are those of `deploy/prometheus`, scraped and evaluated every
second instead of every fifteen.
"""

import asyncio
import contextlib
import itertools
import json
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sheriff.doctor.credential import Credential
from sheriff.simulation import CallResult, Simulation, place_calls
from sheriff.simulation.placing import TOOL_TIMEOUT_S
from tests.free_port import free_port
from tests.prometheus_server import PrometheusServer, fast_config, running_prometheus
from tests.standin import SanityStandin
from tests.system.service import DATASET, SECRET, service

SCRAPE_S = 1


async def _well(sanity: SanityStandin) -> None:
    await sanity.heal()
    await sanity.latency(median_ms=60, p99_ms=250, seed=1)


async def _slow(sanity: SanityStandin) -> None:
    await sanity.latency(median_ms=1_800, p99_ms=4_500, seed=2)


async def _dead(sanity: SanityStandin) -> None:
    await sanity.heal()
    await sanity.fault("status", status=503)


@dataclass(frozen=True, slots=True)
class Act:
    """What happens to Sanity, and for how long."""

    name: str
    seconds: int
    told: str
    stage: Callable[[SanityStandin], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Script:
    """The acts, how many calls begin each second, and settings of the service that make hours fit into minutes."""

    acts: Sequence[Act]
    calls_per_s: float
    settings: Mapping[str, str]
    warm_s: float  # callers before the first act: what a service that has been up for hours remembers
    patience_s: float  # after which Vapi would drop the answer to a tool call


def script(
    *,
    normal: int,
    slow: int,
    dead: int,
    back: int,
    calls_per_s: float,
    fresh_s: int,
    reset_s: int,
    patience_s: float = TOOL_TIMEOUT_S,
) -> Script:
    """Normal, slow, dead, back: each so many seconds."""
    return Script(
        (
            Act("normal", normal, "Sanity answers in 60 ms, one request in a hundred in 250 ms", _well),
            Act("slow", slow, "Sanity answers in 1.8 s, one request in a hundred in 4.5 s", _slow),
            Act("dead", dead, "Sanity answers everything with 503", _dead),
            Act("back", back, "Sanity answers as before", _well),
        ),
        calls_per_s,
        {"SHERIFF_CACHE_TTL_S": str(fresh_s), "SHERIFF_BREAKER_RESET_S": str(reset_s)},
        warm_s=fresh_s,
        patience_s=patience_s,
    )


FULL = script(normal=30, slow=40, dead=60, back=40, calls_per_s=4, fresh_s=12, reset_s=10)
# For tests, which run beside others: a machine that is out of breath is no incident of ours.
SHORT = script(normal=6, slow=8, dead=8, back=10, calls_per_s=5, fresh_s=4, reset_s=2, patience_s=30)


@dataclass(frozen=True, slots=True)
class Played:
    """An act that is over; times are seconds since 1970."""

    act: Act
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An incident that is over, what its callers got, and the Prometheus that watched it."""

    prometheus: PrometheusServer
    acts: Sequence[Played]
    calls: Sequence[CallResult] = field(repr=False)

    @property
    def began(self) -> float:
        """When the first act began."""
        return self.acts[0].began

    @property
    def ended(self) -> float:
        """When the last act ended."""
        return self.acts[-1].ended

    @property
    def failed_calls(self) -> list[CallResult]:
        """Calls in which Vapi would have lost an answer."""
        return [call for call in self.calls if call.problems]


@contextlib.contextmanager
def rehearsed(played: Script, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Iterator[Rehearsal]:
    """Play the whole script, then leave its Prometheus running while the block lasts; files go to `folder`."""
    port = free_port()
    with running_prometheus(fast_config(f"127.0.0.1:{port}", interval=f"{SCRAPE_S}s"), folder) as prometheus:
        yield asyncio.run(_play(played, prometheus, port, folder, tell))


def missing() -> list[str]:
    """What the machine lacks for a rehearsal, and how to get it."""
    return [] if shutil.which("prometheus") else ["prometheus is not installed: apt-get install prometheus"]


async def _play(
    played: Script, prometheus: PrometheusServer, port: int, folder: Path, tell: Callable[[str], None]
) -> Rehearsal:
    deliveries = [json.loads(line) for line in DATASET.read_text(encoding="utf-8").splitlines()]
    acts = []
    async with SanityStandin(deliveries) as sanity:
        await _well(sanity)
        environment = {
            **sanity.environment,
            **played.settings,
            "SHERIFF_INTERNAL_BIND": f"127.0.0.1:{port}",
            "SHERIFF_RECORDINGS_URL": f"sqlite:///{folder / 'recordings.db'}",
        }
        async with service(environment, cwd=folder) as running:
            # Counters must have been seen at 0: the first thing that happens is an increase, not a birth.
            await asyncio.to_thread(prometheus.wait_for, 'up{job="sheriff"} == 1')
            async with _callers(f"{running.public}/webhook", played) as calls:
                await asyncio.sleep(played.warm_s)
                for act in played.acts:
                    tell(f"{act.name:<8}{act.seconds:>4} s   {act.told}")
                    await act.stage(sanity)
                    began = time.time()
                    await asyncio.sleep(act.seconds)
                    acts.append(Played(act, began, time.time()))
            running.process.terminate()
            code = await running.ended()
    if code != 0:
        raise RuntimeError(f"the service ended with exit code {code}")
    return Rehearsal(prometheus, acts, calls)


@contextlib.asynccontextmanager
async def _callers(url: str, played: Script) -> AsyncIterator[list[CallResult]]:
    """Calls begin at a steady rate, however long the ones before them take: callers do not wait for each other."""
    results: list[CallResult] = []

    async def one(number: int) -> None:
        simulation = Simulation(
            url,
            1,
            1,
            seed=number,
            credential=Credential("secret", SECRET),
            pace_s=0.2,
            tool_timeout_s=played.patience_s,
        )
        _, calls = await place_calls(simulation)
        results.extend(calls)

    async def ring() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as ringing:
            for number in itertools.count():
                if hung_up.is_set():
                    return
                ringing.create_task(one(number))
                await asyncio.sleep(began + (number + 1) / played.calls_per_s - loop.time())

    hung_up = asyncio.Event()
    calling = asyncio.create_task(ring())
    try:
        yield results
    finally:
        hung_up.set()
        await calling  # calls that have begun are held to their end
