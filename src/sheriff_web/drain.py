"""The end of a listener: what is in flight is let finish, and what does not finish is cut and still answered.

hypercorn's own `graceful_timeout` has no effect on Python >= 3.12.1 (pgjones/hypercorn issue 308): there,
`Server.wait_closed` waits for every live connection before the timeout starts. So the requests themselves are ended.
"""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

_DRAIN: Final = "sheriff.drain"


class Drain:
    """Pure-ASGI middleware that knows every request in flight on its listener."""

    def __init__(self, app: ASGIApp) -> None:
        """This will pass everything on to `app`."""
        self._app = app
        self._in_flight: set[asyncio.Task[object]] = set()
        self.draining = False  # replies ask the client not to use the connection again
        self.cutting = False  # a cancellation now means: answer at once with what there is

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return
        scope[_DRAIN] = self
        self._in_flight.add(task)
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight.discard(task)

    @property
    def in_flight(self) -> int:
        """Requests being served now."""
        return len(self._in_flight)

    def begin(self) -> None:
        """From now on replies close their connection."""
        self.draining = True

    def cut(self) -> int:
        """Interrupt what is still in flight; how many requests that were. Each of them is still answered."""
        self.draining = self.cutting = True
        for task in self._in_flight:
            task.cancel()
        return len(self._in_flight)

    def survive_cut(self) -> None:
        """Go on in the present task after a cut, to send the reply it asks for."""
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def survives_cut(scope: Scope) -> bool:
    """Whether a cancellation of the present task only asked for what there is by now; then the task goes on."""
    drain = drain_of(scope)
    if drain is None or not drain.cutting:
        return False
    drain.survive_cut()
    return True


def drain_of(scope: Scope) -> Drain | None:
    """The drain this request came through; None when it came without (in tests, under another server)."""
    drain = scope.get(_DRAIN)
    return drain if isinstance(drain, Drain) else None
