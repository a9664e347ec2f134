"""`POST /webhook`: a message of Vapi in, tool results out (docs/reference/http-api.md)."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from starlette.types import Receive, Scope, Send

from sheriff_core.deadline import Deadline
from sheriff_core.driving_port import FrontDesk
from sheriff_core.events import DefectCaught, MessageReceived, MessageRejected
from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.phrases import Sentence
from sheriff_core.policy import Speech
from sheriff_core.ports import Clock, EventSink, Tracer
from sheriff_core.reply_wire import reply_wire
from sheriff_core.tool_call import ToolCall, ToolReply
from sheriff_web.authentication import Authentication, Presented
from sheriff_web.body import BodyReader, check_media_type
from sheriff_web.drain import survives_cut
from sheriff_web.holding import can_hold, to_hold_for, wait_for
from sheriff_web.limits import WebLimits
from sheriff_web.problems import ClientDisconnectedError, Problem, RejectionReason, send_json
from sheriff_web.request_context import ContinueTrace, Exchange, exchange_of
from sheriff_web.vapi import Message, read_message
from sheriff_web.vapi_calls import RequestedCall, legacy_call, requested_calls
from sheriff_web.vapi_report import read_report

_EMPTY: Final = b"{}"
_MAX_FLAWS: Final = 5  # of one message that are told
_READ_AFTER_SIGN_IN: Final = (RejectionReason.NOT_JSON, RejectionReason.SCHEMA)  # a stranger's body is not read as JSON
_Results = tuple[list[dict[str, Any]], Sequence[asyncio.Future[None]]]


class _Arrival(NamedTuple):
    """When a request came, on both clocks, and until when it must be answered."""

    received_at: datetime
    received_now: float
    deadline: Deadline


class _Reply(NamedTuple):
    """What is sent, and what has to be on record before."""

    body: bytes
    recorded: Sequence[asyncio.Future[None]] = ()


class Webhook:
    """The endpoint, as an ASGI application of its own: nothing but itself stands between the server and the desk."""

    def __init__(
        self,
        *,
        desk: FrontDesk,
        authentication: Authentication,
        events: EventSink,
        tracer: Tracer,
        clock: Clock,
        limits: WebLimits,
        hard_timeout_s: float,
        speech: Speech,
        continue_trace: ContinueTrace | None,
    ) -> None:
        """This will hand tool calls to `desk`, to be answered within `hard_timeout_s` seconds of their arrival."""
        self._desk = desk
        self._authentication = authentication
        self._events = events
        self._tracer = tracer
        self._clock = clock
        self._limits = limits
        self._hard_timeout_s = hard_timeout_s
        self._speech = speech
        self._continue_trace = continue_trace
        self._bodies = BodyReader(limits)
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        arrival = self._arrival()
        exchange = exchange_of(scope)
        try:
            body = await self._body(scope, receive, exchange)
            reply = await self._answer(body, arrival, scope, exchange)
            hold = to_hold_for(reply.recorded)
            if hold is not None and (self._tracer.is_on or not can_hold(scope)):
                await wait_for(hold, scope, self._tracer)
                hold = None
        except Problem as problem:
            known = problem.reason in _READ_AFTER_SIGN_IN
            self._events.emit(MessageRejected(problem.reason, problem.error, sender_known=known))
            await self._refuse(problem, receive, send)
        except ClientDisconnectedError:
            exchange.client_left()
        else:
            await send_json(send, 200, reply.body, hold=hold)

    def _arrival(self) -> _Arrival:
        now, wall = self._clock.now(), self._clock.wall()
        # Whole milliseconds: a recording holds no more, and a replay must hear the same instant.
        at = wall.replace(microsecond=wall.microsecond // 1000 * 1000)
        return _Arrival(at, now, Deadline.after(self._hard_timeout_s, now=now))

    async def _body(self, scope: Scope, receive: Receive, exchange: Exchange) -> bytes:
        """The body of a sender who is Vapi. Raises `Problem` and `ClientDisconnectedError`."""
        authentication, headers = self._authentication, exchange.headers
        if not authentication.needs_body and not authentication.allows(Presented(headers)):
            raise _unauthorized(body_unread=True)
        check_media_type(headers.get(b"content-type"), headers.get(b"content-encoding"))
        self._bodies.check_declared(headers.get(b"content-length"))
        body = await self._bodies.read(scope, receive)
        if authentication.needs_body:
            target: bytes = scope.get("raw_path") or scope["path"].encode()
            if query := scope.get("query_string"):
                target += b"?" + query
            if not authentication.allows(Presented(headers, scope["method"], target, body)):
                raise _unauthorized(body_unread=False)
        # Only now is the sender known: its id and its trace are taken over, and nobody else's.
        exchange.adopt_correlation_id()
        exchange.begin_span("POST /webhook", self._tracer, self._continue_trace)
        return body

    async def _answer(self, body: bytes, arrival: _Arrival, scope: Scope, exchange: Exchange) -> _Reply:
        """The reply to the message in `body`. Raises `Problem`."""
        message = read_message(body)
        self._events.emit(MessageReceived(message.label))
        match message.type:
            case "tool-calls":
                requested = requested_calls(message)
                if not requested.calls:
                    raise Problem(422, "; ".join(requested.flaws[:_MAX_FLAWS]), reason=RejectionReason.SCHEMA)
                for flaw in requested.flaws[:_MAX_FLAWS]:
                    self._events.emit(MessageRejected(RejectionReason.NO_ID, flaw, sender_known=True))
                calls = [_tool_call(call, message, arrival, exchange) for call in requested.calls]
                # Nothing else of it is needed. Let go now, hundreds of objects are in the processor's cache; after
                # waiting for a source or a disk they are not, and letting go takes longer than reading them did.
                del message, requested
                wires, recorded = await self._results(calls, scope)
                return _Reply(self._written(calls, wires), recorded)
            case "function-call":
                call = _tool_call(legacy_call(message, unique=os.urandom(8).hex()), message, arrival, exchange)
                (wire,), recorded = await self._results([call], scope)
                said = wire.get("result") or wire.get("error") or Sentence.UNAVAILABLE.value
                return _Reply(orjson.dumps({"result": said}), recorded)
            case "end-of-call-report":
                self._take_report(message, arrival)
            case _:
                pass
        return _Reply(_EMPTY)

    async def _results(self, calls: Sequence[ToolCall], scope: Scope) -> _Results:
        """One result object for each of `calls`, in order."""
        # Counted here, behind authentication: no stranger can make the callers of others hear that we are busy.
        if self._in_flight >= self._limits.max_in_flight:
            self._events.emit(MessageRejected(RejectionReason.BUSY, f"{self._in_flight} in flight"))
            return [self._apology(call, Sentence.BUSY) for call in calls], ()
        self._in_flight += 1
        try:
            return await self._answers(calls, scope)
        finally:
            self._in_flight -= 1

    async def _answers(self, calls: Sequence[ToolCall], scope: Scope) -> _Results:
        answered = calls[: self._limits.max_calls_per_message]
        if len(answered) < len(calls):
            self._events.emit(MessageRejected(RejectionReason.BUSY, f"{len(calls)} tool calls in one message"))
        tasks = [asyncio.ensure_future(self._reply_to(call)) for call in answered[1:]]
        first: ToolReply | None = None
        try:
            # The first is answered right here: nearly always it is the only one, and a task costs more than a hit.
            first = await self._reply_to(answered[0])
            if tasks:
                await asyncio.gather(*tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            if not survives_cut(scope):
                raise
        replies = [first, *(task.result() if task.done() and not task.cancelled() else None for task in tasks)]
        replies += [None] * (len(calls) - len(answered))
        wires = [
            self._apology(call, Sentence.UNAVAILABLE) if reply is None else reply.wire
            for call, reply in zip(calls, replies, strict=True)
        ]
        return wires, [reply.recorded for reply in replies if reply is not None and reply.recorded is not None]

    async def _reply_to(self, call: ToolCall) -> ToolReply | None:
        try:
            return await self._desk.answer(call)
        except Exception as error:  # noqa: BLE001 - the caller hears an apology whatever is broken behind the desk
            self._events.emit(DefectCaught("webhook.answer", error))
            return None

    def _written(self, calls: Sequence[ToolCall], results: list[dict[str, Any]]) -> bytes:
        try:
            return orjson.dumps({"results": results})
        except TypeError as error:
            self._events.emit(DefectCaught("webhook.write", error))
            return orjson.dumps({"results": [self._apology(call, Sentence.UNAVAILABLE) for call in calls]})

    def _apology(self, call: ToolCall, sentence: Sentence) -> dict[str, Any]:
        """The result of a call that did not get to the desk, or did not come back from it."""
        return reply_wire(call, sentence.value, OutcomeName.UNAVAILABLE, ServedFrom.NONE, speech=self._speech)

    def _take_report(self, message: Message, arrival: _Arrival) -> None:
        try:
            report = read_report(message, received_at=arrival.received_at)
            if report is None:
                self._events.emit(
                    MessageRejected(RejectionReason.NO_ID, "message.call.id: is missing", sender_known=True)
                )
            else:
                self._desk.call_ended(report)
        except Exception as error:  # noqa: BLE001 - a report that cannot be kept is our loss; asking for it again is none
            self._events.emit(DefectCaught("webhook.call_ended", error))

    async def _refuse(self, problem: Problem, receive: Receive, send: Send) -> None:
        content: dict[str, object] = {"error": problem.error}
        if problem.reason != RejectionReason.AUTH:
            content["results"] = []
        unread = problem.body_unread
        await send_json(send, problem.status, orjson.dumps(content), problem.headers, more_body=unread)
        if unread:
            await self._bodies.discard(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _unauthorized(*, body_unread: bool) -> Problem:
    return Problem(401, "unauthorized", reason=RejectionReason.AUTH, body_unread=body_unread)


def _tool_call(requested: RequestedCall, message: Message, arrival: _Arrival, exchange: Exchange) -> ToolCall:
    return ToolCall(
        tool_call_id=requested.id,
        name=requested.name,
        arguments=requested.arguments,
        correlation_id=exchange.correlation_id,
        call_id=message.call_id,
        # A static parameter is the operator's own statement of who calls: it goes before signalling.
        caller_number=requested.caller_number or message.customer_number,
        received_at=arrival.received_at,
        received_now=arrival.received_now,
        deadline=arrival.deadline,
    )
