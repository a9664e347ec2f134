"""A spool's file made anew while it is used: for an erasure, and because it is never empty."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from sheriff_adapters.recordings.spool import Spool
from tests.unit.spooling import POLICY, calls, lines, rows
from tests.unit.spooling import path as path  # noqa: PLC0414 - a fixture
from tests.unit.spooling import spool as spool  # noqa: PLC0414 - a fixture
from tests.waiting import until


async def test_an_erasure_leaves_no_byte_in_the_file_and_keeps_the_others(spool: Spool, path: Path) -> None:
    for start in (0, 10, 20):
        await spool.append(rows(*range(start, start + 10)))
    await spool.reached_store(await spool.front())
    assert await spool.purge(lambda row: row.call_id in ("call-3", "call-13", "call-29")) == 2
    assert b"call-13" not in path.read_bytes()
    assert spool.entries == 18
    await spool.append(rows(99))
    assert calls((await spool.front()).rows)[:4] == ["call-10", "call-11", "call-12", "call-14"]
    other = Spool(path, POLICY)
    await other.open()  # the rewritten file is owned as the first one was
    assert other.entries == 0
    await other.close()


async def test_an_erasure_reaches_what_has_been_moved_and_still_stands_in_the_file(spool: Spool, path: Path) -> None:
    await spool.append(rows(*range(10)))
    await spool.append(rows(10))
    await spool.reached_store(await spool.front())
    assert await spool.purge(lambda row: row.call_id == "call-3") == 0  # the store erases it, and counts it
    assert path.read_bytes().count(b"\n") == 1


async def test_appends_come_in_between_while_much_is_erased(spool: Spool, path: Path) -> None:
    await spool.append(rows(*range(2_000)))
    kept = {row.key for row in rows(7, *range(2_000, 12_000))}
    erasing = asyncio.create_task(spool.purge(lambda row: row.key not in kept))
    came = 2_000
    while not erasing.done():
        await spool.append(rows(came))
        came += 1
    assert await erasing == 1_999
    assert came > 2_005
    assert calls((await spool.front()).rows)[:3] == ["call-7", "call-2000", "call-2001"]
    assert spool.entries == path.read_bytes().count(b"\n") == 1 + came - 2_000


async def test_an_erasure_leaves_what_others_appended_whatever_the_steps(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(2)
    for attempt in range(30):
        monkeypatch.setattr("sheriff_adapters.recordings.spool_rewriting._STEP_BYTES", dice.randrange(1, 3_000))
        monkeypatch.setattr("sheriff_adapters.recordings.spool_file._SEARCHED_ROWS", dice.randrange(1, 9))
        spool = Spool(path.with_name(f"spool-{attempt}"), replace(POLICY, batch_rows=100))
        await spool.open()
        present = range(dice.randrange(1, 30))
        await spool.append(rows(*present))
        doomed = {f"call-{number}" for number in present if dice.random() < 0.4}
        erasing = asyncio.create_task(spool.purge(lambda row, doomed=doomed: row.call_id in doomed))  # type: ignore[misc]
        await asyncio.sleep(0)
        await spool.append(rows(100, 101))
        assert await erasing == len(doomed)
        await spool.append(rows(102))
        kept = [call for call in calls(tuple(rows(*present, 100, 101, 102))) if call not in doomed]
        assert calls((await spool.front()).rows) == kept
        assert spool.entries == len(kept)
        await spool.close()


async def test_an_erasure_that_is_cut_short_leaves_the_file_as_it_was_and_nothing_beside_it(
    spool: Spool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheriff_adapters.recordings.spool_rewriting._STEP_BYTES", 100)
    await spool.append(rows(*range(100)))
    before = path.read_bytes()
    erasing = asyncio.create_task(spool.purge(lambda row: row.call_id == "call-1"))
    await until(lambda: len(list(path.parent.iterdir())) == 2)
    erasing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await erasing
    await spool.append(rows(100))
    assert path.read_bytes() == before + lines(100)[0].encode() + b"\n"
    assert list(path.parent.iterdir()) == [path]
    assert await spool.purge(lambda row: row.call_id == "call-1") == 1


async def test_a_copy_that_a_dead_process_had_begun_is_removed(path: Path) -> None:
    path.with_name(f"{path.name}.rewritten").write_bytes(lines(1)[0].encode())
    spool = Spool(path, POLICY)
    await spool.open()
    assert list(path.parent.iterdir()) == [path]
    await spool.close()


async def test_what_waits_is_copied_a_few_times_at_most_however_much_there_is(path: Path) -> None:
    spool = Spool(path, replace(POLICY, spool_compact_bytes=1))
    await spool.open()
    await spool.append(rows(*range(1_000)))
    files = set()
    while spool.entries:
        await spool.reached_store(await spool.front())
        files.add(path.stat().st_ino)
        assert path.stat().st_size <= 2 * spool.entries * 1_000
    assert len(files) <= 8
    await spool.close()


async def test_a_file_that_is_never_empty_does_not_grow_for_ever(path: Path) -> None:
    size = len(rows(0)[0].text.encode()) + 1
    spool = Spool(path, replace(POLICY, batch_rows=1, spool_compact_bytes=20 * size))
    await spool.open()
    await spool.append(rows(0))
    for number in range(1, 200):
        await spool.append(rows(number))
        piece = await spool.front()
        assert calls(piece.rows) == [f"call-{number - 1}"]
        await spool.reached_store(piece)
        assert path.stat().st_size <= 24 * size
        assert (spool.entries, spool.appended, spool.moved) == (1, number + 1, number)
    await spool.close()
    assert path.exists()
