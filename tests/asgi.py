"""Calls an ASGI application in process: a request in, the whole reply out."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class NoReplyError(Exception):
    """The application ended without a reply."""


async def call(
    app: ASGIApp,
    path: str,
    body: bytes | Sequence[bytes] = b"",
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    more: Callable[[], Any] | None = None,
    http_version: str = "1.1",
    address: str = "127.0.0.1",
) -> Reply:
    """Send `body` (in pieces, when it is a sequence). `more` is awaited when the application reads on after the pieces:
    without it the body ends there and the client then goes away.
    """
    path, _, query = path.partition("?")
    pieces = [body] if isinstance(body, bytes) else list(body)
    inbox: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": more is not None or index + 1 < len(pieces)}
        for index, piece in enumerate(pieces)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        if inbox:
            return inbox.pop(0)
        if more is not None:
            answer = await more()
            return answer if answer is not None else {"type": "http.disconnect"}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": http_version,
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in ({"host": "localhost"} | dict(headers or {})).items()
        ],
        "client": (address, 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    await app(scope, receive, send)
    if not sent:
        raise NoReplyError
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1, sent
    assert sent[0] is starts[0], sent
    assert not sent[-1].get("more_body", False), sent
    held: dict[str, str] = {}
    for name, value in starts[0]["headers"]:
        assert name == name.lower(), name
        assert name.decode() not in held, f"{name!r} twice"
        held[name.decode()] = value.decode("latin-1")
    return Reply(starts[0]["status"], held, b"".join(message.get("body", b"") for message in sent[1:]))
