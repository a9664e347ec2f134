"""Deliveries in Sanity: the two stages of a lookup, each request written down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, fields
from types import TracebackType
from typing import Any, Self

from sheriff_adapters.document import DocumentError, is_published, read_delivery
from sheriff_adapters.sanity import groq
from sheriff_adapters.sanity.client import SanityClient
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.ports import (
    AttemptLog,
    AttemptResult,
    Clock,
    DeliveryUnreadableError,
    EventSink,
    SourceError,
    SourceUnavailableError,
    Tracer,
)
from sheriff_core.tracking_number import TrackingNumber, canonical


@dataclass(frozen=True, slots=True)
class SanityPing:
    """Sanity answered: how many deliveries the token may read, and how long one request took."""

    deliveries: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class SanitySurvey:
    """What the deliveries that the token may read hold."""

    deliveries: int
    numbered: int  # with a tracking number; the others cannot be asked for
    separated: int  # whose number is stored with hyphens, spaces and the like: no index finds those
    with_status: int
    with_phone: int  # without one nobody can be recognised as the customer


def _propagate_nothing(headers: dict[str, str]) -> None:
    """Add no trace context to a request."""


class SanityDeliverySource:
    """The `DeliverySource` port on Sanity's query API. One `fetch` asks once: retries are `retrying`'s business.

    An async context manager: its session lasts as long as the block. Sanity is not asked anything on entering.
    """

    def __init__(
        self,
        *,
        project_id: str,
        dataset: str,
        token: str,
        clock: Clock,
        events: EventSink,
        tracer: Tracer,
        api_version: str,
        base_url: str,
        attempt_timeout_s: float,
        propagate: Callable[[dict[str, str]], None] = _propagate_nothing,
    ) -> None:
        """`api_version` with or without its "v", `base_url` with `{project}` where the project stands in it.

        `attempt_timeout_s` bounds one `fetch`, both stages together, in seconds. `propagate` adds the trace context
        to a request's headers. Nothing is connected here.
        """
        self._client = SanityClient(
            project_id=project_id,
            dataset=dataset,
            token=token,
            api_version=api_version,
            base_url=base_url,
            clock=clock,
            events=events,
            tracer=tracer,
            propagate=propagate,
        )
        self._clock = clock
        self._attempt_timeout_s = attempt_timeout_s

    async def __aenter__(self) -> Self:
        await self._client.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.close()

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        """Every published delivery that answers to a reading of `number`, latest change first, at most two.

        The indexed question first; when it finds nothing, the computed one, for numbers stored with separators. An
        empty first stage alone is never "not found": when there is no time for the second, that is a timeout.
        """
        until = min(deadline.at, self._clock.now() + self._attempt_timeout_s)
        found = await self._ask(groq.indexed(number), number, until, attempts)
        return found or await self._ask(groq.computed(number), number, until, attempts)

    async def ping(self) -> SanityPing:
        """Prove by one cheap request that Sanity can be reached and lets us read. Raises `SourceError`, as `fetch`."""
        started = self._clock.now()
        deliveries = await self._client.ask(groq.count(), _read_count, until=started + self._attempt_timeout_s)
        return SanityPing(deliveries, self._clock.now() - started)

    async def survey(self) -> SanitySurvey:
        """Count what the deliveries hold; Sanity looks at each of them. Raises `SourceError`, as `fetch`."""
        until = self._clock.now() + self._attempt_timeout_s
        return await self._client.ask(groq.survey(), _read_survey, until=until)

    async def _ask(
        self, query: groq.Query, number: TrackingNumber, until: float, attempts: AttemptLog
    ) -> tuple[Delivery, ...]:
        """One request, written to `attempts`. One that is cancelled before `until` stays there without an end."""
        if self._clock.now() >= until:
            raise SourceUnavailableError("no time left to ask", result=AttemptResult.TIMEOUT, transient=True)
        attempt = attempts.begin()
        try:
            found = await self._client.ask(query, lambda result: _read_deliveries(result, number), until=until)
        except SourceError as error:
            attempts.end(attempt, error.result, retry_after_s=error.retry_after_s)
            raise
        except asyncio.CancelledError:
            if self._clock.now() >= until:
                attempts.end(attempt, AttemptResult.TIMEOUT)
            raise
        attempts.end(attempt, AttemptResult.OK if found else AttemptResult.EMPTY, found)
        return found


def _read_deliveries(result: Any, number: TrackingNumber) -> tuple[Delivery, ...]:
    """The deliveries in an answer. Raises ValueError for anything that was not asked for."""
    if not isinstance(result, list):
        raise DocumentError("the result is not a list")
    found: list[Delivery] = []
    for document in result:
        if not isinstance(document, dict):
            raise DocumentError("a document is not an object")
        if isinstance(document.get("_id"), str) and not is_published(document["_id"]):
            continue  # `perspective=published` hides these; told twice, because a draft must never reach a caller
        delivery = _read(document, number)
        if delivery is not None and canonical(delivery.tracking_number) in number.readings:
            found.append(delivery)
        elif delivery is None or groq.as_compared(delivery.tracking_number) not in number.readings:
            raise DocumentError("a delivery that was not asked for")
        # Else it is the number in capitals alone, as GROQ compares ("ß" becomes "SS"): another one, honestly answered.
    return tuple(found[:2])


def _read(document: dict[str, Any], number: TrackingNumber) -> Delivery | None:
    """The delivery in a document. Raises `DeliveryUnreadableError` for one that was asked for, else `DocumentError`."""
    try:
        return read_delivery(document)
    except DocumentError as error:
        named, said = document.get("_id"), document.get("trackingNumber")
        is_asked_for = isinstance(said, str | int) and canonical(str(said)) in number.readings
        if not (is_asked_for and named and isinstance(named, str)):
            raise  # it makes no sense as an answer: what gave it is not Sanity, or not well
        told = f"the document {named} cannot be told: {error}"
        raise DeliveryUnreadableError(told, result=AttemptResult.MALFORMED, transient=True) from error


def _read_count(result: Any) -> int:
    """The number in an answer to `groq.count`."""
    if not isinstance(result, int) or isinstance(result, bool):
        raise DocumentError("the result is not a number")
    return result


def _read_survey(result: Any) -> SanitySurvey:
    """The counts in an answer to `groq.survey`."""
    if not isinstance(result, dict):
        raise DocumentError("the result is not an object")
    return SanitySurvey(**{counted.name: _read_count(result.get(counted.name)) for counted in fields(SanitySurvey)})
