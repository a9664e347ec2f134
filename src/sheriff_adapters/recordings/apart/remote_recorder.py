"""Durable before acknowledged, bounded: the service's end of a recorder whose other end is the writing process.

An interaction goes there as text, with all that came in the same turn of the event loop, and is kept here until it is
said to be durable: a process that dies in between has lost nothing, and the next one is given the same again.
"""

import asyncio
import functools
import itertools
import operator
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sheriff_adapters.recordings.apart.frames import Frame, framed, framed_lines
from sheriff_adapters.recordings.apart.messages import line_of, purge_body, read_event, settle_body
from sheriff_adapters.recordings.apart.outages import OverlappingOutages
from sheriff_adapters.recordings.apart.questions import Questions
from sheriff_adapters.recordings.apart.writer_process import WriterProcess
from sheriff_adapters.recordings.health import RecordingHealth
from sheriff_adapters.recordings.interaction_text import InteractionUnusableError, decode
from sheriff_adapters.recordings.kept_policy import KeptPolicy
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.waiting import AckBound, let_go, within
from sheriff_core.events import InteractionRecorded
from sheriff_core.ports import Clock, EventSink, InteractionFilter, RecordingsUnavailableError
from sheriff_core.rfc3339 import rfc3339

_CLOSINGS = 1.5  # in the process the recorder closes, and then its store; the whole service has ten seconds to stop


@dataclass(slots=True, eq=False)
class _Sent:
    line: bytes
    policy: KeptPolicy | None  # that `line` names; None where it holds its own, or has none
    acknowledged: asyncio.Future[None]


class RemoteRecorder:
    """The `Recorder` port in front of a `WriterProcess`."""

    def __init__(
        self, program: str, url: str, *, store: str, clock: Clock, events: EventSink, policy: RecordingPolicy
    ) -> None:
        self._clock = clock
        self._events = events
        self._policy = policy
        self._process = WriterProcess(
            program,
            url,
            policy,
            clock=clock,
            began=self._begin,
            said=self._hear,
            ended=self._lose_process,
            is_needed=lambda: bool(self._unacknowledged),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._just_came: list[_Sent] = []  # in the present turn of the loop
        self._unacknowledged: deque[_Sent] = deque()
        self._bytes = 0  # of both
        self._policy_there: KeptPolicy | None = None  # the one that the process was told last
        self._sent = self._acknowledged = 0  # since the start
        self._ack_bound = AckBound(clock, policy.ack_bound_s)
        self._outages = OverlappingOutages(events)
        self._health = RecordingHealth(self._outages.of("process"))  # of its store the process tells itself
        self._heard_at = 0.0
        self._said: dict[str, Any] = {"status": "ok", "store": store, "queueLength": 0, "spooled": 0, "lost": 0}
        self._waiting_there = 0  # on its disk, and not in the store
        self._lost_before = 0  # by processes that have ended
        self._tried = asyncio.Event()  # the store has answered the present process once, well or badly
        self._questions = Questions()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False

    @property
    def pid(self) -> int | None:
        """The number of the writing process, while there is one."""
        return self._process.pid

    @property
    def queue_length(self) -> int:
        """Interactions that are not in the store yet, but for those that wait in the spool for the end of an outage."""
        return len(self._just_came) + len(self._unacknowledged) + self._waiting_there

    def status(self) -> dict[str, Any]:
        """What readiness tells: `failing` while the store takes no writes, or nobody is there to write."""
        lost = self._lost_before + self._said["lost"] + self._health.lost
        said = {**self._said, "queueLength": self.queue_length, "lost": lost}
        if self._health.trouble:
            said |= {"status": "failing", "detail": self._health.trouble}
        return said

    async def open(self) -> None:
        """Start, and wait for the first answer of the store, but not for long: a start never fails here."""
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._clock.now()
        self._tasks = [
            asyncio.create_task(self._process.run(), name="recordings-process"),
            asyncio.create_task(self._ack_bound.keep(), name="recordings-bound"),
            asyncio.create_task(self._notice_silence(), name="recordings-silence"),
        ]
        await within(self._clock, self._policy.open_within_s, self._tried.wait())

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        """Done once `interaction` is durable, or after `ack_bound_s` while the write goes on. Never raises."""
        acknowledged = asyncio.get_running_loop().create_future()
        if not interaction.get("receivedAt"):
            interaction = {**interaction, "receivedAt": rfc3339(self._clock.wall())}
        try:
            line, policy = line_of(interaction)
        except InteractionUnusableError as error:
            self._health.lose(1, f"no interaction: {error}")
            acknowledged.set_result(None)
            return acknowledged
        if self._is_closing or self._loop is None or not self._has_room_for(line):
            self._health.lose(1, "stopped" if self._is_closing else "queue and spool are full")
            acknowledged.set_result(None)
            return acknowledged
        self._bytes += len(line)
        if not self._just_came:
            self._loop.call_soon(self._end_turn)
        self._just_came.append(_Sent(line, policy, acknowledged))
        return acknowledged

    async def settle(self) -> None:
        """Wait until what has been acknowledged by now is in the store, `settle_within_s` at most, and in no outage."""
        await within(self._clock, self._policy.settle_within_s, self._ask(Frame.SETTLE, settle_body))

    async def purge(self, wanted: InteractionFilter, *, tidies: bool) -> int:
        """Delete what matches, in the store and on the way to it; how many.

        Raises `RecordingsUnavailableError`, and `ValueError` for a filter without any restriction.
        """
        self._end_turn()
        answer = await self._ask(Frame.PURGE, functools.partial(purge_body, wanted, tidies=tidies))
        if "unavailable" in answer:
            raise RecordingsUnavailableError(answer["unavailable"])
        if "refused" in answer:
            raise ValueError(answer["refused"])
        return int(answer["erased"])

    async def close(self) -> None:
        """Have everything written, to the store or else to the spool, within `_CLOSINGS` times `close_within_s`."""
        self._end_turn()
        self._is_closing = True
        if self._tasks:
            await within(self._clock, _CLOSINGS * self._policy.close_within_s, self._process.stop())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        left = len(self._unacknowledged)
        if left:
            self._health.lose(left, "stopped before it could be written")
        self._health.end_round()
        self._unacknowledged.clear()
        self._ack_bound.end()
        self._questions.forget("the service stops")

    def _has_room_for(self, line: bytes) -> bool:
        held = len(self._just_came) + len(self._unacknowledged)
        return held < self._policy.queue_entries and self._bytes + len(line) <= self._policy.queue_bytes

    def _end_turn(self) -> None:
        """Send what came in one turn of the loop, and start its time only now: before, nothing could have begun."""
        came, self._just_came = self._just_came, []
        if not came:
            return
        self._ack_bound.begins_for([sent.acknowledged for sent in came])
        self._unacknowledged.extend(came)
        self._sent += len(came)
        self._health.spooled(len(came))
        self._send(came)

    def _begin(self) -> None:
        """A process is there: give it what none before has written for certain."""
        self._heard_at = self._clock.now()
        self._tried.clear()
        self._policy_there = None
        self._send(self._unacknowledged)

    def _send(self, interactions: Iterable[_Sent]) -> None:
        for policy, group in itertools.groupby(interactions, key=operator.attrgetter("policy")):
            is_new = policy is not None and policy is not self._policy_there
            if is_new and self._process.send(framed(Frame.POLICY, policy.text.encode())):
                self._policy_there = policy
            kind = Frame.RECORD_WHOLE if policy is None else Frame.RECORD_BODIES
            self._process.send(framed_lines(kind, [sent.line for sent in group]))

    def _hear(self, kind: Frame, body: bytes) -> None:
        self._heard_at = self._clock.now()
        match kind:
            case Frame.ACKNOWLEDGE:
                acknowledged, recorded = map(int, body.split())
                self._acknowledge(acknowledged)
                if recorded:
                    self._events.emit(InteractionRecorded(count=recorded))
            case Frame.EVENT:
                self._outages.of("store").emit(read_event(body))
            case Frame.STATUS:
                told = decode(body)
                self._said, self._waiting_there = told["status"], told["waiting"]
                if told["tried"]:
                    self._tried.set()
            case Frame.ANSWER:
                self._questions.answered(decode(body))
            case _:
                raise ValueError(f"a writing process does not say {kind.name}")
        # Until it has tried the store, a new process cannot tell whether recordings take writes again.
        if self._health.in_outage and self._tried.is_set():
            self._health.succeeded(spooled=self._sent, moved=self._acknowledged)

    def _acknowledge(self, count: int) -> None:
        for _ in range(count):
            sent = self._unacknowledged.popleft()
            self._bytes -= len(sent.line)
            let_go(sent.acknowledged)
        self._acknowledged += count

    def _lose_process(self, reason: str) -> None:
        self._lost_before += self._said["lost"]
        self._said = {**self._said, "lost": 0}
        self._fail(reason)
        self._outages.end("store")  # nobody would tell its end; the next process tells whether there is one

    def _fail(self, reason: str) -> None:
        self._health.failed(reason, spooled=len(self._unacknowledged))
        self._questions.forget(reason)

    async def _ask(self, kind: Frame, body_of: Callable[[int], bytes]) -> dict[str, Any]:
        return await self._questions.ask(
            lambda number: self._process.send(framed(kind, body_of(number))),
            otherwise=lambda: self._health.trouble or "the writing process is not there yet",
        )

    async def _notice_silence(self) -> None:
        """Tell when nothing has been heard for too long, and what was lost meanwhile as one. Until cancelled."""
        bound = self._policy.silent_within_s
        while True:
            looked_at = self._clock.now()
            await self._clock.sleep(bound / 5)
            self._health.end_round()
            is_late = self._clock.now() - looked_at > bound  # it is we who were not there
            silent_for = self._clock.now() - self._heard_at
            if silent_for > bound and not is_late and self._process.pid is not None:
                self._fail(f"the writing process says nothing for {bound:g} s")
                if silent_for > self._policy.replace_silent_after_s:
                    self._process.kill()
