"""What of a stored definition has to change, so that what a person added to it stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Lists in which a person's own entries stay beside ours. Every other list is taken whole: its order has a meaning.
_TOGETHER = {"model.toolIds", "serverMessages", "endCallPhrases"}

# What Vapi does not always give back, because it is the default. Its absence is no difference.
_DEFAULTS = {"async": False}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: where, what is stored, what is wanted."""

    path: str
    stored: Any
    wanted: Any


def merge(stored: Mapping[str, Any], wanted: Mapping[str, Any], *, path: str = "") -> dict[str, Any]:
    """`wanted` laid over `stored`: fields we do not define stay as they are, objects are merged field by field."""
    merged = dict(stored)
    for name, value in wanted.items():
        here = f"{path}.{name}" if path else name
        held = stored.get(name)
        if isinstance(value, Mapping) and isinstance(held, Mapping):
            merged[name] = merge(held, value, path=here)
        elif here == "parameters" and isinstance(value, list) and isinstance(held, list):
            ours = {entry["key"] for entry in value}
            merged[name] = value + [entry for entry in held if entry.get("key") not in ours]
        elif here in _TOGETHER and isinstance(held, list):
            merged[name] = held + [entry for entry in value if entry not in held]
        else:
            merged[name] = value
    return merged


def changed_fields(stored: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    """The top-level fields a PATCH must send. Each goes whole: Vapi replaces a field wholesale."""
    return {name: value for name, value in merged.items() if value != stored.get(name, _DEFAULTS.get(name))}


def differences(stored: Any, merged: Any, *, path: str = "") -> Iterator[Difference]:
    """Each single value that differs, for people to read."""
    if isinstance(stored, Mapping) and isinstance(merged, Mapping):
        for name in [*merged, *(name for name in stored if name not in merged)]:
            default = _DEFAULTS.get(name) if not path else None
            here = f"{path}.{name}" if path else name
            yield from differences(stored.get(name, default), merged.get(name), path=here)
    elif isinstance(stored, list) and isinstance(merged, list) and len(stored) == len(merged):
        for index, (old, new) in enumerate(zip(stored, merged, strict=True)):
            yield from differences(old, new, path=f"{path}[{index}]")
    elif stored != merged:
        yield Difference(path, stored, merged)
