"""A source that is asked again where that helps.

One call of the wrapped source's `fetch` is one attempt here, whatever number of requests it takes (Sanity takes two
when the first stage finds nothing); each of those requests still stands in the `AttemptLog`. So "503 twice, then
fine" is three requests and a delivery that was found.

The spacing is that of the `backoff` package (`expo`, with full jitter). Its decorator is not used: it sleeps by
itself, reads the wall clock, and its `max_time` bounds neither a running attempt nor the last one, while here every
wait goes through the `Clock` and nothing outlives the deadline (docs/adr/0005). The dice are a parameter for the
same reason: `backoff.full_jitter` throws the interpreter's own.
"""

import random
from collections.abc import Callable

from sheriff_adapters.retrying.budget import Budget, RetryBudget
from sheriff_adapters.retrying.pursuit import Pursuit
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import AttemptLog, Clock, DeliverySource, EventSink
from sheriff_core.tracking_number import TrackingNumber


class RetryingDeliverySource:
    """The `DeliverySource` port over another one, asked again where that helps and there is time."""

    def __init__(
        self,
        inner: DeliverySource,
        policy: RetryPolicy,
        *,
        clock: Clock,
        events: EventSink,
        jitter: Callable[[], float] = random.random,
        budget: Budget | None = None,
    ) -> None:
        """`jitter` gives a number in [0, 1): the share of a wait that is waited (full jitter).

        Without a `budget` there is a `RetryBudget` by `policy`.
        """
        self._inner = inner
        self._policy = policy
        self._clock = clock
        self._events = events
        self._jitter = jitter
        self._budget = budget or RetryBudget(ratio=policy.budget_ratio, burst=policy.budget_burst)

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        """What the wrapped source finds, after at most `policy.attempts` attempts that all end by `deadline`.

        Raises the last attempt's `SourceUnavailableError`, or `SourceMisconfiguredError` at once. When it ends, in
        whatever way, no attempt of it is left running. The request of an attempt that was overtaken by its twin, or
        cancelled with its caller, stays in `attempts` without an end and without a result.
        """
        pursuit = Pursuit(
            ask=lambda until, log: self._inner.fetch(number, deadline=until, attempts=log),
            policy=self._policy,
            clock=self._clock,
            events=self._events,
            jitter=self._jitter,
            budget=self._budget,
            deadline=deadline,
            attempts=attempts,
        )
        try:
            found = await pursuit.run()
        finally:
            await pursuit.end()
        self._budget.earn()
        return found
