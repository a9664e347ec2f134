"""What machines ask: alive, ready, and how it goes. Answered from memory, without authentication."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sheriff_core.health import Health
from sheriff_web.problems import JsonReply


def probe_routes(*, health: Health, metrics: Callable[[], tuple[bytes, str]]) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`. `metrics`, safe in a thread, gives a rendering and its content type."""

    async def healthz(_request: Request) -> Response:
        """Answer at all: that the loop turns is what this tells. Whether anything behind us works is no part of it."""
        return JsonReply({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        readiness = health.readiness()
        content = {"status": str(readiness.status), "checks": readiness.checks}
        return JsonReply(content, 200 if readiness.serving else 503)

    async def render_metrics(_request: Request) -> Response:
        # In a thread: a scrape takes many milliseconds, and callers are waiting on the loop.
        rendered, content_type = await asyncio.to_thread(metrics)
        return Response(rendered, headers={"content-type": content_type, "cache-control": "no-store"})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", render_metrics)]
