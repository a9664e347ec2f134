"""Pure-ASGI middleware around everything: a correlation id in, exactly one `RequestServed` out.

(`BaseHTTPMiddleware` would run the application in another context and break context variables.)
"""

import asyncio
import contextlib
import functools
import random
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sheriff_core.correlation import correlation_id
from sheriff_core.events import HTTP_METHODS, OTHER, DefectCaught, RequestServed
from sheriff_core.ports import Clock, EventSink, Span, Tracer
from sheriff_web.drain import Drain, drain_of
from sheriff_web.holding import hold_of
from sheriff_web.problems import CLIENT_GONE, CLOSE, Header, send_json

ContinueTrace = Callable[[Mapping[str, str]], AbstractContextManager[object]]
"""Makes the trace of the given W3C headers the present one while the block lasts."""

_ACCEPTABLE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_EXCHANGE: Final = "sheriff.exchange"
_DICE: Final = random.Random()  # noqa: S311 - seeded by the system; for ids, never for secrets
_DRAINED_BODY: Final = b'{"error":"shutting down, try again","results":[]}'


class _NotReadingError(Exception):
    """The connection was lost while the reply was being sent, or the kernel gave up a client that takes nothing."""


class Exchange:
    """One HTTP request and its reply, as far as the access line and the trace are concerned."""

    __slots__ = (
        "_entered",
        "correlation_id",
        "error_type",
        "headers",
        "hold",
        "method",
        "span",
        "started_now",
        "status",
    )

    def __init__(self, scope: Scope, started_now: float) -> None:
        """This will begin under an id of our own making."""
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"] if scope["method"] in HTTP_METHODS else OTHER
        self.correlation_id = _new_id()
        self.started_now = started_now
        self.status = 0  # 0: nothing was sent yet
        self.error_type = ""
        self.hold: asyncio.Future[None] | None = None  # what the reply waits for, finished as it is
        self.span: Span | None = None
        self._entered: list[AbstractContextManager[object]] = []

    def adopt_correlation_id(self) -> None:
        """Go on under the sender's `X-Correlation-ID` if it has an acceptable form.

        Only to be called for a sender who may be trusted: an id is what operators search by.
        """
        inbound = self.headers.get(b"x-correlation-id")
        if inbound is not None and _ACCEPTABLE_ID.fullmatch(inbound):
            self.correlation_id = inbound.decode()
            correlation_id.set(self.correlation_id)

    def begin_span(self, name: str, tracer: Tracer, continue_trace: ContinueTrace | None) -> None:
        """Trace the rest of this exchange, as part of the sender's trace when its headers name one."""
        traceparent = self.headers.get(b"traceparent")
        if continue_trace is not None and traceparent is not None:
            carrier = {"traceparent": traceparent.decode("latin-1")}
            if tracestate := self.headers.get(b"tracestate"):
                carrier["tracestate"] = tracestate.decode("latin-1")
            self._entered.append(continue_trace(carrier))
            self._entered[0].__enter__()
        span = tracer.span(name)
        self._entered.append(span)
        self.span = span.__enter__()

    def client_left(self) -> None:
        """Note that nobody waits for the reply any more."""
        self.status = self.status or CLIENT_GONE
        self.error_type = "client_disconnected"

    def describe(self, scope: Scope, route: str) -> None:
        """Tell the span how the exchange ended."""
        if self.span is None:
            return
        # Dots, not underscores: `status_code` is one word in the conventions.
        attributes: dict[str, str | float | bool] = {
            "http.request.method": self.method,
            "url.path": scope["path"],
            "url.scheme": scope.get("scheme", "http"),  # a server may leave it out (ASGI)
            "http.route": route,
            "http.response.status_code": self.status,
            "sheriff.correlation_id": self.correlation_id,
        }
        self.span.set(**attributes)
        if self.error_type:
            self.span.fail(self.error_type)

    def leave(self) -> None:
        """End the span, if one was begun, and the trace that was continued."""
        for entered in reversed(self._entered):
            entered.__exit__(None, None, None)


def _new_id() -> str:
    """An id that no other request has. It is no secret: it need not be asked of the system, which takes far longer."""
    return f"{_DICE.getrandbits(128):032x}"


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that `RequestContext` put into `scope`."""
    exchange = scope[_EXCHANGE]
    assert isinstance(exchange, Exchange)  # noqa: S101 - for the type checker; nobody else writes this key
    return exchange


def _path_of(target: str) -> str:
    """The path in a target that names the host, too; a server must take one (RFC 9112, 3.2.2)."""
    scheme, _, rest = target.partition("://")
    return f"/{rest.partition('/')[2]}" if scheme.lower() in {"http", "https"} else target


class RequestContext:
    """Wraps an application; the outermost layer of each listener but for `Drain`."""

    def __init__(
        self, app: ASGIApp, *, listener: str, events: EventSink, clock: Clock, adopts_correlation_ids: bool = False
    ) -> None:
        """This will tell `events` of each request to `app`.

        `adopts_correlation_ids` takes every sender's id at once; without it the application decides, after it has
        authenticated the sender.
        """
        self._app = app
        self._listener = listener
        self._events = events
        self._clock = clock
        self._adopts = adopts_correlation_ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._not_http(scope, receive, send)
            return
        exchange = scope[_EXCHANGE] = Exchange(scope, self._clock.now())
        if not scope["path"].startswith("/"):
            scope["path"] = _path_of(scope["path"])
        token = correlation_id.set(exchange.correlation_id)
        drain = drain_of(scope)
        send_with_id = _completed(send, exchange, scope["http_version"], drain)
        if self._adopts:
            exchange.adopt_correlation_id()
        try:
            await self._app(scope, receive, send_with_id)
        except asyncio.CancelledError:
            if drain is None or not drain.cutting or exchange.status:
                exchange.client_left()
                raise
            drain.survive_cut()
            await _send_last(send_with_id, 503, _DRAINED_BODY, (b"retry-after", b"1"))
            exchange.error_type = "draining"
        except _NotReadingError:
            exchange.client_left()
        except Exception as error:  # noqa: BLE001 - the last line of defence: the sender gets a reply, we get an event
            self._events.emit(DefectCaught(f"web.{self._listener}", error))
            exchange.error_type = type(error).__name__
            if not exchange.status:
                await _send_last(send_with_id, 500, b'{"error":"internal error","results":[]}')
        finally:
            self._finish(scope, exchange)
            exchange.leave()
            correlation_id.reset(token)

    def _finish(self, scope: Scope, exchange: Exchange) -> None:
        route = getattr(scope.get("route"), "path", OTHER)
        if not exchange.status:
            exchange.client_left()
        elif exchange.status >= 500 and not exchange.error_type:  # noqa: PLR2004 - the class of server errors
            exchange.error_type = str(exchange.status)
        exchange.describe(scope, route)
        tell = functools.partial(
            self._tell, exchange.started_now, exchange.method, route, exchange.status, exchange.error_type
        )
        if exchange.hold is None:
            tell()
        else:  # later, in the context that is present now; until then, nothing else of the request is kept
            exchange.hold.add_done_callback(tell)

    def _tell(
        self, started_now: float, method: str, route: str, status: int, error_type: str, _held: object = None
    ) -> None:
        duration_s = self._clock.now() - started_now
        self._events.emit(RequestServed(self._listener, method, route, status, duration_s, error_type))

    async def _not_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Complete the lifespan, which owns nothing here (composition does), and turn websockets away."""
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            started = self._clock.now()
            token = correlation_id.set(_new_id())
            await receive()
            await send({"type": "websocket.close", "code": 1000})  # never accepted: the server answers 403
            duration_s = self._clock.now() - started
            self._events.emit(RequestServed(self._listener, "GET", OTHER, 403, duration_s, ""))
            correlation_id.reset(token)


def _completed(send: Send, exchange: Exchange, http_version: str, drain: Drain | None) -> Send:
    """`send`, with what every reply carries; it raises `_NotReadingError`."""
    # Who sends both a length and chunks must not go on using the connection: what follows may have been smuggled past
    # a proxy (RFC 9112, 6.1). The server hides the length then, so chunks alone have to do; and whatever version such
    # a request claims, HTTP/2 knows no chunks.
    closes = b"transfer-encoding" in exchange.headers

    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = message["headers"] = list(message.get("headers", ()))
            headers.append((b"x-correlation-id", exchange.correlation_id.encode()))
            drains = drain is not None and drain.draining and http_version.startswith("1")
            if (closes or drains) and CLOSE not in headers:
                headers.append(CLOSE)
        else:
            exchange.hold = hold_of(message)
        try:
            await send(message)
        except OSError as error:
            raise _NotReadingError from error

    return send_with_id


async def _send_last(send: Send, status: int, body: bytes, *headers: Header) -> None:
    """Send `body` if anybody takes it."""
    with contextlib.suppress(_NotReadingError):
        await send_json(send, status, body, headers)
