"""How spans are named and their attributes spelled (OpenTelemetry's semantic conventions)."""

from sheriff_core.events import HTTP_METHODS, OTHER

# The stories of the core know no OpenTelemetry: they write `gen_ai_tool_name=...`. In most names an underscore stands
# for a dot; these are the conventions' names that keep some of theirs.
SPELLED = {
    name.replace(".", "_"): name
    for name in (
        "gen_ai.operation.name",
        "gen_ai.tool.name",
        "gen_ai.tool.type",
        "gen_ai.tool.call.id",
        "gen_ai.conversation.id",
        "http.request.method",
        "http.request.resend_count",
        "http.response.status_code",
        "http.route",
        "error.type",
        "server.address",
        "server.port",
        "url.full",
        "sheriff.outcome",
        "sheriff.served_from",
        "sheriff.correlation_id",
        "sheriff.cache.result",
    )
}

METHODS = HTTP_METHODS | {OTHER}


def spelled(name: str) -> str:
    """An attribute as the conventions spell it; one that has a dot is spelled already."""
    if "." in name:
        return name
    return SPELLED.get(name) or name.replace("_", ".")
