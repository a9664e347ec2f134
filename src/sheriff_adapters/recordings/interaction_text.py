"""An interaction as JSON text."""

import json
from typing import Any

import orjson


class InteractionUnusableError(ValueError):
    """This is no interaction of docs/reference/recording-format.md; the message says which field is wrong."""


def encode(interaction: dict[str, Any]) -> str:
    """JSON text of `interaction`, or of a part of one, on one line. Raises `InteractionUnusableError`."""
    return encode_line(interaction).decode()


def encode_line(interaction: dict[str, Any]) -> bytes:
    """The same in UTF-8, without its line feed. Raises `InteractionUnusableError`."""
    try:
        return orjson.dumps(interaction)
    except (TypeError, ValueError):
        try:
            return json.dumps(interaction, separators=(",", ":")).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InteractionUnusableError(f"not expressible in JSON: {error}") from error


def decode(text: str | bytes) -> Any:
    """Read JSON text. Raises `ValueError`."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return json.loads(text)  # half of a surrogate pair, say: valid JSON, which orjson refuses
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
