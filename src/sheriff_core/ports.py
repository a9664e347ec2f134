"""Everything the domain needs from outside, and nothing else.

Each driven port has one contract suite in `tests/contract/`, run on the fake and on each real adapter.
"""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import Event
from sheriff_core.tracking_number import TrackingNumber


class Clock(Protocol):
    """Time, asked and never read."""

    def now(self) -> float:
        """Monotonic seconds; only differences mean anything."""
        ...

    def wall(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        ...


class AttemptResult(StrEnum):
    """How one request to the source ended (`sheriff_source_requests_total`, docs/reference/metrics.md)."""

    OK = "ok"
    EMPTY = "empty"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    NETWORK_ERROR = "network_error"
    MALFORMED = "malformed"
    REJECTED = "rejected"


@dataclass(slots=True)
class Attempt:
    """One request to the source, as it went; filled in when it ends. Times in seconds of `Clock.now`."""

    number: int
    started_at: float
    ended_at: float | None = None
    result: AttemptResult | None = None
    deliveries: tuple[Delivery, ...] = ()
    retry_after_s: float | None = None  # what the source asked us to wait, when it did


class SourceError(Exception):
    """The source could not be asked, or did not answer usably. The message is for operators, without personal data."""

    def __init__(
        self, message: str, *, result: AttemptResult, transient: bool, retry_after_s: float | None = None
    ) -> None:
        """`transient`: asking again may help. `retry_after_s`: the source named a wait."""
        super().__init__(message)
        self.result = result
        self.transient = transient
        self.retry_after_s = retry_after_s


class SourceUnavailableError(SourceError):
    """The source failed: network, timeout, server error, rate limit, or an answer that makes no sense."""


class DeliveryUnreadableError(SourceUnavailableError):
    """The source is well and answered, with the very delivery: it is stored in a shape that nobody can tell."""


class SourceMisconfiguredError(SourceError):
    """The source refuses us: a wrong token, project, dataset or query. Our fault, not its health."""


class AttemptLog(Protocol):
    """Where a source writes each request down as it goes, so that a recording can tell it (`attempt_log`)."""

    def begin(self) -> Attempt:
        """Write down that a request starts now."""
        ...

    def end(
        self,
        attempt: Attempt,
        result: AttemptResult,
        deliveries: Sequence[Delivery] = (),
        retry_after_s: float | None = None,
    ) -> None:
        """Write down how it ended, now."""
        ...


class DeliverySource(Protocol):
    """Where deliveries are recorded."""

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        """Every published delivery that answers to one of the readings of `number`; empty when there is none.

        Each request is written to `attempts`. Raises `SourceUnavailableError`, `DeliveryUnreadableError` among them,
        or `SourceMisconfiguredError`.
        A delivery answers to a reading when their letters and digits are the same, whatever their case,
        hyphens and spaces. At most two deliveries are returned: more are as ambiguous as two.
        """
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the cache holds under a number: the deliveries of one answer (none: "not found") and when it was given."""

    deliveries: tuple[Delivery, ...]
    fetched_at: datetime  # aware, UTC: an instant that several instances and restarts understand


class DeliveryCache(Protocol):
    """What is remembered. A cache that is slow or broken answers as if empty: it never raises."""

    async def get(self, key: str) -> Remembered | None:
        """What is held under `key`, however old (decided by the core), or None."""
        ...

    async def put(self, key: str, remembered: Remembered, *, ttl_s: float) -> None:
        """Keep it for `ttl_s` seconds."""
        ...

    async def forget(self, key: str) -> bool:
        """Drop `key`; True when something was held."""
        ...

    def __len__(self) -> int:
        """Entries held in this process."""
        ...


class EventSink(Protocol):
    """The one place where what happened is told; logs and metrics are its listeners."""

    def emit(self, event: Event) -> None:
        """Take note of `event`. Never raises, never waits."""
        ...


class Span(Protocol):
    """A stretch of work in a trace."""

    def set(self, **attributes: str | float | bool) -> None:
        """Add attributes (underscores in names become dots)."""
        ...

    def fail(self, reason: str) -> None:
        """Mark the stretch as failed, with a short low-cardinality reason."""
        ...


class Tracer(Protocol):
    """Traces; costs next to nothing when switched off."""

    is_on: bool  # whether spans are made

    def span(self, name: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:
        """A span under the present one, ended when the block ends."""
        ...


class CallerMatcher(Protocol):
    """Is this caller the customer? Compares telephone numbers, which is a third party's craft (phonenumbers)."""

    def matches_number(self, customer_phone: str, caller_number: str) -> bool:
        """Whether both are the same number in E.164."""
        ...

    def matches_last_four(self, customer_phone: str, said: str) -> bool:
        """Whether `said`, in any spoken form, is the last four digits of `customer_phone`."""
        ...


class Recorder(Protocol):
    """Where interactions are written. Never raises: what cannot be written is kept, or counted as lost."""

    def record(self, interaction: dict[str, Any]) -> Awaitable[None]:
        """Done once `interaction` is durable, or after a small bound while the write goes on.

        A recorder that returns a future lets the reply be finished meanwhile; a coroutine is awaited at once.
        """
        ...


@dataclass(frozen=True, slots=True)
class InteractionFilter:
    """Which interactions are asked for; fields that are None do not restrict."""

    correlation_id: str | None = None
    call_id: str | None = None
    tracking_number: str | None = None  # compared by letters and digits
    outcome: str | None = None
    kind: str | None = None
    slower_than_ms: float | None = None
    before: datetime | None = None  # received earlier than this
    limit: int = 50
    cursor: str | None = None  # opaque, from the page before


@dataclass(frozen=True, slots=True)
class InteractionPage:
    """Interactions, newest first, and the cursor of the next page (None: no more)."""

    interactions: tuple[dict[str, Any], ...]
    next_cursor: str | None


class Recordings(Protocol):
    """Interactions, read again."""

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        """One page, newest first. Raises `RecordingsUnavailableError`."""
        ...

    def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        """All of them, oldest first, without holding them in memory (`limit` and `cursor` are not used)."""
        ...

    async def purge(self, wanted: InteractionFilter) -> int:
        """Delete what matches; how many were deleted. A filter without any restriction is refused (ValueError)."""
        ...


class RecordingsUnavailableError(Exception):
    """The recordings cannot be read now."""
