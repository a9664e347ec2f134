"""The style sheet, the script and the icon: files of this package, served by their exact names."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sheriff_web.console.rendering import SECURITY_HEADERS
from sheriff_web.operator_sessions import ASSETS

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def asset_routes() -> list[Route]:
    """One route for each file; there is no path to wander off on."""
    return [Route(path, _serving(path.rpartition("/")[2], _TYPES[path.rpartition(".")[2]])) for path in ASSETS]


def _serving(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    held: list[bytes] = []

    async def serve(_request: Request) -> Response:
        if not held:
            held.append((files("sheriff_web.console") / "assets" / name).read_bytes())  # a few kB, once
        return Response(held[0], headers={"content-type": kind, **SECURITY_HEADERS})

    return serve
