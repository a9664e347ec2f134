"""Messages in every shape that Vapi is known to send, with the reply each must get (see ORIGINS.md)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

TRACKING_NUMBER: Final = "TRACKING_NUMBER"
CALL_ID: Final = "CALL_ID"
HOOK_ID: Final = "hook-function-call"  # Vapi's constant for tools that a hook calls


class ReplyKind(StrEnum):
    """What a message must be answered with."""

    RESULTS = "results"  # 200, one result for each tool call
    RESULT = "result"  # 200, the legacy form
    EMPTY = "empty"  # 200 {}
    UNUSABLE = "unusable"  # 422


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """One tool call in a sample; `ends` is `result` or `error`."""

    id: str
    name: str
    ends: str = "result"


@dataclass(frozen=True, slots=True)
class Sample:
    """One message."""

    name: str
    reply: ReplyKind
    calls: tuple[ExpectedCall, ...]
    text: str  # JSON, with the placeholders

    def filled(self, *, tracking_number: str, call_id: str, mark: str = "") -> "Sample":
        """The message as it is sent. The values must need no escaping in JSON, even twice.

        `mark` ends the ids of its tool calls: a call that is repeated under its id would get its first reply again.
        """
        text = self.text.replace(TRACKING_NUMBER, tracking_number).replace(CALL_ID, call_id)
        calls = self.calls
        if mark:
            for call in calls:
                if call.id != HOOK_ID:
                    text = text.replace(f'"{call.id}"', f'"{call.id}-{mark}"')
            calls = tuple(c if c.id == HOOK_ID else replace(c, id=f"{c.id}-{mark}") for c in calls)
        return replace(self, text=text, calls=calls)

    @property
    def body(self) -> bytes:
        """The bytes of the message."""
        return self.text.encode()

    @property
    def message_type(self) -> str | None:
        """The `message.type`, where there is one."""
        content = json.loads(self.text)
        message = content.get("message")
        return message.get("type") if isinstance(message, dict) else None


def samples() -> list[Sample]:
    """Every sample, and a bare message of each type that none of them has."""
    kept = list(_kept())
    covered = {sample.message_type for sample in kept}
    return kept + [_bare(message_type) for message_type in _known_types() if message_type not in covered]


def _kept() -> Iterator[Sample]:
    root = files(__name__)
    for entry in json.loads(root.joinpath("index.json").read_text(encoding="utf-8")):
        yield Sample(
            name=entry["file"].removesuffix(".json"),
            reply=ReplyKind(entry["reply"]),
            calls=tuple(ExpectedCall(**call) for call in entry.get("calls", ())),
            text=root.joinpath(*entry["file"].split("/")).read_text(encoding="utf-8"),
        )


def _bare(message_type: str) -> Sample:
    content: dict[str, Any] = {"message": {"type": message_type, "call": {"id": CALL_ID}}}
    return Sample(f"bare/{message_type}", ReplyKind.EMPTY, (), json.dumps(content))


def _known_types() -> list[str]:
    from sheriff_web.vapi import KNOWN_TYPES

    return sorted(KNOWN_TYPES)
