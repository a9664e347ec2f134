"""Whether recordings could be kept in a file, tried without leaving anything behind."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.recordings.reading import read_recordings
from sheriff_adapters.recordings.trial import Trial, try_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import RecordingsUnavailableError
from tests.fakes import SpySink
from tests.recorded import PATIENT


async def tried(path: Path) -> Trial:
    return await try_recordings(f"sqlite:///{path}")


async def test_where_no_file_is_the_first_start_makes_it(tmp_path: Path) -> None:
    assert not (await tried(tmp_path / "recordings.db")).exists
    assert list(tmp_path.iterdir()) == []


def emptied(path: Path) -> None:
    """A database of somebody who took his tables with him, or of a first start that was killed."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE letters (body TEXT); DROP TABLE letters")


def of_letters(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (body TEXT)")


@pytest.mark.parametrize("made", [Path.touch, emptied])
async def test_an_empty_file_is_one_that_the_first_start_fills(tmp_path: Path, made: Callable[[Path], None]) -> None:
    path = tmp_path / "recordings.db"
    made(path)
    before = path.read_bytes()
    assert not (await tried(path)).exists
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


async def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    path.write_text("a letter", encoding="utf-8")
    with pytest.raises(RecordingsUnavailableError, match="not a database"):
        await tried(path)
    assert path.read_text(encoding="utf-8") == "a letter"


async def read(url: str) -> None:
    _ = [item async for item in read_recordings(url)]


async def added_to(url: str) -> None:
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=PATIENT, create=False):
        pass


async def refused_and_left_alone(path: Path, asking: Callable[[str], Awaitable[object]], why: str) -> None:
    before = path.read_bytes()
    with pytest.raises(RecordingsUnavailableError, match=why):
        await asking(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("asking", [try_recordings, read, added_to])
async def test_a_database_of_something_else_is_left_alone(
    tmp_path: Path, asking: Callable[[str], Awaitable[object]]
) -> None:
    of_letters(path := tmp_path / "recordings.db")
    await refused_and_left_alone(path, asking, "this is a database of another program")


@pytest.mark.parametrize("asking", [read, added_to])
async def test_where_no_recordings_are_none_are_read_and_no_tables_made(
    tmp_path: Path, asking: Callable[[str], Awaitable[object]]
) -> None:
    emptied(path := tmp_path / "recordings.db")
    await refused_and_left_alone(path, asking, "there are no recordings in this file")


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
