"""`sheriff status`: what a person sees, what a machine gets, and what the exit code says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.status_report import read_figures
from tests.free_port import free_port
from tests.internal_imitation import answering

CHECKS = {
    "circuitBreaker": {
        "status": "failing",
        "state": "open",
        "consecutiveFailures": 5,
        "openedAt": "2026-02-09T12:00:00.000Z",
        "retryAt": "2026-02-09T12:00:30.000Z",
    },
    "sanity": {"status": "failing", "lastSuccessAt": None, "lastSuccessAgeSeconds": 42.5, "lastFailure": "timeout"},
    "cache": {"kind": "memory", "status": "ok", "entries": 12},
    "recordings": {"status": "off"},
}
METRICS = """\
# TYPE target_info gauge
target_info{service_name="sheriff",service_version="1.2.3"} 1.0
# TYPE sheriff_tool_calls counter
sheriff_tool_calls_total{outcome="found",served_from="source",tool="getDeliveryStatus"} 3.0
sheriff_tool_calls_total{outcome="found",served_from="cache",tool="getDeliveryStatus"} 4.0
sheriff_tool_calls_total{outcome="unavailable",served_from="none",tool="getDeliveryIssue"} 1.0
sheriff_tool_calls_total{outcome="issue",served_from="none",tool="getDeliveryIssue"} 0.0
# TYPE sheriff_lookups counter
sheriff_lookups_total{result="hit"} 4.0
sheriff_lookups_total{result="stale"} 2.0
sheriff_lookups_total{result="miss"} 2.0
# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_bucket{http_route="/webhook",http_response_status_code="200",le="0.8"} 9.0
http_server_request_duration_seconds_bucket{http_route="/webhook",http_response_status_code="200",le="+Inf"} 10.0
http_server_request_duration_seconds_count{http_route="/webhook",http_response_status_code="200"} 10.0
http_server_request_duration_seconds_sum{http_route="/webhook",http_response_status_code="200"} 3.0
http_server_request_duration_seconds_bucket{http_route="/readyz",http_response_status_code="200",le="0.8"} 99.0
http_server_request_duration_seconds_count{http_route="/readyz",http_response_status_code="200"} 99.0
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 78000000.0
"""


def replies(status: str = "degraded", code: int = 200) -> dict[str, tuple[int, object]]:
    return {"/readyz": (code, {"status": status, "checks": CHECKS}), "/metrics": (200, METRICS)}


def status(*arguments: str, **environment: str) -> Result:
    clean = dict.fromkeys(("SHERIFF_INTERNAL_BIND", "SHERIFF_ADMIN_TOKEN", "SHERIFF_ADMIN_TOKEN_FILE"))
    return CliRunner().invoke(main, ["status", *arguments], env={**clean, **environment})


def test_people_see_state_causes_and_figures() -> None:
    with answering(replies()) as (url, _):
        result = status("--url", url)
    assert result.exit_code == 0
    for told in (
        f"degraded, version 1.2.3, at {url}",
        "open, 5 consecutive failures, next probe at 2026-02-09T12:00:30.000Z",
        "last success age seconds 42.5",
        "kind memory, entries 12",
        "10 to the webhook since the start, 90.0% within 800 ms",
        "found 7  unavailable 1",
        "75.0% of lookups (4 hit, 2 stale, 2 miss)",
        "78 MB resident",
    ):
        assert told in result.output
    assert "\x1b[" not in result.output


def test_machines_get_the_same_as_json() -> None:
    with answering(replies()) as (url, _):
        result = status("--url", url, "--json")
    told = json.loads(result.output)
    assert (told["status"], told["serving"], told["checks"]) == ("degraded", True, CHECKS)
    assert told["figures"]["cacheHitRate"] == 0.75
    assert told["figures"]["toolCalls"] == {"found": 7, "unavailable": 1}


@pytest.mark.parametrize(("said", "code", "ends_with"), [("ready", 200, 0), ("degraded", 200, 0), ("draining", 503, 1)])
def test_the_exit_code_says_whether_calls_are_taken(said: str, code: int, ends_with: int) -> None:
    with answering(replies(said, code)) as (url, _):
        assert status("--url", url).exit_code == ends_with


def test_the_admin_token_is_sent_when_it_is_set(tmp_path: Path) -> None:
    held = tmp_path / "token"
    held.write_text("from-a-file\n")
    with answering(replies()) as (url, seen):
        status("--url", url)
        status("--url", url, SHERIFF_ADMIN_TOKEN="a-token-of-operators\n")
        status("--url", url, SHERIFF_ADMIN_TOKEN_FILE=str(held))
        status("--url", url, SHERIFF_ADMIN_TOKEN="мир")
    sent = [headers.get("Authorization", "").encode("latin-1").decode() for _, headers in seen]
    shown = ["", "Bearer a-token-of-operators", "Bearer from-a-file", "Bearer мир"]
    assert sent == [each for each in shown for _ in range(2)]


def test_nobody_there_is_one_clear_line_and_1() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    result = status("--url", url)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "connection refused" in result.output
    told = json.loads(status("--json", SHERIFF_INTERNAL_BIND=url.removeprefix("http://")).output)
    assert (told["url"], told["status"], told["serving"]) == (url, "unreachable", False)


@pytest.mark.parametrize(
    "readiness", ["OK", "[]", {"status": "ok"}, {"status": "ok", "checks": {"database": "ok"}}, {"checks": {}}]
)
def test_somebody_else_on_the_port_is_told_apart(readiness: object) -> None:
    with answering({"/readyz": (200, readiness)}) as (url, _):
        result = status("--url", url)
    assert result.exit_code == 1
    assert "not as sheriff does" in result.output


def test_somebody_else_on_the_port_does_not_steer_the_terminal() -> None:
    readiness = {"status": "\x1b[2J", "checks": {"cache\x9b31m": {"status": "ok", "kind": "\x1b]0;taken over\x07"}}}
    with answering({"/readyz": (200, readiness)}) as (url, _):
        result = status("--url", url)
    assert all(line.isprintable() for line in result.output.rstrip("\n").split("\n"))


def test_without_metrics_there_are_no_figures_but_there_is_a_status() -> None:
    with answering({"/readyz": (200, {"status": "ready", "checks": {}})}) as (url, _):
        result = status("--url", url)
    assert result.exit_code == 0
    assert "none yet" in result.output
    assert read_figures("").hit_rate is None
