"""What a running service exports by OTLP, with its credential from a file: to a collector of the tests."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.system.service import service

CREDENTIAL = "an-api-key-of-the-tests"


class Collector:
    """As little of an OTLP collector as shows what it is sent, and by whom."""

    def __init__(self) -> None:
        self.address = ""
        self.received: set[tuple[str, str | None]] = set()  # paths and credentials

    async def take(self, request: web.Request) -> web.Response:
        await request.read()
        self.received.add((request.path, request.headers.get("api-key")))
        return web.Response()


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collecting = Collector()
    application = web.Application()
    application.router.add_post("/{path:.*}", collecting.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    collecting.address = "http://{}:{}".format(*runner.addresses[0][:2])
    yield collecting
    await runner.cleanup()


async def test_traces_and_metrics_leave_with_the_headers_of_a_file(collector: Collector, tmp_path: Path) -> None:
    headers = tmp_path / "otlp-headers"
    headers.write_text(f"api-key={CREDENTIAL}\n")
    exported = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_HEADERS_FILE": str(headers),
    }
    async with service(exported) as running:
        await running.ask("SHR123456")
        running.signal(signal.SIGTERM)  # what has gathered is sent at the end
        assert await running.ended() == 0
    assert collector.received == {("/v1/traces", CREDENTIAL), ("/v1/metrics", CREDENTIAL)}
    assert not any(CREDENTIAL in str(line) for line in running.lines)
