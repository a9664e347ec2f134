"""What commands that ask a running service can be told: where it is, and for how long they wait."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from sheriff.given import Number, not_empty

MOST_PATIENCE_S: Final = 3_600.0  # of a person who asks a service

Command = TypeVar("Command", bound=Callable[..., Any])

internal_url_option = click.option(
    "--url", callback=not_empty, help="The internal listener. Default: where SHERIFF_INTERNAL_BIND says."
)


def timeout_option(default_s: float, help_: str) -> Callable[[Command], Command]:
    """`--timeout`, in seconds."""
    seconds = Number(0, MOST_PATIENCE_S, min_open=True)
    return click.option("--timeout", "timeout_s", type=seconds, default=default_s, show_default=True, help=help_)
