"""`sheriff health`: is the process alive? For a container's HEALTHCHECK, so it starts fast and says one line."""

import os

import click

from sheriff.asking_options import internal_url_option, timeout_option
from sheriff.printable import printable

# Liveness by default: a container that is restarted because Sanity is down serves nobody, and neither does the next.
LIVENESS, READINESS = "/healthz", "/readyz"


@click.command()
@internal_url_option
@click.option("--ready", is_flag=True, help="Ask whether it takes calls (/readyz), not only whether it lives.")
@timeout_option(2.0, "Seconds for the answer.")
@click.pass_context
def command(context: click.Context, url: str | None, ready: bool, timeout_s: float) -> None:  # noqa: FBT001 - click's way
    """Ask a running service whether it is alive; exit 0 when it is, 1 when not.

    Example: sheriff health --url http://127.0.0.1:8080
    """
    from sheriff.internal_port import NotAnsweringError, ask, internal_url

    path = READINESS if ready else LIVENESS
    try:
        url = url or internal_url(os.environ)
        answer = ask(url, path, timeout_s=timeout_s)
    except (NotAnsweringError, ValueError) as error:
        click.echo(f"sheriff health: {error}", err=True)
        context.exit(1)
    said = answer.body[:200].decode(errors="replace").partition("\n")[0]
    status = _status_in(answer.body)
    if answer.status == 200 and status is not None:  # noqa: PLR2004 - HTTP's own number
        click.echo(f"{url}{path}: {printable(status)}")
        return
    click.echo(f"sheriff health: {url}{path} answered {answer.status}: {printable(status or said)}", err=True)
    context.exit(1)


def _status_in(body: bytes) -> str | None:
    """The `status` of a reply of ours; None for anybody else's."""
    import json

    try:
        document = json.loads(body)
    except ValueError:
        return None
    status = document.get("status") if isinstance(document, dict) else None
    return status if isinstance(status, str) else None
