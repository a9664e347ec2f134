"""What commands on recordings can be told: where those lie, and which interactions are meant."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from typing import Any, TypeVar

import click

from sheriff.given import not_empty
from sheriff.recordings_access import DEFAULT_URL, VARIABLE
from sheriff_core.ports import InteractionFilter

Command = TypeVar("Command", bound=Callable[..., Any])


def instant(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """A callback of click: an instant as recordings tell it, or the beginning of a day; UTC where no zone is said.

    Raises `click.BadParameter`.
    """
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError as error:
        problem = f"{value!r} is no instant such as 2026-02-12T09:30:00.000Z, and no day"
        raise click.BadParameter(problem, ctx=context, param=parameter) from error
    return read.replace(tzinfo=read.tzinfo or UTC)


url_option = click.option(
    "--url",
    metavar="URL",
    callback=not_empty,
    help=f"The recordings. Default: {VARIABLE} or {VARIABLE}_FILE, else {DEFAULT_URL}.",
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")
call_option = click.option("--call", "call_id", metavar="ID", callback=not_empty, help="Of one call (Vapi's call id).")
number_option = click.option(
    "--tracking-number", metavar="NUMBER", callback=not_empty, help="About one number, however it was spelt."
)


def filter_options(function: Command) -> Command:
    """Every option by which interactions are chosen."""
    options = (
        call_option,
        number_option,
        click.option("--correlation-id", metavar="ID", callback=not_empty, help="Of one request (X-Correlation-ID)."),
        click.option(
            "--outcome", metavar="NAME", callback=not_empty, help="With this outcome, such as found or unavailable."
        ),
        click.option("--kind", type=click.Choice(["tool_call", "end_of_call"]), help="Of one kind."),
        click.option("--slower-than", "slower_than_ms", type=float, metavar="MS", help="Slower than so many ms."),
        click.option("--before", metavar="INSTANT", callback=instant, help="Received earlier (UTC)."),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), function)


def wanted(*, before: datetime | None, limit: int = 50, cursor: str | None = None, **filters: Any) -> InteractionFilter:
    """What `filter_options` say."""
    return InteractionFilter(**filters, before=before, limit=limit, cursor=cursor)
