"""`sheriff status`: how a running service is, for people."""

import json
import os
import sys

import click

from sheriff.asking_options import internal_url_option, timeout_option


@click.command()
@internal_url_option
@timeout_option(5.0, "Seconds for each answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")
@click.pass_context
def command(context: click.Context, url: str | None, timeout_s: float, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Ask a running service how it is: readiness, breaker, Sanity, cache, recordings, and a few figures.

    SHERIFF_ADMIN_TOKEN is sent when it is set. Exit 0 while calls are taken (ready or degraded), else 1.

    Example: sheriff status --url http://127.0.0.1:8080
    """
    from sheriff.environment import read_variable
    from sheriff.internal_port import NotAnsweringError, internal_url
    from sheriff.status_report import ask_status

    try:
        token = (read_variable(os.environ, "SHERIFF_ADMIN_TOKEN") or "").strip()  # as the service takes it
        url = url or internal_url(os.environ)
        report = ask_status(url, timeout_s=timeout_s, token=token)
    except (NotAnsweringError, ValueError) as error:
        if as_json:
            click.echo(json.dumps({"url": url, "status": "unreachable", "serving": False, "error": str(error)}))
        else:
            click.echo(f"sheriff status: {error}", err=True)
        context.exit(1)
    if as_json:
        click.echo(json.dumps(report.as_record(), ensure_ascii=False))
    else:
        from sheriff.status_report import lines
        from sheriff.telling import tell

        for name, said, kind in lines(report):
            tell(kind, name, said, colour=sys.stdout.isatty(), mark=False)
    context.exit(0 if report.serving else 1)
