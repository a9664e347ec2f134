"""The HTTP session to Sanity: each request is sent once and no more, and a reply is bounded in size."""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

MOST_BYTES: Final = 1_048_576  # of a reply, unpacked: two deliveries are a few kB
# Content Lake's own bound on concurrent queries to one dataset; what may be in the air at all is bounded by the core.
MOST_CONNECTIONS: Final = 500


class ConnectionLostError(aiohttp.ClientConnectionError):
    """A connection went away under a request; unlike aiohttp's own errors, one that it does not send again."""


class DaemonResolver(AbstractResolver):
    """Looks names up in threads that nobody waits for.

    The operating system's look-up cannot be cancelled, and takes a minute where no name server answers. In the loop's
    own threads it would keep others from theirs, and the process from ending before it is over. aiohttp asks for one
    name once at a time.
    """

    def __init__(self, look_up: Callable[..., list[Any]] = socket.getaddrinfo) -> None:
        """`look_up` has the signature of `socket.getaddrinfo`."""
        self._look_up = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises OSError when there are none."""
        looking = concurrent.futures.Future[list[Any]]()
        # From here on a cancellation leaves it alone: the thread has somewhere to put what it finds.
        looking.set_running_or_notify_cancel()

        def look_up() -> None:
            try:
                looking.set_result(
                    self._look_up(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
                )
            except Exception as error:  # noqa: BLE001 - raised where it is waited for
                looking.set_exception(error)

        threading.Thread(target=look_up, name="name-look-up", daemon=True).start()
        return [
            ResolveResult(
                hostname=host, host=address[0], port=address[1], family=kind, proto=proto, flags=socket.AI_NUMERICHOST
            )
            for kind, _, proto, _, address in await asyncio.wrap_future(looking)
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def _send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    # aiohttp sends an idempotent request a second time, unseen, when a kept connection turns out to be dead. The
    # number of requests is a promise (retry budget, recordings), so only `retrying` may send again.
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionLostError(str(error) or type(error).__name__) from error


def make_session(headers: Mapping[str, str]) -> aiohttp.ClientSession:
    """A session whose every request carries `headers`; nothing is connected yet."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, resolver=DaemonResolver()),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        middlewares=(_send_once,),
        trust_env=False,
    )


async def whole(response: aiohttp.ClientResponse) -> bytes:
    """The whole content, unpacked. Raises ValueError when it is larger than any honest answer."""
    content = bytearray()
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES} bytes")
    return bytes(content)
