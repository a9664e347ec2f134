"""A real process that lives through an incident: what sheriff's metrics show, without sheriff's rooms around them.

`python -m tests.scripted_incident` serves `/metrics` on a free loopback port, prints the port, and plays: well, slow,
dead, back; then everything else that can happen, so that no series stays silent. It ends when its input is closed.
"""

import asyncio
import http.server
import sys
import threading
import time
from collections.abc import Iterator

from sheriff.composition import label_words
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_core import events
from sheriff_core.events import Event
from tests.contract.test_event_sink import EXAMPLES

SANITY = ("abc.api.sanity.io", 443)
STEP_S = 0.05
STEPS = 60  # of each act: three seconds


class Stage:
    """What gauges see."""

    breaker = "closed"
    in_flight = 0


class LateClock:
    """A clock whose sleeps end late: a blocked event loop."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wall(self):
        raise AssertionError("not asked in here")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._now += seconds + 0.4


def answered(tool: str, outcome: str, origin: str, seconds: float, reason: str = "") -> list[Event]:
    """A webhook with one tool call, and its request."""
    return [
        events.MessageReceived("tool-calls"),
        events.ToolCallAnswered(tool, outcome, origin, seconds, "call", "tool", reason=reason),
        events.RequestServed("public", "POST", "/webhook", 200, seconds + 0.001),
        events.InteractionRecorded(1),
    ]


def well(step: int) -> Iterator[Event]:
    """Hits, now and then a miss that Sanity answers."""
    yield events.RequestServed("internal", "GET", "/readyz", 200, 0.001)
    if step % 4:
        yield events.LookupEnded("hit")
        yield from answered("getDeliveryStatus", "found", "cache", 0.002)
    else:
        yield events.LookupEnded("miss")
        yield events.SourceRequestEnded("ok", 0.12, 200, "", "", *SANITY)
        yield from answered("getDeliveryIssue", "issue", "source", 0.13)


def slow(step: int) -> Iterator[Event]:
    """Sanity takes seconds: whoever has something remembered hears that, the others wait."""
    Stage.in_flight = 12
    yield events.SourceRequestEnded("timeout", 4.0, None, "timeout", "", *SANITY)
    yield events.SourceRetried("hedge" if step % 2 else "timeout")
    for _ in range(3):
        yield from answered("getDeliveryIssue", "no_issue", "source", 1.9)
    if step % 3:
        yield events.LookupEnded("stale")
        yield events.StaleServed(400.0, "timeout")
        yield from answered("getDeliveryStatus", "found", "stale", 0.505)
    else:
        yield events.LookupEnded("miss")
        yield from answered("getDeliveryStatus", "unavailable", "none", 4.5, "timeout")


def dead(step: int) -> Iterator[Event]:
    """Sanity answers nothing but errors; the breaker opens, and probes in vain."""
    if step % 10 == 0:
        yield events.SourceRequestEnded("server_error", 0.05, 503, "503", "", *SANITY)
        yield events.BreakerMoved("half_open" if step else "closed", "open", "failures", 5)
        yield events.RetryDenied("budget")
    Stage.breaker, Stage.in_flight = "open", 0
    yield events.CallNotPermitted("open")
    yield events.LookupEnded("stale" if step % 2 else "miss")
    if step % 2:
        yield events.StaleServed(900.0, "circuit_open")
        yield from answered("getDeliveryStatus", "found", "stale", 0.003)
    else:
        yield from answered("getDeliveryStatus", "unavailable", "none", 0.003, "circuit_open")


def odd(step: int) -> Iterator[Event]:
    """Everything else that goes wrong somewhere."""
    Stage.breaker = "isolated"
    yield from (event for event in EXAMPLES if not isinstance(event, events.CacheRestored | events.RecorderRestored))
    yield events.MessageRejected("auth")
    yield events.SourceRequestEnded("rejected", 0.1, 401, "401", "", *SANITY)
    yield events.DefectCaught("lookup.flight", ValueError())
    yield events.RequestServed("public", "POST", "/webhook", 500, 0.01)


def back(step: int) -> Iterator[Event]:
    """All is well again."""
    if step == 0:
        yield events.BreakerMoved("half_open", "closed", "probe", 0)
        yield events.CacheRestored()
        yield events.RecorderRestored(7)
    Stage.breaker = "closed"
    yield from well(step)


def serve(metrics: Metrics) -> int:
    """Answer every GET with the metrics; the port."""

    class Exposed(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body, content_type = metrics.render()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exposed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_port)


async def play(metrics: Metrics) -> None:
    """Play the acts one after the other."""
    late = asyncio.create_task(metrics.observe_loop_lag(LateClock()))
    for act in (well, slow, dead, odd, back):
        sys.stdout.write(f"{act.__name__} {time.time()}\n")
        sys.stdout.flush()
        for step in range(STEPS):
            for event in act(step):
                metrics.emit(event)
            await asyncio.sleep(STEP_S)
    late.cancel()


def main() -> None:
    """Serve and play, then wait for the end of the input."""
    metrics = Metrics(
        version="1.0.0",
        instance="scripted",
        gauges=Gauges(lambda: Stage.in_flight, lambda: 42, lambda: 3, lambda: Stage.breaker),
        words=label_words(SANITY),
    )
    sys.stdout.write(f"{serve(metrics)}\n")
    sys.stdout.flush()
    sys.stdin.readline()  # the start signal: Prometheus has seen the series at 0
    asyncio.run(play(metrics))
    sys.stdout.write("over\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main()
