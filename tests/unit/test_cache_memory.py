"""What memory holds: bounded, the least recently used go first."""

import pytest

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.opening import open_cache
from sheriff_adapters.cache.urls import CacheUrlError
from sheriff_core.delivery import Delivery
from sheriff_core.ports import Remembered
from tests.fakes import START, FakeClock, SpySink

SOMETHING = Remembered((), START)


async def test_beyond_the_bound_the_least_recently_used_goes() -> None:
    cache = MemoryDeliveryCache(max_entries=3, clock=FakeClock())
    for key in ("a", "b", "c"):
        await cache.put(key, SOMETHING, ttl_s=60)
    await cache.get("a")  # so that b is the one unused for longest
    await cache.put("d", SOMETHING, ttl_s=60)
    assert len(cache) == 3
    assert [key for key in "abcd" if await cache.get(key) is not None] == ["a", "c", "d"]


async def test_writing_a_key_again_counts_as_use_and_takes_no_second_place() -> None:
    cache = MemoryDeliveryCache(max_entries=2, clock=FakeClock())
    for key in ("a", "b", "a", "c"):
        await cache.put(key, SOMETHING, ttl_s=60)
    assert [key for key in "abc" if await cache.get(key) is not None] == ["a", "c"]


async def test_the_bound_holds_under_a_flood_of_keys() -> None:
    cache = MemoryDeliveryCache(max_entries=100, clock=FakeClock())
    for number in range(5_000):
        await cache.put(str(number), SOMETHING, ttl_s=60)
    assert len(cache) == 100


async def test_expired_entries_leave_with_later_insertions_without_being_asked_for() -> None:
    clock = FakeClock()
    cache = MemoryDeliveryCache(max_entries=1_000, clock=clock)
    for number in range(100):
        await cache.put(f"old {number}", SOMETHING, ttl_s=10)
    await clock.advance(10)
    for number in range(50):
        await cache.put(f"new {number}", SOMETHING, ttl_s=10)
    assert len(cache) == 50


async def test_any_number_of_numbers_that_do_not_exist_pushes_no_delivery_out() -> None:
    cache = MemoryDeliveryCache(max_entries=3, clock=FakeClock())
    delivery = Remembered((Delivery("K"),), START)
    await cache.put("K", delivery, ttl_s=86_400)
    for number in range(5_000):
        await cache.put(f"misheard {number}", SOMETHING, ttl_s=10)
    assert await cache.get("K") == delivery
    assert await cache.get("misheard 4999") == SOMETHING
    assert len(cache) == 4


async def test_the_last_answer_counts_whether_something_was_found_or_not() -> None:
    cache = MemoryDeliveryCache(max_entries=3, clock=FakeClock())
    delivery = Remembered((Delivery("K"),), START)
    for remembered in (SOMETHING, delivery, SOMETHING):
        await cache.put("K", remembered, ttl_s=60)
        assert await cache.get("K") == remembered
        assert len(cache) == 1
    assert await cache.forget("K") is True
    assert await cache.get("K") is None


async def test_forgetting_an_expired_entry_forgets_nothing() -> None:
    clock = FakeClock()
    cache = MemoryDeliveryCache(max_entries=10, clock=clock)
    await cache.put("a", SOMETHING, ttl_s=10)
    await clock.advance(10)
    assert await cache.forget("a") is False


def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        MemoryDeliveryCache(max_entries=0, clock=FakeClock())


async def test_memory_is_opened_by_its_address_and_is_always_well() -> None:
    async with open_cache("memory://", clock=FakeClock(), events=SpySink(), max_entries=100, source="p1") as cache:
        await cache.put("a", SOMETHING, ttl_s=60)
        assert cache.status() == {"kind": "memory", "status": "ok", "entries": 1}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "nothing:// is no cache"),
        ("memcached://host", "memcached:// is no cache"),
        ("memory://host", "takes nothing after it"),
        ("redis://", "host is missing"),
        ("redis://host:port", "not an address"),
        ("redis://host/first", "must be a number"),
        ("redis://user/s3cret@host", "must be a number"),
        ("redis://:s3cret@host?password=s3cret", "password: unknown"),
    ],
)
async def test_a_wrong_address_is_refused_with_an_example_and_without_a_secret(url: str, says: str) -> None:
    with pytest.raises(CacheUrlError, match=says) as refused:
        async with open_cache(url, clock=FakeClock(), events=SpySink(), max_entries=100, source="p1"):
            pass
    assert "s3cret" not in str(refused.value)
