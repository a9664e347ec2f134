"""What happened, in the past tense: frozen values that the core emits once, at the edge of each story.

Logs, metrics and the operators' page listen. No event carries a name or a telephone number.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

# As the OpenTelemetry conventions have them.
OTHER: Final = "_OTHER"  # stands for whatever is not of a closed set
HTTP_METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)

# Closed sets that belong to one event alone; its metric begins with a series for each word.
LookupResult: TypeAlias = Literal["hit", "stale", "miss"]
RetryDenial: TypeAlias = Literal["budget", "deadline", "retry_after"]
OperatorAction: TypeAlias = Literal["breaker.reset", "breaker.isolate", "cache.forget"]
HEDGE: Final = "hedge"  # why a request was sent beside one that is silent


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message of Vapi arrived. `message_type` is a known type or `OTHER`."""

    message_type: str


@dataclass(frozen=True, slots=True)
class MessageRejected:
    """A request was refused at the door. `reason` is a `problems.RejectionReason`.

    `sender_known`: it had proven who it is, so each is told by itself; of strangers' only the first of a burst.
    """

    reason: str
    detail: str = ""
    sender_known: bool = False


@dataclass(frozen=True, slots=True)
class RequestServed:
    """An HTTP request was answered, on either listener.

    `method` is one of `HTTP_METHODS`, `route` a template, never a raw path; each may be `OTHER`.
    """

    listener: str
    method: str
    route: str
    status: int
    duration_s: float
    error_type: str = ""


@dataclass(frozen=True, slots=True)
class ToolCallAnswered:
    """One tool call got its reply."""

    tool: str
    outcome: str
    served_from: str
    duration_s: float
    call_id: str | None
    tool_call_id: str
    tracking_number: str | None = None
    reason: str = ""  # an `UnavailableReason` where nothing could be told, a `ToolError` where the agent asked wrongly
    repeated: bool = False  # answered from the memo


@dataclass(frozen=True, slots=True)
class LookupEnded:
    """A lookup was answered."""

    result: LookupResult


@dataclass(frozen=True, slots=True)
class StaleServed:
    """Something remembered was told because the source could not answer; `reason` says why."""

    age_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class SourceRequestEnded:
    """One request to the source ended. `result` is an `AttemptResult`."""

    result: str
    duration_s: float
    http_status: int | None = None
    error_type: str = ""
    detail: str = ""
    server_address: str = ""
    server_port: int = 0
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class SourceRetried:
    """A further request was sent; `reason` is the `AttemptResult` of the one before, or `HEDGE`."""

    reason: str


@dataclass(frozen=True, slots=True)
class RetryDenied:
    """A retry was not sent."""

    reason: RetryDenial


@dataclass(frozen=True, slots=True)
class BreakerMoved:
    """The circuit breaker changed its state."""

    from_state: str
    to_state: str
    reason: str
    consecutive_failures: int


@dataclass(frozen=True, slots=True)
class CallNotPermitted:
    """The breaker did not let a lookup ask the source."""

    state: str


@dataclass(frozen=True, slots=True)
class FlightShed:
    """Too many lookups at once: this one was not sent."""

    in_flight: int


@dataclass(frozen=True, slots=True)
class CallerRefused:
    """A call or caller asked for too much; `reason` is a `RefusalReason`."""

    reason: str
    call_id: str | None


@dataclass(frozen=True, slots=True)
class CacheLost:
    """The shared cache stopped answering; memory serves alone."""

    detail: str


@dataclass(frozen=True, slots=True)
class CacheRestored:
    """The shared cache answers again."""


@dataclass(frozen=True, slots=True)
class InteractionRecorded:
    """Interactions became durable."""

    count: int


@dataclass(frozen=True, slots=True)
class InteractionLost:
    """Interactions were given up for good."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecorderFailed:
    """The recordings stopped taking writes; what arrives waits."""

    detail: str


@dataclass(frozen=True, slots=True)
class RecorderRestored:
    """The recordings take writes again."""

    spooled: int


@dataclass(frozen=True, slots=True)
class ClaimUngrounded:
    """The agent said something in a call that no tool returned. `kind` is a `ClaimKind`."""

    kind: str
    verdict: str
    call_id: str | None


@dataclass(frozen=True, slots=True)
class OperatorActed:
    """An operator changed something."""

    action: OperatorAction
    actor: str
    reason: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class DefectCaught:
    """Code of ours raised where it must not; a caller who waited for it got an apology. `where` names the room."""

    where: str
    error: BaseException


@dataclass(frozen=True, slots=True)
class LifecycleChanged:
    """The process became ready, began to drain, or stopped."""

    phase: Literal["ready", "draining", "stopped"]
    detail: str = ""


Event: TypeAlias = (
    MessageReceived
    | MessageRejected
    | RequestServed
    | ToolCallAnswered
    | LookupEnded
    | StaleServed
    | SourceRequestEnded
    | SourceRetried
    | RetryDenied
    | BreakerMoved
    | CallNotPermitted
    | FlightShed
    | CallerRefused
    | CacheLost
    | CacheRestored
    | InteractionRecorded
    | InteractionLost
    | RecorderFailed
    | RecorderRestored
    | ClaimUngrounded
    | OperatorActed
    | DefectCaught
    | LifecycleChanged
)
