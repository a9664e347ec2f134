"""`sheriff replay`: recorded interactions, through today's code."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sheriff.given import File, not_empty, place_of_recordings, write_to
from sheriff.printable import printable

if TYPE_CHECKING:
    from sheriff.replaying import ReplayRun

EXIT_SAME: Final = 0
EXIT_DIFFERENT: Final = 1
EXIT_UNREADABLE: Final = 2
SHOWN_DIFFERENCES: Final = 50  # on a terminal; the reports hold all


def _policy(text: str | None) -> dict[str, Any] | None:
    """Read `--policy`: a JSON file, or JSON itself."""
    from sheriff_core.policy import Policy

    if text is None:
        return None
    try:
        content = text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
        policy = json.loads(content)
        if not isinstance(policy, dict):
            raise click.BadParameter("must be a JSON object", param_hint="--policy")
        Policy.from_record(policy)
    except OSError as error:
        raise click.BadParameter(f"cannot read {text} ({error.strerror})", param_hint="--policy") from error
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(str(error), param_hint="--policy") from error
    return policy


@click.command()
@click.argument("recordings", callback=place_of_recordings)
@click.option(
    "--policy",
    metavar="FILE|JSON",
    callback=not_empty,
    help='Bounds to replay under, e.g. \'{"lookup": {"soft_timeout_s": 0.3}}\'.',
)
@click.option("--keep-going", is_flag=True, help="Read on after an unreadable entry.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")
@click.option("--junit", type=File(), help="Write a JUnit report.")
@click.option("--html", type=File(), help="Write a self-contained HTML report.")
@click.pass_context
def command(
    context: click.Context,
    recordings: str,
    policy: str | None,
    keep_going: bool,  # noqa: FBT001 - click passes options by name
    as_json: bool,  # noqa: FBT001
    junit: Path | None,
    html: Path | None,
) -> None:
    """Run every recorded tool call of RECORDINGS through today's code and compare the replies.

    RECORDINGS is a .jsonl file, or a database as in SHERIFF_RECORDINGS_URL. Nothing is asked over a network and no
    time passes. Exit 0: the same, 1: a difference, 2: unreadable input.

    Example: sheriff replay sqlite:///recordings.db --html replay.html
    """
    from sheriff.replaying import replay_all
    from sheriff.reports.recordings_name import recordings_name
    from sheriff.reports.replay_report import junit_of, page_of
    from sheriff_core.ports import RecordingsUnavailableError

    bounds = _policy(policy)
    try:
        with _progress(recordings, quiet=as_json) as advance:
            run = replay_all(recordings, policy=bounds, keep_going=keep_going, progress=advance)
    except RecordingsUnavailableError as error:
        click.echo(f"sheriff replay: {error}", err=True)
        context.exit(EXIT_UNREADABLE)
    name = recordings_name(recordings)
    _tell(run, name, as_json=as_json)
    if junit is not None:
        write_to(junit, junit_of(run, name), context=context, otherwise=EXIT_UNREADABLE)
    if html is not None:
        write_to(html, page_of(run, name, bounds), context=context, otherwise=EXIT_UNREADABLE)
    context.exit(EXIT_UNREADABLE if run.unreadable else EXIT_DIFFERENT if run.different else EXIT_SAME)


def _tell(run: "ReplayRun", name: str, *, as_json: bool) -> None:
    """What came of it on standard output, and what could not be read on standard error."""
    from sheriff.reports.replay_report import print_run

    if as_json:
        click.echo(json.dumps(run.as_json(), ensure_ascii=False))
    else:
        print_run(run, shown=SHOWN_DIFFERENCES)
    for entry in run.unreadable:
        click.echo(f"sheriff replay: {printable(f'{entry.where}: {entry.problem}')}", err=True)
    if not run.results and not run.unreadable:
        click.echo(f"sheriff replay: {printable(name)}: nothing to replay: no tool call is in it", err=True)


@contextmanager
def _progress(recordings: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, which tells how much is left where that is known beforehand; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from sheriff_adapters.recordings.reading import expected_entries

    console = Console(stderr=True)
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    quiet = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("replaying", total=None if quiet else expected_entries(recordings))
        yield lambda done: bar.advance(task, done)
