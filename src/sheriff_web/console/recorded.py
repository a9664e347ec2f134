"""Recordings as strangers may have written them: each value is looked at before it is used, and none is trusted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

NOTHING: Final[Mapping[str, Any]] = {}


def as_mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else NOTHING


def as_mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects in `value`, if it is a list."""
    return [entry for entry in as_sequence(value) if isinstance(entry, Mapping)]


def as_sequence(value: object) -> Sequence[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def as_text(value: object) -> str:
    """`value` if it is text or a number, else nothing. Half of a surrogate pair, which no page can hold, is "?"."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode()


def outcome_of(interaction: Mapping[str, Any]) -> str:
    """How a tool call ended, in the contract's word."""
    return as_text(as_mapping(as_mapping(interaction.get("reply")).get("metadata")).get("outcome"))


def said_in(interaction: Mapping[str, Any]) -> str:
    """What the caller was told."""
    reply = as_mapping(interaction.get("reply"))
    return as_text(reply.get("result")) or as_text(reply.get("error"))
