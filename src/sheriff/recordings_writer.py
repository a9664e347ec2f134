"""The program of the writing process, which `driven_side` has started beside the service.

    python -P -m sheriff.recordings_writer DESCRIPTOR

It ends with the service, however that ends. Signals that end a service it never gets (`writer_process`).
"""

import asyncio
import os
import socket
import sys

from sheriff import collector
from sheriff_adapters.recordings.apart.writer import serve
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.background import running


def main() -> None:
    """Write for whoever holds the other end of the socket that the descriptor names."""
    status = asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1]))))
    os._exit(status)  # everything is written, and nobody waits for an interpreter to be taken down


async def _serve(end: socket.socket) -> int:
    clock = SystemClock()
    collector.settle()
    async with running(collector.collect_now_and_then(clock), name="writer-garbage"):
        return await serve(end, clock)


if __name__ == "__main__":
    main()
