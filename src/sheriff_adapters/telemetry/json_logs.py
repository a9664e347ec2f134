"""The process's log: one JSON object a line, written by a thread of its own.

The event loop only puts lines into a queue: those of ours as they are written, because what has just been made is in
the processor's cache and costs another thread several times as much; those of libraries and those with an exception,
which take long to make safe, as records. A terminal or pipe that does not take lines never delays a caller: past
a bound lines are dropped and counted, and the count is written when there is room again.
"""

import atexit
import io
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Hashable
from typing import Protocol

from sheriff_adapters.telemetry.log_bursts import Bursts
from sheriff_adapters.telemetry.log_line import LineFormatter
from sheriff_adapters.telemetry.log_queue import Queued, QueueingHandler, TraceIds, cannot_be_written, own_record
from sheriff_adapters.telemetry.log_redaction import scrub_foreign

MAX_BATCH = 1_024  # lines written at a stretch: a busy loop lets the writer have its turn two hundred times a second
MAX_FORMATTED = 64  # of them that are still to be made, so that the writer never holds the interpreter for long
GATHER_S = 0.02  # the writer rests this long between batches: fewer wake-ups, lines at most this late

# What `logging` looks up for every record although no line of ours holds it (its own HOWTO names these switches).
_UNUSED = ("logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks")


class LineStream(Protocol):
    """Where lines go, as a raw or a buffered binary stream takes them."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """Take some of `data`; how many bytes, or None when not one can be taken just now."""
        ...

    def flush(self) -> None:
        """Pass on what was taken."""
        ...


class JsonLogs:
    """Takes over the root logger from `start` to `stop`; libraries' lines get the same form as ours."""

    def __init__(
        self,
        *,
        level: str = "INFO",
        stream: LineStream | None = None,
        bursts: Bursts | None = None,
    ) -> None:
        """`stream` is standard output unless given."""
        self._level = level
        self._stream = stream
        self._handler = QueueingHandler(bursts or Bursts())
        self._thread: threading.Thread | None = None
        self._before: tuple[list[logging.Handler], int] | None = None

    def start(self) -> None:
        """Replace the root logger's handlers by ours and begin to write."""
        root = logging.getLogger()
        self._before = (root.handlers[:], root.level)
        root.handlers[:] = [self._handler]
        root.setLevel(self._level)
        logging.captureWarnings(capture=True)
        for switch in _UNUSED:
            setattr(logging, switch, False)
        writer = _Writer(self._handler, self._stream or _standard_output())
        # A daemon: a blocked standard output must not keep the process from ending.
        self._thread = threading.Thread(target=writer.run, name="log-writer", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def ask(self, trace_ids: TraceIds) -> None:
        """Ask `trace_ids` from now on, in the task that logs.

        Not from the start: the log begins before tracing does, to have what that says of its settings.
        """
        self._handler.trace_ids = trace_ids

    def stop(self, timeout_s: float = 2.0) -> None:
        """Write what is queued, within `timeout_s`, and give the root logger back. Safe to call twice."""
        if self._thread is None or self._before is None:
            return
        atexit.unregister(self.stop)
        logging.captureWarnings(capture=False)
        for switch in _UNUSED:
            setattr(logging, switch, True)
        root = logging.getLogger()
        root.handlers[:], level = self._before
        root.setLevel(level)
        self._handler.lines.put(None)
        self._thread.join(timeout_s)
        self._thread = None


class _Writer:
    """Runs in the writer's thread: takes records out of the queue, a batch at a time."""

    def __init__(self, handler: QueueingHandler, stream: LineStream) -> None:
        self._handler = handler
        self._stream = stream
        self._formatter = LineFormatter()
        self._unwritten = 0  # lines that the stream did not take
        self._owned_up_to = 0  # lost lines that a line has told about

    def run(self) -> None:
        """Write until `stop`."""
        going_on = True
        while going_on:
            batch = self._take()
            if batch and batch[-1] is None:
                going_on = False
            lines = [self._line(queued) for queued in batch if queued is not None]
            lines.extend(self._line(record) for record in self._own_lines(last=not going_on))
            self._write(b"".join(lines))
            if going_on and self._handler.lines.empty():
                time.sleep(GATHER_S)

    def _take(self) -> list[Queued]:
        """Wait for a line (or the end of a burst), and take what has gathered with it."""
        lines = self._handler.lines
        batch: list[Queued] = []
        formatted = 0
        try:
            batch.append(lines.get(timeout=self._handler.bursts.next_end_s()))
            while batch[-1] is not None and len(batch) < MAX_BATCH and formatted < MAX_FORMATTED:
                formatted += not isinstance(batch[-1], bytes)
                batch.append(lines.get_nowait())
        except queue.Empty:
            pass
        return batch

    def _line(self, queued: logging.LogRecord | bytes) -> bytes:
        if isinstance(queued, bytes):
            return queued
        try:
            return self._formatter.line(queued)
        except Exception as error:  # noqa: BLE001 - one line that cannot be written must not end all others
            return self._formatter.line(cannot_be_written(error))

    def _own_lines(self, *, last: bool) -> list[logging.LogRecord]:
        """What the log has to say about itself: bursts that ended, lines that were dropped."""
        own = [
            own_record(*_whose(burst.key), event="repeated", count=burst.count, windowS=burst.window_s)
            for burst in self._handler.bursts.ended(all_of_them=last)
        ]
        lost = self._handler.dropped + self._unwritten
        if lost > self._owned_up_to:
            count, self._owned_up_to = lost - self._owned_up_to, lost
            own.append(own_record("sheriff.logs", logging.ERROR, "log lines were lost: nobody took them", count=count))
        return own

    def _write(self, text: bytes) -> None:
        left = memoryview(text)
        try:
            while left:
                taken = self._stream.write(left)
                if not taken:  # a pipe that does not wait, and is full
                    time.sleep(GATHER_S)
                    continue
                left = left[taken:]
            self._stream.flush()
        except (OSError, ValueError):
            self._unwritten += bytes(left).count(b"\n")  # the reader is gone, or the stream was closed


def _standard_output() -> LineStream:
    """Standard output without Python's buffer.

    The interpreter empties that buffer when it ends: it would abort where the writer still waits in it for a reader,
    and fail on what nobody has taken. A clean stop ends with 0, whoever reads the log.
    """
    if sys.stdout is None:  # the process was started without one (`>&-`)
        return io.FileIO(os.devnull, "w")
    buffer = sys.stdout.buffer
    raw: LineStream = getattr(buffer, "raw", buffer)
    return raw


def _whose(key: Hashable) -> tuple[str, int, str]:
    """Logger, level and message of the summary of a burst, from what it was known by."""
    assert isinstance(key, tuple)  # noqa: S101 - made by the handler above
    name, level, kind = key
    what = kind[-1] if isinstance(kind, tuple) else kind
    return name, level, f"more of the same: {scrub_foreign(str(what))}"
