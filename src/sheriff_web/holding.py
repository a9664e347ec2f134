"""A reply that is finished and held until something is done, as an ASGI extension of our own.

The application has ended and its objects are gone while the reply waits for a disk: what is left of a request then is
its bytes. A request that waits itself, in the middle of its work, costs the processor several times as much, because
it comes back to caches that hold something else.

A server that can hold a reply says so by `HOLD` in a scope's `extensions`; the last part of a reply then carries the
future that it waits for under the same name. Elsewhere the application waits.
"""

import asyncio
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final

from sheriff_core.ports import Tracer
from sheriff_web.drain import survives_cut

HOLD: Final = "sheriff.hold"


def can_hold(scope: Mapping[str, Any]) -> bool:
    """Whether the server of `scope` holds a reply for whoever asks for it."""
    return HOLD in scope.get("extensions", ())


def hold_of(message: Mapping[str, Any]) -> asyncio.Future[None] | None:
    """What a part of a reply waits for; None when it leaves at once."""
    hold: asyncio.Future[None] | None = message.get(HOLD)
    return None if hold is None or hold.done() else hold


def to_hold_for(recorded: Sequence[asyncio.Future[None]]) -> asyncio.Future[None] | None:
    """What a server is to hold a reply for, until all of it is `recorded`; None where it is already."""
    open_yet = [one for one in recorded if not one.done()]
    if not open_yet:
        return None
    return open_yet[0] if len(open_yet) == 1 else asyncio.ensure_future(_all_done(open_yet))


async def wait_for(hold: asyncio.Future[None], scope: MutableMapping[str, Any], tracer: Tracer) -> None:
    """Wait here, where the server cannot hold the reply or the wait is to be seen in a trace."""
    with tracer.span("recordings.write"):
        try:
            await asyncio.wait({hold})
        except asyncio.CancelledError:
            if not survives_cut(scope):
                raise


async def _all_done(recorded: Sequence[asyncio.Future[None]]) -> None:
    await asyncio.wait(recorded)
