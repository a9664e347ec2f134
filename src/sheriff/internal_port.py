"""Asks a running service on its internal listener. Standard library only: a container's health check must be quick."""

import http.client
import queue
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sheriff.environment import read_variable
from sheriff_web.bind import Bind

DEFAULT_BIND: Final = "127.0.0.1:8080"  # SHERIFF_INTERNAL_BIND's own
MOST_BYTES: Final = 4 * 1_048_576  # of a reply; the metrics are a few hundred kB at most


class NotAnsweringError(Exception):
    """Nothing usable came from that address; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole reply."""

    status: int
    body: bytes


def internal_url(environ: Mapping[str, str]) -> str:
    """Where this environment's own service has its internal listener. Raises ValueError naming the variable."""
    said = read_variable(environ, "SHERIFF_INTERNAL_BIND") or DEFAULT_BIND
    try:
        return Bind.parse(said).reachable_url
    except ValueError as error:
        raise ValueError(f"SHERIFF_INTERNAL_BIND: {error}") from error


def ask(url: str, path: str, *, timeout_s: float, token: str | None = None) -> Answer:
    """GET `path` at `url`, the whole of it within `timeout_s` seconds. Raises `NotAnsweringError`."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotAnsweringError(f"{url!r} is no address; use one such as http://{DEFAULT_BIND}")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=timeout_s)
    except (ValueError, http.client.InvalidURL) as error:  # an open bracket, a port that is none, a blank in the host
        raise NotAnsweringError(f"{url}: {error}") from error
    headers: dict[str, str | bytes] = {"Accept": "*/*", "Connection": "close"}
    if token:
        headers["Authorization"] = b"Bearer " + token.encode()  # as the service compares it; http.client knows Latin-1
    ended: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def get() -> None:
        try:
            ended.put(_get(connection, f"{parts.path.rstrip('/')}{path}", headers))
        except Exception as error:  # noqa: BLE001 - raised again below, to whoever asked
            ended.put(error)

    # Of a socket each step has its bound, a reply that comes in drops has none, nor has the look-up of a name.
    threading.Thread(target=get, name="asking", daemon=True).start()
    try:
        answer = ended.get(timeout=timeout_s)
    except queue.Empty:
        answer = TimeoutError()
    if isinstance(answer, Exception):
        raise NotAnsweringError(f"{url}: {_in_words(answer, timeout_s)}") from answer
    return answer


def _get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str | bytes]) -> Answer:
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(MOST_BYTES))
    finally:
        connection.close()


def _in_words(error: Exception, timeout_s: float) -> str:
    match error:
        case ConnectionRefusedError():
            return "connection refused; is sheriff running, and is this its internal port?"
        case TimeoutError():
            return f"no answer within {timeout_s:g} s; the process is stuck or overloaded"
        case socket.gaierror():
            return f"no such host ({error.strerror})"
        case OSError() | http.client.HTTPException():
            return str(error) or type(error).__name__
        case ValueError():  # what cannot be sent as a header: a token with a line break
            return "the request cannot be sent; SHERIFF_ADMIN_TOKEN must be one line"
        case _:
            raise error
