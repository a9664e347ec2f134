"""The program of the writing process, which `driven_side` has started beside the service.

    python -P -m sheriff.recordings_writer DESCRIPTOR

Signals that end a service are not for it: they reach all processes of a terminal or of a unit at once, and the service
is still recording what its last callers were told. It ends with the service, however that ends.
"""

import asyncio
import os
import signal
import socket
import sys

from sheriff_adapters.recordings.apart.writer import serve
from sheriff_adapters.system_clock import SystemClock

_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Write for whoever holds the other end of the socket that the descriptor names."""
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    status = asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), SystemClock()))
    os._exit(status)  # everything is written, and nobody waits for an interpreter to be taken down


if __name__ == "__main__":
    main()
