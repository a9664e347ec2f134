"""Requests to a live webhook: each bounded in time and size, all of them within one budget."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import orjson

from sheriff.doctor.credential import Credential

REQUEST_TIMEOUT_S: Final = 10.0  # twice what Vapi waits: a late answer is told as late, not as none
MOST_BYTES: Final = 1_048_576
JSON: Final = "application/json"


class NoAnswerError(Exception):
    """The webhook did not answer; the message says why, in a few words."""


class OutOfTimeError(Exception):
    """The budget for all requests is spent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; `document` is None where the body is no JSON."""

    status: int
    headers: Mapping[str, str]
    document: Any
    took_s: float


class LiveWebhook:
    """One webhook, asked one request at a time."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, within_s: float) -> None:
        """Every request must be over `within_s` seconds from now."""
        self.url = url
        self.asked = 0
        self._session = session
        self._until = time.monotonic() + within_s

    async def post(
        self, body: bytes, credential: Credential | None, *, content_type: str = JSON, url: str | None = None
    ) -> Reply:
        """Post `body`, as `credential` proves it. Raises `NoAnswerError` and `OutOfTimeError`."""
        address = url or self.url
        headers = {"Content-Type": content_type}
        if credential is not None:
            headers |= credential.headers(body, address)
        return await self.send("POST", address, headers, body)

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Send one request. Raises `NoAnswerError` and `OutOfTimeError`."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        self.asked += 1
        started = time.monotonic()
        try:
            async with asyncio.timeout(min(left, REQUEST_TIMEOUT_S)):
                async with self._session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as response:
                    content = await _body(response.content)
                took_s = time.monotonic() - started
        except TimeoutError as error:
            if self._until - time.monotonic() <= 0:
                raise OutOfTimeError from error
            raise NoAnswerError(f"no answer within {REQUEST_TIMEOUT_S:g} s") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise NoAnswerError("its certificate is not valid for that name, or not trusted here") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise NoAnswerError("there is no host of that name") from error
        except aiohttp.ClientConnectorError as error:
            raise NoAnswerError(f"no connection ({error.strerror or type(error).__name__})") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswerError(f"the connection failed ({type(error).__name__})") from error
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError:
            document = None
        return Reply(response.status, response.headers, document, took_s)


async def _body(stream: aiohttp.StreamReader) -> bytes:
    """All of a body up to `MOST_BYTES`, in however many pieces it arrives."""
    content = bytearray()
    while len(content) < MOST_BYTES and (piece := await stream.read(MOST_BYTES - len(content))):
        content += piece
    return bytes(content)
