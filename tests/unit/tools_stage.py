"""The tools with everything around them faked, and a call that they answer."""

from dataclasses import replace
from typing import Any

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import ToolCallAnswered
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.policy import Policy
from sheriff_core.ports import Recorder
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.tool_call import ToolCall, ToolReply
from sheriff_core.tools import Tools
from tests.fakes import FakeCache, FakeClock, FakeMatcher, FakeRecorder, FakeSource, NullTracer, SpySink

PHONE = "+15555550123"
KNOWN = Delivery(
    "SHR123456",
    status="in_transit",
    customer_name="Dana Whitfield",
    customer_phone=PHONE,
    estimated_delivery="2026-02-14",
    issue_message="The gate code is missing.",
    document_id="d1",
)


class Stage:
    """`instead` takes a `recorder` in the place of the fake one; None: nothing is recorded."""

    def __init__(self, policy: Policy | None = None, **instead: Recorder | None) -> None:
        policy = policy or Policy()
        self.clock = FakeClock()
        self.sink = SpySink()
        self.source = FakeSource(KNOWN)
        self.recorder = FakeRecorder()
        tracer = NullTracer()
        self.breaker = CircuitBreaker(policy.breaker, self.clock, self.sink)
        lookup = DeliveryLookup(
            source=self.source,
            cache=FakeCache(self.clock),
            breaker=self.breaker,
            clock=self.clock,
            events=self.sink,
            tracer=tracer,
            policy=policy.lookup,
        )
        self.tools = Tools(
            lookup=lookup,
            ledger=CallerLedger(policy.caller, self.clock),
            memo=ReplyMemo(policy.memo, self.clock),
            matcher=FakeMatcher(),
            recorder=instead.get("recorder", self.recorder),
            clock=self.clock,
            events=self.sink,
            tracer=tracer,
            policy=policy,
        )
        self._calls = 0

    def call(self, arguments: Any = None, **changes: Any) -> ToolCall:
        self._calls += 1
        call = ToolCall(
            tool_call_id=f"t{self._calls}",
            name="getDeliveryStatus",
            arguments={"trackingNumber": "SHR123456"} if arguments is None else arguments,
            correlation_id="corr-0001",
            call_id="call-1",
            caller_number=PHONE,
            received_at=self.clock.wall(),
            received_now=self.clock.now(),
            deadline=Deadline.after(4.5, now=self.clock.now()),
        )
        return replace(call, **changes)

    async def say(self, arguments: Any = None, **changes: Any) -> ToolReply:
        return await self.tools.answer(self.call(arguments, **changes))

    def told(self) -> list[ToolCallAnswered]:
        return self.sink.of(ToolCallAnswered)
