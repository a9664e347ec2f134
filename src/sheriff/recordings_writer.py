"""The program of the writing process, which `driven_side` has started beside the service.

    python -P -m sheriff.recordings_writer DESCRIPTOR

It ends with the service, however that ends. Signals that end a service it never gets (`writer_process`).
"""

import asyncio
import os
import socket
import sys

from sheriff_adapters.recordings.apart.writer import serve
from sheriff_adapters.system_clock import SystemClock


def main() -> None:
    """Write for whoever holds the other end of the socket that the descriptor names."""
    status = asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), SystemClock()))
    os._exit(status)  # everything is written, and nobody waits for an interpreter to be taken down


if __name__ == "__main__":
    main()
