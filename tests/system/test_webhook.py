"""Both listeners in a real process, driven over HTTP with every body that Vapi is known to send."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.system.service import SECRET, Service, service, tool_call

SAMPLES = Path(__file__).parents[1] / "samples"
CALLER = "+15555550123"


@pytest.fixture
async def running() -> AsyncIterator[Service]:
    async with service() as started:
        yield started


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob("*.json") if path.parts[-2] not in {"responses", "config", "hmac"})


async def test_every_known_body_is_answered_as_the_contract_says(running: Service) -> None:
    assert len(samples()) >= 30
    for path in samples():
        body = json.loads(path.read_text())
        status, reply, headers = await running.post(body)
        assert headers["X-Correlation-ID"], path.name
        message = body.get("message", {})
        kind = message.get("type") if isinstance(message, dict) else None
        if kind is None:
            assert (status, reply["results"]) == (422, []), path.name
            assert "type" in reply["error"], path.name
        elif kind == "tool-calls":
            assert status == 200, path.name
            calls = message.get("toolCallList") or message.get("toolCalls")
            assert [result["toolCallId"] for result in reply["results"]] == [call["id"] for call in calls], path.name
            assert all(("result" in result) != ("error" in result) for result in reply["results"]), path.name
        elif kind == "function-call":
            assert status == 200, path.name
            assert set(reply) == {"result"}, path.name
        else:
            assert (status, reply) == (200, {}), path.name
    assert not [line for line in running.lines if "Traceback" in json.dumps(line)]


def shapes(arguments: Any) -> dict[str, dict[str, Any]]:
    name = "getDeliveryStatus"
    nested = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return {
        "toolCallList": {"toolCallList": [nested]},
        "toolCalls": {"toolCalls": [nested]},
        "toolWithToolCallList": {"toolWithToolCallList": [{"type": "function", "toolCall": nested}]},
        "bare name and parameters": {"toolCallList": [{"id": "c1", "name": name, "parameters": arguments}]},
        "bare name and arguments": {"toolCallList": [{"id": "c1", "name": name, "arguments": arguments}]},
        "function.parameters": {"toolCallList": [{"id": "c1", "function": {"name": name, "parameters": arguments}}]},
    }


@pytest.mark.parametrize("as_text", [False, True])
async def test_every_shape_of_a_tool_call_finds_the_delivery(running: Service, as_text: bool) -> None:
    arguments: Any = {"trackingNumber": "shr-123 456"}
    for shape, message in shapes(json.dumps(arguments) if as_text else arguments).items():
        body = {"message": {"type": "tool-calls", "customer": {"number": CALLER}, **message}}
        status, reply, headers = await running.post(body)
        assert status == 200, shape
        (result,) = reply["results"]
        assert result["metadata"]["outcome"] == "found", shape
        assert "Maria Lopez" in result["result"], shape
        assert result["metadata"]["correlationId"] == headers["X-Correlation-ID"], shape


async def test_several_calls_in_one_message_are_answered_in_order(running: Service) -> None:
    calls = []
    for index, number in enumerate(["SHR123456", "NONE999999", "SHR300001", "", "SHR-200-001"]):
        calls += tool_call(number, tool_call_id=f"c{index}")["message"]["toolCallList"]
    calls.append({"id": "c5", "function": {"name": "bookFlight", "arguments": {}}})
    calls.append({"id": "c6", "function": {"name": "getDeliveryIssue", "arguments": "not json"}})
    status, reply, _ = await running.post({"message": {"type": "tool-calls", "toolCallList": calls}})
    assert status == 200
    assert [result["toolCallId"] for result in reply["results"]] == [f"c{index}" for index in range(7)]
    outcomes = [result["metadata"]["outcome"] for result in reply["results"]]
    assert outcomes[:5] == ["found", "not_found", "ambiguous", "invalid_tracking_number", "found"]
    assert all("\n" not in result["error"] for result in reply["results"][5:])


async def test_drafts_and_versions_are_never_served(running: Service) -> None:
    for hidden in ("SHR400001", "SHR400002"):
        assert (await running.ask(hidden))["metadata"]["outcome"] == "not_found"


async def test_nothing_internal_is_reachable_on_the_public_port(running: Service) -> None:
    reached = await asyncio.gather(
        *(
            running._session.get(f"{running.public}{path}")
            for path in (
                "/healthz",
                "/readyz",
                "/metrics",
                "/admin",
                "/admin/circuit-breaker",
                "/admin/interactions",
                "/",
            )
        )
    )
    assert {reply.status for reply in reached} == {404}
    async with running._session.get(f"{running.public}/webhook") as reply:
        assert reply.status == 405


async def test_refusals_at_the_door(running: Service) -> None:
    good = json.dumps(tool_call("SHR123456")).encode()
    assert (await running.post(good, X_Vapi_Secret="wrong"))[0] == 401
    assert (await running.post(good, X_Vapi_Secret=""))[0] == 401
    status, reply, _ = await running.post(b"{not json")
    assert status == 400
    assert reply["results"] == []
    assert (await running.post(good, Content_Type="text/plain"))[0] == 415
    status, reply, _ = await running.post({"message": {"type": "tool-calls", "toolCallList": [{"name": "x"}]}})
    assert (status, reply["results"]) == (422, [])
    status, reply, _ = await running.post(b'{"message": {"type": "status-update"}' + b" " * 9_000_000 + b"}")
    assert status == 413


async def test_logs_are_json_with_one_access_line_a_request_and_no_personal_data(running: Service) -> None:
    await running.ask("SHR123456", call="c-1", caller=CALLER)
    await running.ask("SHR123456", call="c-1", caller=CALLER, tool_call_id="t2", phoneLastFour="0123")
    await running.post({"message": {"type": "tool-calls", "customer": {"number": CALLER}, "toolCallList": 5}})
    running.signal(signal.SIGTERM)
    assert await running.ended() == 0
    assert running.other_output == []
    access = running.events("request_served")
    assert len(access) == 3
    for line in running.lines:
        assert {"timestamp", "level", "message", "logger"} <= set(line)
        for secret in (SECRET, "Maria", "Lopez", "5550123", "+1555"):
            assert secret not in json.dumps(line)
    assert len({line["correlationId"] for line in access}) == 3
    assert "SHR123456" in json.dumps(running.lines), "operators search by tracking number"


async def test_sigterm_answers_what_is_in_flight_and_exits_zero(running: Service) -> None:
    assert (await running.get("/readyz"))[0] == 200
    assert await running.get("/healthz") == (200, {"status": "ok"})
    await running.ask("SHR123456")
    running.signal(signal.SIGTERM)
    assert await running.ended() == 0


async def test_a_bad_environment_is_told_whole_and_exits_78() -> None:
    process = await asyncio.create_subprocess_exec(
        "env", "-i", "PYTHONPATH=src", "SHERIFF_SOFT_TIMEOUT_MS=x", "SHERIFF_PUBLIC_BND=1",
        __import__("sys").executable, "-m", "sheriff", "serve",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 78
    text = told.decode()
    assert "Traceback" not in text
    for expected in ("SHERIFF_SOFT_TIMEOUT_MS", "did you mean SHERIFF_PUBLIC_BIND", "SANITY_PROJECT_ID", "VAPI_SECRET"):
        assert expected in text
