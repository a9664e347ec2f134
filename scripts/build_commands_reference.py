"""Writes docs/reference/commands.md from the commands themselves: `scripts/build_commands_reference.py [--print]`."""

import argparse
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from sheriff.__main__ import COMMANDS, main

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
HEAD = """\
# Commands

<!-- Written by scripts/build_commands_reference.py from each command's --help; do not edit by hand. -->

`sheriff COMMAND`, or `python -m sheriff COMMAND`. `--help` on each says what stands here. With `--json` a command
prints one JSON document on standard output and nothing else there; messages for people go to standard error. Long work
shows its progress on a terminal and stays plain in a pipe; `NO_COLOR` switches colours off.

| exit code | of | meaning |
|---|---|---|
| 0 | all | done, well, or stopped cleanly |
| 1 | `serve` `demo` | could not go on, such as a port in use |
| 1 | `check` | a check failed |
| 1 | `replay` | a reply differs |
| 1 | `score` | something was fabricated, or is worse than the baseline |
| 1 | `health` `status` | the service does not answer, or takes no calls |
| 1 | `recordings show` | nothing is recorded under that id |
| 1 | `recordings purge` | not confirmed, or a running service still holds some in its spool |
| 1 | `simulate` | a call was not answered in a way Vapi can use, or none can be placed as asked; one line says why |
| 1 | `vapi` | refused or failed; one line says what to do |
| 1 | all but `serve` `demo` | ended by Ctrl-C |
| 2 | all | the command was called wrongly, or there is no room for its output |
| 2 | `replay` `score` `recordings` | the input cannot be read |
| 78 | `serve` `demo` `check` | the environment cannot be used; each problem is listed |
"""


def page() -> str:
    """The whole page."""
    context = click.Context(main, info_name="sheriff")
    parts = [HEAD]
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is None:
            raise LookupError(name)
        parts += _section(f"sheriff {name}", command, depth=2)
    return "\n".join(parts).rstrip("\n") + "\n"


def _section(path: str, command: click.Command, *, depth: int) -> Iterator[str]:
    arguments = " ".join(f"{p.human_readable_name}" for p in command.params if isinstance(p, click.Argument))
    yield f"{'#' * depth} `{f'{path} {arguments}'.strip()}`\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        text = " ".join(paragraph.split())
        if text.startswith("Example: "):
            yield f"```sh\n{text.removeprefix('Example: ')}\n```\n"
        else:
            yield textwrap.fill(text, width=118, break_long_words=False, break_on_hyphens=False) + "\n"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        yield "| option | default | meaning |\n|---|---|---|"
        yield "\n".join(_row(option) for option in options) + "\n"
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _section(f"{path} {name}", command.commands[name], depth=depth + 1)


def _row(option: click.Option) -> str:
    named = ", ".join(f"`{name}`" for name in option.opts)
    default = "required" if option.required else "" if not option.show_default else f"`{option.default}`"
    choices = f" One of {', '.join(option.type.choices)}." if isinstance(option.type, click.Choice) else ""
    return f"| {named} | {default} | {_cell((option.help or '') + choices)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--print", action="store_true", help="on standard output, and not into the page")
    if parser.parse_args().print:
        print(page(), end="")
    else:
        PAGE.write_text(page(), encoding="utf-8")
        print(PAGE)
