"""The contract of the `DeliveryCache` port: on the fake, on memory, and on memory before a real Redis."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.opening import open_cache
from sheriff_core.delivery import Delivery
from sheriff_core.ports import DeliveryCache, Remembered
from tests.fakes import START, FakeCache, FakeClock, SpySink

KEY = "TRK123456"
KNOWN = Remembered(
    (Delivery("TRK-123456", "in_transit", "Zoë Ómar", "+15555550123", "2026-02-14", 'Says "no"\nto all', "d1", "r1"),),
    START,
)
NOTHING = Remembered((), START)
TWO = Remembered((Delivery("TRK-1", document_id="a"), Delivery("trk 1", document_id="b")), START)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "memory", pytest.param("redis", marks=pytest.mark.redis)])
async def cache(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[DeliveryCache]:
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield FakeCache(clock)
        elif request.param == "memory":
            yield MemoryDeliveryCache(max_entries=100, clock=clock)
        else:
            server: Any = request.getfixturevalue("redis_server")
            opening = open_cache(server.url, clock=clock, events=SpySink(), max_entries=100, source="p1/production")
            yield await stack.enter_async_context(opening)


@pytest.mark.parametrize("remembered", [KNOWN, NOTHING, TWO], ids=["one", "not found", "two"])
async def test_what_is_put_is_got_to_the_letter(cache: DeliveryCache, remembered: Remembered) -> None:
    await cache.put(KEY, remembered, ttl_s=60)
    assert await cache.get(KEY) == remembered
    assert len(cache) == 1


async def test_an_unknown_key_holds_nothing(cache: DeliveryCache) -> None:
    assert await cache.get(KEY) is None
    assert len(cache) == 0


async def test_an_entry_ends_with_its_time_and_not_before(cache: DeliveryCache, clock: FakeClock) -> None:
    await cache.put(KEY, KNOWN, ttl_s=10)
    await clock.advance(9.999)
    assert await cache.get(KEY) == KNOWN
    await clock.advance(0.001)
    assert await cache.get(KEY) is None


async def test_a_later_put_replaces_and_its_time_counts(cache: DeliveryCache, clock: FakeClock) -> None:
    later = Remembered((Delivery("TRK-123456", "delivered"),), START + timedelta(seconds=5))
    await cache.put(KEY, KNOWN, ttl_s=10)
    await clock.advance(5)
    await cache.put(KEY, later, ttl_s=10)
    await clock.advance(9)  # the first entry's end is past: it must not take the second one along
    assert await cache.get(KEY) == later


@pytest.mark.parametrize("ttl_s", [0.0, -1.0])
async def test_no_time_to_live_keeps_nothing_and_drops_what_was_there(cache: DeliveryCache, ttl_s: float) -> None:
    await cache.put(KEY, KNOWN, ttl_s=60)
    await cache.put(KEY, NOTHING, ttl_s=ttl_s)
    assert await cache.get(KEY) is None


async def test_forgetting_tells_whether_something_was_held(cache: DeliveryCache) -> None:
    await cache.put(KEY, KNOWN, ttl_s=60)
    assert await cache.forget(KEY) is True
    assert await cache.get(KEY) is None
    assert await cache.forget(KEY) is False


@pytest.mark.parametrize("key", ["TRK20|TRK23", "ÄÖ١٢", "A" * 200, "a b\r\nc"])
async def test_any_key_is_only_a_name(cache: DeliveryCache, key: str) -> None:
    await cache.put(key, KNOWN, ttl_s=60)
    assert await cache.get(key) == KNOWN
    assert await cache.get(key + "X") is None
