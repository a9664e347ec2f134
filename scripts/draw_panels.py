"""Draws one panel of a dashboard as SVG: lines, a single figure, or states over time."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle, groupby
from typing import Any

from scripts.grafana import JOBS

PALETTE = ("#5794f2", "#73bf69", "#f2cc0c", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#96d98d", "#ffb357", "#ca95e5")
COLOURS = {
    "green": "#73bf69",
    "orange": "#ff9830",
    "red": "#f2495c",
    "dark-red": "#a8323f",
    "blue": "#5794f2",
    "purple": "#b877d9",
}
INK, FAINT, BAND = "#24292e", "#6e6e76", "#f3f4f8"
MAX_LEGEND = 9
LEFT, RIGHT, UPPER = 52, 8, 34  # the same in every panel, so that panels below each other share their time
AXIS_H, LEGEND_H, BAR_H = 14, 13, 32

Points = list[tuple[float, float]]


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
        return expr.replace("$__rate_interval", self.rate_interval).replace("$job", JOBS).replace("$instance", ".+")


@dataclass(frozen=True, slots=True)
class Plot:
    """Where a panel draws, and when that is."""

    view: View
    width: float
    lower: float

    def x(self, at: float) -> float:
        """From a time."""
        return LEFT + (at - self.view.start) / (self.view.end - self.view.start) * (self.width - LEFT - RIGHT)

    def acts(self) -> str:
        """A band for every second act, and the name of each."""
        parts = []
        began = list((self.view.acts or {}).items())
        for number, (name, at) in enumerate(began):
            ends = began[number + 1][1] if number + 1 < len(began) else self.view.end
            if number % 2:
                wide = self.x(ends) - self.x(at)
                area = (
                    f'x="{self.x(at):.1f}" y="{UPPER - 12}" width="{wide:.1f}" height="{self.lower - UPPER + 12:.1f}"'
                )
                parts.append(f'<rect {area} fill="{BAND}"/>')
            parts.append(
                f'<text x="{self.x(at) + 3:.1f}" y="{UPPER - 3}" font-size="9" fill="{FAINT}">{escape(name)}</text>'
            )
        return "".join(parts)

    def seconds(self) -> str:
        """The axis of time, in seconds since the start."""
        long = self.view.end - self.view.start
        every = next(step for step in (1, 2, 5, 10, 20, 30, 60, 120, 300, math.inf) if long / step <= 9 or step > 300)  # noqa: PLR2004 - as many words as fit
        marks = [every * number for number in range(int(long / every) + 1)]
        return "".join(
            f'<text x="{self.x(self.view.start + mark):.1f}" y="{self.lower + 12:.1f}" font-size="9" fill="{FAINT}"'
            f' text-anchor="middle">{mark:g} s</text>'
            for mark in marks
        )


def lines(series: dict[str, Points], panel: Mapping[str, Any], width: float, height: float, view: View) -> str:
    """Series over time, with thresholds; stacked where the panel says so."""
    defaults = panel["fieldConfig"]["defaults"]
    stacked = defaults["custom"]["stacking"]["mode"] == "normal"
    # Series that never moved only crowd the picture.
    told = {name: points for name, points in series.items() if any(value for _, value in points)} or series
    colours = _series_colours(list(told), panel)
    if stacked:
        told = _stacked(told)
    steps = [(step["value"], step["color"]) for step in defaults["thresholds"]["steps"] if step["value"] is not None]
    top: float = max([value for points in told.values() for _, value in points], default=1.0) or 1.0
    # A threshold close above is drawn as well: how far it is away is what the picture is for.
    top = max([top, *(value for value, _ in steps if value <= top * 2.5)]) * 1.08
    per_row = max(1, int((width - LEFT) / 110))
    lower = height - AXIS_H - 8 - LEGEND_H * math.ceil(min(len(told), MAX_LEGEND) / per_row)
    plot = Plot(view, width, lower)

    def y(value: float) -> float:
        return lower - value / top * (lower - UPPER)

    parts = [plot.acts(), _axis(defaults["unit"], top, width - RIGHT, y), plot.seconds()]
    for name, points in reversed(told.items()):
        for run in _unbroken(points, view.step_s):
            path = " ".join(f"{plot.x(at):.1f},{y(value):.1f}" for at, value in _without_needless(run))
            if stacked:
                closed = f"{plot.x(run[0][0]):.1f},{y(0):.1f} {path} {plot.x(run[-1][0]):.1f},{y(0):.1f}"
                parts.append(f'<polygon points="{closed}" fill="{colours[name]}"/>')
            else:
                parts.append(f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="1.6"/>')
    for value, colour in steps:
        if value <= top:
            across = f'x1="{LEFT}" x2="{width - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"'
            parts.append(f'<line {across} stroke="{COLOURS[colour]}" stroke-dasharray="5 4"/>')
    parts.append(_legend(colours, lower + AXIS_H, width, per_row))
    return "".join(parts)


def stat(series: dict[str, Points], panel: Mapping[str, Any], width: float, height: float) -> str:
    """The last figure, large."""
    defaults = panel["fieldConfig"]["defaults"]
    names = _names(defaults)
    parts = []
    present = [(name, points[-1][1]) for name, points in series.items() if points][:4]
    for number, (name, value) in enumerate(present):
        at_y = 24 + (height - 28) * (number + 0.5) / len(present) + 6
        words = names.get(f"{value:g}") or (name if defaults["unit"] == "none" else said(value, defaults["unit"]))
        size = 24 if len(present) == 1 and len(words) < 12 else 12  # noqa: PLR2004 - what fits
        label = "" if len(present) == 1 else f"{escape(name)}: "
        parts.append(
            f'<text x="{width / 2}" y="{at_y:.1f}" text-anchor="middle" font-size="{size}" font-weight="600"'
            f' fill="{_threshold_colour(value, defaults)}">{label}{escape(words)}</text>'
        )
    return "".join(parts)


def timeline(series: dict[str, Points], panel: Mapping[str, Any], width: float, view: View) -> str:
    """A bar for each series, coloured by its state."""
    defaults = panel["fieldConfig"]["defaults"]
    names = _names(defaults)
    plot = Plot(view, width, timeline_height(len(series)) - AXIS_H)
    parts = [plot.acts(), plot.seconds()]
    for number, (name, points) in enumerate(series.items()):
        y = UPPER + 12 + number * BAR_H
        parts.append(f'<text x="{LEFT}" y="{y - 3}" font-size="10" fill="{FAINT}">{escape(name)}</text>')
        for run in _unbroken(points, view.step_s):
            for value, held in groupby(run, key=lambda point: point[1]):
                times = [at for at, _ in held]
                left, right = plot.x(times[0]), min(plot.x(times[-1] + view.step_s), width - RIGHT)
                bar = f'<rect x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="17"'
                word = names.get(f"{value:g}", "")
                parts.append(f'{bar} fill="{_threshold_colour(value, defaults)}"/>')
                if right - left > 6 * len(word):
                    parts.append(f'<text x="{left + 3:.1f}" y="{y + 12}" font-size="10">{word}</text>')
    return "".join(parts)


def timeline_height(series: int) -> float:
    """How much room bars of so many series take."""
    return UPPER + BAR_H * max(series, 1) + 4 + AXIS_H


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


def _series_colours(names: Sequence[str], panel: Mapping[str, Any]) -> dict[str, str]:
    """The colour that a word always has, else the next of the palette that no such word takes."""
    overrides = panel["fieldConfig"]["overrides"]
    always = {each["matcher"]["options"]: each["properties"][0]["value"]["fixedColor"] for each in overrides}
    fixed = {name: COLOURS[always[name]] for name in names if name in always}
    palette = cycle(colour for colour in PALETTE if colour not in fixed.values())
    return {name: fixed.get(name) or next(palette) for name in names}


def _legend(colours: Mapping[str, str], lower: float, width: float, per_row: int) -> str:
    parts = []
    for number, (name, colour) in enumerate(list(colours.items())[:MAX_LEGEND]):
        x = LEFT + (number % per_row) * (width - LEFT) / per_row
        y = lower + 14 + LEGEND_H * (number // per_row)
        parts.append(
            f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="9" height="9" fill="{colour}"/>'
            f'<text x="{x + 13:.1f}" y="{y:.1f}" font-size="10">{escape(name)}</text>'
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


def _unbroken(points: Points, step_s: float) -> list[Points]:
    """Where nothing was known nothing is drawn: the runs of points that follow each other."""
    runs: list[Points] = []
    for at, value in points:
        if not runs or at - runs[-1][-1][0] > step_s * 1.5:
            runs.append([])
        runs[-1].append((at, value))
    return runs


def _without_needless(points: Points) -> Points:
    """The same line with fewer points: none between two of the same height."""
    return [
        point
        for number, point in enumerate(points)
        if number in (0, len(points) - 1) or not points[number - 1][1] == point[1] == points[number + 1][1]
    ]


def _axis(unit: str, top: float, right: float, y: Callable[[float], float]) -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = top / 1.08 * share
        parts.append(
            f'<line x1="{LEFT}" x2="{right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#e4e4e8"/>'
            f'<text x="{LEFT - 5}" y="{y(value) + 4:.1f}" text-anchor="end" fill="{FAINT}">{said(value, unit)}</text>'
        )
    return "".join(parts)


def _names(defaults: Mapping[str, Any]) -> dict[str, str]:
    mappings = defaults.get("mappings", ())
    return {value: told["text"] for mapping in mappings for value, told in mapping["options"].items()}


def _threshold_colour(value: float, defaults: Mapping[str, Any]) -> str:
    reached: Sequence[str] = [
        step["color"] for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]
    ]
    return COLOURS[reached[-1]]
