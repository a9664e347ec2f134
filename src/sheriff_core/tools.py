"""The tools that the agent may call: the walk of one call from its arguments to its reply.

Nothing in here decides what is true (`lookup`), what may be told (`disclosure`) or how it is said (`answer`); it
takes a call through those rooms in order and writes down what happened.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sheriff_core.answer import ToolError, answer_issue, answer_status, error_sentence
from sheriff_core.caller_ledger import CallerLedger, CallerStanding, RefusalReason
from sheriff_core.disclosure import Disclosed, disclose, known_to_caller
from sheriff_core.events import OTHER, CallerRefused, DefectCaught, ToolCallAnswered
from sheriff_core.fragments import Answer
from sheriff_core.interaction import tool_call_record
from sheriff_core.lookup import DeliveryLookup, LookupTrace
from sheriff_core.outcome import (
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    OutcomeName,
    Refused,
    ServedFrom,
    Unavailable,
    UnavailableReason,
    age_told,
)
from sheriff_core.policy import Policy
from sheriff_core.ports import CallerMatcher, Clock, EventSink, Recorder, Tracer
from sheriff_core.recognition import Recognition
from sheriff_core.redaction import REDACTED_PHONE, is_phone, redact_known_phones
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.reply_wire import reply_wire
from sheriff_core.tool_arguments import ALIASES, identity, recorded, said_last_four, said_number
from sheriff_core.tool_call import ToolCall, ToolName, ToolReply
from sheriff_core.tracking_number import TrackingNumber, read_tracking_number, tells_a_phone


@dataclass(slots=True)
class _Course:
    """One call on its way through the rooms; filled in room by room, recorded at the end."""

    call: ToolCall
    tool: ToolName | None
    said: str | None = None
    last_four: str | None = None
    number: TrackingNumber | None = None
    outcome: Outcome = field(default_factory=lambda: Unavailable(UnavailableReason.INTERNAL))
    trace: LookupTrace = field(default_factory=LookupTrace)
    standing: CallerStanding = field(default_factory=CallerStanding)
    caller_matched: bool | None = None


class Tools:
    """Answers tool calls (the `answer` half of the `FrontDesk` port)."""

    def __init__(
        self,
        *,
        lookup: DeliveryLookup,
        ledger: CallerLedger,
        memo: ReplyMemo,
        matcher: CallerMatcher,
        recorder: Recorder | None,
        clock: Clock,
        events: EventSink,
        tracer: Tracer,
        policy: Policy,
    ) -> None:
        """This will answer by `policy`; without a `recorder` nothing is recorded."""
        self._lookup = lookup
        self._ledger = ledger
        self._memo = memo
        self._recognition = Recognition(matcher=matcher, ledger=ledger, events=events, disclosure=policy.disclosure)
        self._recorder = recorder
        self._clock = clock
        self._events = events
        self._tracer = tracer
        self._policy = policy
        self._policy_record = policy.as_record()

    async def answer(self, call: ToolCall) -> ToolReply:
        """Answer one tool call before its deadline. Never raises: a defect of ours is an apology, too."""
        tool = ALIASES.get(call.name)
        label = OTHER if tool is None else tool.value
        with self._tracer.span(
            f"execute_tool {label}",
            gen_ai_operation_name="execute_tool",
            gen_ai_tool_name=label,
            gen_ai_tool_type="function",
            gen_ai_tool_call_id=call.tool_call_id,
            gen_ai_conversation_id=call.call_id or "",
        ) as span:
            course, repeated = _Course(call, tool), False
            try:
                same = identity(call)
                if same is None:
                    reply = await self._serve(course)
                else:
                    reply, repeated = await self._memo.once(same, lambda: self._serve(course))
            except Exception as error:  # noqa: BLE001 - the caller hears an apology whatever is broken in here
                self._events.emit(DefectCaught("tools.answer", error))
                span.fail("internal")
                course.outcome = Unavailable(UnavailableReason.INTERNAL)
                reply = self._reply(course, course.outcome, self._word(course, Disclosed.NOTHING))
            span.set(sheriff_outcome=reply.outcome.value, sheriff_served_from=reply.served_from.value)
        tell = self._teller(course, label, reply, repeated=repeated)
        if reply.recorded is None or reply.recorded.done():
            tell()
        else:
            # A caller has to wait for that as well, so it is part of how long the answer took.
            reply.recorded.add_done_callback(tell)
        return reply

    def _teller(self, course: _Course, label: str, reply: ToolReply, *, repeated: bool) -> Callable[..., None]:
        """What tells of an answer as soon as it is on record: of its call, no more than that is kept until then."""
        call, received_now = course.call, course.call.received_now
        if repeated and course.tool is not None and call.arguments is not None:
            # It was the first one that walked through the rooms, but operators search by this one's number as well.
            course.said = said_number(call.arguments)
            course.number = self._read_number(course)
        answered = functools.partial(
            ToolCallAnswered,
            tool=label,
            outcome=reply.outcome.value,
            served_from=reply.served_from.value,
            call_id=call.call_id,
            tool_call_id=call.tool_call_id,
            tracking_number=None if course.number is None else course.number.canonical,
            reason=reply.reason,
            repeated=repeated,
        )
        return lambda *_: self._events.emit(answered(duration_s=self._clock.now() - received_now))

    async def _serve(self, course: _Course) -> ToolReply:
        reply = await self._decide(course)
        if self._recorder is None:
            return reply
        recording = self._record(course, reply, self._recorder)
        if isinstance(recording, asyncio.Future):
            return ToolReply(reply.wire, reply.outcome, reply.served_from, reply.reason, recording)
        await recording
        return reply

    async def _decide(self, course: _Course) -> ToolReply:
        call = course.call
        if course.tool is None:
            return self._error(course, ToolError.UNKNOWN_TOOL)
        if call.arguments is None:
            return self._error(course, ToolError.UNREADABLE_ARGUMENTS)
        course.said, course.last_four = said_number(call.arguments), said_last_four(call.arguments)
        if course.said is None:
            return self._error(course, ToolError.MISSING_TRACKING_NUMBER)
        course.number = self._read_number(course)
        course.outcome = await self._look_up(course)
        disclosed = self._disclose(course)
        known = known_to_caller(course.outcome, disclosed)
        if isinstance(known, NotFound) and not self._may_hear_of_none(course):
            known = course.outcome = Refused()
        return self._reply(course, known, self._word(course, disclosed))

    def _read_number(self, course: _Course) -> TrackingNumber | None:
        """What was said, as a tracking number. The caller's telephone number, or one told as such, is none."""
        said, caller, policy = course.said or "", course.call.caller_number, self._policy.tracking_number
        number = read_tracking_number(said, policy)
        is_callers = caller is not None and (
            (number is not None and is_phone(number.readings, (caller,)))
            or redact_known_phones(said, (caller,)) != said
        )
        if is_callers or (number is None and tells_a_phone(said, policy)):
            course.said = REDACTED_PHONE
            return None
        return number

    async def _look_up(self, course: _Course) -> Outcome:
        call, number = course.call, course.number
        if number is None:
            return InvalidTrackingNumber()
        course.standing, refusal = self._ledger.admit(call.call_id, call.caller_number, number.key)
        if refusal is not None:
            self._events.emit(CallerRefused(refusal.value, call.call_id))
            return Refused()
        hides = self._recognition.hides(call, course.last_four)
        return await self._lookup.find(
            number, at=call.received_at, deadline=call.deadline, trace=course.trace, hides=hides
        )

    def _may_hear_of_none(self, course: _Course) -> bool:
        """Count one more number that does not exist; False when it is one too many of those asked for at once.

        Counted by what the caller learns: a number that may not be known to exist counts as one that does not.
        """
        call, key = course.call, course.number.key if course.number else ""
        asked_before = course.standing.asked_before
        too_many = self._ledger.not_found(call.call_id, call.caller_number, key, asked_before=asked_before)
        if too_many is None:
            return True
        course.standing = too_many
        self._events.emit(CallerRefused(RefusalReason.NOT_FOUND.value, call.call_id))
        return False

    def _disclose(self, course: _Course) -> Disclosed:
        course.caller_matched = self._recognition.recognises(course.call, course.outcome, course.last_four)
        return disclose(self._policy.disclosure, caller_matched=course.caller_matched)

    def _word(self, course: _Course, disclosed: Disclosed) -> Answer:
        say = answer_issue if course.tool is ToolName.GET_DELIVERY_ISSUE else answer_status
        return say(
            course.outcome,
            number=course.number,
            disclosed=disclosed,
            at=course.call.received_at,
            timezone=self._policy.timezone,
        )

    def _reply(self, course: _Course, known: Outcome, answer: Answer) -> ToolReply:
        age_s = age_told(known)
        wire = reply_wire(
            course.call, answer.text, answer.outcome, known.served_from, speech=self._policy.speech, age_s=age_s
        )
        reason = course.outcome.reason.value if isinstance(course.outcome, Unavailable) else ""
        return ToolReply(wire, answer.outcome, known.served_from, reason)

    def _error(self, course: _Course, problem: ToolError) -> ToolReply:
        outcome = OutcomeName.UNAVAILABLE if problem is ToolError.UNKNOWN_TOOL else OutcomeName.INVALID_TRACKING_NUMBER
        sentence, origin = error_sentence(problem), ServedFrom.NONE
        wire = reply_wire(course.call, sentence, outcome, origin, speech=self._policy.speech, is_error=True)
        return ToolReply(wire, outcome, origin, problem.value)

    def _record(self, course: _Course, reply: ToolReply, recorder: Recorder) -> Awaitable[None]:
        call = course.call
        record = tool_call_record(
            call,
            tool=OTHER if course.tool is None else course.tool.value,
            arguments=None
            if call.arguments is None
            else recorded(
                course.said, was_read=course.number is not None, last_four_given=course.last_four is not None
            ),
            number=None if course.number is None else course.number.canonical,
            trace=course.trace,
            standing=course.standing,
            caller_matched=course.caller_matched,
            policy=self._policy_record,
            reply=reply.wire,
            latency_s=self._clock.now() - call.received_now,
        )
        return recorder.record(record)
