"""The HTTP session to Sanity: each request is sent once and no more, and a reply is bounded in size."""

from collections.abc import Mapping
from typing import Final

import aiohttp

MOST_BYTES: Final = 1_048_576  # of a reply, unpacked: two deliveries are a few kB
# Content Lake's own bound on concurrent queries to one dataset; what may be in the air at all is bounded by the core.
MOST_CONNECTIONS: Final = 500


class ConnectionLostError(aiohttp.ClientConnectionError):
    """A connection went away under a request; unlike aiohttp's own errors, one that it does not send again."""


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
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
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
