"""Vapi's REST API, as far as definitions need it: list, create, update."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp

DEFAULT_URL = "https://api.vapi.ai"
PAGE = 1000  # the most that Vapi returns at once
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MAX_SAID = 300  # characters of Vapi's own message that are shown


class VapiError(Exception):
    """Vapi refused, failed or could not be reached: says what to do about it. Never holds the key."""


class VapiApi:
    """One account, spoken to with its private key."""

    def __init__(self, session: aiohttp.ClientSession, *, key: str, url: str = DEFAULT_URL) -> None:
        """Raises `VapiError` for an address the key must not be sent to."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise VapiError(f"the API's address cannot be read: {error}") from error
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise VapiError("the API's address must be https (or http on this machine): the private key goes there")
        self._session = session
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}

    async def list(self, kind: str) -> list[dict[str, Any]]:
        """Every stored `tool` or `assistant`, page by page, from the newest to the oldest."""
        found: dict[str, dict[str, Any]] = {}
        query = {"limit": str(PAGE)}
        while True:
            page = await self._ask("GET", f"/{kind}", query=query)
            if not isinstance(page, list):
                raise VapiError(f"GET /{kind}: the answer is not a list; is this Vapi's API?")
            fresh = {entry["id"]: entry for entry in page if entry["id"] not in found}
            found |= fresh
            if len(page) < PAGE or not fresh:
                return list(found.values())
            # "Le" and not "Lt": two entries may share an instant, and the id tells which are known.
            query["createdAtLe"] = min(entry["createdAt"] for entry in page)

    async def create(self, kind: str, definition: dict[str, Any]) -> dict[str, Any]:
        """Store a new one; what Vapi made of it."""
        created: dict[str, Any] = await self._ask("POST", f"/{kind}", body=definition)
        return created

    async def update(self, kind: str, identifier: str, fields: dict[str, Any]) -> None:
        """Replace `fields`, each wholesale."""
        await self._ask("PATCH", f"/{kind}/{identifier}", body=fields)

    async def _ask(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> Any:
        try:
            async with self._session.request(
                method,
                self._url + path,
                params=query,
                json=body,
                headers=self._headers,
                allow_redirects=False,  # the key goes where it was meant to go, and nowhere else
            ) as answer:
                if answer.status in {200, 201}:
                    return await answer.json()
                raise VapiError(f"{method} {path}: {_advice(answer)}{await _said(answer)}")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise VapiError(f"{method} {path}: no usable answer from {self._url} ({type(error).__name__})") from error


def _advice(answer: aiohttp.ClientResponse) -> str:
    match answer.status:
        case 401 | 403:
            return f"{answer.status}, the key is not accepted: VAPI_API_KEY must be the private key of the account"
        case 404:
            return "404, not found: was it deleted meanwhile? Run the command again"
        case 409:
            return "409, it has an unpublished draft or a pinned version: settle that in Vapi's dashboard first"
        case 429:
            wait = answer.headers.get("Retry-After")
            return f"429, too many requests: run the command again {f'after {wait} s' if wait else 'in a minute'}"
        case status if status >= 500:  # noqa: PLR2004 - HTTP's own line between our fault and theirs
            return f"{status}, Vapi itself failed: run the command again later; nothing is done twice"
        case status:
            return f"{status}, Vapi refuses the definition"


async def _said(answer: aiohttp.ClientResponse) -> str:
    text = " ".join((await answer.text(errors="replace")).split())
    return f" (it says: {text[:_MAX_SAID]})" if text else ""
