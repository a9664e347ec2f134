"""A program that records under load until it is killed; what it prints was acknowledged before.

It is told to begin by a line on its input with the first number to record. A fork of it records then (so that Python
starts once, and not for each kill), prints its own process id and that of its writing process first, and the number of
each interaction after `record` came back. When the fork is dead, the program says so and waits for the next line.
"""

import asyncio
import itertools
import os
import sys
from dataclasses import replace
from pathlib import Path

from sheriff_adapters.recordings.apart.opening import open_recordings_apart
from sheriff_adapters.system_clock import SystemClock
from tests.fakes import SpySink
from tests.recorded import PATIENT, WRITER, tool_call

CALLERS = 20


async def record_for_ever(url: str, spool: Path, first: int, *, move_every_s: float) -> None:
    # No bound cuts the wait short: whatever is printed is durable, in the spool or in the store.
    policy = replace(PATIENT, spool_directory=spool, move_every_s=move_every_s)
    numbers = itertools.count(first)
    async with open_recordings_apart(
        url, program=WRITER, clock=SystemClock(), events=SpySink(), policy=policy
    ) as recordings:
        os.write(1, b"pids %d %d\n" % (os.getpid(), recordings.writer_pid or 0))

        async def call() -> None:
            for number in numbers:
                await recordings.record(tool_call(number))
                os.write(1, b"%d\n" % number)

        await asyncio.gather(*(call() for _ in range(CALLERS)))


def main() -> None:
    url, spool, move_every_s = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(record_for_ever(url, spool, int(line), move_every_s=move_every_s))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()
