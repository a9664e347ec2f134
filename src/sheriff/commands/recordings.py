"""`sheriff recordings`: what was recorded, listed, shown, carried elsewhere and erased."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from sheriff.given import File, Number, not_empty, place_of_recordings
from sheriff.printable import printable_json
from sheriff.recordings_access import (
    DONE,
    FAILED,
    UNREADABLE,
    exit_code_of,
    opened,
    recordings_address,
    retention_days,
)
from sheriff.recordings_options import (
    as_json_option,
    call_option,
    filter_options,
    number_option,
    url_option,
    wanted,
)
from sheriff_core.ports import InteractionFilter

MOST_LISTED = 1_000
MOST_DAYS = 365_000  # a thousand years; in two thousand the calendar ends
SERVICE_WRITES_WITHIN_S = 5.0


@click.group()
def command() -> None:
    """List, show, export, import and purge recordings.

    Example: sheriff recordings list --tracking-number TRK-123456
    """


@command.command("list")
@url_option
@filter_options
@click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=20, show_default=True, help="At most so many.")
@click.option("--cursor", metavar="CURSOR", callback=not_empty, help="Go on where an earlier list ended.")
@as_json_option
@click.pass_context
def list_interactions(context: click.Context, /, *, url: str | None, as_json: bool, **filters: Any) -> None:
    """List interactions, newest first.

    Example: sheriff recordings list --outcome unavailable --limit 50
    """
    from sheriff.recordings_listing import print_interactions
    from sheriff_adapters.recordings.opening import open_stored

    async def read() -> int:
        async with open_stored(recordings_address(url)) as stored:
            page = await stored.find(wanted(**filters))
        if as_json:
            click.echo(json.dumps({"interactions": page.interactions, "nextCursor": page.next_cursor}))
            return DONE
        if page.interactions:
            print_interactions(page.interactions)
        else:
            click.echo("no interaction was found", err=True)
        if page.next_cursor:
            click.echo(f"there are more: --cursor {page.next_cursor}", err=True)
        return DONE

    context.exit(exit_code_of(read))


@command.command()
@click.argument("id_", metavar="ID", callback=not_empty)
@url_option
@as_json_option
@click.pass_context
def show(context: click.Context, /, *, id_: str, url: str | None, as_json: bool) -> None:
    """Show whole what was recorded under ID: a correlation id, or the id of a call.

    Ends with 1 when nothing was. With --json, prints one list; else one JSON object after the other.

    Example: sheriff recordings show 0f8fad5b-d9cb-469f-a165-70867728950e
    """
    from sheriff_adapters.recordings.opening import open_stored

    async def read() -> int:
        async with open_stored(recordings_address(url)) as stored:
            for under in (InteractionFilter(correlation_id=id_), InteractionFilter(call_id=id_)):
                found = [interaction async for interaction in stored.stream(under)]
                if found:
                    break
        if as_json:
            click.echo(json.dumps(found))
        elif found:
            _print_whole(found)
        if not found:
            click.echo(f"nothing was recorded under {id_!r}", err=True)
            return FAILED
        return DONE

    context.exit(exit_code_of(read))


def _print_whole(interactions: list[dict[str, Any]]) -> None:
    if not sys.stdout.isatty():
        click.echo("\n".join(json.dumps(interaction, indent=2) for interaction in interactions))
        return
    from rich.console import Console
    from rich.highlighter import JSONHighlighter

    for interaction in interactions:
        Console().print(JSONHighlighter()(printable_json(interaction)), soft_wrap=True)


@command.command("export")
@click.argument("file", type=File())
@url_option
@filter_options
@as_json_option
@click.pass_context
def export(context: click.Context, /, *, file: Path, url: str | None, as_json: bool, **filters: Any) -> None:
    """Write interactions to FILE, oldest first: .jsonl, or .jsonl.gz to have it packed.

    FILE is readable by its owner alone, and appears when it is whole.

    Example: sheriff recordings export calls.jsonl.gz --before 2026-03-01
    """
    from sheriff.counting import counting
    from sheriff_adapters.recordings.jsonl import SUFFIXES, is_jsonl, write_jsonl
    from sheriff_adapters.recordings.opening import open_stored

    if not is_jsonl(file.name):
        raise click.BadParameter(f"must end in {' or '.join(SUFFIXES)}", param_hint="FILE")

    async def write() -> int:
        async with open_stored(recordings_address(url)) as stored:
            with counting("exported") as told:
                count = await write_jsonl(file, stored.stream(wanted(**filters)), told=told)
        click.echo(json.dumps({"exported": count, "file": str(file)}) if as_json else f"{count} exported to {file}")
        return DONE

    context.exit(exit_code_of(write))


@command.command("import")
@click.argument("source", metavar="FILE", callback=place_of_recordings)
@url_option
@as_json_option
@click.pass_context
def import_(context: click.Context, /, *, source: str, url: str | None, as_json: bool) -> None:
    """Add the interactions of FILE, a .jsonl or .jsonl.gz file or the URL of other recordings.

    What is there already is passed over, so an import can be repeated. Lines that hold no interaction are named, the
    others are imported, and the command ends with 2.

    Example: sheriff recordings import sqlite:///recordings.db --url postgresql://sheriff@db/sheriff
    """
    from sheriff.counting import counting
    from sheriff_adapters.recordings.importing import import_interactions

    async def add() -> int:
        async with opened(recordings_address(url), create=True) as recordings:
            with counting("read") as told:
                result = await import_interactions(source, into=recordings, told=told)
        for bad in result.problems:
            click.echo(f"{bad.where}: {bad.problem}", err=True)
        if result.unreadable > len(result.problems):
            click.echo(f"and {result.unreadable - len(result.problems)} more", err=True)
        sums = {"read": result.read, "imported": result.added, "unreadable": result.unreadable}
        told_plainly = f"{result.added} imported, {result.read - result.added} there already"
        click.echo(json.dumps(sums) if as_json else f"{told_plainly}, {result.unreadable} unreadable")
        return UNREADABLE if result.unreadable else DONE

    context.exit(exit_code_of(add))


@command.command()
@click.option("--older-than", "days", type=Number(0, MOST_DAYS), metavar="DAYS", help="Received longer ago.")
@call_option
@number_option
@url_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json_option
@click.pass_context
def purge(
    context: click.Context,
    /,
    *,
    days: float | None,
    call_id: str | None,
    tracking_number: str | None,
    url: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete interactions for good: by age, of one call, or about one tracking number.

    Without any of these, what is older than SHERIFF_RECORDINGS_RETENTION_DAYS (30) goes, as in a running service.
    By tracking number, the reports of the calls in which it was asked for go as well: what was said there repeats
    what is to be forgotten.

    Example: sheriff recordings purge --tracking-number TRK-123456
    """
    days = _days_meant(days, call_id, tracking_number)
    address = recordings_address(url)
    if not yes:
        what = f"older than {days:g} days" if days is not None else f"of call {call_id}"
        if tracking_number is not None:
            what = f"about {tracking_number}, and the reports of the calls in which it was asked for"
        click.confirm(f"Delete every interaction {what}?", abort=True, err=True)

    async def delete() -> int:
        before = datetime.now(UTC) - timedelta(days=days) if days is not None else None
        deleted, is_whole = await _purge(address, tracking_number, InteractionFilter(call_id=call_id, before=before))
        click.echo(json.dumps({"deleted": deleted}) if as_json else f"{deleted} deleted")
        if not is_whole:
            click.echo("a running service holds more in its spool: repeat this when it has reached the store", err=True)
            return FAILED
        return DONE

    context.exit(exit_code_of(delete))


async def _purge(address: str, tracking_number: str | None, otherwise: InteractionFilter) -> tuple[int, bool]:
    """How many were deleted, and whether a running service had nothing left that may have to be deleted as well."""
    from sheriff_adapters.recordings.erasure import erase_tracking_number

    async with opened(address, create=False) as recordings:
        # What a running service holds in its hands is to be in the store before that is searched, not after.
        is_whole = await recordings.spooled_elsewhere_moves_on(within_s=SERVICE_WRITES_WITHIN_S)
        if tracking_number is not None:
            return await erase_tracking_number(recordings, tracking_number), is_whole
        return await recordings.purge(otherwise), is_whole


def _days_meant(days: float | None, *others: str | None) -> float | None:
    """The age by which to delete; None where one of the `others` says what. Raises `click.UsageError`."""
    given = [choice for choice in (days, *others) if choice is not None]
    if len(given) > 1:
        raise click.UsageError("say one thing to delete: --older-than, --call or --tracking-number")
    if not given:
        return retention_days(at_most=MOST_DAYS)
    return days
