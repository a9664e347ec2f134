"""The tool calls of a message, in every shape that Vapi sends or documents."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from sheriff_web.problems import Problem, RejectionReason
from sheriff_web.vapi import Message, read_id, read_number

MAX_NAME_LENGTH: Final = 128  # characters of a tool's name; Vapi permits 80

_LISTS: Final = ("toolCallList", "toolCalls", "toolWithToolCallList")  # the first is documented; all are seen
_SCHEMA: Final = ("type", "properties", "required", "additionalProperties")  # what a hook's arguments copy of it
_BEYOND_64_BITS: Final = 2.0**63


class RequestedCall(NamedTuple):
    """One tool call as Vapi requests it. `arguments` is None when they are no JSON object."""

    id: str
    name: str
    arguments: Mapping[str, Any] | None

    @property
    def caller_number(self) -> str | None:
        """The caller's number where the tool's static parameters carry it."""
        return None if self.arguments is None else read_number(self.arguments.get("callerNumber"))


class RequestedCalls(NamedTuple):
    """The tool calls of one message, in order, one per id; and the fields that kept others from being answered."""

    calls: tuple[RequestedCall, ...] = ()
    flaws: tuple[str, ...] = ()


def requested_calls(message: Message) -> RequestedCalls:
    """The tool calls of a `tool-calls` message, from the first of its lists that holds one with an id."""
    requested = _picked(message.fields)
    if any(map(_is_rounded, requested.calls)):
        return _picked(message.exactly().fields)
    return requested


def _is_rounded(call: RequestedCall) -> bool:
    """Whether an argument may be a whole number too long for the fast parser (a tracking number may be)."""
    return call.arguments is not None and any(
        isinstance(value, float) and abs(value) >= _BEYOND_64_BITS for value in call.arguments.values()
    )


def _picked(fields: dict[str, Any]) -> RequestedCalls:
    flaws: list[str] = []
    for name in _LISTS:
        entries = fields.get(name)
        if entries is None or entries == []:
            continue
        if not isinstance(entries, list):
            flaws.append(f"message.{name}: must be a list")
            continue
        calls: dict[str, RequestedCall] = {}
        for index, entry in enumerate(entries):
            call = _requested_call(entry)
            if call is None:
                flaws.append(f"message.{name}[{index}]: has no usable id")
            else:
                calls.setdefault(call.id, call)
        if calls:
            return RequestedCalls(tuple(calls.values()), tuple(flaws))
    return RequestedCalls((), tuple(flaws) or ("message.toolCallList: is missing or empty",))


def _requested_call(entry: object) -> RequestedCall | None:
    if not isinstance(entry, dict):
        return None
    # In `toolWithToolCallList` the call lies inside the tool's definition; only there may the definition name it.
    inner = entry.get("toolCall")
    call = inner if isinstance(inner, dict) else entry
    call_id = read_id(call.get("id"))
    if call_id is None:
        return None
    name = next((name for name in _names(call, entry) if isinstance(name, str) and name), "")
    return RequestedCall(call_id, name[:MAX_NAME_LENGTH], read_arguments(_raw_arguments(call)))


def _names(*entries: dict[str, Any]) -> Iterator[object]:
    for entry in entries:
        function = entry.get("function")
        if isinstance(function, dict):
            yield function.get("name")
        yield entry.get("name")


def _raw_arguments(call: dict[str, Any]) -> object:
    function = call.get("function")
    for holder in (function, call):
        if isinstance(holder, dict):
            for key in ("arguments", "parameters"):
                if holder.get(key) is not None:
                    return holder[key]
    return None


def read_arguments(raw: object) -> dict[str, Any] | None:
    """Arguments as an object: given as one, as JSON text, or in the form of a hook; None when they are neither."""
    if isinstance(raw, str):
        if not raw.strip():
            return {}
        try:
            raw = from_json(raw, allow_inf_nan=False)
        except ValueError:
            return None
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        return None
    properties = raw.get("properties")
    if not isinstance(properties, dict) or not all(isinstance(held, dict) for held in properties.values()):
        return raw
    # A hook writes its values into a copy of the schema: {"type": "object", "properties": {"x": {"value": 1}}}. What
    # it has no value for keeps its schema alone.
    given = {key: held["value"] for key, held in properties.items() if "value" in held}
    others = {key: value for key, value in raw.items() if key not in _SCHEMA}
    return {**given, **others}


def legacy_call(message: Message, *, unique: str) -> RequestedCall:
    """The one call of a `function-call` message, which has no id: it gets one that ends in `unique`.

    Raises `Problem` 422 when there is none.
    """
    entry = message.fields.get("functionCall")
    if not isinstance(entry, dict):
        raise Problem(422, "message.functionCall: must be an object", reason=RejectionReason.SCHEMA)
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise Problem(422, "message.functionCall.name: must be a string", reason=RejectionReason.SCHEMA)
    raw = entry.get("parameters") if entry.get("parameters") is not None else entry.get("arguments")
    return RequestedCall(f"function-call-{unique}", name[:MAX_NAME_LENGTH], read_arguments(raw))
