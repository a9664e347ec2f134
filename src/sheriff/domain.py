"""The domain of one process, put together over its driven side."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sheriff.driven_side import DrivenSide
from sheriff_adapters.recordings.apart.opening import RecordingsApart
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.call_review import CallReview, Score
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.front_desk import Desk
from sheriff_core.health import Health
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.policy import Policy
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.tools import Tools
from sheriff_core.tracking_number import read_tracking_number

REVIEWS_AT_SHUTDOWN_S: Final = 1.0  # calls still being reviewed when the process stops get this long


@dataclass(frozen=True, slots=True)
class Domain:
    """What the two listeners ask: the desk answers Vapi, the others answer operators."""

    desk: Desk
    lookup: DeliveryLookup
    breaker: CircuitBreaker
    health: Health
    policy: Policy

    async def forget(self, said: str) -> bool:
        """Drop what is remembered under a tracking number; True when something was. Raises ValueError for no number."""
        number = read_tracking_number(said, self.policy.tracking_number)
        if number is None:
            raise ValueError("trackingNumber: cannot be a tracking number")
        return await self.lookup.forget(number)


def domain_over(driven: DrivenSide, policy: Policy, stack: contextlib.AsyncExitStack) -> Domain:
    """Put the domain together; when `stack` is closed, calls are reviewed to the end, then flights are ended."""
    breaker = CircuitBreaker(policy.breaker, driven.clock, driven.events)
    lookup = DeliveryLookup(
        source=driven.source,
        cache=driven.cache,
        breaker=breaker,
        clock=driven.clock,
        events=driven.events,
        tracer=driven.tracer,
        policy=policy.lookup,
    )
    stack.push_async_callback(lookup.close)
    review = CallReview(recorder=driven.recordings, recordings=driven.recordings, score=_score, events=driven.events)
    stack.push_async_callback(_soon, review.finish)
    return Domain(
        desk=Desk(_tools(driven, lookup, policy), review),
        lookup=lookup,
        breaker=breaker,
        health=Health(
            breaker=breaker,
            clock=driven.clock,
            cache_status=driven.cache.status,
            recordings_status=_status_of(driven.recordings),
        ),
        policy=policy,
    )


def _tools(driven: DrivenSide, lookup: DeliveryLookup, policy: Policy) -> Tools:
    return Tools(
        lookup=lookup,
        ledger=CallerLedger(policy.caller, driven.clock),
        memo=ReplyMemo(policy.memo, driven.clock),
        matcher=driven.matcher,
        recorder=driven.recordings,
        clock=driven.clock,
        events=driven.events,
        tracer=driven.tracer,
        policy=policy,
    )


def _score(ended: dict[str, Any], tool_calls: Sequence[dict[str, Any]]) -> Score:
    """Score a call; the scorer's grammar is loaded with the first, off the loop, and not before calls are taken."""
    from sheriff_core.evaluation.groundedness import score_call

    return score_call(ended, tool_calls)


def _status_of(recordings: RecordingsApart | None) -> Callable[[], Mapping[str, Any]]:
    if recordings is None:
        return lambda: {"status": "off"}
    return recordings.status


async def _soon(finish: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(finish(), REVIEWS_AT_SHUTDOWN_S)
