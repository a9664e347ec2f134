"""The wire contract with Vapi, inbound: tolerant of every shape seen or documented, strict where a reply needs it.

Vapi's documents, its SDK and its wire disagree about where the name, the arguments and the list of tool calls stand;
each of them is understood. Only the few fields that an answer needs are looked at, here, in `vapi_calls` and in
`vapi_report`; the rest of a body (prompts, credentials, addresses that steer the call) is dropped with the request.
"""

import json
from typing import Any, Final

import orjson
from pydantic_core import from_json

from sheriff_core.events import OTHER
from sheriff_web.problems import Problem, RejectionReason

MAX_ID_LENGTH: Final = 512  # characters; a longer id is no id: it would be kept in memory and echoed
MAX_NUMBER_LENGTH: Final = 64  # a caller's number; Vapi permits 40

# The types of Vapi's OpenAPI document, and those that `serverMessages` names beside them.
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


class Message:
    """One message of Vapi: `type` is certain, everything else may be absent or of any shape.

    Picked by hand rather than by a pydantic model: this is the hot path, and there it takes half the time.
    """

    __slots__ = ("_body", "call", "call_id", "fields", "type")

    def __init__(self, message_type: str, fields: dict[str, Any], body: bytes) -> None:
        """This will be the message `fields`, as read from `body`."""
        self.type = message_type
        self.fields = fields
        self._body = body
        call = fields.get("call")
        self.call: dict[str, Any] = call if isinstance(call, dict) else {}
        self.call_id = read_id(self.call.get("id"))  # None in chats and evaluations

    @property
    def label(self) -> str:
        """The type as a word of a closed set."""
        return self.type if self.type in KNOWN_TYPES else OTHER

    @property
    def customer_number(self) -> str | None:
        """The caller's number from signalling."""
        for customer in (self.fields.get("customer"), self.call.get("customer")):
            if isinstance(customer, dict):
                number = read_number(customer.get("number"))
                if number is not None:
                    return number
        return None

    def exactly(self) -> "Message":
        """The same message with every whole number whole; the fast parser rounds those beyond 64 bits."""
        try:
            return Message(self.type, from_json(self._body)["message"], self._body)
        except ValueError:  # nested deeper than this parser goes
            return self


def read_message(body: bytes) -> Message:
    """Read `body`. Raises `Problem`: 400 when it is not JSON, 422 when it has no usable `message.type`.

    The text of a problem names the field and never holds a value. Of a repeated key the last one counts.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        body = _mended(body)
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise Problem(400, "the body is not JSON", reason=RejectionReason.NOT_JSON) from None
    if not isinstance(content, dict):
        raise _flaw("the body: must be an object")
    fields = content.get("message")
    if not isinstance(fields, dict):
        raise _flaw("message: must be an object" if "message" in content else "message: is missing")
    message_type = fields.get("type")
    if not isinstance(message_type, str):
        raise _flaw("message.type: must be a string" if "type" in fields else "message.type: is missing")
    if not message_type:
        raise _flaw("message.type: must not be empty")
    return Message(message_type, fields, body)


def _mended(body: bytes) -> bytes:
    """`body` with every half of a surrogate pair replaced: cut through an emoji, a text is still JSON (RFC 8259, 8.2).

    The fast parser refuses it; the whole answer would be lost for a character that nobody looks at. What is not JSON
    to it for another reason stays so.
    """
    if b"\\u" not in body:
        return body
    try:
        return json.dumps(json.loads(body.decode()), ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return body


def _flaw(error: str) -> Problem:
    return Problem(422, error, reason=RejectionReason.SCHEMA)


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
