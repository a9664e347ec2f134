"""One line for people: a mark, a name, what was found. Coloured on a terminal, plain in a pipe."""

import os
from typing import Final

import click

from sheriff.printable import printable

NAME_WIDTH: Final = 17
_COLOURS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}


def tell(kind: str, name: str, said: str, *, colour: bool, mark: bool = True) -> None:
    """Print `said` beside `name`; `kind` is `ok`, `warn` or `fail`. NO_COLOR switches colours off (no-color.org)."""
    words = f"{kind:<6}" if mark else ""
    head = f"{words}{printable(name):<{NAME_WIDTH}}"
    if colour and not os.environ.get("NO_COLOR"):
        head = click.style(head, fg=_COLOURS[kind], bold=kind == "fail")
    click.echo(f"{head} {printable(said)}")
