"""What is empty is refused at once, by name and with what to do: "$FILE" where nobody has set FILE."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sheriff.__main__ import main

UNSET = "is a variable of your shell unset?"


@pytest.mark.parametrize("given", ["", "  "])
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["score"], "'RECORDINGS'"),
        (["replay"], "'RECORDINGS'"),
        (["recordings", "import"], "'FILE'"),
    ],
)
def test_an_empty_place_of_recordings_says_what_one_looks_like(arguments: list[str], names: str, given: str) -> None:
    result = CliRunner().invoke(main, [*arguments, given])
    assert result.exit_code == 2
    assert f"Invalid value for {names}: no place is named; {UNSET}" in result.stderr
    assert "Name a file that ends in .jsonl or .jsonl.gz, or a database: sqlite:///recordings.db" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["recordings", "export", ""], "'FILE'"),
        (["recordings", "show", ""], "'ID'"),
        (["recordings", "list", "--url", ""], "'--url'"),
        (["recordings", "list", "--cursor", ""], "'--cursor'"),
        (["recordings", "purge", "--tracking-number", "", "--yes"], "'--tracking-number'"),
        (["recordings", "purge", "--call", "", "--yes"], "'--call'"),
        (["replay", "x.jsonl", "--policy", ""], "'--policy'"),
        (["replay", "x.jsonl", "--html", ""], "'--html'"),
        (["replay", "x.jsonl", "--junit", ""], "'--junit'"),
        (["score", "x.jsonl", "--html", ""], "'--html'"),
        (["score", "x.jsonl", "--baseline", ""], "'--baseline'"),
        (["score", "x.jsonl", "--save-baseline", ""], "'--save-baseline'"),
        (["simulate", "--numbers", ""], "'--numbers'"),
        (["health", "--url", ""], "'--url'"),
        (["status", "--url", ""], "'--url'"),
        (["vapi", "tools", "--url", ""], "'--url'"),
        (["vapi", "assistant", "--credential-id", ""], "'--credential-id'"),
        (["vapi", "assistant", "--model", ""], "'--model'"),
        (["vapi", "assistant", "--tool-id", "one", "--tool-id", ""], "'--tool-id'"),
        (["vapi", "apply", "--url", "https://a.example", "--credential-id", ""], "'--credential-id'"),
    ],
)
def test_nothing_else_is_taken_for_something_where_it_is_empty(arguments: list[str], names: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert f"Invalid value for {names}: " in result.stderr
    assert UNSET in result.stderr


@pytest.mark.parametrize(("command", "option"), [("replay", "--html"), ("replay", "--junit"), ("score", "--html")])
def test_a_report_that_cannot_be_written_is_named(command: str, option: str, tmp_path: Path) -> None:
    recordings, report = tmp_path / "none.jsonl", tmp_path / "missing" / "report"
    recordings.write_text("")
    result = CliRunner().invoke(main, [command, str(recordings), option, str(report)])
    assert result.exit_code == 2
    assert result.stderr.endswith(f"sheriff {command}: {report}: No such file or directory\n")


@pytest.mark.parametrize(
    "words",
    [
        ["health", "--timeout"],
        ["status", "--timeout"],
        ["check", "--url", "http://127.0.0.1:1", "--within"],
        ["check", "--url", "http://127.0.0.1:1", "--max-p95-ms"],
        ["check", "--wait"],
        ["simulate", "--pace"],
        ["simulate", "--fabricate"],
        ["recordings", "list", "--slower-than"],
        ["recordings", "purge", "--yes", "--older-than"],
    ],
)
@pytest.mark.parametrize("number", ["nan", "inf", "-1", "soon"])
def test_a_number_that_is_none_or_has_no_end_is_refused(words: list[str], number: str) -> None:
    result = CliRunner().invoke(main, [*words, number])
    assert result.exit_code == 2
    assert f"Invalid value for '{words[-1]}': " in result.stderr


def test_more_calls_than_anybody_can_count_are_refused() -> None:
    result = CliRunner().invoke(main, ["simulate", "--calls", "9" * 25])
    assert result.exit_code == 2
    assert "Invalid value for '--calls': " in result.stderr
