"""Bring a Vapi account to what this deployment needs: create what is missing, change what differs, touch nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheriff.vapi_definitions.api import VapiApi, VapiError
from sheriff.vapi_definitions.definitions import Deployment, assistant, tools
from sheriff.vapi_definitions.merging import Difference, changed_fields, differences, merge


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, or would be done, to one definition. `action` is `create`, `update` or `keep`."""

    kind: str
    name: str
    action: str
    identifier: str
    changes: tuple[Difference, ...] = field(default=())


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
    wanted_tools = {wanted["function"]["name"]: wanted for wanted in tools(deployment)}
    ids = []
    for name, wanted in wanted_tools.items():
        stored = _only([held for held in stored_tools if (held.get("function") or {}).get("name") == name], "tool", name)
        ids.append(done(await _bring(api, "tool", name, stored, wanted, dry_run=dry_run)))
    wanted = assistant(deployment, tool_ids=ids)
    name = deployment.name
    stored = _only([held for held in stored_assistants if held.get("name") == name], "assistant", name)
    stored = _without_carried_tools(stored, set(wanted_tools))
    done(await _bring(api, "assistant", name, stored, wanted, dry_run=dry_run))
    return steps


def _only(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any] | None:
    if len(found) > 1:
        ids = ", ".join(sorted(held["id"] for held in found))
        raise VapiError(f"{len(found)} of kind {kind} are named {name!r} ({ids}): delete or rename all but one")
    return found[0] if found else None


async def _bring(
    api: VapiApi, kind: str, name: str, stored: dict[str, Any] | None, wanted: Mapping[str, Any], *, dry_run: bool
) -> Step:
    if stored is None:
        made = {"id": f"<{name}>"} if dry_run else await api.create(kind, dict(wanted))
        return Step(kind, name, "create", made["id"])
    held = {field: value for field, value in stored.items() if field != "carriedTools"}
    merged = merge(held, wanted)
    fields = changed_fields(stored, merged)
    if not fields:
        return Step(kind, name, "keep", stored["id"])
    if not dry_run:
        await api.update(kind, stored["id"], fields)
    changes = tuple(
        difference for field in fields for difference in differences(stored.get(field), merged[field], path=field)
    )
    return Step(kind, name, "update", stored["id"], changes)
