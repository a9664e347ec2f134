"""What memory before a real Redis promises besides the port: shared, warm, and never in the way when Redis fails."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sheriff_adapters.cache import opening
from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.opening import OpenedCache
from sheriff_adapters.cache.redis_store import RedisStore, StoreLostError
from sheriff_adapters.cache.tiered import TieredDeliveryCache, TieredPolicy
from sheriff_adapters.cache.urls import parse_cache_url
from sheriff_core.delivery import Delivery
from sheriff_core.events import CacheLost, CacheRestored
from sheriff_core.ports import Remembered
from tests.fakes import START, FakeClock, SpySink, settle
from tests.redis_server import RedisServer
from tests.waiting import until

pytestmark = pytest.mark.redis

DAY = 86_400.0
SOURCE = "p1/production"

open_cache = functools.partial(opening.open_cache, max_entries=100, source=SOURCE)


def found(number: str, *, after_s: float = 0.0, status: str = "in_transit") -> Remembered:
    return Remembered((Delivery(number, status),), START + timedelta(seconds=after_s))


def name_of(key: str) -> str:
    """What the entry of `key` is called in Redis."""
    return f"sheriff:v1:{SOURCE}:{key}"


async def written(server: RedisServer, key: str) -> None:
    await until(lambda: server.command("EXISTS", name_of(key)) == b":1\r\n")


async def restored(cache: OpenedCache, clock: FakeClock) -> None:
    async with asyncio.timeout(20):
        while cache.status()["status"] == "lost":
            await clock.advance(5)
            await asyncio.sleep(0.01)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> SpySink:
    return SpySink()


async def test_two_instances_share_what_either_remembers(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with (
        open_cache(redis_server.url, clock=clock, events=sink) as one,
        open_cache(redis_server.url, clock=clock, events=sink) as other,
    ):
        await one.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
        assert await other.get("K") == found("K")
        assert len(other) == 1  # and now it holds it itself
        assert other.status() == {"kind": "redis", "status": "ok", "entries": 1}


async def test_an_instance_that_starts_anew_is_warm(redis_server: RedisServer, clock: FakeClock, sink: SpySink) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as before:
        await before.put("K", found("K"), ttl_s=DAY)  # closing writes what is still unwritten
    async with open_cache(redis_server.url, clock=clock, events=sink) as after:
        assert await after.get("K") == found("K")


async def test_memory_past_its_youth_gives_way_to_what_another_instance_fetched_since(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with (
        open_cache(redis_server.url, clock=clock, events=sink) as one,
        open_cache(redis_server.url, clock=clock, events=sink) as other,
    ):
        await one.put("K", found("K"), ttl_s=DAY)
        await clock.advance(50)
        newer = found("K", after_s=50, status="delivered")
        await other.put("K", newer, ttl_s=DAY)
        await until(lambda: b"delivered" in redis_server.command("GET", name_of("K")))
        assert await one.get("K") == found("K")  # young enough: Redis is not asked
        await clock.advance(11)
        assert await one.get("K") == newer


async def test_an_older_entry_in_redis_does_not_replace_a_newer_one_in_memory(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
        old = redis_server.command("GET", name_of("K")).split(b"\r\n")[1].decode()
        newer = found("K", after_s=1, status="delivered")
        await cache.put("K", newer, ttl_s=DAY)
        await until(lambda: b"delivered" in redis_server.command("GET", name_of("K")))
        redis_server.command("SET", name_of("K"), old)
        await clock.advance(100)
        assert await cache.get("K") == newer
        assert await cache.get("K") == newer


async def test_deployments_with_different_sources_never_tell_each_others_deliveries(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as one:
        await one.put("K", found("K"), ttl_s=DAY)
    async with open_cache(redis_server.url, clock=clock, events=sink, source="p1/staging") as other:
        assert await other.get("K") is None
    assert name_of("K").encode() in redis_server.command("KEYS", "*")


@pytest.mark.parametrize("garbage", ["", "not json", '{"schema": 2}', "\x80\x04\x95pickle", "[]"])
async def test_garbage_or_another_schema_in_redis_is_a_miss_and_no_failure(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink, garbage: str
) -> None:
    redis_server.command("SET", name_of("K"), garbage)
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        assert await cache.get("K") is None
        await cache.put("K", found("K"), ttl_s=DAY)
        await until(lambda: b"in_transit" in redis_server.command("GET", name_of("K")))
    assert sink.events == []


async def test_a_key_of_another_type_is_a_miss_and_no_failure(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.command("LPUSH", name_of("K"), "x")
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        assert await cache.get("K") is None
        assert cache.status()["status"] == "ok"
    assert sink.events == []


async def test_many_readers_of_one_key_make_one_reading(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as before:
        await before.put("K", found("K"), ttl_s=DAY)
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        answers = await asyncio.gather(*(cache.get("K") for _ in range(200)))
        assert set(answers) <= {found("K"), None}  # None: a reader whose patience ended on a busy machine
        await until(lambda: len(cache) == 1)
    assert b"cmdstat_get:calls=1," in redis_server.command("INFO", "commandstats")


async def test_forgetting_tells_that_redis_alone_held_something(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as before:
        await before.put("K", found("K"), ttl_s=DAY)
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        assert await cache.forget("K") is True
        assert await cache.forget("K") is False
        assert await cache.get("K") is None
    assert redis_server.command("EXISTS", name_of("K")) == b":0\r\n"


async def test_redis_gone_is_told_once_and_memory_serves_alone(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
        redis_server.stop()
        for _ in range(20):
            await cache.put("L", found("L"), ttl_s=DAY)
            assert await cache.get("K") == found("K")
            assert await cache.get("unknown") is None
        await until(lambda: cache.status()["status"] == "lost")
        await clock.advance(30)  # looks in the background find it still gone
        assert await cache.get("L") == found("L")
        assert len(sink.of(CacheLost)) == 1
        assert cache.status()["detail"] == sink.of(CacheLost)[0].detail
    assert sink.of(CacheRestored) == []


async def test_what_was_put_and_forgotten_while_redis_was_gone_reaches_it_when_it_is_back(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
        kept = redis_server.command("GET", name_of("K")).split(b"\r\n")[1].decode()
        redis_server.stop()
        await cache.put("L", found("L"), ttl_s=DAY)
        await until(lambda: cache.status()["status"] == "lost")
        assert await cache.forget("K") is True
        redis_server.start()
        redis_server.command("SET", name_of("K"), kept)  # as a Redis with a disk would have kept it
        assert await cache.get("K") is None  # not asked before it is known to be well
        await restored(cache, clock)
        await written(redis_server, "L")
        await until(lambda: redis_server.command("EXISTS", name_of("K")) == b":0\r\n")
        assert await cache.get("K") is None
    assert [type(event) for event in sink.events] == [CacheLost, CacheRestored]


async def test_a_frozen_redis_holds_nobody_up_and_is_left_alone_until_it_answers(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
        redis_server.pause()
        assert await cache.get("K") == found("K")
        assert await cache.get("cold") is None
        await until(lambda: cache.status()["status"] == "lost")
        asked_before = asyncio.all_tasks()
        for number in range(100):
            assert await cache.get(f"cold {number}") is None
        assert {task for task in asyncio.all_tasks() if task.get_name() == "cache-read"} <= asked_before
        redis_server.resume()
        await restored(cache, clock)
        await cache.put("M", found("M"), ttl_s=DAY)
        await written(redis_server, "M")
    assert [type(event) for event in sink.events] == [CacheLost, CacheRestored]


async def test_who_waited_for_a_place_at_a_redis_that_was_lost_meanwhile_does_not_ask_it(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    address = parse_cache_url(redis_server.url)
    assert address is not None
    store = RedisStore(address, clock=clock, events=sink, source=SOURCE)
    redis_server.pause()
    reading = [asyncio.create_task(store.get(f"cold {number}")) for number in range(100)]
    failed = await asyncio.gather(*reading, return_exceptions=True)
    assert {type(failure) for failure in failed} == {StoreLostError}
    asked = [failure for failure in failed if isinstance(failure, StoreLostError) and failure.__cause__ is not None]
    assert len(asked) == 16, "those that had a place"
    redis_server.resume()
    await store.connect()
    await store.close()


async def test_after_a_freeze_every_key_still_answers_with_its_own_entry(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    keys = [f"K{number}" for number in range(40)]
    async with open_cache(redis_server.url, clock=clock, events=sink) as before:
        for key in keys:
            await before.put(key, found(key), ttl_s=DAY)
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        redis_server.pause()
        assert set(await asyncio.gather(*(cache.get(key) for key in keys))) == {None}
        redis_server.resume()
        await until(lambda: not [t for t in asyncio.all_tasks() if t.get_name() == "cache-read"])
        await restored(cache, clock)
        for key in keys:
            assert await cache.get(key) in {found(key), None}


async def test_a_redis_that_is_away_at_the_start_does_not_keep_us_from_starting(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.stop()
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        assert cache.status()["status"] == "lost"
        await cache.put("K", found("K"), ttl_s=DAY)
        assert await cache.get("K") == found("K")
        redis_server.start()
        await restored(cache, clock)
        await written(redis_server, "K")


async def test_a_wrong_password_is_a_lost_cache_and_no_secret_is_told(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.command("CONFIG", "SET", "requirepass", "right")
    url = redis_server.url.replace("redis://", "redis://:s3cret@")
    async with open_cache(url, clock=clock, events=sink) as cache:
        assert cache.status()["status"] == "lost"
        assert "s3cret" not in f"{cache.status()} {sink.events} {cache!r}"
        await cache.put("K", found("K"), ttl_s=DAY)
        assert await cache.get("K") == found("K")
    async with open_cache(url.replace("s3cret", "right"), clock=clock, events=sink) as cache:
        assert cache.status()["status"] == "ok"


async def test_a_redis_that_is_full_is_lost_until_it_takes_entries_again(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.command("CONFIG", "SET", "maxmemory", "1")
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        for _ in range(5):
            await cache.put("K", found("K"), ttl_s=DAY)
            assert await cache.get("K") == found("K")
            await clock.advance(5)
            await asyncio.sleep(0.02)
        assert [type(event) for event in sink.events] == [CacheLost]  # it answers pings all the time
        redis_server.command("CONFIG", "SET", "maxmemory", "0")
        await restored(cache, clock)
        await written(redis_server, "K")


async def test_what_waits_to_be_written_is_bounded_and_the_oldest_go_first(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.stop()
    address = parse_cache_url(redis_server.url)
    assert address is not None
    store = RedisStore(address, clock=clock, events=sink, source=SOURCE)
    memory = MemoryDeliveryCache(max_entries=100, clock=clock)
    cache = TieredDeliveryCache(memory, store, clock=clock, events=sink, policy=TieredPolicy(max_unwritten=3))
    await cache.start()
    for key in "ABCDE":
        await cache.put(key, found(key), ttl_s=DAY)
    redis_server.start()
    await restored(cache, clock)
    await written(redis_server, "E")
    await cache.close()
    assert redis_server.command("EXISTS", *map(name_of, "CDE")) == b":3\r\n"
    assert redis_server.command("EXISTS", *map(name_of, "AB")) == b":0\r\n"


async def test_what_waits_to_be_forgotten_outlasts_any_number_of_answers(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as before:
        await before.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
    address = parse_cache_url(redis_server.url)
    assert address is not None
    store = RedisStore(address, clock=clock, events=sink, source=SOURCE)
    memory = MemoryDeliveryCache(max_entries=100, clock=clock)
    cache = TieredDeliveryCache(memory, store, clock=clock, events=sink, policy=TieredPolicy(max_unwritten=3))
    await cache.start()
    store.link.failed("of the test")
    assert await cache.forget("K") is False, "memory is empty, and Redis is not asked"
    for key in "ABCDE":
        await cache.put(key, found(key), ttl_s=DAY)
    await restored(cache, clock)
    await written(redis_server, "E")
    assert redis_server.command("EXISTS", name_of("K")) == b":0\r\n"
    for key in "ABCDE":
        await cache.forget(key)
    await cache.close()


async def test_who_waits_for_a_slow_redis_gets_what_came_into_memory_meanwhile(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("L", found("L"), ttl_s=DAY)
        await written(redis_server, "L")
        await clock.advance(100)
        redis_server.pause()
        getting, forgotten = asyncio.create_task(cache.get("K")), asyncio.create_task(cache.get("L"))
        await until(lambda: len([t for t in asyncio.all_tasks() if t.get_name() == "cache-read"]) == 2)
        newer = found("K", after_s=100)
        await cache.put("K", newer, ttl_s=DAY)
        forgetting = asyncio.create_task(cache.forget("L"))
        assert await getting == newer
        assert await forgotten is None
        assert await forgetting is True


@contextlib.asynccontextmanager
async def answering(reply: bytes) -> AsyncIterator[str]:
    """The address of a server that has one answer to whatever is asked."""
    writers: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError):
            while await reader.read(65_536):
                writer.write(reply)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await settle()


@pytest.mark.parametrize(
    "reply", [b"$abc\r\n", b"*1\r\n" * 100_000, b"-" + b"e" * 1_000_000 + b"\r\n", b"SSH-2.0-x\r\n"], ids=len
)
async def test_what_is_no_redis_is_a_lost_cache_and_fails_nobody(reply: bytes, clock: FakeClock, sink: SpySink) -> None:
    async with answering(reply) as url, open_cache(url, clock=clock, events=sink) as cache:
        assert cache.status()["status"] == "lost"
        await clock.advance(5)  # it is looked at again
        await cache.put("K", found("K"), ttl_s=DAY)
        assert await cache.get("K") == found("K")
        assert await cache.forget("K") is True
    assert [type(event) for event in sink.events] == [CacheLost]


async def test_why_redis_is_lost_is_told_by_its_names_alone(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    redis_server.stop()
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        assert cache.status()["detail"] == "ConnectionError (ConnectionRefusedError)"
    refusal = b"-MISCONF Redis is configured to save 10.0.0.1\r\n"
    async with answering(refusal) as url, open_cache(url, clock=clock, events=sink) as cache:
        assert cache.status()["detail"] == "ResponseError (MISCONF): refused the command"


async def test_closing_with_a_frozen_redis_ends(redis_server: RedisServer, clock: FakeClock, sink: SpySink) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        redis_server.pause()
        await cache.put("K", found("K"), ttl_s=DAY)
        await cache.get("cold")
    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("cache-")] == []


async def test_redis_itself_drops_an_entry_at_its_end(
    redis_server: RedisServer, clock: FakeClock, sink: SpySink
) -> None:
    async with open_cache(redis_server.url, clock=clock, events=sink) as cache:
        await cache.put("K", found("K"), ttl_s=DAY)
        await written(redis_server, "K")
    left_ms = int(redis_server.command("PTTL", name_of("K"))[1:-2])
    assert DAY * 1000 - 60_000 < left_ms <= DAY * 1000
