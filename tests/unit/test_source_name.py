"""What keeps cached answers of different sources apart in one Redis."""

from pathlib import Path

import pytest

from sheriff.settings import read_settings
from sheriff.source import source_name

SANITY = {"SANITY_PROJECT_ID": "p1", "SANITY_API_TOKEN": "token", "VAPI_SECRET": "a-secret-of-the-tests"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "p1/production"),
        ({"SANITY_DATASET": "staging"}, "p1/staging"),
        ({"SANITY_API_URL": "https://p1.api.sanity.io/"}, "p1/production"),
        ({"SANITY_API_URL": "http://127.0.0.1:3333"}, "p1/production@127.0.0.1:3333"),
        ({"SANITY_API_URL": "https://proxy.example/sanity/"}, "p1/production@proxy.example:443/sanity"),
    ],
    ids=str,
)
def test_project_dataset_and_a_host_that_is_not_sanitys_own(changes: dict[str, str], name: str) -> None:
    assert source_name(read_settings(SANITY | changes)) == name


def test_a_file_is_known_by_its_content_and_not_by_its_path(tmp_path: Path) -> None:
    def name_of(place: str, content: str) -> str:
        path = tmp_path / place / "deliveries.ndjson"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        return source_name(read_settings({**SANITY, "SHERIFF_SOURCE": f"dataset:{path}"}))

    before = name_of("one", "{}")
    assert name_of("other", "{}") == before
    assert name_of("one", "{} ") != before
