"""What the agent may write into a tool call: names, aliases, and what makes two calls the same one."""

from collections.abc import Mapping
from typing import Any, Final

from sheriff_core.redaction import redact_phones
from sheriff_core.tool_call import ToolCall, ToolName

ALIASES: Final[Mapping[str, ToolName]] = {
    "getDeliveryStatus": ToolName.GET_DELIVERY_STATUS,
    "get_delivery_status": ToolName.GET_DELIVERY_STATUS,
    "getDeliveryIssue": ToolName.GET_DELIVERY_ISSUE,
    "get_delivery_issue": ToolName.GET_DELIVERY_ISSUE,
}
HOOK_TOOL_CALL_ID: Final = "hook-function-call"  # constant for tools called by assistant hooks: names no single call
PHONE_GIVEN: Final = "[given]"  # stands for digits that were said in a recording: that they were, not what they were
MAX_RECORDED_ARGUMENT: Final = 500  # characters of an argument that are recorded

TRACKING_NUMBER_ARGUMENTS: Final = ("trackingNumber", "trackingId", "tracking_id", "tracking_number")
LAST_FOUR_ARGUMENTS: Final = ("phoneLastFour", "phone_last_four")
_IDENTIFYING: Final = (*TRACKING_NUMBER_ARGUMENTS, *LAST_FOUR_ARGUMENTS)


def said_number(arguments: Mapping[str, Any]) -> str | None:
    """What was said for the tracking number; None when nothing was, "" when it was empty."""
    return _text(arguments, TRACKING_NUMBER_ARGUMENTS)


def said_last_four(arguments: Mapping[str, Any]) -> str | None:
    """What was said for the last four digits of the phone number; None when nothing was.

    Our tool's schema is strict, so a caller who has said no digits is sent as an empty text.
    """
    return (_text(arguments, LAST_FOUR_ARGUMENTS, digits=4) or "").strip() or None


def identity(call: ToolCall) -> tuple[Any, ...] | None:
    """What makes two deliveries of a tool call the same one; None when nothing does.

    The arguments belong to it: ids are opaque and some providers' are short, so that an id alone that comes again
    with another number must not be answered with the first number's delivery.
    """
    if call.call_id is None or call.tool_call_id == HOOK_TOOL_CALL_ID:
        return None
    arguments = call.arguments or {}
    said = tuple([str(arguments.get(name)) for name in _IDENTIFYING])
    return (call.call_id, call.tool_call_id, call.name, said)


def recorded(said: str | None, *, was_read: bool, last_four_given: bool) -> dict[str, Any]:
    """The arguments as a recording keeps them.

    What `was_read` as a tracking number is one, even where it is shaped like a telephone number.
    """
    arguments: dict[str, Any] = {}
    if said is not None:
        said = said[:MAX_RECORDED_ARGUMENT]
        arguments["trackingNumber"] = said if was_read else redact_phones(said)
    if last_four_given:
        arguments["phoneLastFour"] = PHONE_GIVEN
    return arguments


def _text(arguments: Mapping[str, Any], names: tuple[str, ...], digits: int = 0) -> str | None:
    """The first of `names` that holds text (or a whole number, as a model sometimes writes it, of so many `digits`)."""
    for name in names:
        value = arguments.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value).zfill(digits)
    return None
