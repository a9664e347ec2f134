"""The id that ties a request, its log lines, its spans and its recording together."""

from contextvars import ContextVar

# One variable for the whole process, set at the door for the length of one request. Tasks started by a request
# inherit it, so a flight that outlives its caller still logs under the id that started it.
correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
