"""A reply that is finished and held until something is done, as an ASGI extension of our own.

The application has ended and its objects are gone while the reply waits for a disk: what is left of a request then is
its bytes. A request that waits itself, in the middle of its work, costs the processor several times as much, because
it comes back to caches that hold something else.

A server that can hold a reply says so by `HOLD` in a scope's `extensions`; the last part of a reply then carries the
future that it waits for under the same name. Elsewhere the application waits.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

HOLD: Final = "sheriff.hold"


def can_hold(scope: Mapping[str, Any]) -> bool:
    """Whether the server of `scope` holds a reply for whoever asks for it."""
    return HOLD in scope.get("extensions", ())


def hold_of(message: Mapping[str, Any]) -> asyncio.Future[None] | None:
    """What a part of a reply waits for; None when it leaves at once."""
    hold: asyncio.Future[None] | None = message.get(HOLD)
    return None if hold is None or hold.done() else hold
