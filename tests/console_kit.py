"""The operators' page in process, with everything it touches in reach."""

from typing import Any
from urllib.parse import urlencode

from sheriff.operators_page import changes, replay
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.health import Health
from sheriff_core.logbook import Logbook
from sheriff_core.policy import BreakerPolicy
from sheriff_core.ports import EventSink
from sheriff_core.rolling_figures import RollingFigures
from sheriff_web.authentication import Secrets
from sheriff_web.console.rendering import Renderer
from sheriff_web.console.routes import console_routes
from sheriff_web.console.workbench import About, Workbench
from sheriff_web.internal import internal_app
from sheriff_web.operator_acts import OperatorActs
from sheriff_web.operator_sessions import OperatorSessions
from tests.asgi import Reply, call
from tests.fakes import FakeClock, FakeRecorder, SpySink

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", **BROWSER}
TOKEN = "the-admin-token"
RENDERER = Renderer()  # templates are compiled once for all tests; it holds nothing else


class Listeners:
    """Tells several sinks."""

    def __init__(self) -> None:
        self.sinks: list[EventSink] = []

    def emit(self, event: Any) -> None:
        for sink in self.sinks:
            sink.emit(event)


class Console:
    """The internal application with the page on it."""

    def __init__(self, *, token: str | None = None, recordings: Any = "fake", **about: Any) -> None:
        self.clock = FakeClock()
        self.sink, self.events = SpySink(), Listeners()
        self.figures, self.logbook = RollingFigures(self.clock), Logbook(self.clock)
        self.breaker = CircuitBreaker(BreakerPolicy(failures=1), self.clock, self.events)
        self.recordings_status: dict[str, Any] = {"status": "ok", "store": "sqlite"}
        self.health = Health(
            breaker=self.breaker,
            clock=self.clock,
            cache_status=lambda: {"status": "ok", "kind": "memory", "entries": 3},
            recordings_status=lambda: self.recordings_status,
        )
        self.health.started()
        self.events.sinks = [self.sink, self.figures, self.logbook, self.health]
        self.recordings = FakeRecorder() if recordings == "fake" else recordings
        self.remembered = {"TRK1"}
        self.sessions = OperatorSessions(self.clock)
        bench = Workbench(
            about=About("1.2.3", "here-1", "Sanity abc/production", **about),
            health=self.health,
            breaker=self.breaker,
            figures=self.figures,
            logbook=self.logbook,
            acts=OperatorActs(breaker=self.breaker, forget=self.forget, events=self.events),
            recordings=self.recordings,
            replay=replay,
            changes=changes,
            clock=self.clock,
            sessions=self.sessions,
            token=None if token is None else Secrets([token]),
        )
        self.app = internal_app(
            health=self.health,
            breaker=self.breaker,
            metrics=lambda: (b"", "text/plain"),
            recordings=self.recordings,
            admin_token=token,
            forget=self.forget,
            events=self.events,
            clock=self.clock,
            console_routes=console_routes(bench, RENDERER, self.events),
            sessions=self.sessions,
        )

    async def forget(self, number: str) -> bool:
        if number == "?":
            raise ValueError(number)
        held = number in self.remembered
        self.remembered.discard(number)
        return held

    async def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Reply:
        path += f"?{urlencode(query)}" if query else ""
        return await call(self.app, path, method="GET", headers={**BROWSER, **(headers or {})})

    async def text(self, path: str, **query: str) -> str:
        reply = await self.get(path, **query)
        assert reply.status == 200, (reply.status, reply.body)
        return reply.body.decode()

    async def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Reply:
        return await call(self.app, path, urlencode(fields).encode(), headers={**FORM, **(headers or {})})

    def open_breaker(self) -> None:
        permit = self.breaker.ask()
        assert permit is not None
        self.breaker.failed(permit)


def tool_call(correlation: str = "corr-0001", **changes: Any) -> dict[str, Any]:
    """A recorded tool call, answered by the source's second attempt."""
    said = "The delivery for Dana Ellis is in transit. The estimated delivery date is Saturday, February 14th."
    document = {
        "trackingNumber": "TRK-1",
        "status": "in_transit",
        "customerName": "Dana Ellis",
        "estimatedDelivery": "2026-02-14",
        "issueMessage": None,
        "_id": "d1",
        "_rev": "r1",
        "_updatedAt": "2026-02-11T08:00:00Z",
    }
    record = {
        "schema": 1,
        "kind": "tool_call",
        "correlationId": correlation,
        "callId": "call-1",
        "toolCallId": "tool-1",
        "receivedAt": "2026-02-12T09:30:00.000Z",
        "tool": "getDeliveryStatus",
        "trackingNumber": "TRK1",
        "arguments": {"trackingNumber": "T R K one"},
        "callerMatched": True,
        "upstream": [
            {"attempt": 1, "startedMs": 1.0, "durationMs": 200.0, "result": "server_error"},
            {"attempt": 2, "startedMs": 250.0, "durationMs": 90.0, "result": "ok", "document": document},
        ],
        "before": {
            "cache": None,
            "breaker": {"state": "closed", "consecutiveFailures": 0, "openedAt": None},
            "flights": {"inFlight": 0, "joined": False, "startedMs": 0.4},
            "caller": {"numbers": 0, "notFound": 0, "askedBefore": False},
        },
        "policy": {},
        "reply": {
            "toolCallId": "tool-1",
            "name": "getDeliveryStatus",
            "result": said,
            "message": {"type": "request-complete", "content": said},
            "metadata": {
                "correlationId": correlation,
                "outcome": "found",
                "ageSeconds": 0.0,
                "servedFrom": "source",
            },
        },
        "latencyMs": 341.5,
    }
    return {**record, **changes}


def end_of_call(*turns: str, **changes: Any) -> dict[str, Any]:
    """A recorded end of call: the caller and the agent in turn, the caller first."""
    return {
        "schema": 1,
        "kind": "end_of_call",
        "callId": "call-1",
        "receivedAt": "2026-02-12T09:31:00.000Z",
        "startedAt": "2026-02-12T09:29:00.000Z",
        "endedAt": "2026-02-12T09:30:50.000Z",
        "endedReason": "customer-ended-call",
        "transcript": [
            {"role": ("user", "assistant")[index % 2], "text": text, "secondsFromStart": 10.0 * index}
            for index, text in enumerate(turns)
        ],
        "toolResults": [
            {
                "toolCallId": "tool-1",
                "name": "getDeliveryStatus",
                "result": "The delivery is in transit.",
                "secondsFromStart": 8.0,
            }
        ],
        **changes,
    }
