"""A log record of ours, made at a quarter of what `logging` takes for one."""

import logging
import time
from collections.abc import Hashable, Mapping
from typing import Any, Final

from sheriff_adapters.telemetry.log_line import BURST, FIELDS

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
