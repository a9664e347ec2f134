"""What a rehearsed incident looked like, act by act: the dashboards' own expressions, asked of its Prometheus."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import yaml

from scripts.build_dashboards import dashboards
from scripts.draw_panels import View, said
from scripts.rehearsal import SCRAPE_S, Played, Rehearsal
from tests.prometheus_server import RULES

PANELS: dict[str, dict[str, Any]] = {
    panel["title"]: panel for board in dashboards().values() for panel in board["panels"]
}
ALERTS = 'ALERTS{alertname=~"Sheriff.+"}'
PROMISED_SUCCESS = 0.99
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Figures:
    """One act. Shares are 0..1; None where the dashboard would show "no data"."""

    name: str
    seconds: int
    calls_per_min: float | None
    success: float | None
    p95_s: float | None
    hit_rate: float | None
    stale: float | None
    sanity_errors: float | None
    breaker: tuple[str, ...]  # the states it was seen in, one after the other
    alerts: Mapping[str, str]  # by name and severity: the worst they were, `pending` or `firing`


def figures(rehearsal: Rehearsal) -> list[Figures]:
    """Every act, as the dashboards tell it."""
    return [_figures(rehearsal, played) for played in rehearsal.acts]


def disappointments(told: Sequence[Figures], rehearsal: Rehearsal) -> list[str]:
    """What should have been seen and was not, or the other way round; empty after a rehearsal that went well."""
    act = {each.name: each for each in told}
    expected = {
        "no caller lost an answer": not rehearsal.failed_calls,
        "all was well at first": act["normal"].success == 1 and act["normal"].breaker == ("closed",),
        "old facts were told while Sanity was slow": (act["slow"].stale or 0) > 0,
        "old facts were told while Sanity was dead": (act["dead"].stale or 0) > 0,
        "the errors of Sanity were counted": (act["dead"].sanity_errors or 0) > 0,
        "the breaker opened": "open" in act["dead"].breaker,
        "SheriffCircuitOpen was raised": "SheriffCircuitOpen (ticket)" in act["dead"].alerts,
        "the breaker closed again": act["back"].breaker[-1:] == ("closed",),
        "success recovered": (success_at_the_end(rehearsal) or 0) >= PROMISED_SUCCESS,
    }
    return [what for what, seen in expected.items() if not seen]


def success_at_the_end(rehearsal: Rehearsal) -> float | None:
    """The success rate of the last seconds."""
    return _shown(rehearsal, "Tool success rate", rehearsal.ended, 4 * SCRAPE_S)


def as_text(told: Sequence[Figures]) -> str:
    """Two tables: figures by act, and alerts by act."""
    return f"{_figures_table(told)}\n\n{_alerts_table(told)}"


def as_record(told: Sequence[Figures], rehearsal: Rehearsal) -> dict[str, Any]:
    """Plain JSON."""
    return {
        "acts": [asdict(each) for each in told],
        "calls": len(rehearsal.calls),
        "failedCalls": len(rehearsal.failed_calls),
        "disappointments": disappointments(told, rehearsal),
    }


def _figures(rehearsal: Rehearsal, played: Played) -> Figures:
    def shown(title: str, **labels: str) -> float | None:
        # Over the whole act and no further, as Grafana would for points that far apart.
        return _shown(rehearsal, title, played.ended, played.act.seconds, **labels)

    calls_per_s = shown("Messages by type", message_type="assistant-request")
    return Figures(
        played.act.name,
        played.act.seconds,
        None if calls_per_s is None else calls_per_s * 60,
        shown("Tool success rate"),
        shown("Answer time, p95"),
        shown("Cache hit rate"),
        shown("Stale answers"),
        shown("Failing requests"),
        _states(rehearsal, played),
        _alerts(rehearsal, played),
    )


def _shown(rehearsal: Rehearsal, title: str, at: float, window_s: int, **labels: str) -> float | None:
    """What the panel of this title shows at a time; of several series, the one with these labels."""
    view = View(rehearsal.began, rehearsal.ended, rate_interval=f"{window_s}s")
    for series in rehearsal.prometheus.query(view.concrete(PANELS[title]["targets"][0]["expr"]), at):
        value = float(series["value"][1])
        if labels.items() <= series["metric"].items() and math.isfinite(value):
            return value
    return None


def _states(rehearsal: Rehearsal, played: Played) -> tuple[str, ...]:
    panel = PANELS["Circuit breaker over time"]
    names = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
    expr = View(played.began, played.ended).concrete(panel["targets"][0]["expr"])
    seen: list[str] = []
    for series in rehearsal.prometheus.query_range(expr, played.began, played.ended, SCRAPE_S):
        for _, value in series["values"]:
            state = names[f"{float(value):g}"]["text"]
            if seen[-1:] != [state]:
                seen.append(state)
    return tuple(seen)


def _alerts(rehearsal: Rehearsal, played: Played) -> dict[str, str]:
    found: dict[str, str] = {}
    for series in rehearsal.prometheus.query_range(ALERTS, played.began, played.ended, SCRAPE_S):
        labels = series["metric"]
        name = f"{labels['alertname']} ({labels['severity']})"
        if found.get(name) != "firing":
            found[name] = labels["alertstate"]
    return found


def _figures_table(told: Sequence[Figures]) -> str:
    rows: list[tuple[str, ...]] = [
        ("act", "calls/min", "success", "p95", "hit rate", "stale", "Sanity errors", "breaker")
    ]
    for each in told:
        shares = (each.hit_rate, each.stale, each.sanity_errors)
        rows.append(
            (
                f"{each.name} ({each.seconds} s)",
                _said(each.calls_per_min, "short"),
                _said(each.success, "percentunit"),
                _said(each.p95_s, "s"),
                *(_said(share, "percentunit") for share in shares),
                " → ".join(each.breaker) or NOTHING,
            )
        )
    return _aligned(rows)


def _alerts_table(told: Sequence[Figures]) -> str:
    names = sorted({name for each in told for name in each.alerts})
    if not names:
        return "no alert was raised"
    waits = _waits()
    rows = [("alert", "fires after", *(each.name for each in told))]
    rows += [(name, waits[name], *(each.alerts.get(name, NOTHING) for each in told)) for name in names]
    return _aligned(rows)


def _waits() -> dict[str, str]:
    """How long the condition of each alert must hold in production before somebody is told."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {
        f"{rule['alert']} ({rule['labels']['severity']})": rule.get("for", "at once")
        for group in groups
        for rule in group["rules"]
        if "alert" in rule
    }


def _said(value: float | None, unit: str) -> str:
    return NOTHING if value is None else said(value, unit)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
