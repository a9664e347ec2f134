"""How spans are named and their attributes spelled (OpenTelemetry's semantic conventions)."""

from sheriff_core.events import HTTP_METHODS, OTHER

# The stories of the core know no OpenTelemetry: they write `gen_ai_tool_name=...`. In most names an underscore stands
# for a dot; these keep some of theirs.
_WITH_UNDERSCORES = {
    name.replace(".", "_"): name
    for name in (
        "gen_ai.operation.name",
        "gen_ai.tool.name",
        "gen_ai.tool.type",
        "gen_ai.tool.call.id",
        "gen_ai.conversation.id",
        "http.response.status_code",
        "sheriff.served_from",
        "sheriff.correlation_id",
    )
}

METHODS = HTTP_METHODS | {OTHER}


def spelled(name: str) -> str:
    """An attribute as the conventions spell it; one that has a dot is spelled already."""
    if "." in name:
        return name
    return _WITH_UNDERSCORES.get(name) or name.replace("_", ".")
