"""A real service process, as an operator runs it: started with an environment, driven over HTTP, ended by a signal."""

import asyncio
import io
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
DATASET = ROOT / "src" / "sheriff" / "demo" / "deliveries.ndjson"
SECRET = "a-secret-of-the-tests"
START_WITHIN_S = 60.0  # a bound for a start that hangs; a busy machine may take its time
STOP_WITHIN_S = 15.0

DEFAULTS = {
    "SHERIFF_SOURCE": f"dataset:{DATASET}",
    "SHERIFF_PUBLIC_BIND": "127.0.0.1:0",
    "SHERIFF_INTERNAL_BIND": "127.0.0.1:0",
    "SHERIFF_RECORDINGS_URL": "none",
    "VAPI_SECRET": SECRET,
}


class Service:
    """The process, its two addresses, and everything it has written to standard output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.public = self.internal = ""
        self.lines: list[dict[str, Any]] = []
        self.other_output: list[str] = []
        self._listening = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self._session = aiohttp.ClientSession()

    @property
    def pid(self) -> int:
        return self.process.pid

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            try:
                line = json.loads(raw)
            except ValueError:
                self.other_output.append(raw.decode(errors="replace"))
                continue
            self.lines.append(line)
            found = re.search(r"public (http://\S+), internal (http://\S+)", json.dumps(line))
            if found and not self.public:
                self.public, self.internal = (text.rstrip('",}') for text in found.groups())
                self._listening.set()
        self._listening.set()

    async def started(self) -> None:
        await asyncio.wait_for(self._listening.wait(), START_WITHIN_S)
        if not self.public:
            raise AssertionError(f"the service did not start: {self.other_output} {self.lines}")

    async def post(self, body: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Post `body` (bytes as they are) to the webhook: status, JSON reply, reply headers."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "X-Vapi-Secret": SECRET}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.post(f"{self.public}/webhook", data=io.BytesIO(data), headers=sent) as reply:
            text = await reply.text()
            return reply.status, json.loads(text) if text else None, dict(reply.headers)

    async def ask(self, tracking_number: str, *, tool: str = "getDeliveryStatus", **changes: Any) -> dict[str, Any]:
        """Place one tool call; its result object. `call` and `caller` name the call and the caller's number."""
        status, reply, _ = await self.post(tool_call(tracking_number, tool=tool, **changes))
        assert status == 200, reply
        return dict(reply["results"][0])

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Get an internal address: status, and JSON or text."""
        async with self._session.get(f"{self.internal}{path}", headers=headers) as reply:
            text = await reply.text()
            return reply.status, json.loads(text) if reply.content_type == "application/json" else text

    async def act(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Post to an internal address: status and JSON."""
        async with self._session.post(f"{self.internal}{path}", json=body, headers=headers) as reply:
            return reply.status, await reply.json()

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of all series of `name` that carry `labels`."""
        _, text = await self.get("/metrics")
        total = 0.0
        for line in str(text).splitlines():
            if line.startswith((f"{name}{{", f"{name} ")) and all(f'{k}="{v}"' in line for k, v in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def events(self, name: str) -> list[dict[str, Any]]:
        """Log lines of one event."""
        return [line for line in self.lines if line.get("event") == name]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end of the process; its exit code."""
        code = await asyncio.wait_for(self.process.wait(), STOP_WITHIN_S)
        await self._reading
        return code

    async def close(self) -> None:
        await self._session.close()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self._reading


def tool_call(
    tracking_number: str,
    *,
    tool: str = "getDeliveryStatus",
    call: str | None = None,
    caller: str | None = None,
    tool_call_id: str = "call_1",
    **arguments: Any,
) -> dict[str, Any]:
    """The body of one tool call."""
    message: dict[str, Any] = {
        "type": "tool-calls",
        "toolCallList": [
            {
                "id": tool_call_id,
                "type": "function",
                "function": {"name": tool, "arguments": {"trackingNumber": tracking_number, **arguments}},
            }
        ],
    }
    if call is not None:
        message["call"] = {"id": call}
    if caller is not None:
        message["customer"] = {"number": caller}
    return {"message": message}


@asynccontextmanager
async def service(
    environment: Mapping[str, str] | None = None, *, cwd: Path | None = None, command: str = "serve"
) -> AsyncIterator[Service]:
    """Start `sheriff serve` with `environment` over the defaults; ready when the block begins, killed when it ends."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHERIFF_", "SANITY_", "VAPI_", "OTEL_", "PORT"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sheriff",
        command,
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), **DEFAULTS, **(environment or {})},
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=16 * 1024 * 1024,
    )
    running = Service(process)
    try:
        await running.started()
        yield running
    finally:
        await running.close()
