"""`sheriff simulate`: simulated calls against a running service, with progress and a summary."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from sheriff.given import Number, not_empty
from sheriff.printable import printable
from sheriff.webhook_address import own_webhook, webhook_address

if TYPE_CHECKING:
    from sheriff.doctor.credential import Credential
    from sheriff.simulation import CallResult, Parcel, Summary

SCENARIOS = ("status", "issue", "both", "not-found", "spoken", "repeat", "mixed")
AUTHS = ("secret", "bearer", "hmac", "none")
MOST_CALLS = 10_000_000  # each is remembered until the end


@click.command()
@click.option(
    "--url",
    help="The webhook to call. Default: where SHERIFF_PUBLIC_BIND or PORT say, else http://127.0.0.1:8000/webhook.",
)
@click.option("--calls", type=click.IntRange(1, MOST_CALLS), default=200, show_default=True, help="Calls to place.")
@click.option("--concurrency", type=click.IntRange(1, 1000), default=50, show_default=True, help="Calls at a time.")
@click.option("--scenario", type=click.Choice(SCENARIOS), default="mixed", show_default=True, help="What callers want.")
@click.option(
    "--numbers",
    callback=not_empty,
    help="A dataset, a file with one number a line, or numbers with commas. Default: the demo's.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same calls.")
@click.option(
    "--fabricate",
    type=Number(0, 1),
    default=0.0,
    help="Share of calls in which the agent makes something up.",
)
@click.option("--pace", "pace_s", type=Number(0), default=0.0, help="Real seconds between turns of a call.")
@click.option(
    "--auth",
    type=click.Choice(AUTHS),
    help="Default: as VAPI_AUTH says; none where neither it nor VAPI_SECRET is set.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the sums, and each call with its labels, as JSON.")
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    url: str | None,
    scenario: str,
    numbers: str | None,
    auth: str | None,
    as_json: bool,
    calls: int,
    **given: Any,
) -> None:
    """Place simulated calls against a running service, message by message as Vapi does.

    The secret comes from VAPI_SECRET, or from the file VAPI_SECRET_FILE, and is used as VAPI_AUTH and VAPI_HMAC_* say.
    Ends with 0 when every call was answered in a way Vapi can use, 1 when one was not. Never point it at a service that
    answers real callers: its calls are recorded like theirs.

    Example: sheriff simulate --url http://127.0.0.1:8000/webhook --calls 200 --concurrency 50
    """
    from sheriff.simulation import Scenario, Simulation, place_calls

    simulation = Simulation(
        url=_webhook(url),
        calls=calls,
        scenario=Scenario(scenario),
        parcels=_parcels(numbers),
        credential=_credential(auth),
        **given,
    )
    with _progress(calls) as on_call:
        summary, results = asyncio.run(place_calls(simulation, on_call=on_call))
    if as_json:
        click.echo(json.dumps({"calls": [result.as_record() for result in results], "summary": summary.as_record()}))
    else:
        _show(summary)
    context.exit(1 if summary.failed_calls else 0)


def _webhook(url: str | None) -> str:
    try:
        return own_webhook(os.environ) if url is None else webhook_address(url)
    except ValueError as error:
        raise click.ClickException(str(error) if url is None else f"--url {error}") from error


def _parcels(numbers: str | None) -> "tuple[Parcel, ...]":
    from sheriff.simulation.parcels import ParcelsError, demo_parcels, read_parcels

    try:
        return demo_parcels() if numbers is None else read_parcels(numbers)
    except ParcelsError as error:
        raise click.ClickException(str(error)) from error


def _credential(auth: str | None) -> "Credential":
    """How the service of this environment is asked, or in the way of `auth` with the same secret."""
    from sheriff.doctor.credential import Credential
    from sheriff.doctor.environment import credential_settings
    from sheriff.settings import SettingsError

    try:
        settings, _ = credential_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException("; ".join(error.problems)) from error
    credential = Credential.of(settings)
    if auth is None:
        return credential
    if auth != "none" and not credential.secret:
        raise click.ClickException(f"--auth {auth} needs the secret in VAPI_SECRET")
    return replace(credential, auth=auth)


@contextmanager
def _progress(calls: int) -> "Iterator[Callable[[CallResult], None]]":
    """A bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    failed = 0
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Calls", total=calls)

        def on_call(result: "CallResult") -> None:
            nonlocal failed
            failed += bool(result.problems)
            bar.update(task, advance=1, description=f"Calls ({failed} failed)" if failed else "Calls")

        yield on_call


def _show(summary: "Summary") -> None:
    latency = "  ".join(f"{name} {value:.1f}" for name, value in summary.latency_ms.items())
    lines = {
        "calls": f"{summary.calls} in {summary.duration_s:.1f} s ({summary.calls_per_s:.1f}/s), "
        f"{summary.failed_calls} failed, {summary.fabricated_calls} with a fabrication",
        "messages": f"{summary.messages}, with {summary.tool_calls} tool calls",
        "latency ms": latency or "none measured",
        "outcomes": _counts(summary.outcomes),
        "served from": _counts(summary.served_from),
        "problems": _counts(summary.problems),
    }
    for name, value in lines.items():
        click.echo(f"{name:<12} {printable(value)}")


def _counts(counted: dict[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counted.items()) or "none"
