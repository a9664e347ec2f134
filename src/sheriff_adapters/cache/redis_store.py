"""Entries in Redis, through aiocache: each operation bounded in time and in number, each failure translated once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from aiocache import RedisCache
from aiocache.serializers import BaseSerializer
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from sheriff_adapters.cache.entry import SCHEMA
from sheriff_adapters.cache.link import Link
from sheriff_adapters.cache.urls import RedisUrl
from sheriff_core.ports import Clock, EventSink

OPERATION_TIMEOUT_S: Final = 0.25
SLOW_AFTER_S: Final = 0.025  # an operation that takes longer is worse than none: callers are waiting
MAX_CONNECTIONS: Final = 16  # so many operations at once; others wait their turn
PROBE_KEY: Final = "(probe)"  # no tracking number: those hold letters and digits

Result = TypeVar("Result")


class StoreLostError(Exception):
    """Redis did not answer usably within its time. The message is for operators; it holds no address and no secret."""


class _Bytes(BaseSerializer):  # type: ignore[misc]  # aiocache ships no types
    """Bytes in, bytes out: what another program left under a key must not fail in decoding."""

    DEFAULT_ENCODING = None

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


class RedisStore:
    """A plain store of bytes with an end. Each operation votes on `link`; a failed one raises `StoreLostError`."""

    def __init__(self, address: RedisUrl, *, clock: Clock, events: EventSink, source: str) -> None:
        """Connects with the first operation, not here.

        `source` names what the entries were fetched from: two deployments on one Redis that read different data
        sets must never tell each other's deliveries.
        """
        self.link = Link(events=events, slow_after_s=SLOW_AFTER_S)
        self._clock = clock
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._redis = RedisCache(
            endpoint=address.host,
            port=address.port,
            db=address.database,
            password=address.password,
            ssl=address.tls,
            serializer=_Bytes(),
            namespace=f"sheriff:v{SCHEMA}:{source}",
            timeout=0,  # the bound is ours, below, and counts waiting for a slot apart
            create_connection_timeout=OPERATION_TIMEOUT_S,
            pool_max_size=MAX_CONNECTIONS,
            connection_pool_kwargs=_connecting(address),
        )

    async def get(self, key: str) -> bytes | None:
        """The bytes under `key`, or None."""
        found: bytes | None = await self._bounded(lambda: self._redis.get(key), default=None)
        return found

    async def set(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep `value` for `ttl_s` seconds (above zero, to the millisecond)."""
        await self._bounded(lambda: self._redis.set(key, value, ttl=max(0.001, float(ttl_s))), default=None)

    async def delete(self, key: str) -> bool:
        """Drop `key`; True when something was held."""
        return bool(await self._bounded(lambda: self._redis.delete(key), default=0))

    async def connect(self) -> None:
        """Open a connection, if none is open: that may take its time."""
        await self._bounded(lambda: self._redis.raw("ping"), default=None, also_lost=True)

    async def try_out(self) -> float:
        """Write a little: the seconds that took. A Redis that is full or read-only answers a ping, and nothing else."""
        started = self._clock.now()
        await self._bounded(lambda: self._redis.set(PROBE_KEY, b"", ttl=1.0), default=None, also_lost=True)
        return self._clock.now() - started

    async def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(RedisError):  # a peer that does not say goodbye
            await self._redis.client.aclose()  # aiocache's own close() calls what redis-py deprecated

    async def _bounded(
        self, operation: Callable[[], Awaitable[Result]], *, default: Result, also_lost: bool = False
    ) -> Result:
        # The slots keep us below the pool's bound: a pool run dry would look like a Redis that fails. Waiting for
        # one is our own doing and votes on nothing.
        async with self._slots:
            if self.link.lost_because is not None and not also_lost:
                # Lost while this waited for its slot: each of a long queue would wait for its own time again.
                raise StoreLostError(self.link.lost_because)
            started = self._clock.now()
            try:
                async with asyncio.timeout(OPERATION_TIMEOUT_S):
                    result = await operation()
            except TimeoutError as error:
                raise self._lost(f"no answer within {OPERATION_TIMEOUT_S * 1000:.0f} ms") from error
            except ResponseError as error:
                if "WRONGTYPE" not in str(error):
                    raise self._lost(f"{_named(error)}: refused the command") from error
                result = default  # a key of somebody else's: a miss, and no word about Redis's health
            except Exception as error:  # a stranger's bytes make redis-py raise ValueError and RecursionError, too
                raise self._lost(_named(error)) from error
            now = self._clock.now()
            self.link.answered(took_s=now - started, now=now)
            return result

    def _lost(self, because: str) -> StoreLostError:
        self.link.failed(because)
        return StoreLostError(because)


def _connecting(address: RedisUrl) -> dict[str, Any]:
    """What each connection is made with beyond what aiocache knows."""
    options: dict[str, Any] = {
        # One silent second try heals a pooled connection that Redis dropped meanwhile; redis-py's own default would
        # wait and try for seconds.
        "retry": Retry(NoBackoff(), 1),
        "username": address.username,
        "protocol": 2,
        # Besides the bound around each operation: redis-py can swallow the cancellation that enforces it.
        "socket_timeout": OPERATION_TIMEOUT_S,
    }
    if address.tls_ca_file is not None:
        options["ssl_ca_certs"] = address.tls_ca_file
    return options


def _named(error: Exception) -> str:
    """What went wrong by its names alone: its words hold addresses, and may hold more.

    redis-py tells a refused connection, an untrusted certificate and an unknown host by one class; what lies beneath
    tells them apart. The answers that have no class of their own begin with Redis's name for them (`MISCONF`).
    """
    beneath = error.__cause__ or error.__context__
    code = str(error).partition(" ")[0]
    if type(error) is ResponseError and code.isalpha() and code.isupper():
        detail = code
    elif beneath is not None and type(beneath) is not type(error):
        detail = type(beneath).__name__
    else:
        return type(error).__name__
    return f"{type(error).__name__} ({detail})"
