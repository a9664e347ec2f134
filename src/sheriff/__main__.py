"""`sheriff` and `python -m sheriff`: the list of commands. Each is imported only when it is called."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from sheriff_web.stop_signals import held_stop_signals

COMMANDS = {
    "serve": "Run the production service; reads the environment.",
    "demo": "Run the service on the embedded dataset, self-explaining.",
    "check": "Validate the environment and reach everything behind it.",
    "replay": "Run recorded interactions through today's code and compare.",
    "score": "Score recorded calls for groundedness and latency.",
    "health": "Ask a running service whether it is alive (for HEALTHCHECK).",
    "status": "Ask a running service how it is (for people).",
    "config": "Print the settings reference.",
    "recordings": "List, show, export, import and purge recordings.",
    "simulate": "Place simulated calls against a running service.",
    "vapi": "Print or apply the Vapi tool and assistant definitions.",
}


_SERVING = frozenset({"serve", "demo"})  # these end by a signal, with 0
_UNUSABLE = 2  # the exit code of what cannot be read or written


@contextmanager
def _room_for_output() -> Iterator[None]:
    """Output for which there is no room is told in a line, and is no regression (exit 1)."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        # What is left in the buffer would be tried once more at the end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"sheriff: the output cannot be written: {error.strerror}", err=True)
        sys.exit(_UNUSABLE)


class LazyCommands(click.Group):
    """A group whose commands live in `sheriff.commands`, one module each, exported as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name every command, in reading order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command that was called."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"sheriff.commands.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a module that exports anything else is a defect
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was called. One that serves hears no stop before it can answer it, and loses none."""
        if args[:1] and args[0] in _SERVING:
            ctx.with_resource(held_stop_signals())
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the words of the call; help and version are told here."""
        with _room_for_output():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _room_for_output():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them: `sheriff --help` stays fast."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _tell_version(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's signature
    if asked:
        from sheriff import __version__

        click.echo(f"sheriff, version {__version__}")
        context.exit()


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell_version, help="Show the version."
)
def main() -> None:
    """Tell callers where their delivery is: one verified sentence, in time, explainable afterwards.

    Example: sheriff demo
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # started without one (`>&-`): what is said is lost, how it ends is not
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Half a surrogate pair may stand in what was recorded. As "\\ud800" it is shown, and is JSON still.
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main(prog_name="sheriff")
