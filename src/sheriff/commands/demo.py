"""`sheriff demo`: the service on the embedded dataset, self-explaining; no account, no secret, no network."""

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sheriff.demo.shifting import embedded_dataset, move_to_today
from sheriff.environment import read_variable
from sheriff.settings import Settings, SettingsError, read_settings

EXAMPLE_NUMBER = "SHR123456"
DEFAULT_PORT, LAST_PORT = 8000, 65_535


def _settings(scratch: Path) -> Settings:
    """The settings of a demo: what is set stays, but the source is the embedded dataset, moved to today.

    Raises `SettingsError`.
    """
    defaults = {
        "VAPI_AUTH": "none",
        "SHERIFF_PUBLIC_BIND": f"127.0.0.1:{_port()}",
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{scratch / 'recordings.db'}",
        "SHERIFF_LOG_LEVEL": "WARNING",
    }
    given = {name: value for name, value in os.environ.items() if value and name != "SHERIFF_SOURCE_FILE"}
    defaults = {name: value for name, value in defaults.items() if f"{name}_FILE" not in given}
    with embedded_dataset() as as_written:
        settings = read_settings({**defaults, **given, "SHERIFF_SOURCE": f"dataset:{as_written}"})
        # Which day is today depends on the time zone, so on settings that have been read.
        moved = scratch / as_written.name
        move_to_today(as_written, moved, now=datetime.now(UTC), timezone=settings.sheriff_timezone)
    return settings.model_copy(update={"sheriff_source": f"dataset:{moved}"})


def _port() -> int:
    """PORT, or the default: what is wrong with PORT is told with all other problems, and not of what it would make."""
    try:
        port = int(read_variable(os.environ, "PORT") or DEFAULT_PORT)
    except ValueError:
        return DEFAULT_PORT
    return port if 0 <= port <= LAST_PORT else DEFAULT_PORT


def _request(caller: str) -> dict[str, Any]:
    call = {"name": "getDeliveryStatus", "arguments": {"trackingNumber": EXAMPLE_NUMBER}}
    return {
        "message": {
            "type": "tool-calls",
            "call": {"id": "demo"},
            "customer": {"number": caller},
            "toolCallList": [{"id": "call_1", "type": "function", "function": call}],
        }
    }


def _banner(settings: Settings, public: str, internal: str) -> str:
    """The addresses, a line to paste, and what it will say."""
    from sheriff.bounds import policy_from
    from sheriff_adapters.dataset import read_dataset
    from sheriff_core.answer import answer_status
    from sheriff_core.disclosure import Disclosed
    from sheriff_core.outcome import Found, ServedFrom
    from sheriff_core.tracking_number import read_tracking_number

    assert settings.dataset_path is not None  # noqa: S101 - set by this command
    delivery = next(d for d in read_dataset(settings.dataset_path) if d.tracking_number == EXAMPLE_NUMBER)
    policy = policy_from(settings)
    answer = answer_status(
        Found(delivery, 0.0, ServedFrom.SOURCE),
        number=read_tracking_number(EXAMPLE_NUMBER, policy.tracking_number),
        disclosed=Disclosed.EVERYTHING,
        at=datetime.now(UTC),
        timezone=policy.timezone,
    )
    header = " -H 'X-Vapi-Secret: …'" if settings.vapi_auth == "secret" else ""
    body = json.dumps(_request(delivery.customer_phone or ""), separators=(",", ":"))
    return f"""
sheriff is running on its embedded dataset, its dates moved to today. Ctrl-C stops it.

  Vapi calls    {public}/webhook
  operators     {internal}/admin   health {internal}/readyz   metrics {internal}/metrics

Paste this into another terminal, as Vapi would ask:

curl -s {public}/webhook -H 'Content-Type: application/json'{header} -d '{body}'

The caller will hear:

  "{answer.text}"

Other numbers to try: SHR-100 005, "S H R one double oh oh oh five", NONE999999; other tool: getDeliveryIssue.
"""


@click.command()
@click.pass_context
def command(context: click.Context) -> None:
    """Run the service on the embedded dataset and print a curl line to paste.

    The dates of the dataset are moved, all by the same number of days, so that they lie around the day of the start
    (in SHERIFF_TIMEZONE).

    Example: sheriff demo
    """
    from sheriff.service import complain_about_settings, run

    with tempfile.TemporaryDirectory(prefix="sheriff-demo-") as scratch:
        try:
            settings = _settings(Path(scratch))
        except SettingsError as error:
            context.exit(complain_about_settings(error))

        def on_listening(public: str, internal: str) -> None:
            click.echo(_banner(settings, public, internal))

        context.exit(run(settings, on_listening=on_listening))
