"""The public application for other ASGI servers: `uvicorn --factory sheriff.asgi:public`, `granian --factory …`.

`sheriff serve` is the production way: it alone has the internal listener, readiness before the public port opens, and
the drain at the end. Here the server owns signals and limits, the lifespan owns the resources, and health, metrics and
administration are not reachable.
"""

import contextlib

from starlette.types import ASGIApp, Receive, Scope, Send

from sheriff.composition import Application, application
from sheriff.settings import Settings, read_settings


class _Public:
    """Builds the service when the server starts it up, and takes it down when the server shuts it down."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        else:
            raise RuntimeError("this application needs a server that runs the ASGI lifespan")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    built: Application = await self._stack.enter_async_context(application(self._settings))
                except Exception as error:  # noqa: BLE001 - the server tells it, in its own way
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                built.health.started()
                self._app = built.public
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stack.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return


def public() -> ASGIApp:
    """Make the public application from the environment. Raises `SettingsError` with every problem in it."""
    return _Public(read_settings())
