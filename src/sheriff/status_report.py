"""How a running service is, in the words of its readiness and a few figures from its metrics."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from sheriff.internal_port import NotAnsweringError, ask
from sheriff_core.policy import PROMISED_S
from sheriff_web.console.words import spaced

OK, UNREADY = 200, 503


@dataclass(frozen=True, slots=True)
class Figures:
    """What the metrics say since the process started."""

    version: str = "?"
    requests: int = 0
    under_promise: float | None = None  # share of webhook requests; exact, for the promise is an edge of the histogram
    outcomes: dict[str, int] = field(default_factory=dict)  # of tool calls
    lookups: dict[str, int] = field(default_factory=dict)  # hit, stale, miss
    rejected: int = 0
    in_flight: int = 0
    resident_bytes: int = 0

    @property
    def hit_rate(self) -> float | None:
        """The share of lookups answered from memory (docs/reference/metrics.md); None before the first."""
        asked = sum(self.lookups.values())
        return None if not asked else (asked - self.lookups.get("miss", 0)) / asked

    def as_record(self) -> dict[str, Any]:
        """The machine's form."""
        return {
            "requests": self.requests,
            "shareUnder800ms": self.under_promise,
            "toolCalls": self.outcomes,
            "lookups": self.lookups,
            "cacheHitRate": self.hit_rate,
            "rejectedMessages": self.rejected,
            "inFlightLookups": self.in_flight,
            "residentBytes": self.resident_bytes,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One service, asked once."""

    url: str
    status: str
    serving: bool
    checks: dict[str, dict[str, Any]]
    figures: Figures

    def as_record(self) -> dict[str, Any]:
        """The machine's form."""
        return {
            "url": self.url,
            "version": self.figures.version,
            "status": self.status,
            "serving": self.serving,
            "checks": self.checks,
            "figures": self.figures.as_record(),
        }


def ask_status(url: str, *, timeout_s: float, token: str | None) -> Report:
    """Ask the internal listener at `url` for its readiness and metrics. Raises `NotAnsweringError`."""
    answer = ask(url, "/readyz", timeout_s=timeout_s, token=token)
    try:
        readiness = json.loads(answer.body)
        status = str(readiness["status"])
        checks = {str(name): dict(check) for name, check in readiness["checks"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAnsweringError(
            f"{url}/readyz answered {answer.status}, and not as sheriff does; is this its internal port?"
        ) from error
    metrics = ask(url, "/metrics", timeout_s=timeout_s, token=token)
    text = metrics.body.decode(errors="replace") if metrics.status == OK else ""
    return Report(url, status, answer.status == OK, checks, read_figures(text))


def read_figures(text: str) -> Figures:
    """The few figures people want, from Prometheus text."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def total(name: str, **labels: str) -> float:
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())

    def by(label: str, name: str) -> dict[str, int]:
        counted = [(s.labels[label], int(s.value)) for s in samples if s.name == name and s.value]
        return _summed(counted)

    histogram = "http_server_request_duration_seconds"
    requests = total(f"{histogram}_count", http_route="/webhook")
    quick = sum(
        s.value
        for s in samples
        if s.name == f"{histogram}_bucket"
        and s.labels.get("http_route") == "/webhook"
        and _edge(s.labels) == PROMISED_S
    )
    version = next((s.labels.get("service_version", "?") for s in samples if s.name == "target_info"), "?")
    return Figures(
        version=version,
        requests=int(requests),
        under_promise=quick / requests if requests else None,
        outcomes=by("outcome", "sheriff_tool_calls_total"),
        lookups=by("result", "sheriff_lookups_total"),
        rejected=int(total("sheriff_rejected_messages_total")),
        in_flight=int(total("sheriff_in_flight_lookups")),
        resident_bytes=int(total("process_resident_memory_bytes")),
    )


def lines(report: Report) -> list[tuple[str, str, str]]:
    """What to show people: name, words, and `ok`, `warn` or `fail` for the colour."""
    figures = report.figures
    whole = "ok" if report.status == "ready" else "warn" if report.serving else "fail"
    shown = [("sheriff", f"{report.status}, version {figures.version}, at {report.url}", whole)]
    for name, check in report.checks.items():
        kind = "ok" if check.get("status") in {"ok", "off"} else "warn"
        shown.append((spaced(name), _told(name, check), kind))
    under = "" if figures.under_promise is None else f", {figures.under_promise:.1%} within 800 ms"
    shown.append(("requests", f"{figures.requests} to the webhook since the start{under}", "ok"))
    outcomes = "  ".join(f"{name} {count}" for name, count in sorted(figures.outcomes.items(), key=_most_first))
    shown.append(("tool calls", outcomes or "none yet", "ok"))
    if figures.hit_rate is not None:
        told = ", ".join(f"{count} {name}" for name, count in figures.lookups.items())
        shown.append(("from memory", f"{figures.hit_rate:.1%} of lookups ({told})", "ok"))
    if figures.rejected:
        shown.append(("rejected", f"{figures.rejected} messages; the log says which and why", "ok"))
    shown.append(
        ("process", f"{figures.in_flight} lookups in flight, {figures.resident_bytes / 1e6:.0f} MB resident", "ok")
    )
    return shown


def _told(name: str, check: dict[str, Any]) -> str:
    """One check of the readiness as a line."""
    if name == "circuitBreaker":
        retry = f", next probe at {check['retryAt']}" if check.get("retryAt") else ""
        return f"{check.get('state')}, {check.get('consecutiveFailures')} consecutive failures{retry}"
    rest = [
        f"{spaced(key)} {value}"
        for key, value in check.items()
        if key != "status" and value is not None and value != ""
    ]
    return ", ".join([str(check.get("status")), *rest])


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, count in pairs:
        sums[name] = sums.get(name, 0) + count
    return sums


def _edge(labels: dict[str, str]) -> float:
    return float(labels.get("le", "inf"))


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
