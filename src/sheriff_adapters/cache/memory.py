"""What this process remembers: bounded in entries, the least recently used go first."""

from collections import OrderedDict
from typing import Any

from aiocache.base import BaseCache
from aiocache.serializers import NullSerializer

from sheriff_core.ports import Clock, Remembered

# How many of the longest unused entries each insertion looks at: expired ones leave without a timer, and no
# insertion does more work than this.
SWEPT_PER_INSERTION = 2

# "Not found" is kept for seconds, so this is a hundred of them a second.
MOST_NOT_FOUND = 1_000


class LruBackend(BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """An aiocache backend that holds at most `max_entries` and knows no timers.

    aiocache's own memory backend has no bound, and its timers can delete a newer entry under the same key. Here an
    entry carries the instant of its end and is dropped when it is met after it.
    """

    NAME = "lru"

    def __init__(self, *, max_entries: int, clock: Clock) -> None:
        """`max_entries` is at least 1."""
        # timeout=0: waiting for a dictionary needs no `wait_for`, which would cost three times the look-up.
        super().__init__(serializer=NullSerializer(), timeout=0)
        if max_entries < 1:
            raise ValueError(f"max_entries must be at least 1, not {max_entries}")
        self._max_entries = max_entries
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    async def get(self, key: str, default: Any = None, namespace: Any = None, _conn: Any = None) -> Any:  # noqa: ARG002
        """What is held under `key`, or `default`.

        aiocache's own asks the environment, a timer and plugins each time, which takes longer than the answer.
        """
        held = await self._get(key)
        return default if held is None else held

    async def _get(self, key: str, encoding: str | None = None, _conn: Any = None) -> Any:  # noqa: ARG002 - aiocache's signature
        held = self._held.get(key)
        if held is None:
            return None
        if held[0] <= self._clock.now():
            del self._held[key]
            return None
        self._held.move_to_end(key)
        return held[1]

    async def _set(self, key: str, value: Any, ttl: float, _cas_token: Any = None, _conn: Any = None) -> bool:
        now = self._clock.now()
        self._sweep(now)
        self._held[key] = (now + ttl, value)
        self._held.move_to_end(key)
        while len(self._held) > self._max_entries:
            self._held.popitem(last=False)
        return True

    def _sweep(self, now: float) -> None:
        for _ in range(min(SWEPT_PER_INSERTION, len(self._held))):
            oldest = next(iter(self._held))
            if self._held[oldest][0] > now:
                return
            del self._held[oldest]

    async def _delete(self, key: str, _conn: Any = None) -> int:
        held = self._held.pop(key, None)
        return int(held is not None and held[0] > self._clock.now())


class MemoryDeliveryCache:
    """The `DeliveryCache` port on `LruBackend`: microseconds, and nothing that can fail.

    What was not found has a room of its own. It is of use for seconds, and misheard numbers without end would push out
    deliveries that are kept for a day, for when the source cannot answer.
    """

    def __init__(self, *, max_entries: int, clock: Clock) -> None:
        """At most `max_entries` (at least 1, or ValueError), and `MOST_NOT_FOUND` of what was not found."""
        self._found = LruBackend(max_entries=max_entries, clock=clock)
        self._not_found = LruBackend(max_entries=min(max_entries, MOST_NOT_FOUND), clock=clock)

    async def get(self, key: str) -> Remembered | None:
        """What is held under `key`, or None; the entry counts as used now."""
        found: Remembered | None = await self._found.get(key)
        if found is None:
            found = await self._not_found.get(key)
        return found

    async def put(self, key: str, remembered: Remembered, *, ttl_s: float) -> None:
        """Keep it for `ttl_s` seconds; zero or less keeps nothing (to aiocache zero would mean for ever)."""
        await self.forget(key)
        if ttl_s > 0:
            room = self._found if remembered.deliveries else self._not_found
            await room.set(key, remembered, ttl=ttl_s)

    async def forget(self, key: str) -> bool:
        """Drop `key`; True when something was held."""
        held = [await room.delete(key) for room in (self._found, self._not_found)]
        return any(held)

    def __len__(self) -> int:
        """Entries held; an expired one counts until it is met."""
        return len(self._found) + len(self._not_found)

    def status(self) -> dict[str, Any]:
        """For readiness: kind, status, entries."""
        return {"kind": "memory", "status": "ok", "entries": len(self)}
