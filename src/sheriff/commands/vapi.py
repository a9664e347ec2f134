"""`sheriff vapi`: the agent's tools and assistant, printed, or brought into a Vapi account."""

import asyncio
import json
import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from sheriff.environment import read_variable
from sheriff.given import not_empty
from sheriff.vapi_definitions import Deployment, DeploymentError, assistant, tools
from sheriff.vapi_definitions.api import DEFAULT_URL, VapiApi, VapiError
from sheriff.vapi_definitions.applying import Step, apply
from sheriff.vapi_definitions.definitions import DEFAULT_MODEL, DEFAULT_NAME, DEFAULT_PROVIDER

Command = TypeVar("Command", bound=Callable[..., Any])
_TIMEOUT_S = 30.0
_SHOWN = 60  # characters of a value in a difference
_PLACE = "https://sheriff.example.com/webhook"  # stands where no public address is given

_option = partial(click.option, callback=not_empty)


@click.group()
def command() -> None:
    """Print the Vapi tool and assistant definitions for a deployment, or apply them over Vapi's API.

    Example: sheriff vapi apply --url https://sheriff.example.com/webhook --dry-run
    """


def _deployment_options(function: Command) -> Command:
    for option in reversed(
        [
            _option("--credential-id", help="Id of the Custom Credential with which Vapi authenticates itself."),
            _option("--name", default=DEFAULT_NAME, show_default=True, help="Name of the assistant."),
            _option("--provider", default=DEFAULT_PROVIDER, show_default=True, help="Provider of the model."),
            _option("--model", default=DEFAULT_MODEL, show_default=True, help="The model that runs the call."),
        ]
    ):
        function = option(function)
    return function


_url_to_apply = _option(
    "--url", required=True, help="Public address of the webhook. Without a path, /webhook is meant."
)
_url_to_print = _option(
    "--url",
    help=f"Public address of the webhook. Without a path, /webhook is meant. Default: {_PLACE}, to be replaced.",
)


def _printed_deployment(*, url: str | None, **given: Any) -> Deployment:
    if url is None:
        click.echo(f"without --url: put the webhook's public address in place of {_PLACE}", err=True)
    return _deployment(url=url or _PLACE, **given)


def _deployment(**given: Any) -> Deployment:
    try:
        return Deployment(**given)
    except DeploymentError as error:
        raise click.ClickException(str(error)) from error


@command.command("tools")
@_url_to_print
@_deployment_options
def print_tools(**given: Any) -> None:
    """Print both tools as a JSON list: each is the body of POST /tool.

    Example: sheriff vapi tools --url https://sheriff.example.com/webhook
    """
    click.echo(json.dumps(tools(_printed_deployment(**given)), indent=2))


@command.command("assistant")
@_url_to_print
@_deployment_options
@_option("--tool-id", "tool_ids", multiple=True, help="Id of a stored tool; without any, both tools stand inside.")
def print_assistant(*, tool_ids: tuple[str, ...], **given: Any) -> None:
    """Print the assistant as JSON: the body of POST /assistant.

    Example: sheriff vapi assistant --url https://sheriff.example.com/webhook --name "Parcel desk"
    """
    click.echo(json.dumps(assistant(_printed_deployment(**given), tool_ids=tool_ids), indent=2))


@command.command("apply")
@_url_to_apply
@_deployment_options
@_option("--api-url", envvar="VAPI_API_URL", default=DEFAULT_URL, show_default=True, help="Vapi's API.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def apply_definitions(*, api_url: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Create or update both tools and the assistant in the Vapi account of VAPI_API_KEY.

    Matches tools by function name and the assistant by its name, keeps what a person added, and sends only what
    differs: running it again changes nothing. The key comes from VAPI_API_KEY, or from the file VAPI_API_KEY_FILE.

    Example: VAPI_API_KEY=… sheriff vapi apply --url https://sheriff.example.com/webhook --dry-run
    """
    deployment = _deployment(**given)
    show = _ignore if as_json else (lambda step: _show(step, dry_run=dry_run))
    try:
        steps = asyncio.run(_apply(deployment, key=_key(), api_url=api_url, dry_run=dry_run, on_step=show))
    except VapiError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"dryRun": dry_run, "steps": [_as_record(step) for step in steps]}))
    elif all(step.action == "keep" for step in steps):
        click.echo("Everything is as it should be.")
    elif dry_run:
        click.echo("Nothing was changed (--dry-run).")


def _key() -> str:
    try:
        key = (read_variable(os.environ, "VAPI_API_KEY") or "").strip()
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not key or not key.isascii() or not key.isprintable():
        raise click.ClickException("VAPI_API_KEY (or VAPI_API_KEY_FILE) must hold the private key of the Vapi account")
    return key


async def _apply(
    deployment: Deployment, *, key: str, api_url: str, dry_run: bool, on_step: Callable[[Step], None]
) -> list[Step]:
    import aiohttp

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)) as session:
        api = VapiApi(session, key=key, url=api_url)
        return await apply(api, deployment, dry_run=dry_run, on_step=on_step)


def _ignore(_step: Step) -> None:
    pass


def _show(step: Step, *, dry_run: bool) -> None:
    done = {"create": "created", "update": "updated", "keep": "unchanged"}
    planned = {"create": "would be created", "update": "would be updated", "keep": "unchanged"}
    where = "" if dry_run and step.action == "create" else f" ({step.identifier})"
    click.echo(f"{step.kind} {step.name}: {(planned if dry_run else done)[step.action]}{where}")
    for change in step.changes:
        click.echo(f"  {change.path}: {_short(change.stored)} -> {_short(change.wanted)}")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _as_record(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "name": step.name,
        "id": step.identifier,
        "action": step.action,
        "changes": [{"path": c.path, "from": c.stored, "to": c.wanted} for c in step.changes],
    }
