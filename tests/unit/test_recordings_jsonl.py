"""JSON lines: every line is read or named, files appear whole, and size does not matter."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sheriff_adapters.recordings import jsonl
from sheriff_adapters.recordings.jsonl import BadLine, read_lines, write_jsonl
from sheriff_adapters.recordings.reading import expected_entries, read_recordings
from sheriff_core.ports import RecordingsUnavailableError
from tests.recorded import end_of_call, tool_call

TOLD = [tool_call(1, note="Zoë 📦 \u2028"), end_of_call("call-1"), tool_call(2)]


async def some(*told: Any) -> AsyncIterator[Any]:
    for interaction in told:
        yield interaction


async def read(path: Path) -> list[Any]:
    return [item async for _, item in read_lines(path)]


@pytest.mark.parametrize("name", ["calls.jsonl", "calls.jsonl.gz"])
async def test_what_is_written_is_read_again_in_order(tmp_path: Path, name: str) -> None:
    counts: list[int] = []
    assert await write_jsonl(tmp_path / name, some(*TOLD), told=counts.append) == 3
    assert counts[-1] == 3
    assert await read(tmp_path / name) == TOLD
    assert [item async for item in read_recordings(str(tmp_path / name))] == TOLD
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


async def test_an_export_that_fails_leaves_what_stood_there_before(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("before", encoding="utf-8")

    async def failing() -> AsyncIterator[dict[str, Any]]:
        yield tool_call(1)
        raise RecordingsUnavailableError("gone")

    with pytest.raises(RecordingsUnavailableError):
        await write_jsonl(path, failing())
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


async def test_two_exports_to_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"

    async def interrupted() -> AsyncIterator[dict[str, Any]]:
        for number in range(3):
            yield tool_call(number, note="x" * jsonl._AT_ONCE)
            await write_jsonl(path, some(*TOLD))
            assert await read(path) == TOLD

    assert await write_jsonl(path, interrupted()) == 3
    assert [told["correlationId"] for told in await read(path)] == ["correlation-0", "correlation-1", "correlation-2"]


async def test_an_export_is_for_its_owner_alone_whatever_lies_beside_it(tmp_path: Path) -> None:
    path, beside, other = (tmp_path / name for name in ("calls.jsonl", "calls.jsonl.unfinished", "other"))
    other.touch(0o644)
    beside.symlink_to(other)
    await write_jsonl(path, some(*TOLD))
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.is_symlink()
    assert other.read_bytes() == b""


async def test_an_export_to_a_place_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingsUnavailableError, match="No such file"):
        await write_jsonl(tmp_path / "nowhere" / "calls.jsonl", some())


async def test_bad_lines_are_named_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    good = jsonl.encode(tool_call(1)).encode()
    wrong = [
        b"{torn",
        b"[]",
        b'{"kind": "surprise"}',
        b'{"schema": 9, "kind": "tool_call"}',
        b"\xff\xfe",
        b"[" * 50_000,
    ]
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join([good, b"", *wrong, b"  ", good]) + b"\r\n")
    found = await read(path)
    assert [item for item in found if not isinstance(item, BadLine)] == [tool_call(1)] * 2
    bad = [item for item in found if isinstance(item, BadLine)]
    assert [item.where for item in bad] == [f"{path}:{number}" for number in range(3, 9)]
    for item, word in zip(bad, ["not JSON", "object", "kind", "schema", "not JSON", "not JSON"], strict=True):
        assert word in item.problem
        assert len(item.problem) < 200


async def test_a_line_beyond_all_bounds_is_named_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "_MAX_LINE", 1_000)
    path = tmp_path / "calls.jsonl"
    good = jsonl.encode({"kind": "tool_call"}).encode()
    path.write_bytes(good + b"\n" + b'"' + b"x" * 5_500 + b'"\n' + good + b"\n")
    found = await read(path)
    assert [isinstance(item, BadLine) for item in found] == [False, True, False]
    assert found[1].where == f"{path}:2"


async def test_a_last_line_without_an_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(jsonl.encode(tool_call(1)), encoding="utf-8")
    assert await read(path) == [tool_call(1)]


async def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.touch()
    assert await read(path) == []


async def test_a_file_of_many_pieces_is_read_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "_AT_ONCE", 1_500)
    told = [tool_call(number) for number in range(60)]
    await write_jsonl(tmp_path / "calls.jsonl.gz", some(*told))
    assert await read(tmp_path / "calls.jsonl.gz") == told


@pytest.mark.parametrize("content", [b"plain text", gzip.compress(b"x" * 10_000, mtime=0)[:-20]], ids=["plain", "cut"])
async def test_a_packed_file_that_is_damaged_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "calls.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(RecordingsUnavailableError, match=r"calls\.jsonl\.gz"):
        await read(path)


@pytest.mark.parametrize("where", ["missing.jsonl", "recordings.db", "mysql://host/db", "", "sqlite:///missing.db"])
async def test_a_place_that_cannot_be_read_is_told(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordingsUnavailableError):
        _ = [item async for item in read_recordings(where)]
    assert list(tmp_path.iterdir()) == []


def test_how_much_is_to_be_read_is_known_of_a_plain_file_alone(tmp_path: Path) -> None:
    plain, unended, packed = (tmp_path / name for name in ("plain.jsonl", "unended.jsonl", "packed.jsonl.gz"))
    plain.write_bytes(b"{}\n{}\n")
    unended.write_bytes(b"{}\n{}\n{}")
    packed.write_bytes(gzip.compress(b"{}\n"))
    places = (plain, unended, packed, tmp_path / "absent.jsonl", "sqlite:///recordings.db")
    assert [expected_entries(str(place)) for place in places] == [2, 3, None, None, None]
