"""What commands are given by hand: refused at once where it is empty, as "$FILE" is where nobody has set FILE."""

import math
import os
from pathlib import Path
from typing import Any

import click


def not_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A callback of click: `value`, a text or several, unless there is nothing in one. Raises `click.BadParameter`."""
    texts = value if isinstance(value, tuple) else (value,)
    if any(text is not None and not text.strip() for text in texts):
        raise click.BadParameter("is empty; is a variable of your shell unset?", ctx=context, param=parameter)
    return value


def place_of_recordings(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The same for where recordings lie, with what to say instead."""
    from sheriff_adapters.recordings.jsonl import SUFFIXES
    from sheriff_adapters.recordings.urls import EXAMPLES

    if not value.strip():
        raise click.BadParameter(
            f"no place is named; is a variable of your shell unset?\n"
            f"Name a file that ends in {' or '.join(SUFFIXES)}, or a database: {EXAMPLES}.",
            ctx=context,
            param=parameter,
        )
    return value


class File(click.Path):
    """A file to be read or written. Empty, `pathlib` would take it for the working directory."""

    def __init__(self) -> None:
        """No directory; a `pathlib.Path`."""
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: "str | os.PathLike[str]", param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read `value`. Raises `click.BadParameter`."""
        if not str(value).strip():
            self.fail("no file is named; is a variable of your shell unset?", param, ctx)
        return super().convert(value, param, ctx)


class Number(click.FloatRange):
    """A number within bounds. "nan" lies within every bound of click's, and "inf" within those that are open."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `value`. Raises `click.BadParameter`."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number.", param, ctx)
        return number


def write_to(path: Path, text: str, *, context: click.Context, otherwise: int) -> None:
    """Write `text`; where that cannot be done say so, and end the command with the exit code `otherwise`."""
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        click.echo(f"sheriff {context.info_name}: {path}: {error.strerror or error}", err=True)
        context.exit(otherwise)
