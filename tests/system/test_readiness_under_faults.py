"""Readiness is told from what is known: it answers while everything behind the service hangs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.free_port import free_port
from tests.system.service import Service, service
from tests.waiting import until


class Silence:
    """Takes every connection and never says a word, until it is told to let go."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.heard = asyncio.Event()
        self.let_go = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if await reader.read(1):
            self.heard.set()
        await self.let_go.wait()
        writer.close()


@asynccontextmanager
async def silence() -> AsyncIterator[Silence]:
    silent = Silence()
    server = await asyncio.start_server(silent.take, "127.0.0.1", 0)
    silent.port = server.sockets[0].getsockname()[1]
    try:
        yield silent
    finally:
        silent.let_go.set()
        server.close()


def asked_of(source: Silence) -> dict[str, str]:
    return {
        "SHERIFF_SOURCE": "sanity",
        "SANITY_PROJECT_ID": "demo",
        "SANITY_API_TOKEN": "a-token",
        "SANITY_API_URL": f"http://127.0.0.1:{source.port}",
    }


async def everything_answers(running: Service) -> dict[str, object]:
    """All that an orchestrator, a scraper and an operator ask; the readiness."""
    assert await running.get("/healthz") == (200, {"status": "ok"})
    status, text = await running.get("/metrics")
    assert status == 200
    assert "sheriff_in_flight_lookups" in text
    assert (await running.get("/admin/circuit-breaker"))[0] == 200
    status, readiness = await running.get("/readyz")
    assert status == 200, json.dumps(readiness)
    return dict(readiness)


async def test_readiness_answers_while_sanity_hangs() -> None:
    async with silence() as sanity, service(asked_of(sanity)) as running:
        asking = asyncio.create_task(running.ask("RDY100001"))
        await sanity.heard.wait()
        readiness = await everything_answers(running)
        assert not asking.done()  # all of it was answered before Sanity, or the caller's patience, came to an end
        assert readiness["status"] == "ready"  # nothing has failed so far
        assert (await asking)["metadata"]["outcome"] == "unavailable"
        readiness = await everything_answers(running)
        assert readiness["status"] == "degraded"
        assert readiness["checks"]["sanity"]["lastFailure"] == "timeout"


async def test_readiness_answers_while_sanity_redis_and_postgresql_hang_all_at_once(tmp_path: Path) -> None:
    async with silence() as sanity, silence() as redis, silence() as postgres:
        settings = {
            **asked_of(sanity),
            "SHERIFF_CACHE_URL": f"redis://127.0.0.1:{redis.port}/0",
            "SHERIFF_RECORDINGS_URL": f"postgresql://sheriff:secret@127.0.0.1:{postgres.port}/sheriff",
        }
        async with service(settings, cwd=tmp_path) as running:
            asking = asyncio.create_task(running.ask("RDY100001"))
            await sanity.heard.wait()
            readiness = await everything_answers(running)
            assert not asking.done()
            assert readiness["status"] == "degraded"
            assert readiness["checks"]["cache"]["status"] == "lost"
            assert redis.connections > 0
            assert postgres.connections > 0
            assert (await asking)["metadata"]["outcome"] == "unavailable"


async def test_readiness_answers_while_more_lookups_hang_than_may_be_in_the_air() -> None:
    flights = 4
    async with silence() as sanity, service({**asked_of(sanity), "SHERIFF_MAX_FLIGHTS": str(flights)}) as running:
        asking = [asyncio.create_task(running.ask(f"RDY20000{turn}")) for turn in range(flights)]
        while await running.metric("sheriff_in_flight_lookups") < flights:
            await asyncio.sleep(0.01)
        one_too_many = await running.ask("RDY200009")
        assert one_too_many["metadata"]["outcome"] == "unavailable"
        assert "a lot of requests" in one_too_many["result"]
        await everything_answers(running)
        assert not any(task.done() for task in asking)
        await asyncio.gather(*asking)


@pytest.mark.parametrize("verb", ["isolate", "reset"])
async def test_an_operator_is_answered_while_sanity_hangs(verb: str) -> None:
    async with silence() as sanity, service(asked_of(sanity)) as running:
        asking = asyncio.create_task(running.ask("RDY100001"))
        await sanity.heard.wait()
        status, _ = await running.act(f"/admin/circuit-breaker/{verb}", {"reason": "it hangs"})
        assert status == 200
        assert not asking.done()
        await asking


async def test_stores_that_are_away_at_the_start_are_away_in_the_metrics_too(tmp_path: Path) -> None:
    environment = {
        "SHERIFF_CACHE_URL": f"redis://127.0.0.1:{free_port()}/0",
        "SHERIFF_RECORDINGS_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
    }
    async with service(environment, cwd=tmp_path) as running:
        await until(lambda: running.events("cache_lost") and running.events("recorder_failed"))
        _, readiness = await running.get("/readyz")
        assert readiness["checks"]["cache"]["status"] == "lost"
        assert readiness["checks"]["recordings"]["status"] == "failing"
        # They are told of once, while the service is being built: an alert that waits for the next time waits for ever.
        assert await running.metric("sheriff_cache_available") == 0
        assert await running.metric("sheriff_recorder_available") == 0
