"""`sheriff check`: the doctor. Is everything that a deployment needs there, and does a live webhook answer rightly?"""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sheriff.given import Number
from sheriff.webhook_address import webhook_address

if TYPE_CHECKING:
    from sheriff.doctor.finding import Finding
    from sheriff.settings import SettingsError

_SLACK_S = 15.0  # beyond the time for all: each check has bounds of its own, and this one is for a defect in them
_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9])?")


def _webhook(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    try:
        return None if url is None else webhook_address(url)
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from error


def _number(context: click.Context, option: click.Parameter, number: str | None) -> str | None:
    if number is not None and not _NUMBER.fullmatch(number):
        raise click.BadParameter("must be letters, digits and separators, at most 64", context, option)
    return number


@click.command()
@click.option("--url", callback=_webhook, help="A live webhook to post sample messages to, instead of the rest.")
@click.option("--tracking-number", callback=_number, help="With --url: a number that exists. Default: nobody's.")
@click.option(
    "--requests", type=click.IntRange(0, 500), default=20, show_default=True, help="With --url: latency probes."
)
@click.option("--within", "within_s", type=Number(1, 600), default=60.0, show_default=True, help="Seconds for all.")
@click.option("--wait", "wait_s", type=Number(0, 600), default=0.0, help="With --url: seconds until it answers at all.")
@click.option("--max-p95-ms", type=Number(1), default=800.0, show_default=True, help="With --url: the bound.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")
@click.pass_context
def command(context: click.Context, /, *, url: str | None, as_json: bool, **given: Any) -> None:
    """Check the environment and everything behind it: Sanity, cache, recordings, collector, clock, ports. A line each.

    With --url, post a sample of every message that Vapi is known to send to a live webhook and check the replies,
    that strangers are refused, and the latency. The credential comes from VAPI_AUTH and VAPI_SECRET. A check is one
    call, whose id begins with sheriff-check-, and is recorded like any other.

    Exit 0: all well, 1: a check failed, 78: bad configuration.

    Example: sheriff check --url https://sheriff.example.com
    """
    from sheriff.doctor.finding import exit_code
    from sheriff.settings import SettingsError

    findings: list[Finding] = []
    try:
        with _progress(quiet=as_json or url is None) as on_progress:
            examined = _local() if url is None else _live(url, on_progress, **given)
            asyncio.run(_collect(examined, findings, within_s=given["within_s"] + given["wait_s"], quiet=as_json))
    except SettingsError as error:
        context.exit(_complain(error, as_json=as_json))
    code = exit_code(findings)
    if as_json:
        click.echo(json.dumps(_record(url, findings), ensure_ascii=False))
    else:
        _sum_up(findings)
    context.exit(code)


def _local() -> "AsyncIterator[Finding]":
    from sheriff.otel_files import put_values_of_files
    from sheriff.settings import read_settings

    settings = read_settings(os.environ)
    put_values_of_files(os.environ)
    from sheriff.doctor.examination import examine

    return examine(settings, os.environ)


async def _live(
    url: str,
    on_progress: Callable[[int, int], None],
    *,
    tracking_number: str | None,
    requests: int,
    within_s: float,
    wait_s: float,
    max_p95_ms: float,
) -> "AsyncIterator[Finding]":
    from sheriff.doctor.credential import Credential
    from sheriff.doctor.environment import UNKNOWN_NUMBER, credential_settings
    from sheriff.doctor.webhook import Examination, examine_webhook

    settings, noticed = credential_settings(os.environ)
    for finding in noticed:
        yield finding
    examination = Examination(
        url=url,
        credential=Credential.of(settings),
        tracking_number=tracking_number or UNKNOWN_NUMBER,
        number_exists=tracking_number is not None,
        requests=requests,
        within_s=within_s,
        wait_s=wait_s,
        most_p95_ms=max_p95_ms,
    )
    async for finding in examine_webhook(examination, on_progress=on_progress):
        yield finding


async def _collect(
    examined: "AsyncIterator[Finding]", findings: "list[Finding]", *, within_s: float, quiet: bool
) -> None:
    """Gather the findings, and tell each as it is made."""
    from sheriff.doctor.finding import fail
    from sheriff.telling import tell

    def found(finding: "Finding") -> None:
        findings.append(finding)
        if not quiet:
            tell(finding.status.value, finding.check, finding.line, colour=sys.stdout.isatty())

    try:
        async with asyncio.timeout(within_s + _SLACK_S):
            async for finding in examined:
                found(finding)
    except TimeoutError:
        found(fail("time", "the checks did not end", "Run it again; the line before says how far it came"))


def _sum_up(findings: "list[Finding]") -> None:
    from sheriff.doctor.finding import Status

    failed, warned = (sum(f.status is status for f in findings) for status in (Status.FAIL, Status.WARN))
    click.echo(f"{len(findings)} checks: {failed} failed, {warned} with a warning")


def _record(url: str | None, findings: "list[Finding]") -> dict[str, Any]:
    counted = {status: sum(f.status == status for f in findings) for status in ("ok", "warn", "fail")}
    about = {} if url is None else {"url": url}
    return {**about, "findings": [finding.as_record() for finding in findings], "summary": counted}


def _complain(error: "SettingsError", *, as_json: bool) -> int:
    """Tell every problem of the environment: on stderr for people, on stdout as JSON for machines."""
    from sheriff.doctor.finding import EXIT_CONFIGURATION, fail
    from sheriff.telling import tell

    advice = "Correct it; `sheriff config reference` lists every setting"
    if as_json:
        problems = [fail("environment", problem, advice) for problem in error.problems]
        click.echo(json.dumps(_record(None, problems), ensure_ascii=False))
    count = len(error.problems)
    said = f"{count} problem{'s' if count > 1 else ''}, listed on standard error. {advice}"
    if not as_json:
        tell("fail", "environment", said, colour=sys.stdout.isatty())
    for problem in error.problems:
        click.echo(problem, err=True)
    return EXIT_CONFIGURATION


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Posting sample messages", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
