"""Variables of the environment: `X` given as it is, or as the file that `X_FILE` names.

Standard library only: `sheriff health` reads the environment and must be quick.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

MAX_FILE_BYTES: Final = 65_536
OUR_PREFIXES: Final = ("SHERIFF_", "SANITY_", "VAPI_")
# Other programs' variables that look like ours: Sanity's Studio and command line, Vapi's SDKs and command line.
FOREIGN_PREFIXES: Final = ("SANITY_STUDIO_", "SANITY_INTERNAL_", "SANITY_CLI_")
FOREIGN: Final = frozenset(
    {
        "SANITY_AUTH_TOKEN",
        "SANITY_ACTIVE_ENV",
        "VAPI_API_TOKEN",
        "VAPI_PRIVATE_KEY",
        "VAPI_PUBLIC_KEY",
        "VAPI_PRIVATE_API_KEY",
        "VAPI_PUBLIC_API_KEY",
    }
)
# Beside a service X Kubernetes and Docker's links say where it is: `X_SERVICE_HOST`, `X_SERVICE_PORT_HTTP`,
# `X_PORT` with an address for its value, `X_PORT_80_TCP_ADDR`.
_SERVICE_LINK: Final = re.compile(r"\w+_SERVICE_(HOST|PORT(_\w+)?)|\w+_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
_CLOSE: Final = 0.8  # of difflib's ratio: what a slip of the finger leaves
_SURELY: Final = 0.9  # for a name that does not even begin as ours do


def read_variable(environ: Mapping[str, str], variable: str) -> str | None:
    """The value of `variable`, or of the file that `variable_FILE` names; None when neither is set, or it is empty.

    Raises ValueError: the variable at fault, what is wrong, an example; it never repeats a value.
    """
    # A Kubernetes secret that was made with `echo` ends in a line feed, and each value of an environment file with
    # Windows line ends in a carriage return: no setting does, and no header can.
    value, file = (environ.get(name, "").rstrip("\r\n") or None for name in (variable, f"{variable}_FILE"))
    example = f"(example: {variable}_FILE=/run/secrets/{variable.lower()})"
    if value is not None and not _is_text(value):
        raise ValueError(f"{variable}: is not UTF-8 text {example}")
    if not file:
        return value
    if value is not None:
        raise ValueError(f"{variable}: given twice, as {variable} and as {variable}_FILE; keep one of them {example}")
    try:
        with Path(file).open("rb") as handle:
            content = handle.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        # Where no file is, the value itself may have been given: a secret, as a rule. It is no absolute path.
        shown = file if Path(file).is_absolute() else "the file it names"
        raise ValueError(f"{variable}_FILE: cannot read {shown} ({error.strerror}) {example}") from error
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"{variable}_FILE: {file} holds more than {MAX_FILE_BYTES} bytes; is it the file? {example}")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{variable}_FILE: {file} is not UTF-8 text {example}") from error
    if "\0" in text:  # of UTF-16 every other byte is one; an environment cannot hold any
        raise ValueError(f"{variable}_FILE: {file} is not UTF-8 text {example}")
    return text.strip() or None


def _is_text(value: str) -> bool:
    """Whether all of it could be read: bytes that are none of UTF-8 stand in an environment as halves of pairs."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def mistyped(environ: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """A problem for each name that is none of `known` (nor its `_FILE`), but looks as if it were meant to be one."""
    import difflib  # not for `sheriff health`

    names = sorted({form for name in known for form in (name, f"{name}_FILE")})
    ours = [name for name in names if name.startswith(OUR_PREFIXES)]
    problems = []
    for variable in sorted(set(environ).difference(names, FOREIGN)):
        begins_as_ours = variable.startswith(OUR_PREFIXES)
        is_foreign = variable.startswith(FOREIGN_PREFIXES) or _is_service_link(variable, environ[variable])
        if is_foreign or not (begins_as_ours or _could_be_ours(variable)):
            continue
        close = difflib.get_close_matches(variable, ours, n=1, cutoff=_CLOSE if begins_as_ours else _SURELY)
        if close:
            problems.append(f"{variable}: no such setting; did you mean {close[0]}?")
        elif variable.startswith("SHERIFF_"):
            problems.append(f"{variable}: no such setting; `sheriff config reference` lists them all")
    return problems


def _is_service_link(variable: str, value: str) -> bool:
    is_address = variable.endswith("_PORT") and "://" in value
    return is_address or _SERVICE_LINK.fullmatch(variable) is not None


def _could_be_ours(variable: str) -> bool:
    """Whether it is worth comparing: a slip in the prefix keeps its first letter and its underscore."""
    return variable[:1] in {"S", "V"} and "_" in variable
