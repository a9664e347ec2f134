"""`GET /admin/interactions`: the recorded interactions, for operators."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sheriff_core.interaction import KINDS
from sheriff_core.outcome import OutcomeName
from sheriff_core.ports import InteractionFilter, InteractionPage, Recordings, RecordingsUnavailableError
from sheriff_web.operator_input import wrong_query
from sheriff_web.problems import JsonReply

MAX_LIMIT: Final = 500
_OFF: Final = {"error": "nothing is recorded here: SHERIFF_RECORDINGS_URL is none"}
_DOWN: Final = {"error": "the recordings cannot be read now"}


def interaction_routes(recordings: Recordings | None) -> list[Route]:
    """The list, and one whole. Without `recordings` both are 404, and say why."""

    async def listed(request: Request) -> Response:
        if recordings is None:
            return JsonReply(_OFF, 404)
        page = await _found(recordings, read_filter(request.query_params.multi_items()))
        if page is None:
            return JsonReply(_DOWN, 503)
        return JsonReply({"interactions": page.interactions, "nextCursor": page.next_cursor})

    async def one(request: Request) -> Response:
        if recordings is None:
            return JsonReply(_OFF, 404)
        wanted = InteractionFilter(correlation_id=request.path_params["correlation_id"], limit=MAX_LIMIT)
        page = await _found(recordings, wanted)
        if page is None:
            return JsonReply(_DOWN, 503)
        if not page.interactions:
            return JsonReply({"error": "no interaction was recorded under this correlation id"}, 404)
        # Several tool calls of one message share its id; newest first, so the last of the page came first.
        first, *others = reversed(page.interactions)
        return JsonReply({**first, "siblings": others} if others else first)

    return [
        Route("/admin/interactions", listed),
        Route("/admin/interactions/{correlation_id}", one),
    ]


async def _found(recordings: Recordings, wanted: InteractionFilter) -> InteractionPage | None:
    """One page; None when the recordings cannot be read. Raises `Problem` for a cursor they do not know."""
    try:
        return await recordings.find(wanted)
    except RecordingsUnavailableError:
        return None
    except ValueError:
        raise wrong_query("cursor: is none that was given out here") from None


def _limit(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:9]) <= MAX_LIMIT:
        raise ValueError(f"must be a whole number from 1 to {MAX_LIMIT}")
    return int(said)


def _milliseconds(said: str) -> float:
    try:
        value = float(said)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:  # noqa: PLR2004 - eleven days: no infinity and no NaN
        raise ValueError("must be a number of milliseconds, 0 or above")
    return value


def _instant(said: str) -> datetime:
    try:
        # An unescaped `+` in a query is a space.
        value = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        value = datetime.min  # noqa: DTZ901 - without a zone on purpose: refused below
    if value.tzinfo is None:
        raise ValueError("must be an instant with its zone, such as 2026-02-12T09:30:00Z")
    return value


def _text(said: str) -> str:
    if not said.strip():
        raise ValueError("must not be empty")
    return said.strip()


def _one_of(*words: str) -> Callable[[str], str]:
    def read(said: str) -> str:
        if said.strip() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return said.strip()

    return read


_PARAMETERS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "limit": ("limit", _limit),
    "correlationId": ("correlation_id", _text),
    "callId": ("call_id", _text),
    "trackingNumber": ("tracking_number", _text),
    "outcome": ("outcome", _one_of(*OutcomeName)),
    "kind": ("kind", _one_of(*KINDS)),
    "slowerThanMs": ("slower_than_ms", _milliseconds),
    "before": ("before", _instant),
    "cursor": ("cursor", _text),
}


def read_filter(parameters: list[tuple[str, str]]) -> InteractionFilter:
    """Read a query. Raises `Problem` 400: a filter that is mistyped must not show everything instead."""
    values: dict[str, Any] = {}
    for name, said in parameters:
        if name not in _PARAMETERS:
            raise wrong_query(f"there is no such parameter; there are {', '.join(_PARAMETERS)}")
        field, read = _PARAMETERS[name]
        if said == "":  # an empty field of a search form does not restrict
            continue
        try:
            values[field] = read(said)
        except ValueError as error:
            raise wrong_query(f"{name}: {error}") from None
    return InteractionFilter(**values)
