"""The public application for other ASGI servers: `uvicorn --factory sheriff.asgi:public`, `granian --factory …`.

`sheriff serve` is the production way: it alone has the internal listener, readiness before the public port opens, and
the drain at the end. Here the server owns signals and limits, the lifespan owns the resources and the log (the server's
own loggers stay its own), and health, metrics and administration are not reachable.
"""

import contextlib
import os

from starlette.types import ASGIApp, Receive, Scope, Send

from sheriff import __version__, collector
from sheriff.composition import Application, application, instance_name
from sheriff.otel_files import put_values_of_files
from sheriff.settings import Settings, read_settings
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.traces import traces_from_environment


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
                    built = await self._build()
                except Exception as error:  # noqa: BLE001 - the server tells it, in its own way
                    await self._stack.aclose()
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                collector.settle()
                built.health.started()
                self._app = built.public
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stack.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _build(self) -> Application:
        logs = JsonLogs(level=self._settings.sheriff_log_level)
        logs.start()
        self._stack.callback(logs.stop)
        traces = traces_from_environment(version=__version__, instance=instance_name())
        logs.ask(traces.current_ids)
        return await self._stack.enter_async_context(application(self._settings, traces=traces))


def public() -> ASGIApp:
    """Make the public application from the environment. Raises `SettingsError` with every problem in it."""
    settings = read_settings()
    put_values_of_files(os.environ)
    return _Public(settings)
