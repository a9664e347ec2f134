"""The environment, read once at start and checked whole (docs/reference/settings.md).

Every problem is found and told at once: which variable, what is wrong, an example. Any `X` may be given as `X_FILE`
naming a file that holds the value. Secrets are `SecretStr` and never appear in a text of ours.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from sheriff.contradictions import contradictions
from sheriff.declared_settings import OTHER_COMMANDS, Settings, example_of, variables
from sheriff.environment import mistyped, read_variable
from sheriff.otel_files import values_of_files
from sheriff_adapters.telemetry.otlp import refused_values

__all__ = ["Settings", "SettingsError", "read_settings", "variables"]


class SettingsError(Exception):
    """The environment cannot be used; `problems` names each variable, what is wrong, and what would be right."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the problems, in order."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment. Raises `SettingsError` with every problem found."""
    environ = os.environ if environ is None else environ
    problems = mistyped(environ, {*variables(), *OTHER_COMMANDS})
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    for variable, name in variables().items():
        try:
            value = read_variable(environ, variable)
        except ValueError as error:
            problems.append(str(error))
            wrong.add(name)
            continue
        if value is not None:
            values[name] = value
    try:
        settings = Settings(**values)
    except ValidationError as error:
        wrong |= {str(detail["loc"][0]) for detail in error.errors()}
        problems += [_worded(str(detail["loc"][0]), detail["msg"]) for detail in error.errors()]
        # What is well by itself is still checked together, so that all is told at once.
        settings = Settings(**{name: value for name, value in values.items() if name not in wrong})
    problems += [problem for names, problem in contradictions(settings) if not wrong.intersection(names)]
    of_files, unreadable = values_of_files(environ)
    problems += [*unreadable, *refused_values({**environ, **of_files})]
    if problems:
        raise SettingsError(problems)
    return settings


def _worded(name: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    if message.startswith("String should match pattern"):  # a regular expression tells an operator little
        message = "must be spelled like the example"
    return f"{name.upper()}: {message[:1].lower()}{message[1:]} (example: {example_of(name)})"
