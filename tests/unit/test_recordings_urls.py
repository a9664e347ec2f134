"""Addresses of recordings: understood, or refused with an example and without a password."""

from pathlib import Path

import pytest

from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.urls import PostgresUrl, RecordingsUrlError, SqliteUrl, parse_recordings_url


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///recordings.db", "recordings.db"),
        ("sqlite:///data/with%20space.db", "data/with space.db"),
        ("sqlite:////var/lib/sheriff/recordings.db", "/var/lib/sheriff/recordings.db"),
        (" SQLITE:///recordings.db\n", "recordings.db"),
    ],
)
def test_three_slashes_are_relative_and_four_are_absolute(url: str, path: str) -> None:
    assert parse_recordings_url(url) == SqliteUrl(Path(path))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_postgres_address_is_shown_without_its_password_and_options(scheme: str) -> None:
    url = f"{scheme}://sheriff:s3cr%40t@db.example:6432/calls?sslmode=require&password=again"
    parsed = parse_recordings_url(url)
    assert isinstance(parsed, PostgresUrl)
    assert parsed.dsn == url
    assert str(parsed) == "postgresql://sheriff@db.example:6432/calls"
    assert "s3cr" not in repr(parsed)
    assert "again" not in repr(parsed)


@pytest.mark.parametrize(
    "url",
    [
        *("", "recordings.db", "none", "mysql://host/db", "s3://bucket", "sqlite:recordings.db", "sqlite://"),
        *("sqlite:///", "sqlite://recordings.db", "sqlite:///:memory:", "sqlite:///folder/", "sqlite:///a.db?mode=ro"),
        "postgresql://sheriff:pass:word/with@db:notaport/calls",
    ],
)
def test_anything_else_is_refused_with_an_example_and_without_a_secret(url: str) -> None:
    with pytest.raises(RecordingsUrlError, match=r"sqlite:|postgresql:") as refused:
        parse_recordings_url(url)
    assert "pass" not in str(refused.value).replace("password", "")


@pytest.mark.parametrize(
    "bounds", [{"queue_entries": 0}, {"move_every_s": 0.0}, {"retry_first_s": 9.0}, {"retention_days": -1.0}]
)
def test_bounds_that_cannot_hold_are_refused(bounds: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bounds))):
        RecordingPolicy(**bounds)
