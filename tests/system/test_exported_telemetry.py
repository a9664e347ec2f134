"""What a running service exports by OTLP, with its credential from a file: to a collector of the tests."""

import signal
from pathlib import Path

from tests.otlp_collector import Collector
from tests.system.service import service

CREDENTIAL = "an-api-key-of-the-tests"


async def test_traces_and_metrics_leave_with_the_headers_of_a_file(collector: Collector, tmp_path: Path) -> None:
    headers = tmp_path / "otlp-headers"
    headers.write_text(f"api-key={CREDENTIAL}\n")
    exported = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_HEADERS_FILE": str(headers),
    }
    async with service(exported) as running:
        await running.ask("SHR123456")
        running.signal(signal.SIGTERM)  # what has gathered is sent at the end
        assert await running.ended() == 0
    received = {(export.path, export.api_key) for export in collector.received}
    assert received == {("/v1/traces", CREDENTIAL), ("/v1/metrics", CREDENTIAL)}
    assert not any(CREDENTIAL in str(line) for line in running.lines)
