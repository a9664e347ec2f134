"""The address of a webhook, as people give it to commands."""

from typing import Final
from urllib.parse import urlsplit, urlunsplit

_PATH: Final = "/webhook"


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
