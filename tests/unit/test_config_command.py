"""The settings' reference is written from the code, and what is printed stands in the documents."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sheriff.__main__ import main
from sheriff.declared_settings import Settings
from sheriff.settings import read_settings, variables
from sheriff.settings_reference import HEADINGS, sections

ROOT = Path(__file__).parents[2]

# The contract's variables and their defaults; None where the contract names a condition instead.
CONTRACT = {
    "SHERIFF_SOURCE": "sanity",
    "SANITY_PROJECT_ID": None,
    "SANITY_DATASET": "production",
    "SANITY_API_TOKEN": None,
    "SANITY_API_VERSION": "2025-02-19",
    "SANITY_API_URL": "https://{project}.api.sanity.io",
    "VAPI_AUTH": "secret",
    "VAPI_SECRET": None,
    "VAPI_HMAC_ALGORITHM": "sha256",
    "VAPI_HMAC_SIGNATURE_HEADER": "x-signature",
    "VAPI_HMAC_TIMESTAMP_HEADER": "x-timestamp",
    "VAPI_HMAC_PREFIX": "",
    "VAPI_HMAC_ENCODING": "hex",
    "VAPI_HMAC_PAYLOAD": "{timestamp}.{body}",
    "VAPI_HMAC_TOLERANCE_S": "300",
    "SHERIFF_PUBLIC_BIND": "0.0.0.0:8000",
    "SHERIFF_INTERNAL_BIND": "127.0.0.1:8080",
    "SHERIFF_ADMIN_TOKEN": None,
    "SHERIFF_CACHE_URL": "memory://",
    "SHERIFF_RECORDINGS_URL": "sqlite:///recordings.db",
    "SHERIFF_RECORDINGS_RETENTION_DAYS": "30",
    "SHERIFF_CACHE_TTL_S": "60",
    "SHERIFF_STALE_TTL_S": "86400",
    "SHERIFF_NOT_FOUND_TTL_S": "10",
    "SHERIFF_SOFT_TIMEOUT_MS": "500",
    "SHERIFF_HARD_TIMEOUT_MS": "4500",
    "SHERIFF_ATTEMPT_TIMEOUT_MS": "4000",
    "SHERIFF_RETRY_ATTEMPTS": "3",
    "SHERIFF_BREAKER_FAILURES": "5",
    "SHERIFF_BREAKER_RESET_S": "30",
    "SHERIFF_NUMBERS_PER_CALL": "10",
    "SHERIFF_NOT_FOUND_PER_CALL": "5",
    "SHERIFF_DISCLOSURE": "caller-match",
    "SHERIFF_SPEECH": "verbatim",
    "SHERIFF_TIMEZONE": "UTC",
    "SHERIFF_MAX_BODY_BYTES": "8388608",
    "SHERIFF_BODY_TIMEOUT_S": "5",
    "PORT": None,
    "SHERIFF_LOG_LEVEL": "INFO",
}


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["config", "reference", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("path", "arguments"),
    [("docs/reference/settings.md", ()), (".env.example", ("--format", "env"))],
)
def test_the_documents_are_what_the_command_prints(path: str, arguments: tuple[str, ...]) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == printed(*arguments), f"run: sheriff config reference {' '.join(arguments)} > {path}"


@pytest.mark.parametrize("variable", CONTRACT)
def test_every_variable_of_the_contract_stands_there_with_its_default(variable: str) -> None:
    (line,) = [line for line in printed().splitlines() if line.startswith(f"| `{variable}` |")]
    _, _, default, meaning, _ = line.split("|")
    expected = CONTRACT[variable]
    shown = default.strip()
    if expected is None:
        assert shown.startswith("required") or shown == "none"
    else:
        assert shown == (f"`{expected}`" if expected else "empty")
    assert len(meaning.strip()) > 5


def test_the_reference_leaves_nothing_out_and_says_nothing_twice() -> None:
    told = [entry.variable for _, entries in sections() for entry in entries]
    assert sorted(told) == sorted(variables())
    assert set(HEADINGS) <= set(Settings.model_fields)
    assert [heading for heading, _ in sections()] == list(HEADINGS.values())


def test_opentelemetrys_own_variables_are_named() -> None:
    for form in ("markdown", "env"):
        assert "OTEL_EXPORTER_OTLP_ENDPOINT" in printed("--format", form)


def test_the_env_file_with_its_three_secrets_filled_in_is_a_good_environment() -> None:
    filled = {"SANITY_PROJECT_ID": "abc123de", "SANITY_API_TOKEN": "sk-token", "VAPI_SECRET": "a-long-random-text"}
    lines = [line for line in printed("--format", "env").splitlines() if line and not line.startswith("#")]
    assert {line.partition("=")[0] for line in lines} == set(filled)
    read_settings(filled)


def test_every_line_of_the_env_file_may_be_switched_on() -> None:
    filled = {"SANITY_PROJECT_ID": "abc123de", "SANITY_API_TOKEN": "sk-token", "VAPI_SECRET": "a-long-random-text"}
    offered = {}
    for line in printed("--format", "env").splitlines():
        name, equals, value = line.lstrip("#").partition("=")
        if equals and name in variables():
            offered[name] = filled.get(name, value)
    assert set(offered) == set(variables())
    read_settings(offered)


def test_the_json_schema_has_one_property_a_variable_and_no_secret_default() -> None:
    schema = json.loads(printed("--format", "json"))
    assert set(schema["properties"]) == set(variables())
    assert schema["properties"]["SHERIFF_HARD_TIMEOUT_MS"]["maximum"] == 5000
    assert (
        "default" not in schema["properties"]["VAPI_SECRET"] or schema["properties"]["VAPI_SECRET"]["default"] is None
    )


@pytest.mark.parametrize("command", [["config"], ["config", "reference"]])
def test_help_shows_an_example(command: list[str]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])
    assert "Example: sheriff config reference" in result.output


@pytest.mark.parametrize("command", ["config reference", "config --help", "--help", "--version"])
def test_output_for_which_there_is_no_room_is_told_in_a_line(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "sheriff", *command.split()], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.decode() == "sheriff: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("command", "ends_with"), [("check", 78), ("score none.jsonl", 0), ("replay none.jsonl", 0)])
def test_a_command_without_an_output_ends_as_with_one(
    command: str, ends_with: int, closed: str, tmp_path: Path
) -> None:
    (tmp_path / "none.jsonl").touch()
    ended = subprocess.run(
        ["sh", "-c", f'exec "$0" -m sheriff {command} {closed}', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == ends_with
    assert b"Traceback" not in ended.stderr
