"""A tool call as it reaches the domain, the reply it gets, and the report that ends a call."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sheriff_core.deadline import Deadline
from sheriff_core.outcome import OutcomeName, ServedFrom


class ToolName(StrEnum):
    """The tools the agent may call (docs/reference/http-api.md)."""

    GET_DELIVERY_STATUS = "getDeliveryStatus"
    GET_DELIVERY_ISSUE = "getDeliveryIssue"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One tool call of the agent, with what is needed to answer it the same way again later."""

    tool_call_id: str
    name: str  # as the agent named it; `tools` knows the aliases
    arguments: Mapping[str, Any] | None = field(repr=False)  # None: not an object, or not JSON
    correlation_id: str
    call_id: str | None
    caller_number: str | None = field(repr=False)  # from signalling; never recorded
    received_at: datetime  # aware, UTC, whole milliseconds: the one instant every spoken word is relative to
    received_now: float  # the same instant on `Clock.now`
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class ToolReply:
    """The reply to one tool call: `wire` is the result object as sent (docs/reference/http-api.md)."""

    wire: dict[str, Any]
    outcome: OutcomeName
    served_from: ServedFrom
    reason: str = ""  # why nothing could be told, for operators; an `UnavailableReason` or a `ToolError`
    # Done once what is said here is on record, and the reply may leave; None when nothing is recorded.
    recorded: asyncio.Future[None] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a call. `role` is `user` or `assistant`."""

    role: str
    text: str = field(repr=False)
    seconds_from_start: float | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool returned, as the end-of-call report remembers it."""

    tool_call_id: str
    name: str
    result: str = field(repr=False)
    seconds_from_start: float | None = None
    requested_seconds_from_start: float | None = None  # when the agent asked: the difference is the round trip


@dataclass(frozen=True, slots=True)
class EndOfCall:
    """A call that ended: what was said, and what the tools returned in it."""

    call_id: str
    received_at: datetime
    started_at: str | None = None
    ended_at: str | None = None
    ended_reason: str | None = None
    transcript: tuple[Turn, ...] = ()
    tool_results: tuple[ToolResult, ...] = ()
    caller_number: str | None = field(default=None, repr=False)  # for redaction only
