"""OpenTelemetry's variables from files: it reads the environment alone, and its headers are a secret."""

from pathlib import Path

import pytest

from sheriff.otel_files import put_values_of_files, values_of_files
from sheriff.settings import read_settings
from tests.unit.test_settings import GOOD, problems

CREDENTIAL = "an-api-key-of-the-tests"
VARIABLE = "OTEL_EXPORTER_OTLP_HEADERS"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "headers"
    path.write_text(f"api-key={CREDENTIAL}\n")
    return str(path)


def test_the_value_is_what_stands_in_the_file(file: str) -> None:
    values, untold = values_of_files({f"{VARIABLE}_FILE": file, "OTEL_SERVICE_NAME": "s", "OTEL_BSP_FILE": ""})
    assert values == {VARIABLE: f"api-key={CREDENTIAL}"}
    assert untold == []


@pytest.mark.parametrize("name", ["OTEL_CONFIG_FILE", "OTEL_JAVAAGENT_CONFIGURATION_FILE"])
def test_a_variable_of_opentelemetrys_own_that_ends_so_is_left_to_it(name: str) -> None:
    assert values_of_files({name: "/no/such/file"}) == ({}, [])


def test_it_is_checked_as_if_it_were_given_as_it_is(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(f"Authorization: Bearer {CREDENTIAL}")
    on = {**GOOD, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    (problem,) = problems({**on, f"{VARIABLE}_FILE": str(wrong)})
    assert problem.startswith(f"{VARIABLE}: must be name=value pairs")
    assert CREDENTIAL not in problem


def test_a_file_that_cannot_be_read_and_a_value_given_twice_are_problems(file: str) -> None:
    (missing,) = problems({**GOOD, f"{VARIABLE}_FILE": "/no/such/file"})
    assert missing.startswith(f"{VARIABLE}_FILE: cannot read /no/such/file")
    (twice,) = problems({**GOOD, f"{VARIABLE}_FILE": file, VARIABLE: "api-key=other"})
    assert twice.startswith(f"{VARIABLE}: given twice")
    read_settings({**GOOD, f"{VARIABLE}_FILE": file})


def test_what_has_been_put_into_the_environment_can_be_read_again(file: str) -> None:
    environ = {**GOOD, f"{VARIABLE}_FILE": file}
    for _ in range(2):
        read_settings(environ)
        put_values_of_files(environ)
        assert environ == {**GOOD, VARIABLE: f"api-key={CREDENTIAL}"}
