"""One log line: a JSON object with the fields of docs/reference/logs.md."""

import logging
import time
from datetime import UTC, datetime
from typing import Any

import orjson
from pythonjsonlogger.core import RESERVED_ATTRS, LogData
from pythonjsonlogger.orjson import OrjsonFormatter

from sheriff_adapters.telemetry.log_redaction import explain, scrub, scrub_foreign, scrub_value

# What the handler and `LogSink` write on a record, beside what `logging` does.
FIELDS = "sheriff_fields"  # the fields of a line of ours
BURST = "sheriff_burst"  # what it is summarised by, None for never
CORRELATION_ID = "sheriff_correlation_id"
TRACE = "sheriff_trace"  # (trace id, span id), lower-case hex

_OF_LOGGING = frozenset({*RESERVED_ATTRS, "taskName", FIELDS, BURST, CORRELATION_ID, TRACE})
# Free text among our own fields; the others are ids, words out of closed sets and numbers.
_FREE_TEXT = ("error", "reason", "detail")


class LineFormatter(OrjsonFormatter):
    """Writes a record as one line, without names and telephone numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._second = (-1, "")  # the present second and its text: lines of one second differ in their milliseconds

    def line(self, record: logging.LogRecord) -> bytes:
        """The line with its end."""
        return self.ready(record) or self.format(record).encode("utf-8", "backslashreplace") + b"\n"

    def ready(self, record: logging.LogRecord) -> bytes | None:
        """The line, if it is one of ours: its fields are ready, and nothing needs to be sought. None for any other."""
        held = record.__dict__
        fields: dict[str, Any] | None = held.get(FIELDS)
        if fields is None or held.get("exc_info"):
            return None
        return self._own(self._head_of(record, str(record.msg)), fields)

    def own(
        self,
        logger: str,
        level: int,
        message: str,
        fields: dict[str, Any],
        *,
        correlation_id: str | None,
        trace: tuple[str, str] | None,
    ) -> bytes:
        """A line of ours of which no record is made, as of now."""
        head = self._head(time.time(), logging.getLevelName(level), message, logger, correlation_id, trace)
        return self._own(head, fields)

    def _own(self, line: dict[str, Any], fields: dict[str, Any]) -> bytes:
        _lay_ours(line, fields)
        return orjson.dumps(line, default=self.json_default, option=orjson.OPT_APPEND_NEWLINE)

    def add_fields(self, log_data: LogData, record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Lay out a line of a library, or one with an exception."""
        fields: dict[str, Any] | None = record.__dict__.get(FIELDS)
        if fields is not None:
            log_data.update(self._head_of(record, record.message))
            _lay_ours(log_data, fields)
        else:
            log_data.update(self._head_of(record, scrub_foreign(record.message)))
            extra = {key: value for key, value in record.__dict__.items() if key not in _OF_LOGGING}
            extra.update((key, value) for key, value in message_dict.items() if key not in ("exc_info", "stack_info"))
            # What stands in the head is ours: a library's `extra` does not overwrite it.
            log_data.update((key, scrub_value(value)) for key, value in extra.items() if key not in log_data)
        error = message_dict.get("exc_info")
        if error:
            log_data["error"] = error

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is `logging`'s
        """The exception as text without personal data."""
        return explain(ei[1]) if ei[1] is not None else ""

    def _head_of(self, record: logging.LogRecord, message: str) -> dict[str, Any]:
        held = record.__dict__
        return self._head(
            record.created, record.levelname, message, record.name, held.get(CORRELATION_ID), held.get(TRACE)
        )

    def _head(
        self,
        created: float,
        level: str,
        message: str,
        logger: str,
        correlation_id: str | None,
        trace: tuple[str, str] | None,
    ) -> dict[str, Any]:
        """What each line begins with."""
        second, ms = divmod(int(created * 1_000), 1_000)
        if second != self._second[0]:
            self._second = (second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
        head: dict[str, Any] = {
            "timestamp": f"{self._second[1]}.{ms:03d}Z",
            "level": level,
            "message": message,
            "logger": logger,
            "correlationId": correlation_id,
        }
        if trace is not None:
            head["trace_id"], head["span_id"] = trace
        return head


def _lay_ours(line: dict[str, Any], fields: dict[str, Any]) -> None:
    """Add our own fields that apply, free text scrubbed and everything else as it is."""
    for key, value in fields.items():
        if value is not None:
            line[key] = scrub(str(value)) if key in _FREE_TEXT else value
