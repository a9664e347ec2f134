"""What Sanity's refusals mean: each status and body translated once (docs/explanation/sanity.md holds the table)."""

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import orjson

from sheriff_core.ports import AttemptResult, SourceError, SourceMisconfiguredError, SourceUnavailableError

_LONGEST_TEXT = 200  # characters of Sanity's own words that an operator gets to read
_SERVER_RAN_OUT_OF_TIME = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT})


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, secret: str) -> SourceError:
    """The error that a reply other than 200 stands for. `secret` never gets into its message."""
    said = _words_of(body, secret)
    message = f"HTTP {status}" + (f": {said}" if said else "")
    wait_s = retry_after_s(headers.get("Retry-After"), now=now)
    result = _result_of(status)
    if result is AttemptResult.REJECTED:
        return SourceMisconfiguredError(message, result=result, transient=False)
    return SourceUnavailableError(message, result=result, transient=True, retry_after_s=wait_s)


def _result_of(status: int) -> AttemptResult:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return AttemptResult.RATE_LIMITED
    if status in _SERVER_RAN_OUT_OF_TIME:
        return AttemptResult.TIMEOUT
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AttemptResult.SERVER_ERROR
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        # 400 is our query, 401 and 403 our token, 404 our project or dataset; a redirect means a wrong address and
        # is not followed, because the token would travel along.
        return AttemptResult.REJECTED
    return AttemptResult.MALFORMED  # 204 and its kin: success, but no answer


def retry_after_s(value: str | None, *, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks to wait: it names seconds or an instant (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            instant = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        # A date without a zone ("-0000") is UTC by RFC 5322.
        seconds = (instant - (now if instant.tzinfo else now.replace(tzinfo=None))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _words_of(body: bytes, secret: str) -> str:
    """Sanity's own words in an error body, in one line, or nothing when it is not JSON of a known form.

    The reading order is that of Sanity's client (`http/errors.ts`). A page of HTML from the front end is not quoted.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(document, dict):
        return ""
    error, message = document.get("error"), document.get("message")
    words: list[Any] = (
        [error.get("description") or error.get("message")] if isinstance(error, dict) else [error, message]
    )
    if isinstance(document.get("errorCode"), str):
        words.append(f"({document['errorCode']})")
    line = " ".join(" ".join(word for word in words if isinstance(word, str)).split())
    line = "".join(character for character in line if character.isprintable())
    line = line.replace(secret, "***") if secret else line
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"
