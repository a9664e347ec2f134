"""The obvious server for the same job: FastAPI, pydantic, tenacity, aiohttp and aiocache, each used as its guide shows.

    NAIVE_SOURCE=http://... [NAIVE_RECORDINGS=/tmp/naive.db] python -m uvicorn --app-dir benchmarks/web naive:app

It authenticates, validates, looks up with retries and a cache, tells a delivery in a sentence, counts, logs two lines
a request and, when asked to, records each answer durably. It promises far less: no deadline, no stale facts, no
breaker, no replay, no redaction. Nothing in it is slow on purpose.
"""

import asyncio
import json
import logging
import os
import secrets
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import aiohttp
from aiocache import SimpleMemoryCache
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, Field
from pythonjsonlogger.json import JsonFormatter
from starlette.middleware.base import BaseHTTPMiddleware
from tenacity import retry, stop_after_attempt, wait_exponential_jitter

SOURCE = os.environ.get("NAIVE_SOURCE", "http://127.0.0.1:1")
RECORDINGS = os.environ.get("NAIVE_RECORDINGS")
SECRET = "bench-secret"

log = logging.getLogger("naive")
handler = logging.StreamHandler(open(1, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - standard output
handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
log.addHandler(handler)
log.setLevel(logging.INFO)

requests_total = Counter("naive_requests_total", "Requests", ["route", "status"])
seconds = Histogram("naive_request_seconds", "Duration of requests", ["route"])
answers_total = Counter("naive_answers_total", "Answers", ["tool", "outcome"])


class Function(BaseModel):
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ToolCall(BaseModel):
    id: str
    type: str = "function"
    function: Function


class Customer(BaseModel):
    number: str | None = None


class Call(BaseModel):
    id: str
    customer: Customer | None = None


class Message(BaseModel):
    type: str
    call: Call | None = None
    customer: Customer | None = None
    tool_calls: list[ToolCall] = Field(default_factory=list, alias="toolCallList")


class Envelope(BaseModel):
    message: Message


class Result(BaseModel):
    tool_call_id: str = Field(serialization_alias="toolCallId")
    name: str
    result: str


class Reply(BaseModel):
    results: list[Result]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.cache = SimpleMemoryCache()
    app.state.database = None
    if RECORDINGS:
        database = sqlite3.connect(RECORDINGS, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut, as in sheriff
        database.execute("CREATE TABLE IF NOT EXISTS interactions (id TEXT, call_id TEXT, at TEXT, body TEXT)")
        app.state.database, app.state.lock = database, asyncio.Lock()
    async with aiohttp.ClientSession() as session:
        app.state.session = session
        yield


app = FastAPI(lifespan=lifespan)


class Context(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        started = time.perf_counter()
        request.state.correlation_id = str(uuid.uuid4())
        response = await call_next(request)
        duration = time.perf_counter() - started
        response.headers["x-correlation-id"] = request.state.correlation_id
        requests_total.labels(request.url.path, response.status_code).inc()
        seconds.labels(request.url.path).observe(duration)
        log.info(
            "request served",
            extra={
                "correlationId": request.state.correlation_id,
                "method": request.method,
                "route": request.url.path,
                "status": response.status_code,
                "latencyMs": round(duration * 1_000, 3),
            },
        )
        return response


app.add_middleware(Context)


async def authenticated(x_vapi_secret: Annotated[str, Header()] = "") -> None:
    if not secrets.compare_digest(x_vapi_secret, SECRET):
        raise HTTPException(401, "unauthorized")


@retry(stop=stop_after_attempt(3), wait=wait_exponential_jitter(multiplier=0.05), reraise=True)
async def fetch(session: aiohttp.ClientSession, number: str) -> dict[str, Any] | None:
    query = {"query": "*[_type == 'delivery' && trackingNumber == $n][0]", "$n": json.dumps(number)}
    async with session.get(SOURCE, params=query, timeout=aiohttp.ClientTimeout(2)) as answer:
        answer.raise_for_status()
        found: dict[str, Any] | None = (await answer.json())["result"]
        return found


async def find(request: Request, number: str) -> dict[str, Any] | None:
    state = request.app.state
    held: dict[str, Any] | None = await state.cache.get(number)
    if held is None:
        held = await fetch(state.session, number)
        if held is not None:
            await state.cache.set(number, held, ttl=60)
    return held


def sentence(delivery: dict[str, Any] | None, number: str) -> tuple[str, str]:
    if delivery is None:
        return "not_found", f"I could not find a delivery with the number {' '.join(number)}."
    expected = datetime.fromisoformat(delivery["estimatedDelivery"])
    words = f"{delivery['customerName']}, your delivery is {delivery['status']}. "
    return "found", f"{words}It is expected on {expected:%A, %B} {expected.day}."


async def record(
    request: Request, call: ToolCall, message: Message, delivery: dict[str, Any] | None, said: str
) -> None:
    state = request.app.state
    if state.database is None:
        return
    at = datetime.now(UTC).isoformat()
    body = json.dumps({"arguments": call.function.arguments, "document": delivery, "reply": said, "receivedAt": at})

    def insert() -> None:
        row = (call.id, message.call.id if message.call else None, at, body)
        state.database.execute("INSERT INTO interactions VALUES (?, ?, ?, ?)", row)
        state.database.commit()

    async with state.lock:
        await asyncio.to_thread(insert)


@app.post("/webhook", dependencies=[Depends(authenticated)])
async def webhook(envelope: Envelope, request: Request) -> Reply:
    message = envelope.message
    results = []
    for call in message.tool_calls:
        number = str(call.function.arguments.get("trackingNumber", "")).replace(" ", "").upper()
        delivery = await find(request, number)
        outcome, said = sentence(delivery, number)
        await record(request, call, message, delivery, said)
        answers_total.labels(call.function.name, outcome).inc()
        log.info(
            "tool call answered",
            extra={
                "correlationId": request.state.correlation_id,
                "toolCallId": call.id,
                "tool": call.function.name,
                "trackingNumber": number,
                "outcome": outcome,
            },
        )
        results.append(Result(tool_call_id=call.id, name=call.function.name, result=said))
    return Reply(results=results)
