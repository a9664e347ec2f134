"""The soak, in its short form: nothing grows, nothing breaks, nothing untrue is said while Sanity fails."""

import asyncio
import sys

from tests.system.service import ROOT


async def test_half_a_minute_of_fifty_callers_and_every_fault_keeps_each_promise() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.soak", "--seconds", "36", "--pace", "0.5",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await asyncio.wait_for(process.communicate(), 240)
    assert process.returncode == 0, told.decode()
    assert "lies           0 in " in told.decode()
