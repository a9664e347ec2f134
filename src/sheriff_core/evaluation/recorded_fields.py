"""The fields of a recording, which a stranger may have written: each is read as what it must be, or refused by name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sheriff_core.evaluation.finite import finite

DAY_MS: Final = 86_400_000.0  # no moment of a call lies further from its arrival
MOST_COUNTED: Final = 100_000  # flights, numbers or failures, beyond all that a service can have seen


_Word = TypeVar("_Word", bound=StrEnum)


def an_object(value: Any, name: str) -> Mapping[str, Any]:
    """`value`, the field `name`; empty where it is null. Raises `TypeError` for anything but an object."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name}: is not an object")
    return value or {}


def object_in(holder: Mapping[str, Any], name: str, *, of: str = "") -> Mapping[str, Any]:
    """The object `name` in `holder`, which is called `of`; empty where it is null or absent. Raises `TypeError`."""
    return an_object(holder.get(name), f"{of}.{name}" if of else name)


def list_in(holder: Mapping[str, Any], name: str) -> list[Any]:
    """The list `name`; empty where it is null or absent. Raises `TypeError`."""
    value = holder.get(name)
    if value is not None and not isinstance(value, list):
        raise TypeError(f"{name}: is not a list")
    return value or []


def word_in(holder: Mapping[str, Any], name: str, known: type[_Word]) -> _Word:
    """The word `name`, which must be one of those `known`. Raises `KeyError` or `ValueError`."""
    value = holder[name]
    try:
        return known(value)
    except ValueError as error:
        raise ValueError(f"{name}: {value!r} is not known here") from error


def text_in(holder: Mapping[str, Any], name: str) -> str | None:
    """A text, or a number as one. Raises `TypeError` for what is neither, nor null."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise TypeError(f"{name}: is not a text")
    return str(value) if isinstance(value, int) else value


def moment_in(holder: Mapping[str, Any], name: str) -> float | None:
    """A number of milliseconds of one call. Raises `TypeError` or `ValueError`."""
    value = holder.get(name)
    if value is None:
        return None
    moment = finite(value)
    if moment is None:
        raise TypeError(f"{name}: is not a number")
    if abs(moment) > DAY_MS:
        raise ValueError(f"{name}: is more than a day")
    return moment


def count_in(holder: Mapping[str, Any], name: str) -> int:
    """How many, 0 where it is not recorded. Raises `ValueError`."""
    value = holder.get(name) or 0
    if not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise ValueError(f"{name}: is no count")
    return value


def instant_in(holder: Mapping[str, Any], name: str) -> datetime:
    """An instant. A recorder writes UTC; one without a zone is read so, whatever this machine's zone is.

    Raises `KeyError`, `ValueError` or `OverflowError`.
    """
    value = holder[name]
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {value!r} is not an instant") from error
    try:
        return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise OverflowError(f"{name}: {value!r} lies beyond all calendars") from error
