"""From `SHERIFF_CACHE_URL` to an open cache."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.redis_store import RedisStore
from sheriff_adapters.cache.tiered import TieredDeliveryCache
from sheriff_core.ports import Clock, DeliveryCache, EventSink

EXAMPLES = "memory:// or redis://[user:password@]host[:port][/database] (rediss:// for TLS)"


class CacheUrlError(ValueError):
    """An address no cache can be opened from: says what is wrong and what it may be, never a password."""


class OpenedCache(DeliveryCache, Protocol):
    """A cache with what operators see of it."""

    def status(self) -> dict[str, Any]:
        """`{"kind": "memory" | "redis", "status": "ok" | "lost", "entries": n}`, from what is known."""
        ...


@asynccontextmanager
async def open_cache(
    url: str, *, clock: Clock, events: EventSink, max_entries: int = 10_000, source: str = ""
) -> AsyncIterator[OpenedCache]:
    """Open the cache that `url` names, and close it when the block ends.

    A Redis that is away does not fail this: memory serves alone until it is back. `source` keeps deployments apart
    that share a Redis and read different data sets. Raises `CacheUrlError`.
    """
    redis = redis_store_from(url, clock=clock, events=events, source=source)
    memory = MemoryDeliveryCache(max_entries=max_entries, clock=clock)
    if redis is None:
        yield memory
        return
    cache = TieredDeliveryCache(memory, redis, clock=clock, events=events)
    await cache.start()
    try:
        yield cache
    finally:
        await cache.close()


def redis_store_from(url: str, *, clock: Clock, events: EventSink, source: str = "") -> RedisStore | None:
    """The Redis that `url` names, not yet connected; None for `memory://`. Raises `CacheUrlError`."""
    try:
        parts = urlsplit(url)
        port = parts.port or 6379
    except ValueError:
        raise CacheUrlError(f"not an address; it may be {EXAMPLES}") from None
    if parts.scheme == "memory":
        if parts.netloc or parts.path.strip("/") or parts.query:
            raise CacheUrlError("memory:// takes nothing after it")
        return None
    if parts.scheme not in {"redis", "rediss"}:
        raise CacheUrlError(f"{parts.scheme or 'nothing'}:// is no cache; it may be {EXAMPLES}")
    if not parts.hostname:
        raise CacheUrlError(f"the host is missing; it may be {EXAMPLES}")
    database = parts.path.strip("/") or "0"
    if not database.isdecimal():
        raise CacheUrlError(f"the database after the host must be a number; it may be {EXAMPLES}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls_ca_file = options.pop("ssl_ca_certs", None)
    if options:
        raise CacheUrlError(f"{', '.join(sorted(options))}: unknown; only ssl_ca_certs=FILE may follow the '?'")
    return RedisStore(
        clock=clock,
        events=events,
        host=parts.hostname,
        port=port,
        db=int(database),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "rediss",
        tls_ca_file=tls_ca_file,
        source=source,
    )
