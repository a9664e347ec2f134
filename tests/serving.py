"""A real server process around a fake desk: `python -m tests.serving [options as JSON]`.

Prints one JSON line with both addresses once it listens, and one for each event of its life; exits as `sheriff serve`.
"""

import asyncio
import json
import sys
from typing import Any

from sheriff_adapters.system_clock import SystemClock
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.health import Health
from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import BreakerPolicy
from sheriff_core.tool_call import EndOfCall, ToolCall, ToolReply
from sheriff_web.authentication import SecretAuthentication
from sheriff_web.internal import internal_app
from sheriff_web.limits import WebLimits
from sheriff_web.public import public_app
from sheriff_web.server import ListenError, serve
from sheriff_web.stop_signals import heard_stop_signals
from tests.fakes import FakeRecorder, NullTracer, SpySink


class SlowDesk:
    """Answers after the seconds that the tracking number says."""

    async def answer(self, call: ToolCall) -> ToolReply:
        said = float((call.arguments or {}).get("trackingNumber", 0))
        tell({"answering": said})
        await asyncio.sleep(said)
        wire = {"toolCallId": call.tool_call_id, "name": call.name, "result": f"after {said:g} seconds"}
        return ToolReply(wire, OutcomeName.FOUND, ServedFrom.SOURCE)

    def call_ended(self, report: EndOfCall) -> None:
        tell({"ended": report.call_id})


def tell(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


async def main(options: dict[str, Any]) -> None:
    clock, sink = SystemClock(), SpySink()
    breaker = CircuitBreaker(BreakerPolicy(), clock, sink)
    health = Health(
        breaker=breaker,
        clock=clock,
        cache_status=lambda: {"status": "ok"},
        recordings_status=lambda: {"status": "off"},
    )

    async def forget(number: str) -> bool:
        return False

    async def ready() -> None:
        await asyncio.sleep(options.get("ready_s", 0))
        if options.get("ready_fails"):
            raise RuntimeError("the source is misconfigured")
        health.started()

    def draining() -> None:
        health.draining()
        tell({"draining": True})

    public = public_app(
        desk=SlowDesk(),
        authentication=SecretAuthentication(["secret"]),
        events=sink,
        tracer=NullTracer(),
        clock=clock,
        limits=WebLimits(body_timeout_s=options.get("body_timeout_s", 5.0), max_body_bytes=1_000_000),
        hard_timeout_s=60.0,
    )
    internal = internal_app(
        health=health,
        breaker=breaker,
        metrics=lambda: (b"up 1\n", "text/plain; version=0.0.4"),
        recordings=FakeRecorder(),
        admin_token=None,
        forget=forget,
        events=sink,
        clock=clock,
    )
    with heard_stop_signals() as stop:
        await serve(
            public,
            internal,
            public_bind=options.get("public", "127.0.0.1:0"),
            internal_bind=options.get("internal", "127.0.0.1:0"),
            ready=ready,
            draining=draining,
            stop=stop,
            on_listening=lambda outside, inside: tell({"public": outside, "internal": inside}),
            grace_s=options.get("grace_s", 5.0),
        )
    tell({"stopped": len(sink.events)})


if __name__ == "__main__":
    chosen = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    factory = None
    if chosen.get("uvloop"):
        import uvloop

        factory = uvloop.new_event_loop
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main(chosen))
    except ListenError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
