"""Draws the time line of a rehearsed incident: panels of the dashboards and the alerts, below each other."""

import math
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from scripts.build_dashboards import dashboards
from scripts.dashboard_overview import HITS, STALE, SUCCESS
from scripts.draw_dashboard import CELL_H, draw
from scripts.draw_panels import View, timeline_height
from scripts.grafana import GREEN, ORANGE, RED, Panel
from scripts.incident_report import PANELS
from scripts.rehearsal import SCRAPE_S, Rehearsal

WIDTH = 18  # columns of Grafana's grid
RAISED = (
    '2 * max by (alertname, severity) (ALERTS{alertname=~"Sheriff.+",alertstate="firing"})'
    ' or max by (alertname, severity) (ALERTS{alertname=~"Sheriff.+",alertstate="pending"})'
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def view_of(rehearsal: Rehearsal, points: int) -> View:
    """The whole rehearsal in so many points; rates over a twentieth of it, as much as smooths and hides nothing."""
    long_s = rehearsal.ended - rehearsal.began
    rate_interval = f"{max(4 * SCRAPE_S, round(long_s / 20))}s"
    acts = {played.act.name: played.began for played in rehearsal.acts}
    return View(rehearsal.began, rehearsal.ended, max(SCRAPE_S, round(long_s / points)), rate_interval, acts)


def time_line(rehearsal: Rehearsal) -> str:
    """The incident as one SVG."""
    view = view_of(rehearsal, 160)
    return draw({"title": "An incident, rehearsed", "panels": _panels(rehearsal)}, rehearsal.prometheus, view)


def pictures(rehearsal: Rehearsal) -> dict[str, str]:
    """The time line and both dashboards, as SVG by file name."""
    view = view_of(rehearsal, 60)
    return {
        "incident.svg": time_line(rehearsal),
        **{
            f"dashboard-{name.removeprefix('sheriff-').removesuffix('.json')}.svg": draw(
                board, rehearsal.prometheus, view
            )
            for name, board in dashboards().items()
        },
    }


def photograph(svg: Path, png: Path) -> bool:
    """Turn an SVG into a PNG with Chromium; False where there is none."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return False
    head = svg.read_text(encoding="utf-8")[:400]
    width, height = (head.split(f'{side}="')[1].split('"')[0] for side in ("width", "height"))
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(browser, "--headless=new", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"),
                "--no-sandbox",  # a file of our own making; a container has no sandbox to offer
                *(f"--window-size={width},{height}", f"--screenshot={png.resolve()}", svg.resolve().as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
    return True


def _panels(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    shares = Panel(
        "Success, cache hits and stale answers",
        "Tool calls that got better than an apology; lookups answered from memory; of them, with old facts.",
        "percentunit",
        ((SUCCESS, "success"), (HITS, "hits"), (STALE, "stale")),
        ((None, GREEN), (0.99, RED)),
    ).as_json(0, 0, 0)
    alerts = Panel(
        "Alerts",
        "Alerts of the production rules: pending (the condition holds), firing (it has held for long enough).",
        "none",
        ((RAISED, "{{alertname}} ({{severity}})"),),
        ((None, GREEN), (1, ORANGE), (2, RED)),
        "state-timeline",
        names={"1": "pending", "2": "firing"},
    ).as_json(0, 0, 0)
    raised = rehearsal.prometheus.query_range(RAISED, rehearsal.began, rehearsal.ended, SCRAPE_S)
    chosen = (
        (PANELS["Answers by origin"], 6),
        (shares, 6),
        (PANELS["Answer time"], 6),
        (PANELS["Sanity requests by result"], 6),
        (PANELS["Circuit breaker over time"], 3),
        (alerts, math.ceil((timeline_height(len(raised)) + 8) / CELL_H)),
    )
    placed, y = [], 0
    for panel, height in chosen:
        placed.append({**panel, "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": height}})
        y += height
    return placed
