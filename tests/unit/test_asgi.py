"""The public application, as other servers run it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from sheriff.asgi import public
from tests.unit.test_settings import GOOD

BODY = {
    "message": {
        "type": "tool-calls",
        "call": {"id": "c"},
        "toolCallList": [{"id": "t", "name": "getDeliveryStatus", "parameters": {"trackingNumber": "SHR123456"}}],
    }
}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    environ = {
        **GOOD,
        "SHERIFF_SOURCE": "dataset:src/sheriff/demo/deliveries.ndjson",
        "SHERIFF_RECORDINGS_URL": "none",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return public()


async def serve(app: Any, inside: Any) -> list[str]:
    """Run `inside` between the lifespan's start and end; the types of the messages that the application sent."""
    incoming = iter(["lifespan.startup", "lifespan.shutdown"])
    sent = []

    async def receive() -> dict[str, Any]:
        return {"type": next(incoming)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])
        if message["type"] == "lifespan.startup.complete":
            await inside()

    await app({"type": "lifespan"}, receive, send)
    return sent


async def post(app: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    sent = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"x-vapi-secret", b"a-long-secret-value")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/webhook", "raw_path": b"/webhook", "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent))


async def test_the_lifespan_builds_the_service_and_takes_it_down(app: Any) -> None:
    async def inside() -> None:
        status, reply = await post(app, BODY)
        assert status == 200
        assert reply["results"][0]["metadata"]["outcome"] == "found"

    assert await serve(app, inside) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_server_without_lifespan_is_told_what_is_missing(app: Any) -> None:
    with pytest.raises(RuntimeError, match="lifespan"):
        await post(app, BODY)


async def test_both_lines_of_a_request_are_logged_whatever_the_server(
    app: Any, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    async def inside() -> None:
        await post(app, BODY)

    await serve(app, inside)
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["tool_call_answered", "request_served"]
    assert (root.handlers, root.level) == before


async def test_a_service_that_cannot_be_built_gives_the_log_back(
    app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    async def inside() -> None:
        raise AssertionError("it started")

    dataset = tmp_path / "deliveries.ndjson"
    dataset.write_text("no JSON", encoding="utf-8")
    monkeypatch.setenv("SHERIFF_SOURCE", f"dataset:{dataset}")
    assert await serve(public(), inside) == ["lifespan.startup.failed"]
    assert (root.handlers, root.level) == before
