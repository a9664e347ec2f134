"""`sheriff serve`, which also tells the number of its asyncio tasks on SIGUSR1: for `scripts.soak` alone."""

import argparse
import asyncio
import logging
import signal
import sys

from sheriff.service import run
from sheriff.settings import read_settings


def listen(_public: str, _internal: str) -> None:
    """Called on the loop once both listeners are open."""
    loop = asyncio.get_running_loop()

    def tell() -> None:
        # Through the log: two writers on one pipe would tear each other's lines.
        logging.getLogger("soak").info("tasks: %d", len(asyncio.all_tasks(loop)))

    loop.add_signal_handler(signal.SIGUSR1, tell)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(run(read_settings(), on_listening=listen))
