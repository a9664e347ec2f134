"""The page per dependency: Sanity, cache, recordings, and the process itself."""

from scripts.dashboard_overview import HITS, NO_LIMIT, SANITYS_LIMIT
from scripts.grafana import GREEN, ORANGE, RED, Panel, Row, gauge, quantile, rate, select, share

SOURCE = "sheriff_source_request_duration_seconds"
UP_OR_DOWN = {"0": "down", "1": "up"}
DOWN_IS_RED: tuple[tuple[float | None, str], ...] = ((None, RED), (1, GREEN))
PATIENCE_S: tuple[tuple[float | None, str], ...] = ((None, GREEN), (0.5, ORANGE), (4.5, RED))
FLAPPING = round(4 / 900, 5)  # transitions a second, as the alert has it
FAILED = "~timeout|server_error|network_error|malformed|rate_limited|rejected"

SANITY = Row(
    "Sanity",
    (
        Panel(
            "Failing requests",
            "Share of requests to Sanity that fail. One failure is retried; five failed lookups open the breaker.",
            "percentunit",
            ((share(rate("sheriff_source_requests_total", result=FAILED), rate("sheriff_source_requests_total")),
              "failing"),),
            ((None, GREEN), (0.05, ORANGE), (0.5, RED)),
        ),
        Panel(
            "Requests by result",
            "Requests a second, by how they ended. Sanity takes 500 from one address.",
            "reqps", ((rate("sheriff_source_requests_total", "result"), "{{result}}"),), SANITYS_LIMIT, stacked=True,
        ),
        Panel(
            "Request time",
            "0.5 s: a caller with something remembered stops waiting. 4.5 s: everybody does.",
            "s", tuple((quantile(q, SOURCE), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)), PATIENCE_S,
        ),
        Panel(
            "Request time by status, p95",
            "By HTTP status of Sanity's reply; no status where there was no reply.",
            "s",
            ((quantile(0.95, "http_client_request_duration_seconds", "http_response_status_code"),
              "{{http_response_status_code}}"),),
            PATIENCE_S,
        ),
        Panel(
            "Retries",
            "Further requests a second: retries sent (hedges are some of them), and retries denied by reason.",
            "reqps",
            (
                (rate("sheriff_source_retries_total"), "sent"),
                (rate("sheriff_source_hedges_total"), "hedges"),
                (rate("sheriff_source_retries_denied_total", "reason"), "denied: {{reason}}"),
            ),
            ((None, GREEN), (0.1, ORANGE)),
        ),
        Panel(
            "Lookups in the air",
            "Lookups that wait for Sanity; beyond 200 load is shed.",
            "short", ((gauge("sheriff_in_flight_lookups", "instance"), "{{instance}}"),),
            ((None, GREEN), (100, ORANGE), (200, RED)),
        ),
        Panel(
            "Lookups kept back",
            "Lookups a second that did not ask Sanity: the breaker was open, or too many were in the air.",
            "reqps",
            (
                (rate("sheriff_circuit_breaker_not_permitted_total", "state"), "breaker {{state}}"),
                (rate("sheriff_flights_shed_total"), "shed"),
            ),
            ((None, GREEN), (0.1, RED)),
        ),
        Panel(
            "Breaker transitions",
            "Moves of the breaker a second; `closed` to `open` again and again (4 in 15 minutes) is flapping.",
            "ops", ((rate("sheriff_circuit_breaker_transitions_total", "from", "to"), "{{from}} to {{to}}"),),
            ((None, GREEN), (FLAPPING, ORANGE)),
        ),
    ),
)  # fmt: skip

CACHE = Row(
    "Cache",
    (
        Panel("Shared cache", "Whether the shared cache answers (or none is used).", "none",
              ((gauge("sheriff_cache_available", how="min"), "cache"),), DOWN_IS_RED, "stat", 8, UP_OR_DOWN),
        Panel("Hit rate", "Share of lookups answered from memory, fresh or stale.", "percentunit",
              ((HITS, "hits"),), ((None, ORANGE), (0.3, GREEN)), "stat", 8),
        Panel("Entries", "Deliveries remembered in each process. As shipped, the one beyond 50,000 pushes one out.",
              "short", ((gauge("sheriff_cache_entries", "instance"), "{{instance}}"),),
              ((None, GREEN), (50_000, ORANGE)), "stat", 8),
        Panel("Lookups by result", "Lookups a second: fresh from memory, stale from memory, not in memory.", "reqps",
              ((rate("sheriff_lookups_total", "result"), "{{result}}"),), NO_LIMIT, width=12, stacked=True),
        Panel("Age of stale answers", "How old the facts were that callers heard while Sanity did not answer.", "s",
              ((quantile(0.5, "sheriff_cache_entry_age_seconds"), "p50"),
               (quantile(0.95, "sheriff_cache_entry_age_seconds"), "p95")),
              ((None, GREEN), (3_600, ORANGE), (86_400, RED)), width=12),
    ),
)  # fmt: skip

RECORDINGS = Row(
    "Recordings",
    (
        Panel("Recorder", "Whether the recordings take writes.", "none",
              ((gauge("sheriff_recorder_available", how="min"), "recorder"),), DOWN_IS_RED, "stat", 4, UP_OR_DOWN,
              height=8),
        Panel("Interactions", "Interactions a second: made durable, and given up for good. The promise is none lost.",
              "reqps",
              ((rate("sheriff_interactions_recorded_total"), "recorded"),
               (rate("sheriff_interactions_lost_total"), "lost")), NO_LIMIT, width=10),
        Panel("Waiting to be written",
              "Interactions to be written, but for those that an outage keeps in the spool: `/readyz` counts them.",
              "short",
              ((gauge("sheriff_recorder_queue_length", "instance"), "{{instance}}"),),
              ((None, GREEN), (100, ORANGE), (1_000, RED)), width=10),
    ),
)  # fmt: skip

PROCESS = Row(
    "Process",
    (
        Panel("Event loop lag, p99", "How late tasks are woken: above 100 ms something blocks.", "s",
              ((quantile(0.99, "sheriff_event_loop_lag_seconds", "instance"), "{{instance}}"),),
              ((None, GREEN), (0.1, ORANGE), (0.25, RED))),
        Panel("CPU", "Cores in use by the service, which uses one; its writing process is not in it.", "percentunit",
              ((rate("process_cpu_seconds_total", "instance"), "{{instance}}"),),
              ((None, GREEN), (0.7, ORANGE), (0.9, RED))),
        Panel("Memory", "Resident memory of the service; its writing process is not in it.", "bytes",
              ((gauge("process_resident_memory_bytes", "instance"), "{{instance}}"),),
              ((None, GREEN), (400e6, ORANGE), (800e6, RED))),
        Panel("File descriptors", "Share of the permitted ones that are open.", "percentunit",
              ((share(gauge("process_open_fds", "instance"), gauge("process_max_fds", "instance")), "{{instance}}"),),
              ((None, GREEN), (0.5, ORANGE), (0.8, RED))),
        Panel("Threads", "Threads of the service: the loop, the log writer, few others.", "short",
              ((gauge("process_threads", "instance"), "{{instance}}"),), ((None, GREEN), (50, ORANGE))),
        Panel("Defects", "Failures of our own code, a second, by room; a caller who waited heard an apology.", "ops",
              ((rate("sheriff_defects_total", "where"), "{{where}}"),), ((None, GREEN), (0.001, RED))),
        Panel("Internal requests by status",
              "Probes, scrapes and administration, requests a second. More than a handful is somebody's loop.", "reqps",
              ((rate("http_server_request_duration_seconds_count", "http_route", "http_response_status_code",
                     http_route="~/healthz|/readyz|/metrics|/admin.*"),
                "{{http_route}} {{http_response_status_code}}"),), ((None, GREEN), (10, ORANGE))),
        Panel("Uptime", "Since the process started.", "s",
              ((f"time() - {gauge('process_start_time_seconds', 'instance', how='max')}", "{{instance}}"),),
              ((None, ORANGE), (600, GREEN)), "stat"),
        Panel("Build", "Which build runs where.", "none",
              ((f"count by (version, python_version) (sheriff_build_info{{{select()}}})",
                "{{version}} on Python {{python_version}}"),), NO_LIMIT, "stat"),
    ),
)  # fmt: skip

ROWS = (SANITY, CACHE, RECORDINGS, PROCESS)
