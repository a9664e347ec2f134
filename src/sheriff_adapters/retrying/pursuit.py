"""The pursuit of one answer: which attempts are in the air, what has failed, and when to do something about it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import backoff

from sheriff_adapters.retrying.budget import Budget
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import HEDGE, RetryDenied, SourceRetried
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import (
    Attempt,
    AttemptLog,
    AttemptResult,
    Clock,
    EventSink,
    SourceError,
    SourceUnavailableError,
)

# An attempt with less time than this cannot finish (a round trip and a query take longer): it is not started.
SHORTEST_ATTEMPT_S: Final = 0.05

Found: TypeAlias = tuple[Delivery, ...]
Ask: TypeAlias = Callable[[Deadline, AttemptLog], Coroutine[Any, Any, Found]]


class _OpenRequests:
    """The `AttemptLog` of one attempt, which knows the requests that have not ended."""

    def __init__(self, log: AttemptLog) -> None:
        self._log = log
        self._open: list[Attempt] = []

    def begin(self) -> Attempt:
        request = self._log.begin()
        self._open.append(request)
        return request

    def end(
        self,
        attempt: Attempt,
        result: AttemptResult,
        deliveries: Sequence[Delivery] = (),
        retry_after_s: float | None = None,
    ) -> None:
        self._open = [other for other in self._open if other is not attempt]
        self._log.end(attempt, result, deliveries, retry_after_s)

    def time_out(self) -> None:
        """End what is still open: no answer in time."""
        for request in self._open:
            self.end(request, AttemptResult.TIMEOUT)


@dataclass(slots=True, eq=False)
class _Asking:
    """One attempt in the air."""

    task: "asyncio.Task[Found]"
    log: _OpenRequests
    limit: float  # of `Clock.now`: it counts as timed out from here
    hedge_at: float | None  # when it gets a twin; None: it has one, or is one, or may not


@dataclass(slots=True)
class Pursuit:
    """One `fetch` of `RetryingDeliverySource`. Call `run` once, then `end`, whatever `run` came to."""

    ask: Ask
    policy: RetryPolicy
    clock: Clock
    events: EventSink
    jitter: Callable[[], float]
    budget: Budget
    deadline: Deadline
    attempts: AttemptLog
    _sent: int = 0
    _in_the_air: list[_Asking] = field(default_factory=list)
    _failure: SourceError | None = None
    _not_before: float = 0.0  # of `Clock.now`: the source asked not to be asked again before this

    async def run(self) -> Found:
        """Ask until there is an answer, or asking again is of no use."""
        if self.deadline.remaining(self.clock.now()) < SHORTEST_ATTEMPT_S:
            raise SourceUnavailableError("no time left to ask", result=AttemptResult.TIMEOUT, transient=True)
        waits = backoff.expo(base=2, factor=self.policy.backoff_base_s, max_value=self.policy.backoff_cap_s)
        next(waits)  # backoff's generators begin with an empty step
        self._send()
        while True:
            found = await self._landed()
            if found is not None:
                return found
            if not self._in_the_air:
                assert self._failure is not None  # noqa: S101 - the last attempt left the air by failing
                await self._pause(next(waits), self._failure)
                self.events.emit(SourceRetried(self._failure.result))
                self._send()
            elif self._hedge_is_due():
                self.events.emit(SourceRetried(HEDGE))
                self._send(twin=True)

    async def end(self) -> None:
        """Cancel what is still in the air and wait until it is gone."""
        await _gone(*(asking.task for asking in self._in_the_air))

    def _send(self, *, twin: bool = False) -> None:
        now = self.clock.now()
        limit = min(now + self.policy.attempt_timeout_s, self.deadline.at)
        log = _OpenRequests(self.attempts)
        task = asyncio.create_task(self.ask(Deadline(limit), log))
        task.add_done_callback(_note_exception)
        hedge_at = now + self.policy.hedge_after_s if self.policy.hedge_after_s and not twin else None
        self._in_the_air.append(_Asking(task, log, limit, hedge_at))
        self._sent += 1

    async def _landed(self) -> Found | None:
        """Wait for something to happen: an answer when one has come, None when there is something to decide.

        Raises what asking again cannot mend.
        """
        instants = [asking.limit for asking in self._in_the_air]
        if self._sent < self.policy.attempts:
            instants += [asking.hedge_at for asking in self._in_the_air if asking.hedge_at is not None]
        timer = asyncio.create_task(self.clock.sleep(max(0.0, min(instants) - self.clock.now())))
        try:
            await asyncio.wait({timer, *(a.task for a in self._in_the_air)}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        now = self.clock.now()
        for asking in [a for a in self._in_the_air if a.task.done() or now >= a.limit]:
            try:
                return await self._concluded(asking)
            except SourceUnavailableError as error:
                if not error.transient:
                    raise
                self._failure = error
                if error.retry_after_s is not None:
                    self._not_before = max(self._not_before, now + error.retry_after_s)
        return None

    async def _concluded(self, asking: _Asking) -> Found:
        """What an attempt that is done, or whose time is over, has come to; it leaves the air."""
        await _gone(asking.task)
        self._in_the_air.remove(asking)
        if asking.task.cancelled():
            asking.log.time_out()
            raise SourceUnavailableError("no answer in time", result=AttemptResult.TIMEOUT, transient=True)
        return asking.task.result()

    async def _pause(self, longest_s: float, failure: SourceError) -> None:
        """Wait before the next attempt, or raise `failure` when there is to be none."""
        if self._sent >= self.policy.attempts:
            raise failure
        now = self.clock.now()
        start = max(now + longest_s * self.jitter(), self._not_before)
        if start + SHORTEST_ATTEMPT_S > self.deadline.at:
            self.events.emit(RetryDenied("retry_after" if start == self._not_before > now else "deadline"))
            raise failure
        if not self.budget.take():
            self.events.emit(RetryDenied("budget"))
            raise failure
        await self.clock.sleep(start - now)

    def _hedge_is_due(self) -> bool:
        """Whether the attempt in the air has been silent for long enough to get a twin, and may have one."""
        now = self.clock.now()
        asking = self._in_the_air[0]
        if asking.hedge_at is None or now < asking.hedge_at or self._sent >= self.policy.attempts:
            return False
        asking.hedge_at = None
        if now + SHORTEST_ATTEMPT_S > self.deadline.at:
            self.events.emit(RetryDenied("deadline"))
            return False
        if not self.budget.take(self.policy.hedge_cost):
            self.events.emit(RetryDenied("budget"))
            return False
        return True


async def _gone(*tasks: "asyncio.Task[Found]") -> None:
    """Cancel the tasks that are not done and wait until they are; what they end with is left in them."""
    unfinished = [task for task in tasks if not task.done()]
    for task in unfinished:
        task.cancel()
    if unfinished:
        await asyncio.wait(unfinished)


def _note_exception(task: "asyncio.Task[Found]") -> None:
    """Look at how a task ended, so that asyncio does not report a failure nobody waited for any more."""
    if not task.cancelled():
        task.exception()
