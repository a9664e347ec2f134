"""The public application under other ASGI servers, as the page on deployment starts them."""

import asyncio
import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from sheriff_adapters.recordings.opening import open_stored
from sheriff_core.ports import InteractionFilter
from tests.free_port import free_port
from tests.system.service import DATASET, ROOT, SECRET, START_WITHIN_S, STOP_WITHIN_S, tool_call

CALLS = 50
PAGE = ROOT / "docs" / "how-to" / "deploy.md"
COMMANDS = {
    command.split()[0]: command
    for command in re.findall(r"^((?:uvicorn|granian) .*?)(?: *#.*)?$", PAGE.read_text(), re.MULTILINE)
}


@asynccontextmanager
async def started(command: str, port: int, directory: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The `command` of the page, on another port, until the block ends."""
    words = [
        str(port) if word == "8000" else "127.0.0.1" if word == "0.0.0.0" else word for word in shlex.split(command)
    ]
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("SHERIFF_", "VAPI_", "OTEL_"))
    }
    environment = {
        **inherited,
        "PYTHONPATH": str(ROOT / "src"),
        "SHERIFF_SOURCE": f"dataset:{DATASET}",
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{directory}/recordings.db",
        "VAPI_SECRET": SECRET,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, cwd=directory, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def connected(port: int) -> None:
    """Return when somebody listens on `port`."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


@pytest.mark.parametrize("server", ["uvicorn", "granian"])
async def test_calls_are_answered_and_recorded(server: str, tmp_path: Path) -> None:
    port = free_port()
    async with started(COMMANDS[server], port, tmp_path) as process, aiohttp.ClientSession() as session:
        await asyncio.wait_for(connected(port), START_WITHIN_S)

        async def ask(number: int) -> str:
            body, headers = tool_call("SHR123456", call=f"call-{number}"), {"X-Vapi-Secret": SECRET}
            async with session.post(f"http://127.0.0.1:{port}/webhook", json=body, headers=headers) as reply:
                assert reply.status == 200
                return str((await reply.json())["results"][0]["metadata"]["outcome"])

        assert await asyncio.gather(*(ask(number) for number in range(CALLS))) == ["found"] * CALLS
        async with session.post(f"http://127.0.0.1:{port}/webhook", json={}) as reply:
            assert reply.status == 401
        async with session.get(f"http://127.0.0.1:{port}/readyz") as reply:
            assert reply.status == 404
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
    async with open_stored(f"sqlite:///{tmp_path}/recordings.db") as stored:
        recorded = [told["callId"] async for told in stored.stream(InteractionFilter())]
    assert sorted(recorded) == sorted(f"call-{number}" for number in range(CALLS))
    assert not list(tmp_path.glob("*.spool*")), "what came is in the store when the server has ended"
