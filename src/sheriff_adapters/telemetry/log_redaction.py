"""Keeps names and telephone numbers out of the logs.

Our own lines carry neither: no event does. What remains is what strangers write: a library's message, and above all
the message of an exception, which likes to quote the value it choked on. A telephone number is found by its shape; a
name has none, so the message of an exception is kept only where its kind promises to hold no personal data.
"""

import re
import traceback
from typing import Any

from sheriff_core.redaction import REDACTED_PHONE, redact_phones

WITHHELD = "(message withheld)"

# In a log, unlike in a recording, a bare run of digits is taken for a telephone number: a tracking number has a field
# of its own, which is not touched. Not before or after a letter, hyphen or dot: those are ids, dates and addresses.
_BARE_DIGITS = re.compile(r"(?<![\w.\-])\d{9,15}(?![\w\-]|\.\d)")

# How asyncio and others show a failed task: `exception=ValueError('...')`.
_QUOTED_EXCEPTION = re.compile(r"(exception=\w+\().*(\))", re.DOTALL)

# What an address may hold of a credential: a query (`?api-key=…`), and a user with a password before the host.
_QUERY = re.compile(r"(/[^\s?'\"<>]*\?)[^\s'\"<>()]+")
# Up to the last `@`: a password that was not escaped may hold any of an address's own signs.
_USER = re.compile(r"(://)[^\s'\"<>]{1,1000}@")
HIDDEN = "***"

_MAX_CHAIN = 5
_MAX_FRAMES = 30


def scrub(text: str) -> str:
    """`text` without anything that looks like a telephone number."""
    return _BARE_DIGITS.sub(REDACTED_PHONE, redact_phones(text))


def scrub_foreign(text: str) -> str:
    """The message of a line that is not ours, without telephone numbers, credentials and the words of exceptions."""
    return scrub(_without_credentials(_QUOTED_EXCEPTION.sub(rf"\1{WITHHELD}\2", text)))


def _without_credentials(text: str) -> str:
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(rf"\1{HIDDEN}@", text))


def scrub_value(value: Any) -> Any:
    """Any value of a field: strings are scrubbed, numbers stay, the rest is written as its scrubbed text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return headline(value)
    if isinstance(value, dict):
        return {str(key): scrub_value(held) for key, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub_value(held) for held in value]
    return scrub_foreign(str(value))


def headline(error: BaseException) -> str:
    """The kind of `error`, and its message where that promises to be for operators."""
    kind = type(error)
    # Ours are written for operators ("without personal data", ports.SourceError); the operating system's name files,
    # hosts and error numbers. Anything else may quote what a caller said or what a document holds.
    if kind.__module__.partition(".")[0].startswith("sheriff") or isinstance(error, OSError):
        return f"{kind.__qualname__}: {scrub(_without_credentials(str(error)))}"
    return f"{kind.__qualname__}: {WITHHELD}"


def explain(error: BaseException) -> str:
    """`error` with its stack and its causes, as one text without personal data. Frames show code, never values."""
    told: list[str] = []
    rest: BaseException | None = error
    while rest is not None and len(told) < _MAX_CHAIN:
        frames = "".join(traceback.format_tb(rest.__traceback__, limit=-_MAX_FRAMES))
        told.append(f"{headline(rest)}\n{frames}".rstrip())
        if isinstance(rest, BaseExceptionGroup):
            told.extend(f"in the group: {explain(inner)}" for inner in rest.exceptions[:_MAX_CHAIN])
        rest = rest.__cause__ or (None if rest.__suppress_context__ else rest.__context__)
    return "\ncaused by ".join(told)
