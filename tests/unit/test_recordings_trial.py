"""Whether recordings could be kept in a file, tried without leaving anything behind."""

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
