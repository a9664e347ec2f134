"""The spool: durable lines in bounds, one owner a file, and nothing torn, left behind or kept after an erasure."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest

from sheriff_adapters.recordings.row import Row, row_of
from sheriff_adapters.recordings.spool import Spool
from sheriff_adapters.recordings.spool_file import SpoolError, SpoolFile
from tests.recorded import tool_call
from tests.unit.spooling import POLICY, calls, lines, rows
from tests.unit.spooling import path as path  # noqa: PLC0414 - a fixture
from tests.unit.spooling import spool as spool  # noqa: PLC0414 - a fixture

COMPACT_BYTES = POLICY.spool_compact_bytes


async def test_interactions_come_back_in_order_and_the_file_is_empty_afterwards(spool: Spool, path: Path) -> None:
    assert await spool.append(rows(*range(25))) == 25
    seen = []
    while spool.entries:
        piece = await spool.front()
        seen += calls(piece.rows)
        await spool.reached_store(piece)
    assert seen == [f"call-{number}" for number in range(25)]
    assert path.stat().st_size == 0


async def test_what_was_read_but_did_not_reach_the_store_is_read_again(spool: Spool) -> None:
    await spool.append(rows(1, 2))
    assert await spool.front() == await spool.front()


async def test_only_its_owner_may_read_the_file(spool: Spool, path: Path) -> None:
    await spool.append(rows(1))
    assert path.stat().st_mode & 0o777 == 0o600


async def test_an_empty_spool_leaves_no_file_behind(path: Path) -> None:
    spool = Spool(path, POLICY)
    await spool.open()
    assert path.exists()
    await spool.close()
    assert not path.exists()


async def test_entries_and_bytes_are_bounded_and_what_fits_is_kept(path: Path) -> None:
    size = len(rows(1)[0].text.encode()) + 1
    for policy in (replace(POLICY, spool_entries=3), replace(POLICY, spool_bytes=3 * size + 1)):
        spool = Spool(path, policy)
        await spool.open()
        assert await spool.append(rows(1, 2, 3, 4)) == 3
        with pytest.raises(SpoolError, match="full"):
            await spool.append(rows(5))
        piece = await spool.front()
        await spool.reached_store(piece)
        assert await spool.append(rows(5)) == 1
        await spool.reached_store(await spool.front())
        await spool.close()


async def test_a_line_that_a_kill_tore_is_cut_and_the_next_one_stands_by_itself(path: Path) -> None:
    whole = "\n".join(lines(1, 2)) + "\n"
    path.write_text(whole + lines(3)[0][:100], encoding="utf-8")
    spool = Spool(path, POLICY)
    await spool.open()
    await spool.append(rows(4))
    assert calls((await spool.front()).rows) == ["call-1", "call-2", "call-4"]
    await spool.close()


def test_a_file_cut_at_any_byte_gives_every_whole_line(path: Path) -> None:
    content = ("\n".join(lines(*range(4))) + "\n").encode()
    for cut in [0, len(content), *random.Random(1).sample(range(len(content)), 60)]:
        path.write_bytes(content[:cut])
        file = SpoolFile.open(path, compact_bytes=COMPACT_BYTES)
        assert calls(file.front(10, 10**6).rows) == [f"call-{n}" for n in range(content[:cut].count(b"\n"))]
        file.close()


async def test_a_line_that_is_damaged_is_passed_over_and_told(path: Path) -> None:
    path.write_text(f"{lines(1)[0]}\n\x00\x00 damaged\n{lines(2)[0]}\n", encoding="utf-8")
    spool = Spool(path, POLICY)
    await spool.open()
    piece = await spool.front()
    assert (calls(piece.rows), piece.unreadable) == (["call-1", "call-2"], 1)
    await spool.reached_store(piece)
    assert spool.entries == 0
    await spool.close()


async def test_two_living_owners_never_share_a_file(spool: Spool, path: Path) -> None:
    other = Spool(path, POLICY)
    await other.open()
    await spool.append(rows(1))
    await other.append(rows(2))
    assert calls((await spool.front()).rows) == ["call-1"]
    assert calls((await other.front()).rows) == ["call-2"]
    assert list(spool.others()) == [path.with_name(f"{path.name}-1")]
    assert not await spool.others_move_on(within_s=0.05)
    moving = asyncio.create_task(spool.others_move_on(within_s=20))
    await other.append(rows(3))
    await other.reached_store(await other.front())
    assert await moving
    await other.close()


async def test_what_the_dead_left_in_any_of_their_files_is_adopted(path: Path) -> None:
    for number, name in ((1, path), (2, path.with_name(f"{path.name}-1")), (3, path.with_name(f"{path.name}-7"))):
        name.write_text(f"{lines(number)[0]}\n", encoding="utf-8")
    heir = Spool(path, POLICY)
    await heir.open()
    assert calls((await heir.front()).rows) == ["call-1", "call-2", "call-3"]
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    await heir.close()


async def test_rows_come_in_order_whatever_comes_between(path: Path) -> None:
    dice = random.Random(1)
    spool = Spool(path, replace(POLICY, batch_rows=4, spool_compact_bytes=3_000))
    await spool.open()
    came, seen = 0, list[Row]()
    while len(seen) < 150:
        for _ in range(dice.randrange(4)):
            batch = range(came, came + dice.randrange(1, 4))
            came = batch.stop
            await spool.append(rows(*batch))
        if dice.random() < 0.1:
            assert await spool.purge(lambda _: False) == 0
        if spool.entries:
            piece = await spool.front()
            assert piece.rows == tuple(rows(*range(len(seen), len(seen) + len(piece.rows))))
            seen += piece.rows
            await spool.reached_store(piece)
    assert spool.moved == len(seen)
    await spool.close()


async def test_a_spool_whose_disk_was_full_at_the_start_is_used_when_there_is_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "later" / "spool", POLICY)
    with pytest.raises(SpoolError, match="No such file"):
        await spool.open()
    (tmp_path / "later").mkdir()
    assert await spool.append(rows(1)) == 1
    await spool.close()


async def test_a_link_in_the_place_of_the_file_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious", encoding="utf-8")
    path.symlink_to(target)
    spool = Spool(path, POLICY)
    with pytest.raises(SpoolError):
        await spool.open()
    assert target.read_text(encoding="utf-8") == "precious"
    await spool.close()


async def test_what_is_moved_soon_is_moved_from_memory_and_much_of_it_from_the_file(path: Path) -> None:
    spool = Spool(path, replace(POLICY, spool_held_rows=20))
    await spool.open()
    kept = rows(*range(30))
    await spool.append(kept[:15])
    assert all(moved is row for moved, row in zip((await spool.front()).rows, kept, strict=False))
    await spool.append(kept[15:])  # too many to hold
    seen = []
    while spool.entries:
        piece = await spool.front()
        assert piece.rows[0] is not kept[len(seen)]
        seen += calls(piece.rows)
        await spool.reached_store(piece)
    assert seen == [f"call-{number}" for number in range(30)]
    await spool.append(kept[:1])  # the file was read to its end
    assert (await spool.front()).rows[0] is kept[0]
    await spool.close()


async def test_what_is_held_in_memory_and_what_the_file_says_are_the_same(spool: Spool) -> None:
    kept = [row_of(tool_call(number, arguments={"trackingNumber": "Ä ∞ " * number})) for number in range(7)]
    await spool.append(kept)
    from_memory = await spool.front()
    await spool.purge(lambda _: False)  # whatever it finds, it lets go of what is held
    assert await spool.front() == from_memory


async def test_what_is_erased_is_not_held_in_memory_either(spool: Spool) -> None:
    await spool.append(rows(1, 2, 3))
    assert await spool.purge(lambda row: row.call_id == "call-2") == 1
    assert calls((await spool.front()).rows) == ["call-1", "call-3"]
