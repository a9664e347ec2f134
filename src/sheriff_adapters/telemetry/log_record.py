"""Lines of ours on their way into the log: without a record where that will do, else with one that costs a quarter."""

import logging
import time
from collections.abc import Hashable, Mapping
from typing import Any, Final

from sheriff_adapters.telemetry.log_line import BURST, FIELDS
from sheriff_adapters.telemetry.log_queue import QueueingHandler

# What a record made by `logging` says of its place, thread and process. None of it stands in a line of ours, but
# another handler (a test's, a developer's) may format it.
_ABSENT: Final[Mapping[str, Any]] = {
    "args": (),
    "exc_info": None,
    "exc_text": None,
    "stack_info": None,
    "pathname": "",
    "filename": "",
    "module": "",
    "lineno": 0,
    "funcName": None,
    "relativeCreated": 0.0,
    "thread": None,
    "threadName": None,
    "process": None,
    "processName": None,
    "taskName": None,
}


class Line(logging.LogRecord):
    """One line, with its `fields` ready, and the key of the burst it may belong to (None for never)."""

    def __init__(
        self,
        name: str,
        level: int,
        message: str,
        fields: Mapping[str, Any],
        *,
        burst: Hashable = None,
        error: BaseException | None = None,
    ) -> None:
        """This will be written now. `LogRecord.__init__` is passed over on purpose: it looks all of `_ABSENT` up."""
        now = time.time()
        held = self.__dict__
        held["name"] = name
        held["levelno"] = level
        held["levelname"] = logging.getLevelName(level)
        held["msg"] = message
        held["created"] = now
        held["msecs"] = now % 1.0 * 1_000
        held[FIELDS] = fields
        held[BURST] = burst
        if error is not None:
            held["exc_info"] = (type(error), error, error.__traceback__)

    def __getattr__(self, name: str) -> Any:
        """What is absent."""
        try:
            return _ABSENT[name]
        except KeyError:
            raise AttributeError(name) from None

    def getMessage(self) -> str:  # noqa: N802 - the name is `logging`'s
        """The message. Formatters ask for it first, and read the rest from the record's own dictionary."""
        self.__dict__.update({**_ABSENT, **self.__dict__})
        return super().getMessage()


def log(
    logger: logging.Logger,
    level: int,
    message: str,
    fields: dict[str, Any],
    *,
    burst: Hashable = None,
    error: BaseException | None = None,
) -> None:
    """Log without the search for the calling line, which costs more than the line and would always name this file."""
    only = _only_listener(logger) if burst is None and error is None else None
    if only is not None:
        only.write(logger.name, level, message, fields)
    else:
        logger.handle(Line(logger.name, level, message, fields, burst=burst, error=error))


def _only_listener(logger: logging.Logger) -> QueueingHandler | None:
    """The process's own log, where nobody else listens to `logger`: a record of each line costs as much as the line."""
    handlers = logging.root.handlers
    if len(handlers) != 1 or logger.handlers or logger.filters or logger.parent is not logging.root:
        return None
    return handlers[0] if isinstance(handlers[0], QueueingHandler) and logger.propagate else None
