"""Every command explains itself with an example, and the reference says the same."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sheriff.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "build_commands_reference.py"


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(main, info_name="sheriff")
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.commands.values():
                yield f"{name} {inner.name}", inner


def test_the_reference_is_what_the_commands_say() -> None:
    printed = subprocess.run([sys.executable, SCRIPT, "--print"], capture_output=True, text=True, check=True).stdout
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert written == printed, "run: python scripts/build_commands_reference.py"


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_command_explains_itself_with_an_example_and_each_option_in_words(
    path: str, command: click.Command
) -> None:
    assert "Example: " in (command.help or ""), path
    # An example may show another form of a group, and may set the environment first.
    assert f"sheriff {path.split(maxsplit=1)[0]}" in (command.help or "").partition("Example: ")[2], path
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{path} {option.opts}"


def test_the_contracts_commands_are_all_there() -> None:
    there = {path for path, _ in commands()}
    assert there >= {
        *("serve", "demo", "check", "replay", "score", "health", "status", "config reference", "simulate"),
        *(f"recordings {verb}" for verb in ("list", "show", "export", "import", "purge")),
        *("vapi tools", "vapi assistant", "vapi apply"),
    }
