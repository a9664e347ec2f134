"""The address of a webhook, as people give it to commands."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from sheriff.environment import read_variable
from sheriff_web.bind import Bind

DEFAULT_BIND: Final = "127.0.0.1:8000"  # where the service of an empty environment is reached from its own machine
_PATH: Final = "/webhook"


def own_webhook(environ: Mapping[str, str]) -> str:
    """Where this environment's own service has its webhook. Raises ValueError naming the variable."""
    variable, said = "SHERIFF_PUBLIC_BIND", read_variable(environ, "SHERIFF_PUBLIC_BIND")
    if said is None and (port := read_variable(environ, "PORT")) is not None:
        variable, said = "PORT", f":{port}"
    try:
        return Bind.parse(said or DEFAULT_BIND).reachable_url + _PATH
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from error


def webhook_address(said: str) -> str:
    """`said`, which without a path means /webhook there.

    Raises ValueError, with what it must be, unless it is an absolute address of HTTP.
    """
    try:
        parts = urlsplit(said)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that are not closed, or a port that is none
        is_usable = False
    if not is_usable:
        raise ValueError(f"must be absolute, such as https://sheriff.example.com{_PATH}")
    return urlunsplit(parts._replace(path=_PATH)) if parts.path in {"", "/"} else said
