"""Asks a running service on its internal listener. Standard library only: a container's health check must be quick."""

import http.client
import socket
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
    """GET `path` at `url`, each step within `timeout_s` seconds. Raises `NotAnsweringError`."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise NotAnsweringError(f"{url}: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotAnsweringError(f"{url!r} is no address; use one such as http://{DEFAULT_BIND}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, port, timeout=timeout_s)
    headers: dict[str, str | bytes] = {"Accept": "*/*", "Connection": "close"}
    if token:
        headers["Authorization"] = b"Bearer " + token.encode()  # as the service compares it; http.client knows Latin-1
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}{path}", headers=headers)
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(MOST_BYTES))
    except ConnectionRefusedError as error:
        raise NotAnsweringError(
            f"{url}: connection refused; is sheriff running, and is this its internal port?"
        ) from error
    except TimeoutError as error:
        raise NotAnsweringError(
            f"{url}: no answer within {timeout_s:g} s; the process is stuck or overloaded"
        ) from error
    except socket.gaierror as error:
        raise NotAnsweringError(f"{url}: no such host ({error.strerror})") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotAnsweringError(f"{url}: {str(error) or type(error).__name__}") from error
    except ValueError as error:  # what cannot be sent as a header: a token with a line break
        raise NotAnsweringError(f"{url}: the request cannot be sent; SHERIFF_ADMIN_TOKEN must be one line") from error
    finally:
        connection.close()
