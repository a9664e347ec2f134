"""Durable before acknowledged, bounded: against a spool and a store that are slow, away or full, in no real time."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sheriff_adapters.recordings.interaction_text import decode
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.recorder import QueuedRecorder
from sheriff_adapters.recordings.row import Row, matches
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import Slice, SpoolError
from sheriff_adapters.recordings.store import StoreRejectedError, StoreUnavailableError
from sheriff_core.events import InteractionLost, InteractionRecorded, RecorderFailed, RecorderRestored
from sheriff_core.ports import InteractionFilter
from tests.fakes import FakeClock, SpySink, settle
from tests.recorded import tool_call
from tests.waiting import until

POLICY = RecordingPolicy(retention_days=None)


class ScriptedStore:
    """A store that keeps rows once, and fails or waits as the test says."""

    name = "scripted"

    def __init__(self) -> None:
        self.rows: dict[bytes, Row] = {}
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.refused: set[str] = set()
        self.batches: list[int] = []

    async def write(self, rows: Sequence[Row]) -> int:
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if any(row.call_id in self.refused for row in rows):
            raise StoreRejectedError("value too long")
        self.batches.append(len(rows))
        before = len(self.rows)
        self.rows |= {row.key: row for row in rows}
        return len(self.rows) - before

    def calls(self) -> list[str | None]:
        return [row.call_id for row in self.rows.values()]

    async def page(self, *_: Any, **__: Any) -> list[Any]:
        raise AssertionError

    async def delete(self, *_: Any, **__: Any) -> int:
        raise AssertionError

    async def tidy(self, *, pages: int) -> bool:
        raise AssertionError

    async def size_bytes(self) -> int:
        raise AssertionError

    async def close(self) -> None:
        pass


class WatchedSpool(Spool):
    """A spool that notes how much was appended at once, and whose disk hangs as the test says."""

    def __init__(self, path: Path, policy: RecordingPolicy) -> None:
        super().__init__(path, policy)
        self.batches: list[int] = []
        self.gate: asyncio.Event | None = None  # after something has left

    async def reached_store(self, piece: Slice) -> None:
        await super().reached_store(piece)
        if self.gate is not None:
            await self.gate.wait()

    def append_soon(self, rows: Sequence[Row]) -> Future[int]:
        self.batches.append(len(rows))
        return super().append_soon(rows)

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        let_go = threading.Event()
        self._thread.submit(let_go.wait)
        try:
            yield
        finally:
            let_go.set()


class House:
    """One recorder with everything around it."""

    def __init__(self, directory: Path, policy: RecordingPolicy = POLICY) -> None:
        self.clock = FakeClock()
        self.events = SpySink()
        self.store = ScriptedStore()
        self.spool = WatchedSpool(directory / "recordings.db.spool", policy)
        self.recorder = QueuedRecorder(self.store, self.spool, clock=self.clock, events=self.events, policy=policy)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        await self.recorder.open()
        try:
            yield self
        finally:
            closing = asyncio.create_task(self.recorder.close())
            while not closing.done():
                await self.pass_time(0.05)
            await closing

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and the spool's thread, which is real, do its work meanwhile."""
        await self.clock.advance(seconds)
        with contextlib.suppress(RuntimeError):  # closed already
            await self.spool._in_thread(lambda: None)
        await settle()

    async def let(self, holds: Any) -> None:
        """Let time pass until something has come about."""
        for _ in range(500):
            if holds():
                return
            await self.pass_time(0.05)
        raise AssertionError("it never came about")


def lines(path: Path) -> list[Any]:
    return [decode(line) for line in path.read_bytes().splitlines()] if path.exists() else []


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_what_is_acknowledged_is_in_the_spool_and_no_time_has_passed(house: House) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()  # whatever the store does
        await house.recorder.record(tool_call(1))
        assert lines(house.spool.path) == [tool_call(1)]
        assert house.clock.now() == 0
        assert house.events.events == [InteractionRecorded(count=1)]
        assert house.recorder.queue_length == 1
        house.store.gate.set()
        await house.let(lambda: not house.recorder.queue_length)
        assert house.store.calls() == ["call-1"]
        assert house.spool.path.stat().st_size == 0
        assert house.events.events == [InteractionRecorded(count=1)]


async def test_interactions_that_come_during_an_append_share_the_next_one(house: House) -> None:
    async with house.open():
        with house.spool.hanging():
            recording = [asyncio.ensure_future(house.recorder.record(tool_call(number))) for number in range(10)]
            await settle()
            for number in range(10, 30):
                recording.append(asyncio.ensure_future(house.recorder.record(tool_call(number))))
                await settle()
        await asyncio.gather(*recording)
        assert house.spool.batches == [10, 20]


async def test_the_first_is_moved_at_once_and_those_behind_it_together(house: House) -> None:
    async with house.open():
        for number in range(5):
            await house.recorder.record(tool_call(number))
            await house.pass_time(0.001)
        assert house.store.batches == [0, 1]  # the first look, and the first interaction
        await house.pass_time(POLICY.move_every_s)
        assert house.store.batches == [0, 1, 4]
        await house.pass_time(POLICY.move_every_s)
        await house.recorder.record(tool_call(5))
        await house.pass_time(0)
        assert house.store.batches == [0, 1, 4, 1]


async def test_when_enough_wait_they_are_moved_at_once(tmp_path: Path) -> None:
    house = House(tmp_path, replace(POLICY, move_rows=3, move_every_s=1_000.0))
    async with house.open():
        for number in range(4):
            await house.recorder.record(tool_call(number))
            await house.pass_time(0)
        assert len(house.store.rows) == 4


async def test_who_wants_to_read_waits_for_what_was_acknowledged_before(tmp_path: Path) -> None:
    house = House(tmp_path, replace(POLICY, move_every_s=1_000.0))
    async with house.open():
        for number in range(3):
            await house.recorder.record(tool_call(number))
        await house.recorder.settle()
        assert len(house.store.rows) == 3
        assert house.clock.now() == 0


async def test_nobody_who_wants_to_read_waits_for_a_store_that_is_slow_or_away(house: House) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()
        await house.recorder.record(tool_call(1))
        reading = asyncio.create_task(house.recorder.settle())
        await house.pass_time(POLICY.settle_within_s - 0.01)
        assert not reading.done()
        await house.pass_time(0.02)
        assert reading.done()
        house.store.failure = StoreUnavailableError("gone")
        house.store.gate.set()
        await house.let(lambda: house.recorder.status()["status"] == "failing")
        await house.recorder.settle()


async def test_a_loop_that_was_busy_leaves_the_spool_its_time(house: House) -> None:
    def be_busy() -> None:
        house.clock._now += 10.0

    async with house.open():
        with house.spool.hanging():
            asyncio.get_running_loop().call_soon(be_busy)  # in the turn of the loop in which it is recorded
            recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
            await house.clock.advance(POLICY.ack_bound_s - 0.001)
            assert not recording.done()
        await recording
        assert lines(house.spool.path) == [tool_call(1)]


async def test_nobody_waits_longer_than_the_bound_for_a_disk_that_hangs(house: House) -> None:
    async with house.open():
        with house.spool.hanging():
            recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
            await settle()
            await house.clock.advance(0.049)
            assert not recording.done()
            await house.clock.advance(0.002)
            await recording
            assert house.recorder.queue_length == 1
        await house.let(lambda: house.store.calls() == ["call-1"] and not house.recorder.queue_length)


async def test_nobody_waits_longer_than_the_bound_when_there_is_no_spool_and_the_store_hangs(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.spool.path = tmp_path / "no such directory" / "spool"
    async with house.open():
        house.store.gate = asyncio.Event()
        recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
        await house.pass_time(0.049)
        assert not recording.done()
        await house.pass_time(0.002)
        assert recording.done()
        assert house.recorder.queue_length == 1
        assert "No such file" in house.recorder.status()["spool"]
        house.store.gate.set()
        await house.let(lambda: house.store.calls() == ["call-1"])


async def test_without_any_spool_a_healthy_store_acknowledges_without_any_time_passing(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.spool.path = tmp_path / "no such directory" / "spool"
    async with house.open():
        for number in range(3):
            await house.recorder.record(tool_call(number))
        assert house.clock.now() == 0
        assert len(house.store.rows) == 3


async def test_a_spool_that_cannot_be_read_keeps_no_fresh_interaction_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.open():
        house.store.failure = StoreUnavailableError("gone")
        await house.recorder.record(tool_call(1))
        await house.let(lambda: house.recorder.status()["status"] == "failing")

        async def unreadable() -> None:
            raise SpoolError("input/output error")

        with monkeypatch.context() as broken:
            broken.setattr(house.spool, "front", unreadable)
            house.store.failure = None
            await house.let(lambda: "spool" in house.recorder.status() and house.recorder.status()["status"] == "ok")
            now = house.clock.now()
            await house.recorder.record(tool_call(2))
            await house.recorder.settle()  # and nobody who wants to read waits for it
            assert house.clock.now() == now
        await house.let(lambda: len(house.store.rows) == 2)


async def test_each_waits_for_its_own_bound(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.spool.path = tmp_path / "no such directory" / "spool"
    async with house.open():
        house.store.gate = asyncio.Event()
        first = asyncio.ensure_future(house.recorder.record(tool_call(1)))
        await house.pass_time(0.03)
        second = asyncio.ensure_future(house.recorder.record(tool_call(2)))
        await house.pass_time(0.025)
        assert (first.done(), second.done()) == (True, False)
        await house.pass_time(0.026)
        assert second.done()
        house.store.gate.set()


async def test_an_outage_is_told_once_and_everything_arrives_exactly_once(house: House) -> None:
    async with house.open():
        await house.recorder.record(tool_call(0))
        await house.recorder.settle()
        house.store.failure = StoreUnavailableError("disk full")
        for number in range(1, 251):
            await house.recorder.record(tool_call(number))
        await house.pass_time(1)
        assert house.recorder.status() == {
            "status": "failing",
            "store": "scripted",
            "queueLength": 0,
            "spooled": 250,
            "lost": 0,
            "detail": "disk full",
        }
        house.store.failure = None
        await house.let(lambda: house.events.of(RecorderRestored))
        assert sorted(house.store.calls()) == sorted(f"call-{number}" for number in range(251))
        assert house.events.of(RecorderFailed) == [RecorderFailed("disk full")]
        assert house.events.of(RecorderRestored) == [RecorderRestored(spooled=250)]
        assert sum(event.count for event in house.events.of(InteractionRecorded)) == 251
        assert house.spool.path.stat().st_size == 0


async def test_a_stop_tells_the_end_of_an_outage_that_it_meets(tmp_path: Path) -> None:
    house = House(tmp_path, replace(POLICY, batch_rows=1))
    await house.recorder.open()
    house.store.failure = StoreUnavailableError("away")
    for number in range(2):
        await house.recorder.record(tool_call(number))
    await house.let(lambda: house.events.of(RecorderFailed))
    house.store.failure = None
    await house.let(lambda: house.recorder.status()["status"] == "ok")
    house.spool.gate = asyncio.Event()
    await house.let(lambda: not house.spool.entries)  # all has arrived, and nobody was told
    assert house.events.of(RecorderRestored) == []
    closing = asyncio.create_task(house.recorder.close())
    await settle()
    house.spool.gate.set()
    while not closing.done():
        await house.pass_time(0.05)
    assert house.events.of(RecorderRestored) == [RecorderRestored(spooled=2)]


async def test_what_a_restart_finds_in_the_spool_reaches_the_store(tmp_path: Path) -> None:
    async with House(tmp_path).open() as away:
        away.store.failure = StoreUnavailableError("gone")
        recording = asyncio.ensure_future(away.recorder.record(tool_call(1)))
        await away.let(recording.done)
    assert lines(tmp_path / "recordings.db.spool") == [tool_call(1)]
    async with House(tmp_path).open() as back:
        await back.let(lambda: back.store.calls() == ["call-1"] and not back.spool.entries)
    assert not (tmp_path / "recordings.db.spool").exists()


async def test_beyond_the_bounds_interactions_are_lost_counted_and_told_in_few_words(tmp_path: Path) -> None:
    house = House(tmp_path, replace(POLICY, queue_entries=5, spool_entries=3))
    async with house.open():
        house.store.failure = StoreUnavailableError("gone")
        recording = [asyncio.ensure_future(house.recorder.record(tool_call(0)))]
        await house.let(lambda: house.spool.entries)
        recording += [asyncio.ensure_future(house.recorder.record(tool_call(number))) for number in range(1, 108)]
        await house.let(lambda: all(task.done() for task in recording))
        await house.pass_time(1)
        status = house.recorder.status()
        assert (status["spooled"] + status["queueLength"] + status["lost"], status["status"]) == (108, "failing")
        assert status["lost"] >= 100
        told = house.events.of(InteractionLost)
        assert sum(event.count for event in told) == status["lost"]
        assert len(told) <= 3
        house.store.failure = None
        kept = 108 - status["lost"]
        await house.let(lambda: len(house.store.rows) == kept and not house.spool.entries)


UNUSABLE = "no interaction: kind: expected tool_call or end_of_call, not "


@pytest.mark.parametrize("is_moved", [True, False], ids=["a round that is moved", "a round that a stop cuts short"])
async def test_of_the_losses_of_a_round_the_first_is_told_with_its_reason_and_the_others_by_kind(
    house: House, is_moved: bool
) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()
        await house.recorder.record(tool_call(1))
        for kind in ("call", "letter", "tool"):
            await house.recorder.record({"kind": kind})
        assert house.events.of(InteractionLost) == [InteractionLost(1, f"{UNUSABLE}'call'")]
        told = [InteractionLost(1, f"{UNUSABLE}'call'"), InteractionLost(2, "no interaction")]
        if is_moved:
            house.store.gate.set()
            await house.let(lambda: house.events.of(InteractionLost) == told)
    assert house.events.of(InteractionLost) == told


async def test_a_loss_while_nothing_waits_is_told_at_once(house: House) -> None:
    async with house.open():
        for kind in ("call", "letter"):
            await house.recorder.record({"kind": kind})
        told = [InteractionLost(1, f"{UNUSABLE}'call'"), InteractionLost(1, f"{UNUSABLE}'letter'")]
        assert house.events.of(InteractionLost) == told


async def test_what_the_store_will_never_take_keeps_nobody_else_back(house: House) -> None:
    async with house.open():
        house.store.refused = {"call-7"}
        await asyncio.gather(*(house.recorder.record(tool_call(number)) for number in range(16)))
        await house.recorder.settle()
        assert sorted(house.store.calls()) == sorted(f"call-{number}" for number in range(16) if number != 7)
        assert house.events.of(InteractionLost) == [InteractionLost(1, "refused by the store: value too long")]
        assert house.recorder.status()["status"] == "ok"


async def test_a_defect_of_a_store_does_not_end_recording(house: House) -> None:
    async with house.open():
        house.store.failure = ZeroDivisionError()
        recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
        await house.let(recording.done)
        house.store.failure = None
        await house.let(lambda: house.store.calls() == ["call-1"])


async def test_a_caller_who_hangs_up_does_not_take_the_interaction_along(house: House) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()
        recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
        await settle()
        recording.cancel()
        await settle()
        house.store.gate.set()
        await house.let(lambda: house.store.calls() == ["call-1"])


async def test_an_erasure_reaches_what_waits_in_memory_and_in_the_spool(house: House) -> None:
    async with house.open():
        house.store.failure = StoreUnavailableError("gone")
        recording = [asyncio.ensure_future(house.recorder.record(tool_call(number))) for number in range(4)]
        await house.let(lambda: all(task.done() for task in recording))
        wanted = InteractionFilter(call_id="call-2")
        assert await house.recorder.purge(lambda row: matches(row, wanted)) == 1
        assert b"call-2" not in house.spool.path.read_bytes()
        house.store.failure = None
        await house.let(lambda: not house.spool.entries)
        assert sorted(house.store.calls()) == ["call-0", "call-1", "call-3"]


async def test_a_stop_waits_for_the_commit_under_way(house: House) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()
        recording = asyncio.ensure_future(house.recorder.record(tool_call(1)))
        await settle()
        asyncio.get_running_loop().call_soon(house.store.gate.set)
    await recording
    assert house.store.calls() == ["call-1"]
    assert not house.spool.path.exists()


async def test_a_stop_during_an_outage_keeps_everything_in_the_spool_and_is_bounded(house: House) -> None:
    async with house.open():
        house.store.gate = asyncio.Event()
        recording = [asyncio.ensure_future(house.recorder.record(tool_call(number))) for number in range(20)]
        await settle()
        stopped_at = house.clock.now()
    assert house.clock.now() - stopped_at <= POLICY.close_within_s
    assert len(lines(house.spool.path)) == 20
    await asyncio.gather(*recording)


async def test_after_the_stop_nothing_is_taken_and_that_is_told(house: House) -> None:
    async with house.open():
        pass
    await house.recorder.record(tool_call(1))
    assert house.events.of(InteractionLost) == [InteractionLost(1, "stopped")]


async def test_until_waits_for_what_goes_on_by_itself() -> None:
    with pytest.raises(TimeoutError):
        await until(lambda: False, seconds=0.01)
