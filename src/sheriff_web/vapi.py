"""The wire contract with Vapi, inbound: tolerant of every shape seen or documented, strict where a reply needs it.

Vapi's documents, its SDK and its wire disagree about where the name, the arguments and the list of tool calls stand;
each of them is understood. Only the few fields that an answer needs are read at all: the rest of a body (prompts,
credentials, addresses that steer the call) is skipped by the parser and never becomes a value in this process.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from sheriff_web.problems import Problem, RejectionReason

MAX_ID_LENGTH: Final = 512  # characters; a longer id is no id: it would be kept in memory and echoed
MAX_NUMBER_LENGTH: Final = 64  # a caller's number; Vapi permits 40

# The 29 types of Vapi's OpenAPI document, and three that `serverMessages` names beside them.
KNOWN_TYPES: Final = frozenset(
    {
        "assistant-request",
        "assistant.speechStarted",
        "assistant.started",
        "call.artifact.upload",
        "call.delete.failed",
        "call.deleted",
        "call.endpointing.request",
        "campaign.predial",
        "chat.created",
        "chat.deleted",
        "conversation-update",
        "end-of-call-report",
        "function-call",
        "handoff-destination-request",
        "hang",
        "knowledge-base-request",
        "language-change-detected",
        "language-changed",
        "model-output",
        "phone-call-control",
        "session.created",
        "session.deleted",
        "session.updated",
        "speech-update",
        "status-update",
        "tool-calls",
        "transcript",
        'transcript[transcriptType="final"]',
        "transfer-destination-request",
        "transfer-update",
        "user-interrupted",
        "voice-input",
        "voice-request",
    }
)

_Model = TypeVar("_Model", bound=BaseModel)
_CONFIG = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)
# A token that JSON does not know but the parser accepts where it skips: looked for only when these letters occur.
_NOT_A_NUMBER: Final = re.compile(rb"NaN|Infinity")


class _Customer(BaseModel):
    model_config = _CONFIG
    number: Any = None


class _Call(BaseModel):
    model_config = _CONFIG
    id: Any = None
    customer: Annotated[_Customer | Any, Field(union_mode="left_to_right")] = None
    started_at: Any = None
    ended_at: Any = None


class Message(BaseModel):
    """One message of Vapi: `type` is certain, everything else may be absent or of any shape."""

    model_config = _CONFIG
    type: Annotated[str, Field(min_length=1)]
    # A union with Any takes the model where the value is an object, and anything else without complaint.
    call: Annotated[_Call | Any, Field(union_mode="left_to_right")] = None
    customer: Annotated[_Customer | Any, Field(union_mode="left_to_right")] = None
    tool_call_list: Any = None
    tool_calls: Any = None
    tool_with_tool_call_list: Any = None
    function_call: Any = None

    @property
    def label(self) -> str:
        """The type as a word of a closed set."""
        return self.type if self.type in KNOWN_TYPES else "_OTHER"

    @property
    def call_id(self) -> str | None:
        """Vapi's id of the telephone call; None in chats and evaluations."""
        return read_id(self.call.id) if isinstance(self.call, _Call) else None

    @property
    def customer_number(self) -> str | None:
        """The caller's number from signalling."""
        parties = (self.customer, self.call.customer if isinstance(self.call, _Call) else None)
        numbers = (read_number(party.number) for party in parties if isinstance(party, _Customer))
        return next((number for number in numbers if number is not None), None)


class _Envelope(BaseModel):
    model_config = _CONFIG
    message: Message


def read_message(body: bytes) -> Message:
    """Read `body`. Raises `Problem` 400 when it is not JSON, and 422 when it has no usable `message.type`."""
    return read_as(_Envelope, body).message


def read_as(model: type[_Model], body: bytes) -> _Model:
    """Read `body` as `model`. Raises `Problem` 400 or 422; their text names fields and never holds a value."""
    try:
        if _NOT_A_NUMBER.search(body):
            orjson.loads(body)
        return model.model_validate_json(body)
    except ValidationError as error:
        flaws = error.errors(include_url=False, include_input=False, include_context=False)
        if flaws[0]["type"] == "json_invalid":
            raise _not_json() from None
        raise Problem(422, "; ".join(map(_told, flaws)), reason=RejectionReason.SCHEMA) from None
    except ValueError:
        raise _not_json() from None


def _not_json() -> Problem:
    return Problem(400, "the body is not JSON", reason=RejectionReason.NOT_JSON)


def _told(flaw: Mapping[str, Any]) -> str:
    """One flaw in words; `flaw` is pydantic's, without the input."""
    where = ".".join(map(str, flaw["loc"])) or "the body"
    match flaw["type"]:
        case "missing":
            return f"{where}: is missing"
        case "model_type":
            return f"{where}: must be an object"
        case "string_too_short":
            return f"{where}: must not be empty"
        case _:
            return f"{where}: must be a string"


def read_id(value: object) -> str | None:
    """An id: text as it stands, a whole number as text, anything else none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.strip() and len(value) <= MAX_ID_LENGTH else None


def read_number(value: object) -> str | None:
    """A caller's number; a template that Vapi left unfilled (`{{ customer.number }}`, in a web call) is none."""
    if not isinstance(value, str) or "{{" in value:
        return None
    value = value.strip()
    return value if value and len(value) <= MAX_NUMBER_LENGTH else None
