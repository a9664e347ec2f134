"""What the operators' page is told of the settings: everything but what is secret."""

import pytest
from pydantic import SecretStr

from sheriff.operators_page import MASKED, about, shown
from sheriff.settings import read_settings

ENVIRONMENT = {
    "SANITY_PROJECT_ID": "abc123de",
    "SANITY_API_TOKEN": "sk-secret-one",
    "VAPI_SECRET": "secret-two",
    "SHERIFF_ADMIN_TOKEN": "secret-three",
    "SHERIFF_CACHE_URL": "redis://:secret-four@cache:6379/0",
    "SHERIFF_RECORDINGS_URL": "postgresql://sheriff:secret-five@db/calls?sslmode=require&password=secret-six",
}


def test_settings_are_told_apart_by_who_chose_them_and_no_secret_is_shown():
    told = about(read_settings(ENVIRONMENT), version="1", instance="i")
    assert set(told.chosen) == set(ENVIRONMENT)
    assert told.chosen["VAPI_SECRET"] == told.chosen["SANITY_API_TOKEN"] == MASKED
    assert told.shipped["SHERIFF_SOFT_TIMEOUT_MS"] == "500"
    assert told.source == "Sanity abc123de/production"
    assert "secret" not in repr({**told.chosen, **told.shipped}).replace("X-Vapi-Secret", "").replace("'secret'", "")


def test_a_dataset_is_named_by_its_file(tmp_path):
    path = tmp_path / "deliveries.ndjson"
    path.touch()
    environment = {"SHERIFF_SOURCE": f"dataset:{path}", "VAPI_SECRET": "a-secret"}
    assert about(read_settings(environment), version="1", instance="i").source == "dataset deliveries.ndjson"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (SecretStr("x"), MASKED),
        (None, "not set"),
        (500.0, "500"),
        (0.5, "0.5"),
        (5, "5"),
        ("verbatim", "verbatim"),
        ("sqlite:////var/lib/recordings.db", "sqlite:////var/lib/recordings.db"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("redis://u:p@ss/w:rd@cache:6379/0", "redis://…@cache:6379/0"),
        ("postgresql://db/x?user=a&PASSWORD=b&ssl=1", "postgresql://db/x?user=a&PASSWORD=…&ssl=1"),
        ("https://token@host.example", "https://…@host.example"),
    ],
)
def test_a_value_is_shown_without_what_must_not_be_seen(value, text):
    assert shown(value) == text
