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
@click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")
@click.pass_context
def command(
    context: click.Context,
    url: str | None,
    ready: bool,  # noqa: FBT001 - click passes options by name
    timeout_s: float,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Ask a running service whether it is alive; exit 0 when it is, 1 when not.

    Example: sheriff health --url http://127.0.0.1:8080
    """
    from sheriff.internal_port import NotAnsweringError, ask, internal_url

    path, status, problem = READINESS if ready else LIVENESS, None, None
    try:
        url = url or internal_url(os.environ)
        answer = ask(url, path, timeout_s=timeout_s)
    except (NotAnsweringError, ValueError) as error:
        problem = str(error)
    else:
        status = _status_in(answer.body)
        if answer.status != 200 or status is None:  # noqa: PLR2004 - HTTP's own number
            said = answer.body[:200].decode(errors="replace").partition("\n")[0]
            problem = f"{url}{path} answered {answer.status}: {status or said}"
    if as_json:
        click.echo(_machine_form(f"{url}{path}" if url else None, status, problem))
    elif problem is None:
        click.echo(f"{url}{path}: {printable(status or '')}")
    else:
        click.echo(f"sheriff health: {printable(problem)}", err=True)
    context.exit(0 if problem is None else 1)


def _machine_form(url: str | None, status: str | None, problem: str | None) -> str:
    import json

    return json.dumps({"url": url, "status": status} | ({} if problem is None else {"error": problem}))


def _status_in(body: bytes) -> str | None:
    """The `status` of a reply of ours; None for anybody else's."""
    import json

    try:
        document = json.loads(body)
    except ValueError:
        return None
    status = document.get("status") if isinstance(document, dict) else None
    return status if isinstance(status, str) else None
