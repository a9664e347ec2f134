"""Dashboards, rules and documented expressions, run by a real Prometheus that scrapes a real process in trouble."""

import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from scripts.build_dashboards import dashboards
from scripts.draw_dashboard import View, draw
from scripts.grafana import JOBS
from tests.prometheus_server import RULES, PrometheusServer, fast_config, running_prometheus

pytestmark = pytest.mark.prometheus

ROOT = Path(__file__).parent.parent.parent
RULES_READ = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
SILENCE = "SheriffNoTraffic"  # half an hour without a message during business hours: proved by `promtool test rules`


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident that is over, and the Prometheus that watched it."""

    prometheus: PrometheusServer
    started: float
    ended: float

    def data(self, expr: str) -> list[float]:
        """Every number that `expr` was during the incident."""
        series = self.prometheus.query_range(expr, self.started, self.ended)
        numbers = [float(value) for one in series for _, value in one["values"]]
        return [number for number in numbers if not math.isnan(number)]


@pytest.fixture(scope="module")
def incident(tmp_path_factory) -> Iterator[Incident]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.scripted_incident"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": ""},
    )
    try:
        port = int(process.stdout.readline())
        config = fast_config(f"127.0.0.1:{port}")
        with running_prometheus(config, tmp_path_factory.mktemp("prometheus")) as prometheus:
            prometheus.wait_for("sheriff_lookups_total")
            started = time.time()
            process.stdin.write("go\n")
            process.stdin.flush()
            while process.stdout.readline() != "over\n":
                assert process.poll() is None, "the scripted process died"
            process.communicate("end\n", timeout=10)
            prometheus.wait_for('up{job="sheriff"} == 0')
            yield Incident(prometheus, started, time.time() + 1)
    finally:
        process.kill()
        process.wait()


def concrete(expr: str) -> str:
    """A dashboard's expression as Grafana sends it."""
    return expr.replace("$__rate_interval", "4s").replace("$job", JOBS).replace("$instance", ".+")


PANELS = [
    pytest.param(target["expr"], id=f"{name.removesuffix('.json')}: {panel['title']} {target['refId']}")
    for name, board in dashboards().items()
    for panel in board["panels"]
    for target in panel.get("targets", ())
]
DRAWN_ACROSS = [pytest.param(drawn["expr"], id=f"{name.removesuffix('.json')}: {drawn['name']}")
                for name, board in dashboards().items() for drawn in board["annotations"]["list"]]  # fmt: skip


@pytest.mark.parametrize("expr", [*PANELS, *DRAWN_ACROSS])
def test_expression_of_a_panel_returns_data(incident, expr):
    assert incident.data(concrete(expr))


@pytest.mark.parametrize("rule", RULES_READ, ids=lambda rule: rule.get("alert") or str(rule["labels"]) + rule["record"])
def test_expression_of_a_rule_returns_data(incident, rule):
    expr = rule["expr"]
    if rule.get("alert") == SILENCE:
        expr = expr.partition(" == 0")[0]
    assert incident.data(expr)


def test_rules_were_evaluated_without_errors(incident):
    assert (
        incident.prometheus.query("sum(prometheus_rule_evaluation_failures_total) or vector(0)")[0]["value"][1] == "0"
    )
    assert {one["metric"]["slo"] for one in incident.prometheus.query("slo:sheriff_errors:ratio_rate5m")} == {
        "availability",
        "answers",
        "latency",
    }


def documented(page: Path) -> list[str]:
    return re.findall(r"```promql\n(.*?)\n *```", page.read_text(), re.DOTALL)


PAGES = [ROOT / "docs" / "reference" / "metrics.md", *sorted((ROOT / "docs" / "runbooks").glob("*.md"))]
DOCUMENTED = [
    pytest.param(expr, id=f"{page.stem} {number}") for page in PAGES for number, expr in enumerate(documented(page))
]


@pytest.mark.parametrize("expr", DOCUMENTED)
def test_documented_expression_returns_data(incident, expr):
    assert incident.data(expr.replace("[5m]", "[4s]"))


@pytest.mark.parametrize("name", dashboards())
def test_every_panel_can_be_drawn(incident, name):
    board = dashboards()[name]
    picture = draw(board, incident.prometheus, View(incident.started, incident.ended))
    drawn = ET.fromstring(picture)  # noqa: S314 - our own drawing
    texts = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {panel["title"] for panel in board["panels"]} <= texts


def test_four_figures_tell_the_incident(incident):
    latency, hits, errors, success = documented(PAGES[0])[:4]
    acts = {"well": incident.started + 3, "dead": incident.started + 9}

    def at(expr: str, act: str) -> float:
        (found,) = incident.prometheus.query(expr.replace("[5m]", "[2s]"), acts[act])
        return float(found["value"][1])

    assert at(latency, "well") < 0.25
    assert at(success, "well") == 1.0
    assert at(errors, "well") == 0.0
    assert at(hits, "well") == pytest.approx(0.75, abs=0.1)
    assert at(success, "dead") == pytest.approx(0.5, abs=0.15)


def test_alerts_without_a_wait_fired(incident):
    fired = {one["metric"]["alertname"] for one in incident.prometheus.query('ALERTS{alertstate="firing"}')}
    assert {"SheriffAnswersBurn", "SheriffInteractionsLost", "SheriffUngroundedClaims", "SheriffDefects"} <= fired
