"""The few words of Grafana's dashboard format that our dashboards are written in."""

from dataclasses import dataclass, field
from typing import Any

# All jobs are all of ours: beside others in one Prometheus, `up`, CPU and memory are everybody's.
JOBS = "sheriff.*"
SELECT = 'job=~"$job",instance=~"$instance"'
INTERVAL = "$__rate_interval"

GREEN, ORANGE, RED, BLUE = "green", "orange", "red", "blue"
# Words that always have the same colour, wherever they stand: what is bad is seen before it is read.
MEANINGS = {
    "unavailable": RED,
    "source": GREEN,
    "cache": BLUE,
    "stale": ORANGE,
    "none": "purple",
    "hit": BLUE,
    "miss": GREEN,
    "ok": GREEN,
    "empty": BLUE,
    "timeout": ORANGE,
    "circuit_open": RED,
    "server_error": RED,
    "source_failed": "dark-red",
    "network_error": "dark-red",
    "rejected": "purple",
}
Steps = tuple[tuple[float | None, str], ...]


def rate(metric: str, *by: str, **labels: str) -> str:
    """The rate of a counter per second, summed `by` labels; a value that begins with ~ is a pattern."""
    return f"sum{_by(by)} (rate({metric}{{{select(**labels)}}}[{INTERVAL}]))"


def increase(metric: str, window: str, *by: str, **labels: str) -> str:
    """How much a counter grew within `window`."""
    return f"sum{_by(by)} (increase({metric}{{{select(**labels)}}}[{window}]))"


def share(part: str, whole: str) -> str:
    """`part` of `whole`; nothing while there is no whole."""
    return f"{part} / ({whole} > 0)"


def quantile(q: float, metric: str, *by: str, **labels: str) -> str:
    """A quantile out of a histogram's buckets."""
    return f"histogram_quantile({q}, {rate(f'{metric}_bucket', 'le', *by, **labels)})"


def gauge(metric: str, *by: str, how: str = "sum", **labels: str) -> str:
    """The present value, put together over instances."""
    return f"{how}{_by(by)} ({metric}{{{select(**labels)}}})"


def select(**labels: str) -> str:
    """A label selector for the chosen job and instances."""
    told = [SELECT]
    for name, value in labels.items():
        operator, word = ("=~", value[1:]) if value.startswith("~") else ("=", value)
        told.append(f'{name.rstrip("_")}{operator}"{word}"')
    return ",".join(told)


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: what it answers, in which unit, and from where on it is bad."""

    title: str
    description: str
    unit: str  # Grafana's unit id
    queries: tuple[tuple[str, str], ...]  # (PromQL, legend)
    steps: Steps  # (from this value on, colour); the first is the base, None
    kind: str = "timeseries"  # or `stat`, `state-timeline`
    width: int = 8  # of 24
    names: dict[str, str] = field(default_factory=dict)  # what values are called, by value
    stacked: bool = False
    height: int = 0  # 0: what its kind usually has

    def as_json(self, number: int, x: int, y: int) -> dict[str, Any]:
        """The panel in Grafana's form, placed at `x`, `y`."""
        height = self.height or (4 if self.kind == "stat" else 8)
        defaults: dict[str, Any] = {
            "unit": self.unit,
            "thresholds": {
                "mode": "absolute",
                "steps": [{"value": value, "color": colour} for value, colour in self.steps],
            },
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
        }
        if self.kind == "timeseries":
            # The thresholds are drawn: where a promise ends is seen in the picture.
            defaults["custom"] = {
                "thresholdsStyle": {"mode": "dashed" if len(self.steps) > 1 else "off"},
                "fillOpacity": 20 if self.stacked else 5,
                "stacking": {"mode": "normal" if self.stacked else "none"},
                "showPoints": "never",
            }
            defaults["min"] = 0
        if any("increase(" in expr for expr, _ in self.queries):
            defaults["decimals"] = 0  # extrapolated: 5.004 claims are five
        if self.names:
            options = {value: {"text": text, "index": index} for index, (value, text) in enumerate(self.names.items())}
            defaults["mappings"] = [{"type": "value", "options": options}]
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": {"type": "prometheus", "uid": "$datasource"},
            "gridPos": {"h": height, "w": self.width, "x": x, "y": y},
            "fieldConfig": {"defaults": defaults, "overrides": self._overrides()},
            "options": self._options(),
            "targets": [
                {
                    "refId": chr(ord("A") + index),
                    "expr": expr,
                    "legendFormat": legend,
                    "range": True,
                    "datasource": {"type": "prometheus", "uid": "$datasource"},
                }
                for index, (expr, legend) in enumerate(self.queries)
            ],
        }

    def _overrides(self) -> list[dict[str, Any]]:
        """Fixed colours, where the legend is one of the words that have one."""
        if self.kind != "timeseries" or not any(legend.startswith("{{") for _, legend in self.queries):
            return []
        return [
            {
                "matcher": {"id": "byName", "options": word},
                "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
            }
            for word, colour in MEANINGS.items()
        ]

    def _options(self) -> dict[str, Any]:
        if self.kind == "stat":
            return {
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "colorMode": "background",
                "graphMode": "area",
                "textMode": "auto",
            }
        if self.kind == "state-timeline":
            return {"showValue": "auto", "mergeValues": True, "legend": {"displayMode": "list", "showLegend": True}}
        return {
            "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and the panels that answer it."""

    title: str
    panels: tuple[Panel, ...]


def dashboard(uid: str, title: str, description: str, rows: tuple[Row, ...], links: dict[str, str]) -> dict[str, Any]:
    """A dashboard in Grafana's form; `links` are titles and uids of the others."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row in rows:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "gridPos": {"h": 1, "w": 24, "x": 0, "y": y},
                "panels": [],
            }
        )
        y += 1
        x = height = 0
        for panel in row.panels:
            if x + panel.width > 24:  # noqa: PLR2004 - Grafana's grid
                x, y = 0, y + height
            placed = panel.as_json(len(panels) + 1, x, y)
            panels.append(placed)
            height = placed["gridPos"]["h"]
            x += panel.width
        y += height
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["sheriff"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "links": [
            {"type": "link", "title": name, "url": f"/d/{other}", "keepTime": True, "includeVars": True}
            for name, other in links.items()
        ],
        "annotations": {"list": [_alerts_drawn()]},
        "templating": {
            "list": [_datasource(), _variable("job", "up", JOBS), _variable("instance", 'up{job=~"$job"}', ".+")]
        },
        "panels": panels,
    }


def _datasource() -> dict[str, Any]:
    return {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _variable(name: str, metric: str, any_of: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "query",
        "datasource": {"type": "prometheus", "uid": "$datasource"},
        "query": {"query": f"label_values({metric}, {name})", "refId": name},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": any_of,
        "current": {"text": "All", "value": "$__all"},
        "regex": f"/^{JOBS}$/" if name == "job" else "",
    }


def _alerts_drawn() -> dict[str, Any]:
    return {
        "name": "Firing alerts",
        "datasource": {"type": "prometheus", "uid": "$datasource"},
        "enable": True,
        "iconColor": RED,
        "expr": 'ALERTS{alertstate="firing",alertname=~"Sheriff.+"}',
        "titleFormat": "{{alertname}}",
        "textFormat": "{{severity}}",
    }
