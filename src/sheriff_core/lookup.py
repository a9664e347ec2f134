"""Find a delivery before the caller loses patience.

Memory first: what is fresh is told at once and never waits for the source. Otherwise the source is asked, once for
all callers of a number, and the caller waits: until the soft timeout when something is remembered, until the
deadline when nothing is. The flight goes on after its callers have left and fills the cache (FusionCache's soft and
hard timeouts, fail-safe and background completion). A caller always gets an ending, never an exception.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sheriff_core.breaker import BreakerSnapshot, CircuitBreaker, Permit
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import CallNotPermitted, DefectCaught, FlightShed, LookupEnded, StaleServed
from sheriff_core.memory import NOTHING, Freshness, Memory, answers, as_not_found, keep_for_s, keys_of, recall
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    LookupOutcome,
    NotFound,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.policy import LookupPolicy
from sheriff_core.ports import (
    Attempt,
    AttemptResult,
    Clock,
    DeliveryCache,
    DeliverySource,
    DeliveryUnreadableError,
    EventSink,
    Remembered,
    SourceError,
    SourceMisconfiguredError,
    Span,
    Tracer,
)
from sheriff_core.single_flight import Flight, SingleFlight
from sheriff_core.tracking_number import TrackingNumber, readings_of

FlightEnding: TypeAlias = tuple[Delivery, ...] | UnavailableReason
Hides: TypeAlias = Callable[[tuple[Delivery, ...]], bool]  # whether the caller may not even know that these exist


@dataclass(slots=True)
class LookupTrace:
    """What a lookup saw before it decided, and what it sent: enough to decide the same again (for a recording)."""

    memory: Memory = NOTHING
    breaker: BreakerSnapshot | None = None
    flights: int = 0
    flight_started_at: float | None = None  # `Clock.now` at which the flight left that this lookup waited for
    joined: bool = False  # the flight was in the air before this lookup
    waits_until: float | None = None  # `Clock.now` at which this lookup's patience ends
    landed: bool | None = None  # the flight's ending came before that
    attempts: list[Attempt] = field(default_factory=list)


class DeliveryLookup:
    """The use case. One per process: it owns the flights, and shares the breaker with the operators."""

    def __init__(
        self,
        *,
        source: DeliverySource,
        cache: DeliveryCache,
        breaker: CircuitBreaker,
        clock: Clock,
        events: EventSink,
        tracer: Tracer,
        policy: LookupPolicy,
    ) -> None:
        """This will ask nobody yet."""
        self._source = source
        self._cache = cache
        self._breaker = breaker
        self._clock = clock
        self._events = events
        self._tracer = tracer
        self._policy = policy
        self._flights: SingleFlight[FlightEnding] = SingleFlight(clock, max_flights=policy.max_flights)

    @property
    def in_flight(self) -> int:
        """Lookups in the air."""
        return len(self._flights)

    async def find(
        self,
        number: TrackingNumber,
        *,
        deadline: Deadline,
        at: datetime | None = None,
        trace: LookupTrace | None = None,
        hides: Hides | None = None,
    ) -> LookupOutcome:
        """Find `number`; `at` is the instant of the request, to which every age is relative, and now by default.

        To whom it is hidden that there is a delivery, it is remembered as long as that there is none: so neither the
        ending nor the wait for it tells.
        """
        at, trace = at or self._clock.wall(), trace or LookupTrace()
        with self._tracer.span("lookup") as span:
            memory = trace.memory = await self._recall(number, at, hides)
            trace.breaker = self._breaker.snapshot()
            trace.flights = self.in_flight
            if memory.freshness is Freshness.FRESH and memory.remembered is not None:
                self._events.emit(LookupEnded("hit"))
                return _told(memory.remembered.deliveries, memory.age_s, ServedFrom.CACHE)
            flight = self._board(number, trace)
            ending: FlightEnding | None
            if isinstance(flight, UnavailableReason):
                ending = flight
            else:
                trace.flight_started_at, trace.attempts = flight.started_at, flight.attempts
                trace.waits_until = self._patience(flight, memory, deadline)
                ending = await flight.landed_by(trace.waits_until)
                trace.landed = ending is not None
                # The requests of a flight stand in the trace of whom it left for: here is why there are none.
                span.set(sheriff_lookup_joined=trace.joined)
            return self._conclude(ending, memory, span)

    def begin(self, number: TrackingNumber) -> None:
        """Send a flight off without waiting for it (replay puts a flight in the air that a caller then joins)."""
        self._board(number, LookupTrace())

    async def forget(self, number: TrackingNumber) -> bool:
        """Drop what is remembered about `number`; True when there was something.

        A flight that left before brings what the source held before: nobody joins it, and nothing of it is kept.
        """
        self._flights.overtake(lambda key: not readings_of(key).isdisjoint(number.readings))
        held = [await self._cache.forget(key) for key in dict.fromkeys((number.key, *number.readings))]
        return any(held)

    async def close(self) -> None:
        """End every flight."""
        await self._flights.close()

    def _board(self, number: TrackingNumber, trace: LookupTrace) -> "Flight[FlightEnding] | UnavailableReason":
        """Join the flight in the air or start one; or the reason why neither is possible."""
        flight = self._flights.find(number.key)
        if flight is not None:
            trace.joined = True
            return flight
        if self._flights.full:
            self._events.emit(FlightShed(self.in_flight))
            return UnavailableReason.BUSY
        permit = self._breaker.ask()
        if permit is None:
            self._events.emit(CallNotPermitted(self._breaker.state.value))
            return UnavailableReason.CIRCUIT_OPEN
        return self._flights.start(number.key, lambda flight: self._fly(number, permit, flight))

    def _patience(self, flight: "Flight[FlightEnding]", memory: Memory, deadline: Deadline) -> float:
        """Until when this caller waits.

        With something remembered: the soft timeout counted from the flight's start, so that only its first caller
        waits for a slow source and later ones hear what is remembered at once (FusionCache's throttle).
        """
        if memory.freshness is Freshness.STALE:
            return min(flight.started_at + self._policy.soft_timeout_s, deadline.at)
        return deadline.at

    async def _fly(self, number: TrackingNumber, permit: Permit, flight: "Flight[FlightEnding]") -> FlightEnding:
        """Ask the source, tell the breaker, fill the cache. Ends with a value whatever happens."""
        voted = False
        longest_s = self._policy.hard_timeout_s + self._policy.background_s
        try:
            deliveries = await self._source.fetch(
                number, deadline=Deadline.after(longest_s, now=self._clock.now()), attempts=flight
            )
            self._breaker.succeeded(permit)
            voted = True
            if not flight.overtaken:
                await self._remember(number, deliveries)
        except (SourceMisconfiguredError, DeliveryUnreadableError) as error:
            # The source is well; we are wrong, or one of its deliveries is (docs/adr/0006).
            self._breaker.succeeded(permit)
            voted = True
            is_ours = isinstance(error, SourceMisconfiguredError)
            return UnavailableReason.MISCONFIGURED if is_ours else UnavailableReason.UNREADABLE
        except SourceError as error:
            self._breaker.failed(permit)
            voted = True
            return (
                UnavailableReason.TIMEOUT if error.result is AttemptResult.TIMEOUT else UnavailableReason.SOURCE_FAILED
            )
        except Exception as error:  # noqa: BLE001 - a defect in an adapter must not leave callers without an ending
            self._events.emit(DefectCaught("lookup.flight", error))
            return UnavailableReason.INTERNAL
        else:
            return deliveries
        finally:
            if not voted:
                self._breaker.abandoned(permit)

    async def _recall(self, number: TrackingNumber, at: datetime, hides: Hides | None) -> Memory:
        with self._tracer.span("cache.get") as span:
            memory = recall(await self._remembered(number), number.key, at=at, policy=self._policy)
            span.set(sheriff_cache_result=memory.freshness.value)
        if hides is not None and memory.remembered is not None and hides(memory.remembered.deliveries):
            return as_not_found(memory, self._policy)
        return memory

    async def _remembered(self, number: TrackingNumber) -> Remembered | None:
        remembered = await self._cache.get(number.key)
        if remembered is None or not answers(remembered, number):
            return None
        for key in keys_of(number, remembered.deliveries)[1:]:
            under_its_own = await self._cache.get(key)
            if under_its_own is None or under_its_own.deliveries != remembered.deliveries:
                return None  # forgotten, or changed, under its own number: so under all words that could mean it
        return remembered

    async def _remember(self, number: TrackingNumber, deliveries: tuple[Delivery, ...]) -> None:
        remembered = Remembered(deliveries, self._clock.wall())
        for key in keys_of(number, deliveries):
            await self._cache.put(key, remembered, ttl_s=keep_for_s(remembered, self._policy))

    def _conclude(self, ending: "FlightEnding | None", memory: Memory, span: Span) -> LookupOutcome:
        if isinstance(ending, tuple):
            self._events.emit(LookupEnded("miss"))
            return _told(ending, 0.0, ServedFrom.SOURCE)
        reason = UnavailableReason.TIMEOUT if ending is None else ending
        span.set(sheriff_lookup_reason=reason.value)
        if memory.freshness is Freshness.STALE and memory.remembered is not None:
            self._events.emit(LookupEnded("stale"))
            self._events.emit(StaleServed(memory.age_s, reason.value))
            return _told(memory.remembered.deliveries, memory.age_s, ServedFrom.STALE)
        self._events.emit(LookupEnded("miss"))
        return Unavailable(reason)


def _told(deliveries: tuple[Delivery, ...], age_s: float, served_from: ServedFrom) -> LookupOutcome:
    """An answer of the source, now or remembered, as an ending."""
    if not deliveries:
        return NotFound(served_from)
    if len(deliveries) > 1:
        return Ambiguous(served_from, age_s)
    if served_from is ServedFrom.STALE:
        return FoundStale(deliveries[0], age_s)
    return Found(deliveries[0], age_s, served_from)
