"""`sheriff serve`: the production service."""

import click

from sheriff.settings import SettingsError, read_settings


@click.command()
@click.pass_context
def command(context: click.Context) -> None:
    """Run the production service; it reads the environment and stops on SIGTERM.

    Example: SHERIFF_SOURCE=dataset:export.ndjson VAPI_SECRET=… sheriff serve
    """
    from sheriff.service import complain_about_settings, run

    try:
        settings = read_settings()
    except SettingsError as error:
        context.exit(complain_about_settings(error))
    context.exit(run(settings))
