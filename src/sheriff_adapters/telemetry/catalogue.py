"""Every metric there is: the one table that instruments are made from, and the reference page is tested against.

Names are OpenTelemetry's spelling; the exporter turns them into Prometheus's (docs/reference/metrics.md).
"""

from dataclasses import dataclass
from enum import StrEnum

# The promises are edges: 0.5 s (soft timeout), 0.8 s (what a caller is promised), 4.5 s (hard timeout), 5 s (Vapi gives
# up). 0.55 and 0.65 keep apart an answer at the soft timeout and one that is close to breaking the promise.
DURATION_EDGES_S = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.55, 0.65, 0.8, 1.0, 2.5, 4.0, 4.5, 5.0, 10.0,
)  # fmt: skip
LAG_EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
# How old a remembered delivery was when it was told: from just expired to a day, the most that is kept.
AGE_EDGES_S = (60.0, 90.0, 120.0, 300.0, 900.0, 1_800.0, 3_600.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0)


class Kind(StrEnum):
    """What a metric is to Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: OpenTelemetry's name, unit and attribute names, and what it tells."""

    name: str
    kind: Kind
    unit: str  # UCUM; `{thing}` is only a note and does not reach the name
    labels: tuple[str, ...]
    description: str
    edges: tuple[float, ...] = ()

    @property
    def prometheus_name(self) -> str:
        """The name in Prometheus, as the exporter spells it."""
        spelled = self.name.replace(".", "_")
        unit = {"s": "_seconds", "By": "_bytes"}.get(self.unit, "")
        return spelled + unit + ("_total" if self.kind is Kind.COUNTER else "")

    @property
    def prometheus_labels(self) -> tuple[str, ...]:
        """The label names in Prometheus."""
        return tuple(label.replace(".", "_") for label in self.labels)


def _counter(name: str, unit: str, labels: tuple[str, ...], description: str) -> Metric:
    return Metric(name, Kind.COUNTER, unit, labels, description)


def _gauge(name: str, unit: str, labels: tuple[str, ...], description: str) -> Metric:
    return Metric(name, Kind.GAUGE, unit, labels, description)


def _histogram(name: str, labels: tuple[str, ...], edges: tuple[float, ...], description: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, "s", labels, description, edges)


HTTP_SERVER = _histogram(
    "http.server.request.duration",
    ("http.route", "http.request.method", "http.response.status_code", "error.type"),
    DURATION_EDGES_S,
    "Time to answer an HTTP request, on either listener.",
)
HTTP_CLIENT = _histogram(
    "http.client.request.duration",
    ("http.request.method", "http.response.status_code", "error.type", "server.address", "server.port"),
    DURATION_EDGES_S,
    "Time of one HTTP request to the source.",
)
MESSAGES = _counter("sheriff.messages", "{message}", ("message_type",), "Messages received from Vapi.")
REJECTED_MESSAGES = _counter("sheriff.rejected_messages", "{message}", ("reason",), "Requests refused at the door.")
TOOL_CALLS = _counter("sheriff.tool_calls", "{call}", ("tool", "outcome", "served_from"), "Tool calls answered.")
TOOL_CALL_DURATION = _histogram(
    "sheriff.tool_call.duration",
    ("tool", "served_from"),
    DURATION_EDGES_S,
    "Time to answer one tool call.",
)
UNAVAILABLE = _counter("sheriff.unavailable_answers", "{call}", ("reason",), "Tool calls answered with an apology.")
LOOKUPS = _counter("sheriff.lookups", "{lookup}", ("result",), "Lookups, by where the answer came from.")
STALE_ANSWERS = _counter("sheriff.stale_answers", "{answer}", ("reason",), "Remembered facts told as old, and why.")
ENTRY_AGE = _histogram("sheriff.cache.entry.age", (), AGE_EDGES_S, "Age of what was told, on stale answers.")
SOURCE_REQUESTS = _counter("sheriff.source.requests", "{request}", ("result",), "Requests to the source that ended.")
SOURCE_DURATION = _histogram(
    "sheriff.source.request.duration", ("result",), DURATION_EDGES_S, "Time of one request to the source."
)
SOURCE_RETRIES = _counter("sheriff.source.retries", "{request}", (), "Further requests sent for one lookup.")
SOURCE_HEDGES = _counter("sheriff.source.hedges", "{request}", (), "Those of the retries that were hedges.")
RETRIES_DENIED = _counter("sheriff.source.retries_denied", "{request}", ("reason",), "Retries that were not sent.")
BREAKER_STATE = _gauge("sheriff.circuit_breaker.state", "", ("state",), "1 for the present state, 0 for the others.")
BREAKER_MOVES = _counter("sheriff.circuit_breaker.transitions", "{transition}", ("from", "to"), "Moves of the breaker.")
NOT_PERMITTED = _counter(
    "sheriff.circuit_breaker.not_permitted", "{lookup}", ("state",), "Lookups that the breaker kept from the source."
)
FLIGHTS_SHED = _counter("sheriff.flights_shed", "{lookup}", (), "Lookups not sent because too many were in the air.")
CALLERS_REFUSED = _counter("sheriff.callers_refused", "{call}", ("reason",), "Tool calls refused for asking too much.")
IN_FLIGHT = _gauge("sheriff.in_flight_lookups", "{lookup}", (), "Lookups in the air.")
CACHE_ENTRIES = _gauge("sheriff.cache_entries", "{entry}", (), "Entries held in this process.")
CACHE_AVAILABLE = _gauge("sheriff.cache.available", "", (), "1 while the shared cache answers (or none is used).")
RECORDED = _counter("sheriff.interactions_recorded", "{interaction}", (), "Interactions made durable.")
LOST = _counter("sheriff.interactions_lost", "{interaction}", (), "Interactions given up for good.")
RECORDER_QUEUE = _gauge(
    "sheriff.recorder.queue.length",
    "{interaction}",
    (),
    "Interactions to be written, but for those spooled in an outage.",
)
RECORDER_AVAILABLE = _gauge("sheriff.recorder.available", "", (), "1 while the recordings take writes.")
UNGROUNDED = _counter("sheriff.ungrounded_claims", "{claim}", ("kind",), "Things an agent said that no tool returned.")
OPERATOR_ACTIONS = _counter("sheriff.operator_actions", "{action}", ("action",), "Changes made by an operator.")
DEFECTS = _counter("sheriff.defects", "{defect}", ("where",), "Defects of ours, by the room that caught them.")
LOOP_LAG = _histogram("sheriff.event_loop.lag", (), LAG_EDGES_S, "How late the event loop woke a task.")
BUILD = _gauge("sheriff.build_info", "", ("version", "python_version"), "1; which build this is.")
PROCESS_CPU = _counter("process.cpu", "s", (), "CPU time, user and system.")
PROCESS_MEMORY = _gauge("process.resident_memory", "By", (), "Resident memory.")
PROCESS_FDS = _gauge("process.open_fds", "{file}", (), "Open file descriptors.")
PROCESS_MAX_FDS = _gauge("process.max_fds", "{file}", (), "How many may be open (soft limit).")
PROCESS_THREADS = _gauge("process.threads", "{thread}", (), "Threads.")
PROCESS_START = _gauge("process.start_time", "s", (), "When the process started, seconds since 1970.")

CATALOGUE: tuple[Metric, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
