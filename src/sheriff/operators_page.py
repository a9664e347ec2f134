"""What the operators' page is given by the application: which process this is, its settings masked, and a replay."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import SecretStr

from sheriff.settings import Settings, variables
from sheriff_core.evaluation.replay import Replayed
from sheriff_web.console.workbench import About

MASKED: Final = "set, and not shown"
# Up to the last `@`, wherever it stands: a password that was not escaped may hold any of an address's own signs.
_WHO: Final = re.compile(r"://.*@", re.DOTALL)
_SECRET_PARAMETER: Final = re.compile(r"(?i)([?&;](?:[^=&;]*(?:pass|secret|token|key|sig)[^=&;]*)=)[^&;#]*")


def about(settings: Settings, *, version: str, instance: str) -> About:
    """This process, as an operator may see it."""
    chosen: dict[str, str] = {}
    shipped: dict[str, str] = {}
    for variable, name in variables().items():
        value = getattr(settings, name)
        group = chosen if name in settings.model_fields_set else shipped
        group[variable] = shown(value)
    path = settings.dataset_path
    source = (
        f"Sanity {settings.sanity_project_id}/{settings.sanity_dataset}" if path is None else f"dataset {path.name}"
    )
    return About(version, instance, source, chosen, shipped)


def shown(value: object) -> str:
    """A setting's value for people: no secret, and no password that an address may hold."""
    if isinstance(value, SecretStr):
        return MASKED
    if value is None:
        return "not set"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return _SECRET_PARAMETER.sub(r"\1…", _WHO.sub("://…@", text))


def replay(record: Mapping[str, Any]) -> Replayed:
    """Answer a recorded tool call with today's code; loaded with the first, and to be run in a thread.

    Raises `UnreadableInteractionError`.
    """
    from sheriff.replaying import replay_one

    return replay_one(record)


def changes(recorded: str, replayed: str) -> Iterator[tuple[str, str]]:
    """What differs between the two, word by word."""
    from sheriff.replaying import word_changes

    return word_changes(recorded, replayed)
