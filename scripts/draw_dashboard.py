"""Draws a dashboard as SVG from the answers of a Prometheus: what Grafana would show, without Grafana.

The same JSON, the same expressions; only the drawing is ours. Used for the pictures in docs and by the incident
rehearsal.
"""

import math
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Protocol

from scripts.draw_panels import INK, Points, View, lines, stat, timeline

__all__ = ["View", "draw"]

CELL_W, CELL_H = 54, 30
PAPER, CARD = "#f4f5f5", "#ffffff"


class Prometheus(Protocol):
    """Whoever answers queries (`tests.prometheus_server.PrometheusServer`)."""

    def query_range(self, expr: str, start: float, end: float, step_s: float = 1.0) -> list[dict[str, Any]]:
        """What `expr` was from `start` to `end`."""
        ...


def draw(board: Mapping[str, Any], prometheus: Prometheus, view: View) -> str:
    """The whole dashboard as one SVG."""
    # Grid units are of one height in Grafana; rows keep theirs here, too.
    spots = [panel["gridPos"] for panel in board["panels"]]
    height = max(at["y"] + at["h"] for at in spots) * CELL_H + 60
    width = max(at["x"] + at["w"] for at in spots) * CELL_W + 20
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    font = 'font-family="Inter, Helvetica, Arial, sans-serif" font-size="11"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} fill="{INK}">',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        f'<text x="14" y="32" font-size="20" font-weight="600">{escape(board["title"])}</text>',
    ]
    for panel in board["panels"]:
        at = panel["gridPos"]
        x, y = 10 + at["x"] * CELL_W, 48 + at["y"] * CELL_H
        if panel["type"] == "row":
            title = escape(panel["title"])
            drawn.append(f'<text x="{x + 4}" y="{y + 20}" font-size="14" font-weight="600">{title}</text>')
            continue
        drawn.append(f'<g transform="translate({x + 3},{y + 3})">')
        drawn.append(_panel(panel, at["w"] * CELL_W - 6, at["h"] * CELL_H - 6, prometheus, view))
        drawn.append("</g>")
    drawn.append("</svg>")
    return "\n".join(drawn)


def _panel(panel: Mapping[str, Any], width: float, height: float, prometheus: Prometheus, view: View) -> str:
    card = (
        f'<rect width="{width}" height="{height}" rx="3" fill="{CARD}" stroke="#d8d9da"/>'
        f'<text x="8" y="17" font-weight="600">{escape(panel["title"])}</text>'
        f"<title>{escape(panel['description'])}</title>"
    )
    series = _series(panel, prometheus, view)
    match panel["type"]:
        case "stat":
            return card + stat(series, panel, width, height)
        case "state-timeline":
            return card + timeline(series, panel, width, view)
        case _:
            return card + lines(series, panel, width, height, view)


def _series(panel: Mapping[str, Any], prometheus: Prometheus, view: View) -> dict[str, Points]:
    """Every series of the panel by what its legend calls it."""
    series: dict[str, Points] = {}
    for target in panel["targets"]:
        for one in prometheus.query_range(view.concrete(target["expr"]), view.start, view.end, view.step_s):
            name = target["legendFormat"]
            for label, word in one["metric"].items():
                name = name.replace("{{" + label + "}}", word)
            name = re.sub(r"{{.*?}}", "none", name)
            points = [(float(at), float(value)) for at, value in one["values"]]
            series[name] = [(at, value) for at, value in points if math.isfinite(value)]
    return series
