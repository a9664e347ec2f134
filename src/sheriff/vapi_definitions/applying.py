"""Bring a Vapi account to what a deployment needs: create what is missing, change what differs, leave the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sheriff.vapi_definitions.api import VapiApi, VapiError
from sheriff.vapi_definitions.definitions import Deployment, assistant, tools
from sheriff.vapi_definitions.merging import Difference, changed_fields, differences, merge
from sheriff_core.tool_call import ToolName


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, or would be done, to one definition. `action` is `create`, `update` or `keep`."""

    kind: str
    name: str
    action: str
    identifier: str
    changes: tuple[Difference, ...] = ()


async def apply(
    api: VapiApi, deployment: Deployment, *, dry_run: bool = False, on_step: Callable[[Step], None] = lambda _: None
) -> list[Step]:
    """Create or update both tools, then the assistant that uses them. Running it again changes nothing.

    A failure in between leaves what was done so far, and the next run goes on from there. Raises `VapiError`.
    """
    steps: list[Step] = []

    def done(step: Step) -> str:
        steps.append(step)
        on_step(step)
        return step.identifier

    stored_tools = [held for held in await api.list("tool") if held.get("type") == "function"]
    stored_assistants = await api.list("assistant")
    ids = []
    for wanted in tools(deployment):
        name = wanted["function"]["name"]
        stored = _only(
            [held for held in stored_tools if (held.get("function") or {}).get("name") == name], "tool", name
        )
        merged = merge(stored or {}, wanted)
        ids.append(done(await _bring(api, "tool", name, stored, merged, dry_run=dry_run)))
    stored = _only(
        [held for held in stored_assistants if held.get("name") == deployment.name], "assistant", deployment.name
    )
    merged = merge(stored or {}, assistant(deployment, tool_ids=ids))
    _drop_carried_tools(merged["model"])
    done(await _bring(api, "assistant", deployment.name, stored, merged, dry_run=dry_run))
    return steps


def _only(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any] | None:
    if len(found) > 1:
        ids = ", ".join(sorted(held["id"] for held in found))
        raise VapiError(f"{len(found)} of kind {kind} are named {name!r} ({ids}): delete or rename all but one")
    return found[0] if found else None


def _drop_carried_tools(model: dict[str, Any]) -> None:
    """Take our own tools out of an assistant that carries them inside: it refers to the stored ones now."""
    ours = {name.value for name in ToolName}
    if carried := model.get("tools"):
        model["tools"] = [tool for tool in carried if (tool.get("function") or {}).get("name") not in ours]


async def _bring(
    api: VapiApi, kind: str, name: str, stored: dict[str, Any] | None, merged: dict[str, Any], *, dry_run: bool
) -> Step:
    if stored is None:
        identifier = f"<id of {name}>" if dry_run else (await api.create(kind, merged))["id"]
        return Step(kind, name, "create", identifier)
    fields = changed_fields(stored, merged)
    if not fields:
        return Step(kind, name, "keep", stored["id"])
    if not dry_run:
        await api.update(kind, stored["id"], fields)
    changes = tuple(change for field in fields for change in differences(stored.get(field), merged[field], path=field))
    return Step(kind, name, "update", stored["id"], changes)
