"""The signals that ask a process to stop: held back while it starts, and heard from then on.

Loaded before anything that takes time: it imports no asyncio by itself.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextlib.contextmanager
def held_stop_signals() -> Iterator[None]:
    """Let these signals wait until `heard_stop_signals`, or until the block ends.

    Python loads for most of a second before anything can answer one. Until then a stop would kill the process or end
    it with a traceback; and it would be lost on the first process of a container, for which the kernel drops what it
    has no handler for.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        while waiting := signal.sigpending().intersection(STOP_SIGNALS):
            signal.sigwait(waiting)  # the end that it asked for has come, with an exit code of its own
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def heard_stop_signals() -> "Iterator[asyncio.Event]":
    """An event that is set by the first of these signals, one that has waited included; the second ends the process.

    A hang-up hurries nothing. After the block they wait again, if they have waited before it: everything is closed by
    then, and the process about to end by itself. (Where a look-up of a name still hangs in a thread of its own, that
    thread takes them, and they end the process.)
    """
    import asyncio

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    # Under `nohup` a terminal that hangs up is to be ignored.
    heard = [each for each in STOP_SIGNALS if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN]

    def first(number: signal.Signals) -> None:
        stop.set()
        for each in heard:
            if each == signal.SIGHUP:  # told twice, by the kernel and by the shell, and by systemd beside SIGTERM
                loop.add_signal_handler(each, stop.set)
            else:
                loop.add_signal_handler(each, os._exit, 128 + number)

    for each in heard:
        loop.add_signal_handler(each, first, each)
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    try:
        yield stop
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for each in heard:
            loop.remove_signal_handler(each)
