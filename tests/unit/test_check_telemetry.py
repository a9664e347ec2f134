"""The doctor asks whoever takes traces and metrics, and what OpenTelemetry would not start with is told at once."""

import logging
import ssl
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from sheriff.doctor.finding import Finding, Status
from sheriff.doctor.telemetry import _worded, telemetry_findings
from sheriff.settings import read_settings
from sheriff_adapters.telemetry.otlp import endpoint
from tests.free_port import free_port
from tests.otlp_collector import Collector
from tests.otlp_collector import collector as collector  # noqa: PLC0414 - a fixture
from tests.unit.test_settings import GOOD, problems

ROOT = Path(__file__).parents[2]
CREDENTIAL = "an-api-key-of-the-tests"


async def found(**environ: str) -> list[Finding]:
    return [finding async for finding in telemetry_findings(environ)]


async def test_nothing_is_told_where_nothing_is_exported() -> None:
    assert await found() == []
    off = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_METRICS_EXPORTER": "otlp"}
    assert await found(**off, OTEL_SDK_DISABLED="true") == []


async def test_each_address_is_sent_an_empty_export_with_the_credential(collector: Collector) -> None:
    findings = await found(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://user:pw@{collector.address}/",
        OTEL_METRICS_EXPORTER="otlp",
        OTEL_EXPORTER_OTLP_HEADERS=f"api-key={CREDENTIAL}",
    )
    assert [(each.check, each.status) for each in findings] == [
        ("traces", Status.OK),
        ("pushed metrics", Status.OK),
    ]
    assert sorted(collector.received) == [
        (f"/v1/{path}", "application/x-protobuf", CREDENTIAL, b"") for path in ("metrics", "traces")
    ]
    assert f"http://{collector.address}/v1/traces takes them" in findings[0].line
    assert not any(secret in each.line for secret in ("pw", CREDENTIAL) for each in findings)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (301, "Something else than OTLP"),
        (401, "OTEL_EXPORTER_OTLP_HEADERS"),
        (404, "4318"),
        (415, "http/protobuf"),
        (503, "own log"),
    ],
)
async def test_a_collector_that_refuses_is_a_warning_with_its_status(
    collector: Collector, status: int, advice: str
) -> None:
    collector.status = status
    (finding,) = await found(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"http://{collector.address}/v1/traces")
    assert finding.status is Status.WARN
    assert f"answers {status}" in finding.detail
    assert advice in finding.advice


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://user:pw@127.0.0.1:{free_port()}?key=pw"}, "Connection refused"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "no http:// or https:// address"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1"}, "no http:// or https:// address"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "http/protobuf, not grpc",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/no/such"},
            "No such file or directory",
        ),
        ({"OTEL_METRICS_EXPORTER": "otlp"}, "nothing is pushed"),
    ],
)
async def test_whatever_is_amiss_is_a_warning_in_one_line(environ: dict[str, str], told: str) -> None:
    (finding,) = await found(**environ)
    assert finding.status is Status.WARN
    assert told in finding.line
    assert "pw" not in finding.line


async def test_a_collector_without_tls_and_one_that_is_not_trusted_are_told_as_such(collector: Collector) -> None:
    (finding,) = await found(OTEL_EXPORTER_OTLP_ENDPOINT=f"https://{collector.address}")
    assert "does not speak TLS" in finding.detail
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    key = ConnectionKey("127.0.0.1", 4318, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)
    assert "OTEL_EXPORTER_OTLP_CERTIFICATE" in _worded(aiohttp.ClientConnectorCertificateError(key, refused))


ON = {**GOOD, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    "refused",
    [
        {"OTEL_BSP_SCHEDULE_DELAY": "-5"},
        {"OTEL_BSP_MAX_QUEUE_SIZE": "0"},
        {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "many"},
        {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4096"},  # more than the queue's 2048
        {"OTEL_METRIC_EXPORT_INTERVAL": "0"},
        {"OTEL_SPAN_LINK_COUNT_LIMIT": "9" * 5_000},
        {"OTEL_EXPORTER_OTLP_HEADERS": f"Authorization: Bearer {CREDENTIAL}"},
        {"OTEL_EXPORTER_OTLP_TRACES_HEADERS": f'api-key="{CREDENTIAL}"'},
        {"OTEL_EXPORTER_OTLP_METRICS_HEADERS": f"api-key=Bearer\t{CREDENTIAL}"},
    ],
)
def test_what_opentelemetry_refuses_or_would_repeat_is_a_problem_of_the_environment(refused: dict[str, str]) -> None:
    (problem,) = problems({**ON, **refused})
    assert problem.startswith(f"{next(iter(refused))}: ")
    assert "example: " in problem
    assert CREDENTIAL not in problem


def test_the_same_is_nobodys_business_where_nothing_is_exported() -> None:
    read_settings({**GOOD, "OTEL_BSP_SCHEDULE_DELAY": "-5", "OTEL_EXPORTER_OTLP_HEADERS": "whatever"})
    # But for what OpenTelemetry reads as soon as it is loaded.
    assert problems({**GOOD, "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "abc"})


def test_it_is_told_before_opentelemetry_is_loaded_and_raises() -> None:
    started = subprocess.run(
        [sys.executable, "-m", "sheriff", "serve"],
        env={"PYTHONPATH": str(ROOT / "src"), "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "abc", **GOOD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 78
    assert "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in started.stderr
    assert "Traceback" not in started.stderr


@pytest.mark.parametrize(
    "headers",
    ["api-key=abc", "Authorization=Bearer abc", "authorization=Basic%20YTpi=, x-scope-orgid = 7 ,", ""],
)
def test_headers_that_are_taken_are_those_that_opentelemetry_takes(
    headers: str, caplog: pytest.LogCaptureFixture
) -> None:
    from opentelemetry.util.re import parse_env_headers

    read_settings({**ON, "OTEL_EXPORTER_OTLP_HEADERS": headers})
    with caplog.at_level(logging.WARNING):
        parse_env_headers(headers, liberal=True)
    assert caplog.records == []


@pytest.mark.parametrize(("signal", "path"), [("TRACES", "/v1/traces"), ("METRICS", "/v1/metrics")])
def test_the_address_is_the_one_that_opentelemetry_sends_to(
    signal: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    common = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/base/", "OTEL_METRICS_EXPORTER": "otlp"}
    assert endpoint(common, signal) == f"http://c:4318/base{path}"
    if signal == "TRACES":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/base/")
        assert OTLPSpanExporter()._endpoint == endpoint(common, signal)
