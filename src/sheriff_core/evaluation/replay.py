"""Replay: a recorded tool call happens again, through the same code as production, in the world it was recorded in.

The world is what the code does not decide: the instant, what the cache, the breaker and the caller's account held,
how the source answered each request and when, and whether the call still heard it. Everything else is done again. When
nothing in the code or the policy has changed, the reply is the recorded one, byte for byte.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.deadline import Deadline
from sheriff_core.evaluation.recorded_call import (
    RecordedCall,
    UnreadableInteractionError,
    breaker_from_record,
    remembered_from_record,
    standing_from_record,
    with_phones,
)
from sheriff_core.events import Event
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.memory import keys_of
from sheriff_core.ports import Clock, DeliveryCache, DeliverySource, Remembered, Span
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.tool_call import ToolCall
from sheriff_core.tools import Tools
from sheriff_core.tracking_number import TrackingNumber, canonical

__all__ = ["Replayed", "UnreadableInteractionError", "World", "replay"]

ARRIVAL_CUT_S: Final = 0.001  # a recorded arrival is cut to whole milliseconds


class World(Protocol):
    """The recorded world of one call, begun `lead_s` before it arrived (`sheriff_adapters.recorded_world`)."""

    clock: Clock
    cache: DeliveryCache
    source: DeliverySource


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was said, and what would be said."""

    correlation_id: str
    tool_call_id: str
    recorded: Mapping[str, Any]
    replayed: Mapping[str, Any]
    recorded_ms: float
    replayed_ms: float

    @property
    def same(self) -> bool:
        """Whether the reply is the recorded one."""
        return self.recorded == self.replayed


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What answers a call, as in production; telling nobody, and recording nothing."""

    lookup: DeliveryLookup
    breaker: CircuitBreaker
    ledger: CallerLedger
    tools: Tools


async def replay(call: RecordedCall, world: World) -> Replayed:
    """Answer `call` again. `world` stands at the instant `call.lead_s` before it arrived."""
    record, clock = call.record, world.clock
    rooms = _rooms(call, world)
    try:
        received_now = clock.now() + call.lead_s
        number = call.number
        await _set_the_scene(call, number, world, rooms.lookup)
        again = _tool_call(call, received_now)
        before = record.get("before") or {}
        snapshot = breaker_from_record(before.get("breaker"))
        if snapshot is not None:
            # The call came up to so much later than its recording says, and so may the breaker's time have come.
            leeway_s = ARRIVAL_CUT_S if call.sent_flight else 0.0
            rooms.breaker.restore(snapshot, probing=not call.sent_flight, leeway_s=leeway_s)
        if number is not None:
            standing = standing_from_record(before.get("caller"))
            rooms.ledger.restore(again.call_id, again.caller_number, standing, number.key)
        if not call.joined and call.flight_start_s > 0:
            await clock.sleep(call.flight_start_s)
        reply = await rooms.tools.answer(again)
        return Replayed(
            correlation_id=again.correlation_id,
            tool_call_id=again.tool_call_id,
            recorded=record["reply"],
            replayed=reply.wire,
            recorded_ms=float(record.get("latencyMs") or 0.0),
            replayed_ms=round((clock.now() - received_now) * 1000.0, 3),
        )
    finally:
        await rooms.lookup.close()


def _rooms(call: RecordedCall, world: World) -> _Rooms:
    policy, clock, silence = call.policy, world.clock, _Silence()
    breaker = CircuitBreaker(policy.breaker, clock, silence)
    ledger = CallerLedger(policy.caller, clock)
    lookup = DeliveryLookup(
        source=world.source,
        cache=world.cache,
        breaker=breaker,
        clock=clock,
        events=silence,
        tracer=silence,
        policy=policy.lookup,
    )
    tools = Tools(
        lookup=lookup,
        ledger=ledger,
        memo=ReplyMemo(policy.memo, clock),
        matcher=_RecordedMatch(call.record.get("callerMatched")),
        recorder=None,
        clock=clock,
        events=silence,
        tracer=silence,
        policy=policy,
    )
    return _Rooms(lookup, breaker, ledger, tools)


def _tool_call(call: RecordedCall, received_now: float) -> ToolCall:
    record = call.record
    return ToolCall(
        tool_call_id=str(record["toolCallId"]),
        name=str(record["reply"].get("name", record.get("tool"))),
        arguments=record.get("arguments"),
        correlation_id=str(record["correlationId"]),
        # The account of a call without an id is kept under the caller's number, which is not recorded.
        call_id=record.get("callId") or f"replay:{record['correlationId']}",
        caller_number="recorded" if record.get("callerMatched") is not None else None,
        received_at=call.received_at,
        received_now=received_now,
        deadline=Deadline.after(call.policy.lookup.hard_timeout_s, now=received_now),
    )


async def _set_the_scene(
    call: RecordedCall, number: TrackingNumber | None, world: World, lookup: DeliveryLookup
) -> None:
    """Put into the air what was in the air, and into the cache what it held, and let time come to the call."""
    if call.in_flight >= call.policy.lookup.max_flights and not call.joined:
        for index in range(call.in_flight):
            lookup.begin(TrackingNumber("", (f"#{index}",)))
    if call.joined and number is not None:
        # A flight can leave between a call's arrival and its lookup, for another call.
        await world.clock.sleep(max(0.0, call.flight_start_s))
        lookup.begin(number)
    await world.clock.sleep(call.lead_s)
    remembered = remembered_from_record((call.record.get("before") or {}).get("cache"))
    if remembered is None or number is None:
        return
    if all(canonical(delivery.tracking_number) in number.readings for delivery in remembered.deliveries):
        compared = call.record.get("callerMatched") is not None
        remembered = Remembered(with_phones(remembered.deliveries, compared=compared), remembered.fetched_at)
        for key in keys_of(number, remembered.deliveries):
            await world.cache.put(key, remembered, ttl_s=call.policy.lookup.stale_s)


@dataclass(frozen=True, slots=True)
class _RecordedMatch:
    """Whether the caller was the customer, as it was found then: telephone numbers are not recorded."""

    matched: bool | None

    def matches_number(self, customer_phone: str, caller_number: str) -> bool:  # noqa: ARG002 - the port's signature
        return bool(self.matched)

    def matches_last_four(self, customer_phone: str, said: str) -> bool:  # noqa: ARG002
        return bool(self.matched)


class _Silence:
    """Takes events and spans, and keeps none."""

    is_on = False

    def emit(self, event: Event) -> None:
        pass

    def span(self, name: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:  # noqa: ARG002
        return nullcontext(self)

    def set(self, **attributes: str | float | bool) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass
