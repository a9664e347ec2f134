"""`OTEL_*` from files: OpenTelemetry reads its variables from the environment itself, and knows no `X_FILE`."""

from collections.abc import Mapping, MutableMapping
from typing import Final

from sheriff.environment import read_variable

_PREFIX: Final = "OTEL_"
_SUFFIX: Final = "_FILE"
# Variables of OpenTelemetry's own that end like ours; they name a file of its configuration.
_NAMED_SO: Final = frozenset({"OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE", "OTEL_JAVAAGENT_CONFIGURATION_FILE"})


def values_of_files(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What `OTEL_X_FILE` gives for each `OTEL_X`, and a problem for each that cannot be read or is given twice."""
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in sorted(environ):
        is_ours = name.startswith(_PREFIX) and name.endswith(_SUFFIX) and name not in _NAMED_SO
        if not is_ours or not environ[name]:
            continue
        variable = name.removesuffix(_SUFFIX)
        try:
            values[variable] = read_variable(environ, variable) or ""
        except ValueError as error:
            problems.append(str(error))
    return values, problems


def put_values_of_files(environ: MutableMapping[str, str]) -> None:
    """Put each value in the place of its file's name: for whoever starts OpenTelemetry, into `os.environ`.

    The name goes, or settings that are read again in this process, or in one that it starts, are given twice.
    """
    for variable, value in values_of_files(environ)[0].items():
        environ[variable] = value
        del environ[f"{variable}{_SUFFIX}"]
