"""The queue between whoever logs and the thread that writes: it makes nobody wait, and is bounded."""

import logging
import queue
from collections.abc import Callable
from typing import Any

from sheriff_adapters.telemetry.log_bursts import Bursts
from sheriff_adapters.telemetry.log_line import BURST, CORRELATION_ID, FIELDS, TRACE, LineFormatter
from sheriff_core.correlation import correlation_id

MAX_QUEUED = 10_000  # lines

Queued = logging.LogRecord | bytes | None  # None: the end

TraceIds = Callable[[], tuple[str, str] | None]


class QueueingHandler(logging.Handler):
    """Runs in the task that logs: notes its ids on the record and leaves it in the queue."""

    def __init__(self, bursts: Bursts) -> None:
        super().__init__()
        self.lines: queue.SimpleQueue[Queued] = queue.SimpleQueue()
        self._formatter = LineFormatter()
        self.bursts = bursts
        self.dropped = 0
        self.trace_ids: TraceIds = lambda: None

    def handle(self, record: logging.LogRecord) -> bool:
        """Queue `record` without a lock: the queue is safe across threads, and this handler has no filters."""
        self.emit(record)
        return True

    def write(self, logger: str, level: int, message: str, fields: dict[str, Any]) -> None:
        """Queue a line of ours that belongs to no burst, without a record of it. Never raises, never waits."""
        try:
            if self.lines.qsize() >= MAX_QUEUED:
                self.dropped += 1
                return
            line = self._formatter.own(
                logger, level, message, fields, correlation_id=correlation_id.get(), trace=self.trace_ids()
            )
            self.lines.put(line)
        except Exception as error:  # noqa: BLE001 - a line that cannot be made must not break what it tells about
            self.lines.put(cannot_be_written(error))

    def emit(self, record: logging.LogRecord) -> None:
        """Queue `record`, unless it belongs to a burst or the queue is full. Never raises, never waits."""
        try:
            if record.levelno >= logging.WARNING:
                key = getattr(record, BURST, (record.name, record.levelno, str(record.msg)))
                if key is not None and not self.bursts.admit((record.name, record.levelno, key)):
                    return
            if self.lines.qsize() >= MAX_QUEUED:
                self.dropped += 1
                return
            if record.args:  # of a library's line: they may change before the writer comes to them
                record.msg, record.args = record.getMessage(), None
            setattr(record, CORRELATION_ID, correlation_id.get())
            setattr(record, TRACE, self.trace_ids())
            self.lines.put(self._formatter.ready(record) or record)
        except Exception as error:  # noqa: BLE001 - a line that cannot be made must not break what it tells about
            # Not `handleError`: that prints the message and its arguments, unredacted, to standard error.
            self.lines.put(cannot_be_written(error))


def cannot_be_written(error: Exception) -> logging.LogRecord:
    """What is written in the place of a line that cannot be."""
    return own_record("sheriff.logs", logging.ERROR, "a log line could not be written", error=type(error).__name__)


def own_record(name: str, level: int, message: str, **fields: object) -> logging.LogRecord:
    """A record of what the log has to say about itself."""
    record = logging.LogRecord(name, level, "", 0, message, (), None)
    setattr(record, FIELDS, fields)
    return record
