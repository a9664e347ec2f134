"""From `SHERIFF_CACHE_URL` to an open cache."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.redis_store import RedisStore
from sheriff_adapters.cache.tiered import TieredDeliveryCache
from sheriff_adapters.cache.urls import parse_cache_url
from sheriff_core.ports import Clock, DeliveryCache, EventSink


class OpenedCache(DeliveryCache, Protocol):
    """A cache with what operators see of it."""

    def status(self) -> dict[str, Any]:
        """`{"kind": "memory" | "redis", "status": "ok" | "lost", "entries": n}`, from what is known."""
        ...


@asynccontextmanager
async def open_cache(
    url: str, *, clock: Clock, events: EventSink, max_entries: int, source: str
) -> AsyncIterator[OpenedCache]:
    """Open the cache that `url` names, and close it when the block ends.

    A Redis that is away does not fail this: memory serves alone until it is back. `source` keeps deployments apart
    that share a Redis and read different data sets. Raises `CacheUrlError`.
    """
    address = parse_cache_url(url)
    memory = MemoryDeliveryCache(max_entries=max_entries, clock=clock)
    if address is None:
        yield memory
        return
    redis = RedisStore(address, clock=clock, events=events, source=source)
    cache = TieredDeliveryCache(memory, redis, clock=clock, events=events)
    await cache.start()
    try:
        yield cache
    finally:
        await cache.close()
