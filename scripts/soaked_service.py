"""`sheriff serve`, which also tells the number of its asyncio tasks on SIGUSR1: for `scripts.soak` alone."""

import asyncio
import json
import signal
import sys

from sheriff.service import run
from sheriff.settings import read_settings


def listen(_public: str, _internal: str) -> None:
    """Called on the loop once both listeners are open."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(
        signal.SIGUSR1, lambda: print(json.dumps({"level": "INFO", "tasks": len(asyncio.all_tasks(loop))}), flush=True)
    )


if __name__ == "__main__":
    sys.exit(run(read_settings(), on_listening=listen))
