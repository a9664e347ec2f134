"""Memory first, Redis behind it: warm after a restart and shared by several instances, never in a caller's way."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sheriff_adapters.cache.entry import decode, encode
from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.redis_store import RedisStore, StoreLostError
from sheriff_core.events import DefectCaught
from sheriff_core.ports import Clock, EventSink, Remembered


@dataclass(frozen=True, slots=True)
class TieredPolicy:
    """The bounds of the two levels, in seconds unless said otherwise."""

    look_again_after_s: float = 60.0  # memory older than this: another instance may have fetched since
    watch_every_s: float = 5.0  # how often Redis is looked at in the background, lost or not
    max_unwritten: int = 1_000  # keys whose writing waits, also while Redis is lost; the oldest answers go first
    farewell_s: float = 0.5  # how long closing waits for what is unwritten


class TieredDeliveryCache:
    """The `DeliveryCache` port on memory and Redis.

    A reading asks Redis only where memory has nothing, or nothing young; many readers of one key share one reading.
    Writing and forgetting reach Redis from one background task, the last word per key, and outlive a lost Redis.
    """

    def __init__(
        self,
        memory: MemoryDeliveryCache,
        redis: RedisStore,
        *,
        clock: Clock,
        events: EventSink,
        policy: TieredPolicy | None = None,
    ) -> None:
        """Nothing runs until `start`."""
        self._memory = memory
        self._redis = redis
        self._clock = clock
        self._events = events
        self._policy = policy or TieredPolicy()
        self._link = redis.link
        self._young = timedelta(seconds=self._policy.look_again_after_s)
        self._readings: dict[str, asyncio.Task[Remembered | None]] = {}
        self._unwritten: OrderedDict[str, tuple[Remembered, datetime] | None] = OrderedDict()  # None: forget it
        self._something_to_write = asyncio.Event()
        self._closing = False
        self._watching: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look at Redis once (bounded by its operation time), then keep looking and writing in the background."""
        await self._look()
        self._watching = asyncio.create_task(self._watch(), name="cache-watch")
        self._writing = asyncio.create_task(self._write_behind(), name="cache-write")

    async def get(self, key: str) -> Remembered | None:
        """The youngest of what memory and Redis hold under `key`; a Redis that is slow counts as empty."""
        held = await self._memory.get(key)
        if held is not None and self._clock.wall() - held.fetched_at <= self._young:
            return held
        if not self._link.up or key in self._unwritten:
            return held
        shared = await self._read(key)
        held = await self._memory.get(key)  # once more: meanwhile a flight may have landed, or somebody forgotten it
        if shared is None or (held is not None and held.fetched_at >= shared.fetched_at):
            return held
        return shared

    async def put(self, key: str, remembered: Remembered, *, ttl_s: float) -> None:
        """Keep it for `ttl_s` seconds: in memory now, in Redis soon."""
        await self._memory.put(key, remembered, ttl_s=ttl_s)
        kept_until = self._clock.wall() + timedelta(seconds=ttl_s)
        self._note(key, (remembered, kept_until) if ttl_s > 0 else None)
        self._wake_writer()

    async def forget(self, key: str) -> bool:
        """Drop `key` here and in Redis; True when either held something.

        With Redis lost, its entry goes as soon as it is back. Other instances keep what they hold in memory.
        """
        held = await self._memory.forget(key)
        self._readings.pop(key, None)  # what is being read right now must not come back
        self._note(key, None)  # also after a delete that succeeds: an older writing may still be on its way
        try:
            if self._link.up:
                held = await self._redis.delete(key) or held
        except StoreLostError:
            pass
        self._wake_writer()
        return held

    def __len__(self) -> int:
        """Entries held in this process."""
        return len(self._memory)

    def status(self) -> dict[str, Any]:
        """For readiness, from what is known: kind, status, entries, and why it is lost."""
        status = {"kind": "redis", "status": "ok" if self._link.up else "lost", "entries": len(self)}
        if self._link.lost_because is not None:
            status["detail"] = self._link.lost_because
        return status

    async def close(self) -> None:
        """Write what is unwritten, for a moment; end every task; close the connections."""
        # redis-py swallows a cancellation that meets it between two steps. So no task is ended by cancelling it in an
        # operation: each looks at `_closing`, and no operation outlives its own bound.
        self._closing = True
        if self._watching is not None and self._writing is not None:
            self._watching.cancel()
            self._something_to_write.set()
            await asyncio.wait((self._writing,), timeout=self._policy.farewell_s)
            self._unwritten.clear()
            await asyncio.gather(self._watching, self._writing, *self._readings.values(), return_exceptions=True)
        await self._redis.close()

    async def _read(self, key: str) -> Remembered | None:
        reading = self._readings.get(key)
        if reading is None:
            reading = asyncio.create_task(self._fetch(key), name="cache-read")
            self._readings[key] = reading
        # The caller stops waiting, the reading does not: a connection being opened is then there for the next one.
        await asyncio.wait((reading,), timeout=self._link.slow_after_s)
        return reading.result() if reading.done() and not reading.cancelled() else None

    async def _fetch(self, key: str) -> Remembered | None:
        me = asyncio.current_task()
        try:
            entry = decode(await self._redis.get(key), now=self._clock.wall())
            if entry is None or self._readings.get(key) is not me:
                return None
            mine = await self._memory.get(key)
            if mine is None or mine.fetched_at < entry.remembered.fetched_at:
                left = (entry.kept_until - self._clock.wall()).total_seconds()
                await self._memory.put(key, entry.remembered, ttl_s=left)
        except StoreLostError:
            return None
        except Exception as error:  # noqa: BLE001 - the port's promise: a broken cache answers as if empty
            self._events.emit(DefectCaught("cache", error))
            return None
        else:
            return entry.remembered
        finally:
            if self._readings.get(key) is me:
                del self._readings[key]

    def _note(self, key: str, entry: tuple[Remembered, datetime] | None) -> None:
        self._unwritten.pop(key, None)
        self._unwritten[key] = entry
        while len(self._unwritten) > self._policy.max_unwritten:
            # An answer that is not written costs a request; a forgetting that is not comes back as an old state.
            oldest = next((key for key, entry in self._unwritten.items() if entry is not None), None)
            self._unwritten.pop(next(iter(self._unwritten)) if oldest is None else oldest)

    def _wake_writer(self) -> None:
        if self._link.up:
            self._something_to_write.set()

    async def _write_behind(self) -> None:
        while True:
            await self._something_to_write.wait()
            self._something_to_write.clear()
            while self._unwritten and self._link.up:
                await self._write_one()
            if self._closing:
                return

    async def _write_one(self) -> None:
        key, entry = next(iter(self._unwritten.items()))
        try:
            await self._write(key, entry)
        except StoreLostError:
            return  # it stays unwritten, for when Redis is back
        except Exception as error:  # noqa: BLE001 - one bad entry must not end the writing of all others
            self._events.emit(DefectCaught("cache", error))
        if self._unwritten.get(key, entry) is entry:  # unless a newer word for this key came meanwhile
            self._unwritten.pop(key, None)

    async def _write(self, key: str, entry: tuple[Remembered, datetime] | None) -> None:
        if entry is None:
            await self._redis.delete(key)
            return
        remembered, kept_until = entry
        left = (kept_until - self._clock.wall()).total_seconds()
        if left > 0:
            await self._redis.set(key, encode(remembered, kept_until=kept_until), ttl_s=left)

    async def _watch(self) -> None:
        while not self._closing:
            await self._clock.sleep(self._policy.watch_every_s)
            await self._look()

    async def _look(self) -> None:
        try:
            await self._redis.connect()
            took_s = await self._redis.try_out()
        except StoreLostError:
            return
        if not self._link.up and took_s <= self._link.slow_after_s:
            self._link.restore()
            self._something_to_write.set()
