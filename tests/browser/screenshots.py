"""Takes the pictures of docs/how-to/use-the-operators-page.md: an imagined hour with an outage in it.

By hand: `python -m tests.browser.screenshots docs/images`, then look at every picture before it is kept.
"""

import asyncio
import random
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from sheriff_core.breaker import BreakerState
from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.events import LookupEnded, OperatorActed, SourceRequestEnded, ToolCallAnswered
from tests.browser.running import chromium
from tests.console_kit import Console, end_of_call, tool_call
from tests.fakes import START

OUTAGE = range(31, 39)  # minutes of the hour in which the source failed
FULL = {"operators-page-interaction", "operators-page-call"}  # as long as the page is
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
CHOSEN = {
    "SANITY_PROJECT_ID": "abc123de",
    "SANITY_API_TOKEN": "set, and not shown",
    "VAPI_SECRET": "set, and not shown",
    "SHERIFF_ADMIN_TOKEN": "set, and not shown",
    "SHERIFF_CACHE_URL": "redis://…@cache:6379/0",
    "SHERIFF_TIMEZONE": "America/Chicago",
}


async def imagined_hour(console: Console) -> None:
    """Traffic of an evening, a few minutes without the source, and somebody who reset the breaker."""
    dice = random.Random(7)
    for minute in range(60):
        failing = minute in OUTAGE
        if minute == OUTAGE.start:
            console.events.emit(SourceRequestEnded("server_error", 0.4))
            console.open_breaker()
        if minute == OUTAGE.stop:
            before = console.breaker.reset(reason="Sanity's status page says it is over").value
            console.events.emit(
                OperatorActed("breaker.reset", "ann", "Sanity's status page says it is over", before, "closed")
            )
        for _ in range(int(24 + 10 * dice.random() + minute / 4)):
            one_call(console, dice, failing=failing)
            await console.clock.advance(60 / 45)
        await console.clock.advance(max(0.0, (minute + 1) * 60 - console.clock.now()))
    assert console.breaker.state is BreakerState.CLOSED
    console.events.emit(SourceRequestEnded("ok", 0.06))
    await console.clock.advance(4)


async def imagined_outage(console: Console) -> None:
    """Three minutes in which the source fails again, and the recordings with it."""
    dice = random.Random(8)
    console.events.emit(SourceRequestEnded("timeout", 4.0))
    console.open_breaker()
    console.recordings_status |= {"status": "failing", "spooled": 42, "detail": "recordings.db: disk I/O error"}
    for _ in range(120):
        one_call(console, dice, failing=True)
        await console.clock.advance(1.5)


def one_call(console: Console, dice: random.Random, *, failing: bool) -> None:
    remembered = dice.random() < 0.7
    if failing:
        outcome, source = ("found", "stale") if remembered else ("unavailable", "none")
        console.events.emit(LookupEnded("stale" if remembered else "miss"))
        console.events.emit(ToolCallAnswered("getDeliveryStatus", outcome, source, 0.52, "c", "t"))
        return
    console.events.emit(LookupEnded("hit" if remembered else "miss"))
    took = 0.002 if remembered else dice.lognormvariate(-2.6, 0.5)
    source = "cache" if remembered else "source"
    console.events.emit(ToolCallAnswered("getDeliveryStatus", "found", source, took, "c", "t"))


async def imagined_calls(console: Console) -> None:
    """A few recorded calls, one of them with an invention of the agent's."""
    said = [
        "The delivery for Dana Ellis is in transit. The estimated delivery date is Saturday, February 14th.",
        "Dana Ellis, your delivery is in transit and should be with you tomorrow, Friday, February 13th.",
    ]
    for number in range(6):
        at = (START + timedelta(minutes=54 + number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        call_id = f"7420f27a-30fd-4f49-a995-{number:012x}"
        ids: dict[str, Any] = {"callId": call_id, "toolCallId": f"call_{number}", "receivedAt": at}
        record = tool_call(f"0f8fad5b-d9cb-469f-a165-{number:012x}", **ids)
        record["latencyMs"] = (341.5, 1.2, 58.0, 912.4, 2.0, 61.7)[number]
        await console.recordings.record(record)
        end = end_of_call(
            "Hi, where is my parcel? It's T R K one.",
            said[number in (2, 5)],
            "Great, thank you.",
            "Thank you for calling. Goodbye.",
            callId=call_id,
            receivedAt=at,
        )
        end["score"] = score_call(end, [record]).as_record()
        await console.recordings.record(end)


def serve(console: Console, started: threading.Event, address: list[str], loops: list[Any]) -> None:
    """Serve the page on a free port of this machine until the process ends."""

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await imagined_hour(console)
        await imagined_calls(console)
        server = uvicorn.Server(uvicorn.Config(console.app, port=0, log_level="error", lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.05)
        address.append(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
        started.set()
        await task

    asyncio.run(main())


def main(directory: Path) -> None:
    started = threading.Event()
    address: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []
    console = Console(chosen=CHOSEN, shipped={"SHERIFF_SPEECH": "verbatim"})
    threading.Thread(target=serve, args=(console, started, address, loops), daemon=True).start()
    started.wait()
    call = "/admin/find/call?callId=7420f27a-30fd-4f49-a995-000000000005"
    interaction = "/admin/find/interaction?correlationId=0f8fad5b-d9cb-469f-a165-000000000000"
    pictures = [
        ("operators-page", "/admin", WIDE, "light"),
        ("operators-page-phone", "/admin", PHONE, "light"),
        ("operators-page-find", "/admin/find", WIDE, "light"),
        ("operators-page-interaction", interaction, WIDE, "light"),
        ("operators-page-call", call, WIDE, "light"),
        ("operators-page-act", "/admin/act/isolate", WIDE, "light"),
        ("operators-page-outage", "/admin", WIDE, "dark"),
    ]
    with chromium() as browser:
        for name, path, viewport, scheme in pictures:
            if name == "operators-page-outage":
                asyncio.run_coroutine_threadsafe(imagined_outage(console), loops[0]).result()
            page = browser.new_page(viewport=viewport, color_scheme=scheme)
            page.goto(f"{address[0]}{path}")
            page.screenshot(path=directory / f"{name}.png", full_page=name in FULL)
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
