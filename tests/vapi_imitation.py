"""A local imitation of Vapi's REST API with its documented rules, for what writes definitions into an account.

Rules: a bearer key (401); bodies checked against the published schema, an unknown field or value is 400 with the list
of what is wrong; POST 201; PATCH replaces each top-level field wholesale and takes no `type`; lists come newest first,
at most `limit` (100 unless told, never above 1000), narrowed by createdAtLe; 429 with Retry-After and 5xx on request.
"""

import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

KEY = "private-key-of-the-account"

_SCHEMAS = {
    kind: json.loads((Path(__file__).parent / "schemas" / f"vapi-create-{kind}.json").read_text())
    for kind in ("tool", "assistant")
}
_REGISTRY: Registry[Any] = Registry().with_resource("tool", Resource.from_contents(_SCHEMAS["tool"]))


def problems(kind: str, definition: Any, *, update: bool = False) -> list[str]:
    """What Vapi's schema finds wrong with a definition of `kind`."""
    schema = deepcopy(_SCHEMAS[kind])
    if update:
        schema.pop("required", None)
        schema["properties"].pop("type", None)
    found = Draft202012Validator(schema, registry=_REGISTRY).iter_errors(definition)
    return sorted(f"{error.json_path}: {error.message}" for error in found)


class VapiImitation:
    """One account. `requests` holds every write; `answers` overrules the next ones with (status, headers)."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, dict[str, Any]]] = {"tool": {}, "assistant": {}}
        self.requests: list[tuple[str, str, Any]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.url = ""
        self._number = itertools.count(1)

    def put(self, kind: str, definition: dict[str, Any]) -> dict[str, Any]:
        """Store a definition as if somebody had made it in the dashboard."""
        number = next(self._number)
        created = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number // 3)).isoformat()  # some share one
        entry = {**deepcopy(definition), "id": f"{kind}-{number}", "orgId": "org", "createdAt": created}
        self.stored[kind][entry["id"]] = entry
        return entry

    def writes(self) -> list[tuple[str, str, Any]]:
        return [request for request in self.requests if request[0] != "GET"]

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.requests.append((request.method, request.path_qs, body))
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.json_response({"message": "overruled"}, status=status, headers=headers)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"message": "Invalid Key. Hot tip, you may be using the public key"}, status=401)
        kind = request.match_info["kind"]
        if request.method == "GET":
            return web.json_response(self._page(kind, request.query))
        return self._write(kind, request.match_info.get("id"), body)

    def _write(self, kind: str, identifier: str | None, body: Any) -> web.Response:
        if identifier is not None and identifier not in self.stored[kind]:
            return web.json_response({"message": "not found"}, status=404)
        wrong = problems(kind, body, update=identifier is not None)
        if wrong:
            return web.json_response({"message": wrong, "error": "Bad Request"}, status=400)
        if identifier is None:
            return web.json_response(self.put(kind, body), status=201)
        self.stored[kind][identifier] |= body
        return web.json_response(self.stored[kind][identifier])

    def _page(self, kind: str, query: Any) -> Sequence[dict[str, Any]]:
        limit = min(int(query.get("limit", 100)), 1000)
        newest_first = sorted(self.stored[kind].values(), key=lambda entry: str(entry["createdAt"]), reverse=True)
        until = query.get("createdAtLe", "9")
        return [entry for entry in newest_first if entry["createdAt"] <= until][:limit]


@asynccontextmanager
async def imitated_vapi() -> AsyncIterator[VapiImitation]:
    """The imitation on a free loopback port."""
    account = VapiImitation()
    application = web.Application()
    for path in ("/{kind:tool|assistant}", "/{kind:tool|assistant}/{id}"):
        application.router.add_route("*", path, account.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    account.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield account
    finally:
        await runner.cleanup()
