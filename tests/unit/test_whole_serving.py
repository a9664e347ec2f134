"""Whole requests in front of the real application: what is told of them, and what bounds their connections."""

import asyncio
import json
import logging
import socket
import weakref
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Receive, Scope, Send

from sheriff_adapters.telemetry.traces import PassingTraces, Traces
from sheriff_core.correlation import correlation_id
from sheriff_core.events import DefectCaught, Event, RequestServed
from sheriff_core.tool_call import ToolCall, ToolReply
from tests.fakes import SpySink, let_loop_time_pass, settle
from tests.listening import HoldingApp, connected, lifespan, request
from tests.webhook_kit import Shop, entry, found, tool_calls

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class RecordingShop(Shop):
    """Each reply of its desk waits for a future of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.recorded: list[asyncio.Future[None]] = []
        self.desk.behaviour = self._answer

    async def _answer(self, call: ToolCall) -> ToolReply:
        self.recorded.append(asyncio.get_running_loop().create_future())
        return replace(found(call), recorded=self.recorded[-1])

    def request(self, *ids: str, **headers: str) -> bytes:
        return request(json.dumps({"message": tool_calls(*map(entry, ids))}).encode(), headers=headers)

    def served(self) -> list[RequestServed]:
        return self.sink.of(RequestServed)


async def test_a_held_reply_is_told_once_when_it_leaves_and_with_all_that_its_sender_waited() -> None:
    shop = RecordingShop()
    async with connected(shop.app) as (_, client):
        for turn in range(2):
            await client.send(shop.request("a"))
            await shop.clock.advance(0.03)
            assert len(shop.served()) == turn
            assert await client.hears_nothing()
            shop.recorded[turn].set_result(None)
            assert (await client.reply()).status == 200
            await settle()
            assert len(shop.served()) == turn + 1
            served = shop.served()[-1]
            assert (served.route, served.status, served.error_type) == ("/webhook", 200, "")
            assert served.duration_s == pytest.approx(0.03)


async def test_nothing_of_a_request_but_its_reply_is_kept_while_that_is_held() -> None:
    shop = RecordingShop()
    kept: list[weakref.ref[Part]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["part"] = part = Part()
        kept.append(weakref.ref(part))
        del part
        await shop.app(scope, receive, send)

    async with connected(app) as (_, client):
        await client.send(shop.request("a"))
        assert await client.hears_nothing()
        assert kept[-1]() is None
        shop.recorded[0].set_result(None)
        assert (await client.reply()).status == 200


class Part:
    """Something that is as long there as what it is a part of."""


async def test_a_reply_to_several_calls_waits_for_all_of_them() -> None:
    shop = RecordingShop()
    async with connected(shop.app) as (_, client):
        await client.send(shop.request("a", "b", "c"))
        for index in (1, 2, 0):
            assert await client.hears_nothing()
            assert shop.served() == []
            shop.recorded[index].set_result(None)
        reply = await client.reply()
        assert [result["toolCallId"] for result in reply.json()["results"]] == ["a", "b", "c"]
        await settle()
        assert len(shop.served()) == 1


async def test_what_is_on_record_already_leaves_at_once() -> None:
    shop = RecordingShop()

    async def at_once(call: ToolCall) -> ToolReply:
        recorded = asyncio.get_running_loop().create_future()
        recorded.set_result(None)
        return replace(found(call), recorded=recorded)

    shop.desk.behaviour = at_once
    async with connected(shop.app) as (_, client):
        await client.send(shop.request("a"))
        assert (await client.reply()).status == 200
        assert len(shop.served()) == 1


async def test_what_is_told_of_a_held_reply_is_told_under_its_own_id() -> None:
    shop, ids = RecordingShop(), []

    class Sink(SpySink):
        def emit(self, event: Event) -> None:
            ids.append((type(event), correlation_id.get()))

    shop.app._events = Sink()  # type: ignore[attr-defined]
    async with connected(shop.app) as (listening, client):
        other = await listening.client()
        await client.send(shop.request("a", **{"x-correlation-id": "the-first-of-two"}))
        await other.send(shop.request("b", **{"x-correlation-id": "the-second-of-two"}))
        for recorded in shop.recorded[::-1]:
            recorded.set_result(None)
            await settle()
        assert ids == [(RequestServed, "the-second-of-two"), (RequestServed, "the-first-of-two")]


async def test_a_client_that_leaves_while_its_reply_is_held_is_told_once() -> None:
    shop = RecordingShop()
    async with connected(shop.app) as (_, client):
        await client.send(shop.request("a"))
        client.reset()
        await settle()
        shop.recorded[0].set_result(None)
        await settle()
        assert len(shop.served()) == 1
        assert not shop.sink.of(DefectCaught)


async def test_a_drained_reply_is_recorded_closes_its_connection_and_survives_a_cut() -> None:
    shop = RecordingShop()
    async with connected(shop.app) as (listening, client):
        listening.drain.begin()
        await client.send(shop.request("a"))
        assert await client.hears_nothing()
        listening.drain.cut()
        reply = await client.reply()
        assert (reply.status, reply.headers["connection"]) == (200, "close")
        assert reply.json()["results"][0]["result"] == "This is TRK1."
        assert await client.is_closed()
        shop.recorded[0].set_result(None)
        await settle()
        assert [(served.status, served.error_type) for served in shop.served()] == [(200, "")]


# -- tracing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"traceparent": TRACEPARENT}])
async def test_where_spans_are_made_the_reply_waits_inside_of_one(
    headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    seen = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(seen), version="1", instance="i")
    shop = RecordingShop(tracer=traces, continue_trace=traces.continue_from)
    async with connected(shop.app) as (_, client):
        for turn in range(2):
            await client.send(shop.request("a", **headers))
            assert await client.hears_nothing()
            shop.recorded[turn].set_result(None)
            assert (await client.reply()).status == 200
            await settle()
            write, whole = seen.get_finished_spans()
            assert (write.name, whole.name) == ("recordings.write", "POST /webhook")
            assert write.parent is not None
            assert whole.context is not None
            assert write.parent.span_id == whole.context.span_id
            assert (format(whole.context.trace_id, "032x") in TRACEPARENT) is bool(headers)
            assert whole.attributes is not None
            assert whole.attributes["http.response.status_code"] == 200
            seen.clear()
    traces.shutdown()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_where_none_are_made_a_trace_that_comes_in_ends_with_its_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    traces = PassingTraces()
    shop = RecordingShop(tracer=traces, continue_trace=traces.continue_from)
    async with connected(shop.app) as (_, client):
        for headers in ({"traceparent": TRACEPARENT}, {}):
            await client.send(shop.request("a", **headers))
            shop.recorded[-1].set_result(None)
            assert (await client.reply()).status == 200
    assert traces.current_ids() is None
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


# -- what bounds a connection -------------------------------------------------------------------------------------


async def test_the_last_request_of_a_connection_is_answered_and_held_and_closes_it() -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        for turn in range(1_000):  # as many as hypercorn serves
            client.writer.write(request(b"%d" % turn))
            while len(app.held) == turn:
                await asyncio.sleep(0)
            if turn == 999:
                assert await client.hears_nothing()
            app.held[turn].set_result(None)
            reply = await client.reply()
            assert reply.body == b"%d" % turn
            assert ("connection" in reply.headers) is (turn == 999)
        assert await client.is_closed()


async def test_a_connection_is_idle_only_once_its_held_reply_has_left() -> None:
    app = HoldingApp()
    async with connected(app, keep_alive_s=5) as (_, client):
        client.writer.write(request())
        while not app.held:
            await asyncio.sleep(0)
        await let_loop_time_pass(25)
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        assert (await client.reply()).status == 200
        await let_loop_time_pass(4.9)
        assert await client.hears_nothing()
        await let_loop_time_pass(0.2)
        assert await client.is_closed()


@pytest.mark.parametrize("is_held", [True, False])
async def test_who_does_not_read_a_large_reply_gets_no_other(is_held: bool) -> None:
    app = HoldingApp((b"x-large", b"a" * 8_000_000))
    app.is_held = is_held
    async with connected(app) as (listening, _):
        slow = socket.create_connection(listening.address)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        for turn in range(3):
            await loop.sock_sendall(slow, request(b"%d" % turn))
            await settle()
            for held in app.held:
                if not held.done():
                    held.set_result(None)
            await settle()
        served = len(app.held)
        slow.close()
        assert served == 1


async def test_after_its_reply_an_application_hears_that_nobody_is_there() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await lifespan(receive, send)
            return
        heard.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
        heard.append(await receive())

    async with connected(app) as (_, client):
        for _ in range(2):
            await client.send(request())
            assert (await client.reply()).status == 200
    assert [message["type"] for message in heard] == ["http.request", "http.disconnect"] * 2
