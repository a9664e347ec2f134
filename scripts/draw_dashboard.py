"""Draws a dashboard as SVG from the answers of a Prometheus: what Grafana would show, without Grafana.

The same JSON, the same expressions; only the drawing is ours. Used for the pictures in docs and by the incident
rehearsal.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

CELL_W, CELL_H, ROW_H = 54, 30, 30
PALETTE = ("#5794f2", "#73bf69", "#f2cc0c", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#96d98d", "#ffb357", "#ca95e5")
COLOURS = {"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c", "blue": "#5794f2"}
PAPER, CARD, INK, FAINT = "#f4f5f5", "#ffffff", "#24292e", "#8e8e96"
MAX_LEGEND = 8

Points = list[tuple[float, float]]


class Prometheus(Protocol):
    """Whoever answers queries (`tests.prometheus_server.PrometheusServer`)."""

    def query_range(self, expr: str, start: float, end: float, step_s: float = 1.0) -> list[dict[str, Any]]:
        """What `expr` was from `start` to `end`."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """Which time is drawn, and how a dashboard's variables are filled in."""

    start: float
    end: float
    step_s: float = 1.0
    rate_interval: str = "4s"
    acts: Mapping[str, float] | None = None  # when each act of a rehearsal began

    def concrete(self, expr: str) -> str:
        """The expression as Grafana would send it."""
        return expr.replace("$__rate_interval", self.rate_interval).replace("$job", ".+").replace("$instance", ".+")


def draw(board: Mapping[str, Any], prometheus: Prometheus, view: View) -> str:
    """The whole dashboard as one SVG."""
    # Grid units are of one height in Grafana; rows keep theirs here, too.
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"]) * CELL_H + 60
    width = 24 * CELL_W + 20
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
            drawn.append(
                f'<text x="{x + 4}" y="{y + 20}" font-size="14" font-weight="600">{escape(panel["title"])}</text>'
            )
            continue
        drawn.append(f'<g transform="translate({x + 3},{y + 3})">')
        drawn.append(_panel(panel, at["w"] * CELL_W - 6, at["h"] * CELL_H - 6, prometheus, view))
        drawn.append("</g>")
    drawn.append("</svg>")
    return "\n".join(drawn)


def _panel(panel: Mapping[str, Any], width: float, height: float, prometheus: Prometheus, view: View) -> str:
    series: dict[str, Points] = {}
    for target in panel["targets"]:
        for one in prometheus.query_range(view.concrete(target["expr"]), view.start, view.end, view.step_s):
            name = target["legendFormat"]
            for label, word in one["metric"].items():
                name = name.replace("{{" + label + "}}", word)
            name = re.sub(r"{{.*?}}", "none", name)
            points = [(float(at), float(value)) for at, value in one["values"]]
            series[name] = [(at, value) for at, value in points if math.isfinite(value)]
    defaults = panel["fieldConfig"]["defaults"]
    card = (
        f'<rect width="{width}" height="{height}" rx="3" fill="{CARD}" stroke="#d8d9da"/>'
        f'<text x="8" y="17" font-weight="600">{escape(panel["title"])}</text>'
        f"<title>{escape(panel['description'])}</title>"
    )
    match panel["type"]:
        case "stat":
            return card + _stat(series, defaults, width, height)
        case "state-timeline":
            return card + _timeline(series, defaults, width, view)
        case _:
            return card + _lines(series, defaults, width, height, view)


def _lines(series: dict[str, Points], defaults: Mapping[str, Any], width: float, height: float, view: View) -> str:
    stacked = defaults["custom"]["stacking"]["mode"] == "normal"
    # Series that never moved only crowd the picture.
    told = {name: points for name, points in series.items() if any(value for _, value in points)} or series
    if stacked:
        told = _stacked(told)
    steps = [(step["value"], step["color"]) for step in defaults["thresholds"]["steps"] if step["value"] is not None]
    top = max([value for points in told.values() for _, value in points], default=1.0) or 1.0
    # A threshold close above is drawn as well: how far it is away is what the picture is for.
    top = max([top, *(value for value, _ in steps if value <= top * 2.5)]) * 1.08
    left, right, upper = 52, 8, 28
    lower = height - 22 - 13 * math.ceil(min(len(told), MAX_LEGEND) / 3)

    def x(at: float) -> float:
        return left + (at - view.start) / (view.end - view.start) * (width - left - right)

    def y(value: float) -> float:
        return lower - value / top * (lower - upper)

    parts = [_axis(defaults["unit"], top, left, width - right, y)]
    for value, colour in steps:
        if value <= top:
            across = f'x1="{left}" x2="{width - right}" y1="{y(value):.1f}" y2="{y(value):.1f}"'
            parts.append(f'<line {across} stroke="{COLOURS[colour]}" stroke-dasharray="5 4"/>')
    for name, began in (view.acts or {}).items():
        down = f'x1="{x(began):.1f}" x2="{x(began):.1f}" y1="{upper}" y2="{lower}"'
        word = f'<text x="{x(began) + 2:.1f}" y="{upper + 8}" font-size="9" fill="{FAINT}">{escape(name)}</text>'
        parts.append(f'<line {down} stroke="#c7c7cc"/>{word}')
    for number, points in reversed(list(enumerate(told.values()))):
        colour = PALETTE[number % len(PALETTE)]
        path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in points)
        if stacked and points:
            closed = f"{x(points[0][0]):.1f},{y(0):.1f} {path} {x(points[-1][0]):.1f},{y(0):.1f}"
            parts.append(f'<polygon points="{closed}" fill="{colour}"/>')
        else:
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
    parts.append(_legend(list(told), left, lower, width))
    return "".join(parts)


def _legend(names: Sequence[str], left: float, lower: float, width: float) -> str:
    parts = []
    for number, name in enumerate(names[:MAX_LEGEND]):
        x, y = left + (number % 3) * (width - left) / 3, lower + 16 + 13 * (number // 3)
        parts.append(
            f'<rect x="{x:.1f}" y="{y - 8}" width="9" height="9" fill="{PALETTE[number % len(PALETTE)]}"/>'
            f'<text x="{x + 13:.1f}" y="{y}" font-size="10">{escape(name)}</text>'
        )
    return "".join(parts)


def _stacked(series: dict[str, Points]) -> dict[str, Points]:
    below: dict[float, float] = {}
    stacked = {}
    for name, points in series.items():
        for at, value in points:
            below[at] = below.get(at, 0.0) + value
        stacked[name] = [(at, below[at]) for at, _ in points]
    return stacked


def _axis(unit: str, top: float, left: float, right: float, y: Any) -> str:
    lines = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = top / 1.08 * share
        lines.append(
            f'<line x1="{left}" x2="{right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ececef"/>'
            f'<text x="{left - 5}" y="{y(value) + 4:.1f}" text-anchor="end" fill="{FAINT}">{said(value, unit)}</text>'
        )
    return "".join(lines)


def _stat(series: dict[str, Points], defaults: Mapping[str, Any], width: float, height: float) -> str:
    names = {
        value: told["text"] for mapping in defaults.get("mappings", ()) for value, told in mapping["options"].items()
    }
    parts = []
    present = [(name, points[-1][1]) for name, points in series.items() if points]
    for number, (name, value) in enumerate(present[:4]):
        at_y = height * (number + 0.5) / max(len(present[:4]), 1) + 16
        words = names.get(f"{value:g}") or (name if defaults["unit"] == "none" else said(value, defaults["unit"]))
        size = 24 if len(present) == 1 and len(words) < 12 else 12  # noqa: PLR2004 - what fits
        label = "" if len(present) == 1 else f"{escape(name)}: "
        parts.append(
            f'<text x="{width / 2}" y="{at_y}" text-anchor="middle" font-size="{size}" font-weight="600"'
            f' fill="{_colour(value, defaults)}">{label}{escape(words)}</text>'
        )
    return "".join(parts)


def _timeline(series: dict[str, Points], defaults: Mapping[str, Any], width: float, view: View) -> str:
    names = {
        value: told["text"] for mapping in defaults.get("mappings", ()) for value, told in mapping["options"].items()
    }
    parts = []
    for number, (name, points) in enumerate(series.items()):
        y, left = 40 + number * 34, 8.0
        parts.append(f'<text x="8" y="{y - 4}" font-size="10" fill="{FAINT}">{escape(name)}</text>')
        scale = (width - 16) / (view.end - view.start)
        said_last = None
        words = []  # drawn last, over the bars
        for at, value in points:
            x = left + (at - view.start) * scale
            reach = min(view.step_s * scale + 0.5, width - 8 - x)
            bar = f'<rect x="{x:.1f}" y="{y}" width="{max(reach, 0):.1f}" height="20"'
            parts.append(f'{bar} fill="{_colour(value, defaults)}"/>')
            if value != said_last:
                words.append(f'<text x="{x + 3:.1f}" y="{y + 14}" font-size="10">{names.get(f"{value:g}", "")}</text>')
                said_last = value
        parts.extend(words)
    return "".join(parts)


def _colour(value: float, defaults: Mapping[str, Any]) -> str:
    reached: Sequence[str] = [
        step["color"] for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]
    ]
    return COLOURS[reached[-1]]


def said(value: float, unit: str) -> str:
    """A value with its unit, as short as an axis wants it."""
    match unit:
        case "percentunit":
            return f"{value * 100:.3g} %"
        case "s" if 0 < value < 1:
            return f"{value * 1_000:.3g} ms"
        case "s":
            return f"{value:.3g} s"
        case "bytes":
            return f"{value / 1e6:.3g} MB"
        case "reqps" | "ops":
            return f"{value:.3g}/s"
        case _:
            return f"{value:.3g}"
