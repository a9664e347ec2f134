"""Sanity's query endpoint as far as load needs it: any number that looks like ours exists, answers take their time.

The stand-in of the tests evaluates GROQ and takes a millisecond of computing for it; this one reads the parameters and
answers, so that the load measures the service and not its source. It speaks of each request: which number, when, and
whether it was struck by a fault. Started by `stage.py`; ends when its standard input does.
"""

import argparse
import asyncio
import json
import math
import random
import sys
import time
from typing import Any

from aiohttp import web

KNOWN = "BNC"  # numbers that begin so exist
FAULTS = ("503", "500", "reset", "truncated", "malformed")


class Upstream:
    """What it does now (`POST /control`), and what it has been asked so far (`GET /log`)."""

    def __init__(self) -> None:
        self.dice = random.Random(20_260_301)
        self.control: dict[str, Any] = {}
        self.log: list[tuple[str, float, bool]] = []

    async def query(self, request: web.Request) -> web.StreamResponse:
        number = str(json.loads(request.query.get("$canon", '""')))
        fault = self.dice.choice(FAULTS) if self.dice.random() < self.control.get("faults", 0.0) else None
        self.log.append((number, time.monotonic(), fault is not None))
        await asyncio.sleep(self.latency_s())
        if fault in ("503", "500"):
            return web.json_response({"error": {"type": "serverError"}}, status=int(fault))
        if fault == "reset":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "malformed":
            return web.Response(text='{"ms":3,"result":[{"_id":"del', content_type="application/json")
        document = {"_id": number, "trackingNumber": number, "status": "in_transit", "estimatedDelivery": "2031-03-04"}
        answer = json.dumps({"ms": 3, "result": [document] if number.startswith(KNOWN) else []}).encode()
        if fault == "truncated":
            response = web.StreamResponse(headers={"Content-Length": str(len(answer))})
            await response.prepare(request)
            await response.write(answer[:20])
            assert request.transport is not None
            request.transport.close()
            return response
        return web.Response(body=answer, content_type="application/json")

    def latency_s(self) -> float:
        """Log-normal around `median_ms`, with `p99_ms` at its 99th percentile: sources have tails."""
        median_ms = self.control.get("median_ms", 0.0)
        if not median_ms:
            return 0.0
        spread = math.log(self.control.get("p99_ms", median_ms) / median_ms) / 2.326  # z of 99 %
        return float(median_ms * math.exp(spread * self.dice.gauss(0, 1)) / 1_000)

    async def controlled(self, request: web.Request) -> web.Response:
        self.control = await request.json()
        return web.json_response({})

    async def logged(self, _request: web.Request) -> web.Response:
        log, self.log = self.log, []
        return web.json_response(log)


async def main() -> None:
    upstream = Upstream()
    application = web.Application()
    application.router.add_get("/v{version}/data/query/{dataset}", upstream.query)
    application.router.add_post("/control", upstream.controlled)
    application.router.add_get("/log", upstream.logged)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    asyncio.run(main())
