"""The public application around a desk that tests drive by hand."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import Speech
from sheriff_core.tool_call import EndOfCall, ToolCall, ToolReply
from sheriff_web.authentication import Authentication, NoAuthentication
from sheriff_web.limits import WebLimits
from sheriff_web.public import public_app
from sheriff_web.request_context import ContinueTrace
from tests.asgi import Reply, call
from tests.fakes import FakeClock, NullTracer, SpySink

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def samples() -> list[str]:
    """Every body that Vapi sends or documents."""
    return sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.glob("*/*.json") if path.parent.name != "hmac")


class FakeDesk:
    """Answers with the tracking number it was asked for, unless a test says otherwise."""

    def __init__(self) -> None:
        self.calls: list[ToolCall] = []
        self.reports: list[EndOfCall] = []
        self.behaviour: Callable[[ToolCall], Awaitable[ToolReply]] | None = None

    async def answer(self, call: ToolCall) -> ToolReply:
        self.calls.append(call)
        if self.behaviour is not None:
            return await self.behaviour(call)
        return found(call)

    def call_ended(self, report: EndOfCall) -> None:
        self.reports.append(report)


def found(call: ToolCall) -> ToolReply:
    said = None if call.arguments is None else call.arguments.get("trackingNumber")
    wire = {
        "toolCallId": call.tool_call_id,
        "name": call.name,
        "result": f"This is {said}.",
        "metadata": {
            "correlationId": call.correlation_id,
            "outcome": "found",
            "ageSeconds": 0.0,
            "servedFrom": "source",
        },
    }
    return ToolReply(wire, OutcomeName.FOUND, ServedFrom.SOURCE)


class Shop:
    """The public application, with everything it touches in reach."""

    def __init__(
        self,
        *,
        authentication: Authentication | None = None,
        limits: WebLimits | None = None,
        speech: Speech = Speech.VERBATIM,
        tracer: Any = None,
        continue_trace: ContinueTrace | None = None,
        hard_timeout_s: float = 4.5,
    ) -> None:
        self.desk = FakeDesk()
        self.clock = FakeClock()
        self.sink = SpySink()
        self.app = public_app(
            desk=self.desk,
            authentication=authentication or NoAuthentication(),
            events=self.sink,
            tracer=tracer or NullTracer(),
            clock=self.clock,
            limits=limits or WebLimits(),
            hard_timeout_s=hard_timeout_s,
            speech=speech,
            continue_trace=continue_trace,
        )

    async def post(self, body: bytes | list[bytes], headers: dict[str, str] | None = None, **kwargs: Any) -> Reply:
        merged = {"content-type": "application/json"} | (headers or {})
        return await call(self.app, kwargs.pop("path", "/webhook"), body, headers=merged, **kwargs)

    async def send(self, message: Any, headers: dict[str, str] | None = None) -> Reply:
        """Post `message` in Vapi's envelope."""
        return await self.post(json.dumps({"message": message}).encode(), headers)


def tool_calls(*entries: Any, **message: Any) -> dict[str, Any]:
    return {"type": "tool-calls", "toolCallList": list(entries), "call": {"id": "call-uuid"}, **message}


def entry(
    call_id: Any = "call_1", number: Any = "TRK1", name: str = "getDeliveryStatus", **arguments: Any
) -> dict[str, Any]:
    return {
        "id": call_id,
        "type": "function",
        "function": {"name": name, "arguments": {"trackingNumber": number, **arguments}},
    }


async def never() -> None:
    """A client that sends nothing more, and stays."""
    await asyncio.Event().wait()
