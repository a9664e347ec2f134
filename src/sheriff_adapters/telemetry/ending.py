"""An end that is waited for, but not for ever."""

import threading
from collections.abc import Callable
from typing import Final

LAST_EXPORT_S: Final = 2.0  # for what a stop still has to tell a collector, traces and metrics each


def ended_within(timeout_s: float, shutdown: Callable[[], object], *, name: str) -> bool:
    """Do `shutdown` in a thread called `name`; whether `timeout_s` was time enough. What goes on then is abandoned.

    The time limits of OpenTelemetry's own shutdown do not bound a collector that never answers.
    """
    ending = threading.Thread(target=shutdown, name=name, daemon=True)
    ending.start()
    ending.join(timeout_s)
    return not ending.is_alive()
