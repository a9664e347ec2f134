"""Every fault of Sanity is answered with the truth, in time, and without a flood."""

import asyncio
from pathlib import Path

import pytest

from scripts.faults import WORDS
from tests.system.fault_matrix import MATRIX, Row
from tests.system.fault_play import Played, play_all, problems

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "resilience.md"

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def played() -> dict[str, Played]:
    return {played.row.name: played for played in asyncio.run(play_all())}


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_the_caller_hears_the_truth_in_time_whatever_happens_to_sanity(row: Row, played: dict[str, Played]) -> None:
    assert problems(played[row.name]) == []


def test_every_row_stands_in_the_documentation() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    first_cells = {line.split("|")[1].strip() for line in lines}
    assert [row.name for row in MATRIX if row.name not in first_cells] == []


def test_the_documentation_says_what_is_said_and_from_where_it_is_served() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name, word in WORDS.items() if f"- *{word}* (`{name}`): " not in page] == []
