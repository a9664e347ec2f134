"""Failures as HTTP replies: JSON, one line, naming the field that is wrong and never echoing what was sent."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler, Send

from sheriff_web.holding import HOLD

Header = tuple[bytes, bytes]

NO_STORE: Header = (b"cache-control", b"no-store")
CLIENT_GONE: Final = 499  # nobody is there to read a status; the access line and the metric still want one
CLOSE: Header = (b"connection", b"close")


class RejectionReason(StrEnum):
    """Why a message, or a part of one, was not taken (`sheriff_rejected_messages_total`)."""

    AUTH = "auth"
    MEDIA_TYPE = "media_type"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"  # the body did not arrive in time
    NOT_JSON = "not_json"
    SCHEMA = "schema"  # no usable envelope
    NO_ID = "no_id"  # a tool call without an id beside others, or a report that names no call: answered without it
    OPERATOR = "operator"  # on the operators' side: no token, a strange host, or another site's page
    BUSY = "busy"  # too much at once: each call heard the apology, or the body was not read


class Problem(Exception):  # noqa: N818 - a reply that is on its way, not a defect
    """A request that is refused: the reply it gets, and why, for operators.

    `error` is what the sender reads. `body_unread`: the reply goes out while the sender may still be sending.
    """

    def __init__(
        self,
        status: int,
        error: str,
        *,
        reason: RejectionReason,
        headers: Iterable[Header] = (),
        body_unread: bool = False,
    ) -> None:
        """This will be answered with `status`, `error` in the body, and `headers` beside the usual ones."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.reason = reason
        self.headers = tuple(headers)
        self.body_unread = body_unread


class ClientDisconnectedError(Exception):
    """The client went away before its request was whole."""


async def send_json(
    send: Send,
    status: int,
    body: bytes,
    headers: Iterable[Header] = (),
    *,
    more_body: bool = False,
    hold: asyncio.Future[None] | None = None,
) -> None:
    """Send `body`, which is JSON already.

    With `more_body` the reply is whole for the client but not yet ended. `hold`, for a server that can hold a reply
    (`holding`): it leaves once that is done.
    """
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    last: dict[str, Any] = {"type": "http.response.body", "body": body, "more_body": more_body}
    if hold is not None:
        last[HOLD] = hold
    await send(last)


class JsonReply(Response):
    """A JSON reply of the operators' side; never stored by anybody on the way."""

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: dict[str, str] | None = None) -> None:
        """This will reply `content` (anything JSON can say)."""
        try:
            body = orjson.dumps(content)
        except TypeError:  # of an imported interaction: half of a surrogate pair, or a number beyond 64 bits
            body = json.dumps(content, separators=(",", ":")).encode()
        super().__init__(body, status_code, {"cache-control": "no-store", **(headers or {})})


def _refused(_request: Request, exception: Exception) -> Response:
    assert isinstance(exception, HTTPException)  # noqa: S101 - registered for this one alone
    # Starlette lists allowed methods in the order of a set; sorted, the same request gets the same reply.
    headers = dict(exception.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    return JsonReply({"error": exception.detail.lower()}, exception.status_code, headers)


def _problem(_request: Request, exception: Exception) -> Response:
    assert isinstance(exception, Problem)  # noqa: S101 - registered for this one alone
    headers = {name.decode(): value.decode() for name, value in exception.headers}
    return JsonReply({"error": exception.error}, exception.status, headers)


def _gone(_request: Request, _exception: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)


def _failed(_request: Request, _exception: Exception) -> Response:
    # Starlette raises it again once this is sent, and `RequestContext` tells of it.
    return JsonReply({"error": "internal error"}, 500)


EXCEPTION_HANDLERS: Final[Mapping[Any, ExceptionHandler]] = {
    HTTPException: _refused,
    Problem: _problem,
    ClientDisconnectedError: _gone,
    Exception: _failed,
}
