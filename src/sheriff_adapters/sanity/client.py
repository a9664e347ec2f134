"""One HTTP request to Sanity's query API: sent once, bounded in time and size, every failure translated."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from sheriff_adapters.sanity.failures import refusal
from sheriff_adapters.sanity.groq import Query
from sheriff_adapters.sanity.session import ConnectionLostError, make_session, whole
from sheriff_core.events import SourceRequestEnded
from sheriff_core.ports import (
    AttemptResult,
    Clock,
    DeliveryUnreadableError,
    EventSink,
    SourceError,
    SourceUnavailableError,
    Span,
    Tracer,
)

Read = TypeVar("Read")

# Sanity cuts GET off at 11 kB; its own client changes to POST at this many characters of query string.
POST_FROM_CHARACTERS: Final = 11_264


@dataclass(slots=True)
class _Exchange:
    """One request as it went, told as `SourceRequestEnded` when it ends."""

    method: str
    started_at: float
    http_status: int | None = None
    error_type: str = ""


class SanityClient:
    """Sends one query, once. The session is made by `open`, never by the constructor."""

    def __init__(
        self,
        *,
        project_id: str,
        dataset: str,
        token: str,
        api_version: str,
        base_url: str,
        clock: Clock,
        events: EventSink,
        tracer: Tracer,
        propagate: Callable[[dict[str, str]], None],
    ) -> None:
        """Plain values; nothing is connected yet. Raises ValueError for an address that cannot be one."""
        base = URL(base_url.replace("{project}", project_id).rstrip("/"))
        if base.scheme not in ("http", "https") or not base.host or base.port is None:
            raise ValueError("base_url must be an http or https address, such as https://{project}.api.sanity.io")
        version = api_version.removeprefix("v")
        self._server_address = base.host
        self._server_port = base.port
        self._endpoint = f"{base}/v{quote(version, safe='-')}/data/query/{quote(dataset, safe='~')}"
        self._token = token
        self._headers = {"Accept": "application/json", "User-Agent": "sheriff"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        if base.host != f"{project_id}.api.sanity.io":
            # The host does not name the project, so a header does (Sanity's client: `useProjectHostname: false`).
            self._headers["X-Sanity-Project-ID"] = project_id
        self._clock = clock
        self._events = events
        self._tracer = tracer
        self._propagate = propagate
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the one session of this client; connections are made by the first requests."""
        self._session = make_session(self._headers)

    async def close(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def ask(self, query: Query, read: Callable[[Any], Read], *, until: float) -> Read:
        """What `read` makes of the `result` of `query`. The answer must be whole at `until` (of `Clock.now`).

        `read` may raise ValueError for a result that makes no sense, or `DeliveryUnreadableError`. Raises
        `SourceError`; each request is told as one `SourceRequestEnded`, except one that is cancelled before its time is
        over.
        """
        method, url, body = self._spelled(query)
        exchange = _Exchange(method, self._clock.now())
        # Names and shape are those of OpenTelemetry's HTTP client spans; the query stays out of the address.
        attributes: dict[str, str | float | bool] = {
            "http.request.method": method,
            "url.full": self._endpoint,
            "server.address": self._server_address,
            "server.port": self._server_port,
        }
        failure: SourceError | None = None
        with self._tracer.span(method, **attributes) as span:
            try:
                answer = await self._answer(url, body, read, exchange, until)
            except SourceError as error:
                # Raised below, outside the span: what is wrong has a better name there than the class of an exception.
                failure = error
                self._ended(span, exchange, error.result, str(error))
            except asyncio.CancelledError:
                if self._clock.now() >= until:
                    exchange.error_type = "timeout"
                    self._ended(span, exchange, AttemptResult.TIMEOUT, "no answer in time")
                raise
            else:
                self._ended(span, exchange, AttemptResult.OK if answer else AttemptResult.EMPTY, "")
                return answer
        raise failure

    def _spelled(self, query: Query) -> tuple[str, URL, bytes | None]:
        """Method, address and body of `query`: GET, or POST when the address would become too long."""
        options = {"perspective": "published", "returnQuery": "false", "tag": query.tag}
        params = {f"${name}": orjson.dumps(value).decode() for name, value in query.params.items()}
        query_string = urlencode({"query": query.text, **params, **options}, quote_via=quote)
        if len(query_string) < POST_FROM_CHARACTERS:
            return "GET", URL(f"{self._endpoint}?{query_string}", encoded=True), None
        address = URL(f"{self._endpoint}?{urlencode(options, quote_via=quote)}", encoded=True)
        return "POST", address, orjson.dumps({"query": query.text, "params": query.params})

    async def _answer(
        self, url: URL, body: bytes | None, read: Callable[[Any], Read], exchange: _Exchange, until: float
    ) -> Read:
        """What `read` makes of the reply. Raises `SourceError`."""
        try:
            return read(await self._result(url, body, exchange, until))
        except DeliveryUnreadableError:
            exchange.error_type = "malformed"
            raise
        except ValueError as error:
            exchange.error_type = "malformed"
            raise SourceUnavailableError(
                f"an answer that makes no sense: {error}", result=AttemptResult.MALFORMED, transient=True
            ) from error

    async def _result(self, url: URL, body: bytes | None, exchange: _Exchange, until: float) -> Any:
        """The `result` of a reply. Raises `SourceError`, or ValueError for a reply that is not in Sanity's form."""
        status, headers, content = await self._exchanged(url, body, exchange, until)
        if status != 200:  # noqa: PLR2004 - HTTP's own number
            exchange.error_type = str(status)
            raise refusal(status, headers, content, now=self._clock.wall(), secret=self._token)
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            # The position is told, the content is not: it may hold a name.
            raise ValueError(f"not JSON ({error.msg} at {error.pos} of {len(content)} bytes)") from error
        if not isinstance(document, dict):
            raise ValueError("not an object")  # noqa: TRY004 - the shape of a stranger's data, not of an argument
        if document.get("result") is None:
            raise ValueError("no result")
        return document["result"]

    async def _exchanged(
        self, url: URL, body: bytes | None, exchange: _Exchange, until: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send the request and take the whole reply: status, headers, content."""
        if self._session is None:
            raise RuntimeError("the Sanity client is not open")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self._propagate(headers)
        # aiohttp rounds a deadline further away than `ceil_threshold` up to a whole second.
        timeout = aiohttp.ClientTimeout(total=max(0.001, until - self._clock.now()), ceil_threshold=60)
        try:
            async with self._session.request(
                exchange.method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                exchange.http_status = response.status
                return response.status, response.headers, await whole(response)
        except TimeoutError as error:
            exchange.error_type = "timeout"
            raise SourceUnavailableError("no answer in time", result=AttemptResult.TIMEOUT, transient=True) from error
        except aiohttp.ClientResponseError as error:
            raise ValueError(f"not HTTP ({type(error).__name__})") from error
        except (aiohttp.ClientError, OSError) as error:
            cause = error.__cause__ if isinstance(error, ConnectionLostError) and error.__cause__ else error
            exchange.error_type = type(cause).__name__
            raise SourceUnavailableError(
                f"the connection failed: {type(cause).__name__}", result=AttemptResult.NETWORK_ERROR, transient=True
            ) from error

    def _ended(self, span: Span, exchange: _Exchange, result: AttemptResult, detail: str) -> None:
        """Tell how the request went, to the trace and to whoever listens."""
        if exchange.http_status is not None:
            span.set(**{"http.response.status_code": exchange.http_status})
        if exchange.error_type:
            span.set(**{"error.type": exchange.error_type})
            span.fail(exchange.error_type)
        self._events.emit(
            SourceRequestEnded(
                result=result,
                duration_s=self._clock.now() - exchange.started_at,
                http_status=exchange.http_status,
                error_type=exchange.error_type,
                detail=detail,
                server_address=self._server_address,
                server_port=self._server_port,
                method=exchange.method,
            )
        )
