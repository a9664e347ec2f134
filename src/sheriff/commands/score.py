"""`sheriff score`: what the agent said in each recorded call, against what the tools returned in it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheriff.given import File, place_of_recordings, write_to
from sheriff.printable import printable

if TYPE_CHECKING:
    from sheriff.scoring import ScoredRecordings

PASSED, FAILED, UNREADABLE = 0, 1, 2


@click.command()
@click.argument("recordings", callback=place_of_recordings)
@click.option("--json", "as_json", is_flag=True, help="Print every claim and the sums as JSON.")
@click.option("--html", "html_file", type=File(), help="Write a report to read.")
@click.option(
    "--baseline",
    "baseline_file",
    type=File(),
    help="Fail when anything is worse than in this file.",
)
@click.option(
    "--save-baseline",
    "new_baseline_file",
    type=File(),
    help="Keep the sums of this run as a baseline.",
)
@click.pass_context
def command(
    context: click.Context,
    recordings: str,
    *,
    as_json: bool,
    html_file: Path | None,
    baseline_file: Path | None,
    new_baseline_file: Path | None,
) -> None:
    """Score recorded calls for groundedness and latency: no model, no network, the same result on every run.

    RECORDINGS is a .jsonl file or a database URL as in SHERIFF_RECORDINGS_URL. Ends with 0 when every claim is
    supported and nothing is worse than the baseline, 1 when something was fabricated or got worse, and 2 when
    something cannot be read.

    Example: sheriff score calls.jsonl --html report.html --baseline baseline.json
    """
    from sheriff.reports.recordings_name import recordings_name
    from sheriff.reports.score_table import print_table
    from sheriff_core.evaluation.scorecard import regressions

    scored, baseline = _scored(context, recordings, baseline_file)
    summary = scored.card.summary()
    worse = [] if baseline is None else regressions(summary, baseline)
    if html_file is not None:
        from sheriff.reports.score_page import render_page

        write_to(html_file, render_page(scored, worse), context=context, otherwise=UNREADABLE)
    if new_baseline_file is not None:
        text = json.dumps(summary, indent=2) + "\n"
        write_to(new_baseline_file, text, context=context, otherwise=UNREADABLE)
    if as_json:
        document: dict[str, Any] = {"calls": [call.as_record() for call in scored.card.calls], "summary": summary}
        if baseline is not None:
            document["regressions"] = worse
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        print_table(scored, worse)
    if not scored.ends:
        name = printable(recordings_name(recordings))
        click.echo(f"sheriff score: {name}: nothing to score: no call in it has ended", err=True)
    context.exit(FAILED if worse or summary["callsWithFabrication"] else PASSED)


def _scored(
    context: click.Context, recordings: str, baseline_file: Path | None
) -> "tuple[ScoredRecordings, dict[str, Any] | None]":
    """The scores, and the baseline if there is one; ends the command where something cannot be read."""
    from sheriff.scoring import UnreadableRecordingsError, score_recordings

    try:
        baseline = None if baseline_file is None else _read_baseline(baseline_file)
        return asyncio.run(score_recordings(recordings, show_progress=sys.stderr.isatty())), baseline
    except UnreadableRecordingsError as error:
        for problem in error.problems:
            click.echo(f"sheriff score: {printable(problem)}", err=True)
        context.exit(UNREADABLE)


def _read_baseline(path: Path) -> dict[str, Any]:
    """The sums of an earlier run, as `--save-baseline` or the `summary` of `--json` wrote them."""
    from sheriff.scoring import UnreadableRecordingsError
    from sheriff_core.evaluation.finite import finite

    try:
        baseline = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableRecordingsError([f"{path}: {error.strerror or error}"]) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableRecordingsError([f"{path}: not a baseline: {error}"]) from error
    if isinstance(baseline, dict) and isinstance(baseline.get("summary"), dict):
        baseline = baseline["summary"]
    if not isinstance(baseline, dict) or finite(baseline.get("groundedness")) is None:
        raise UnreadableRecordingsError([f"{path}: not a baseline: expected the summary of an earlier run"])
    return baseline
