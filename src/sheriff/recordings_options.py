"""What commands on recordings can be told: where those lie, and which interactions are meant."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from typing import Any, TypeVar

import click

from sheriff.given import Number, not_empty
from sheriff.recordings_access import DEFAULT_URL, VARIABLE
from sheriff_core.interaction import KINDS
from sheriff_core.outcome import OutcomeName
from sheriff_core.ports import InteractionFilter

Command = TypeVar("Command", bound=Callable[..., Any])


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


class Instant(click.ParamType[datetime]):
    """A day, or an instant as RFC 3339 has it; without a zone it is in UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read `value`. Raises `click.BadParameter`."""
        try:
            instant = datetime.fromisoformat(str(value).strip())
            return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no instant such as 2026-02-12 or 2026-02-12T09:30:00Z", param, ctx)


def filter_options(function: Command) -> Command:
    """Every option by which interactions are chosen."""
    options = (
        call_option,
        number_option,
        click.option("--correlation-id", metavar="ID", callback=not_empty, help="Of one request (X-Correlation-ID)."),
        click.option("--outcome", type=click.Choice([name.value for name in OutcomeName]), help="With this outcome."),
        click.option("--kind", type=click.Choice(KINDS), help="Of one kind."),
        click.option("--slower-than", "slower_than_ms", type=Number(0), metavar="MS", help="Slower than so many ms."),
        click.option("--before", type=Instant(), help="Received earlier: a day, or an instant as it is listed (UTC)."),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), function)


def wanted(*, before: datetime | None, limit: int = 50, cursor: str | None = None, **filters: Any) -> InteractionFilter:
    """What `filter_options` say."""
    return InteractionFilter(**filters, before=before, limit=limit, cursor=cursor)
