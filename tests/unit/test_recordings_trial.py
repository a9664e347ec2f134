"""Whether recordings could be kept in a file, tried without leaving anything behind."""

import asyncio
from pathlib import Path

import pytest

from sheriff_adapters.recordings.trial import Trial, try_recordings
from sheriff_core.ports import RecordingsUnavailableError


async def tried(path: Path) -> Trial:
    return await try_recordings(f"sqlite:///{path}")


async def test_where_no_file_is_the_first_start_makes_it(tmp_path: Path) -> None:
    assert not (await tried(tmp_path / "recordings.db")).exists
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_file_is_one_that_the_first_start_fills(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    path.touch()
    assert not (await tried(path)).exists
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size == 0


async def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    path.write_text("a letter", encoding="utf-8")
    with pytest.raises(RecordingsUnavailableError, match="not a database"):
        await tried(path)
    assert path.read_text(encoding="utf-8") == "a letter"


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingsUnavailableError, match=r"later/recordings\.db: No such file"):
        await tried(tmp_path / "later" / "recordings.db")


async def test_a_server_that_only_half_speaks_the_protocol_is_told_of() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # may we speak in TLS?
        writer.write(b"N")
        await reader.read(1_000)
        writer.write(b"R\x00\x00\x00\x04")  # authentication, of no kind
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        url = f"postgresql://sheriff@127.0.0.1:{server.sockets[0].getsockname()[1]}/recordings"
        with pytest.raises(RecordingsUnavailableError, match="authentication"):
            await try_recordings(url)
