"""Two listeners, one shutdown.

Two `hypercorn.serve()` calls would each install signal handlers, and the last would win. So each gets a trigger of its
own and this supervisor pulls them in order when it is told to stop (`stop_signals` hears of that): readiness fails, the
public side drains, the internal side stays up to tell of it until the public side is done (docs/adr/0010).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp

from sheriff_web.bind import Bind, ListenError
from sheriff_web.listener import Listener

__all__ = ["Bind", "ListenError", "serve"]

_INTERNAL_GRACE_S = 0.5


async def serve(
    public: ASGIApp,
    internal: ASGIApp,
    *,
    public_bind: str,
    internal_bind: str,
    ready: Callable[[], Awaitable[None]],
    draining: Callable[[], None],
    stop: asyncio.Event,
    on_listening: Callable[[str, str], None],
    grace_s: float = 5.0,
    lame_duck_s: float = 0.2,
) -> None:
    """Serve both applications until `stop` is set; return once everything in flight is answered.

    The internal listener opens at once; the public one when `ready` has completed, so that whoever can connect can be
    served. `on_listening` is then told both real addresses. At the end `draining` is called at once; for `lame_duck_s`
    seconds connections are still taken, each reply closing its own, because a client may be about to use one; then what
    is in flight has `grace_s` seconds, and what is left is cut and still answered.
    Raises `ListenError` when a listener cannot be opened or fails, and whatever `ready` raises.
    """
    asyncio.get_running_loop().set_exception_handler(_without_lost_connections)
    async with contextlib.AsyncExitStack() as stack:
        # Both ports are bound first. Ended in reverse: the internal listener outlives the public one.
        inside = Listener(internal, Bind.parse(internal_bind), grace_s=_INTERNAL_GRACE_S)
        stack.push_async_callback(inside.stop)
        outside = Listener(public, Bind.parse(public_bind), grace_s=grace_s)
        stack.push_async_callback(outside.stop)
        inside.start()
        await _first_of(stop.wait(), ready(), inside.ended())
        if stop.is_set():
            draining()
            return
        outside.start()
        on_listening(outside.url, inside.url)
        await _first_of(stop.wait(), outside.ended(), inside.ended())
        draining()
        outside.begin_draining()
        await asyncio.sleep(lame_duck_s)


async def _first_of(*awaitables: Awaitable[object]) -> None:
    """Wait for the first of them, end the others, and raise what the first one raised."""
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _without_lost_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of what went wrong in the loop, but not of a connection that was lost while hypercorn closed it.

    hypercorn knows most errors of a connection, but not each: a stranger who stops reading would put a traceback into
    the log. The request has its own access line.
    """
    error = context.get("exception")
    rest = error.split(OSError)[1] if isinstance(error, BaseExceptionGroup) else error
    if (rest is None or isinstance(rest, OSError)) and error is not None and "transport" in context:
        return
    loop.default_exception_handler(context)
