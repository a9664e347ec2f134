"""`sheriff config`: the settings, told from the code that reads them."""

import click


@click.group()
def command() -> None:
    """Print what can be configured, and how.

    Example: sheriff config reference --format env > .env
    """


@command.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "env", "json"]),
    default="markdown",
    show_default=True,
    help="Markdown for people, a .env file to fill in, or a JSON Schema.",
)
def reference(form: str) -> None:
    """Print the reference of every setting: variable, default, meaning.

    Example: sheriff config reference --format env > .env
    """
    from sheriff.settings_reference import as_env, as_json_schema, as_markdown

    written = {"markdown": as_markdown, "env": as_env, "json": as_json_schema}[form]()
    click.echo(written.rstrip("\n"))
