"""Dashboards: complete, readable, and about metrics that exist."""

import re
from pathlib import Path

import pytest
import yaml

from scripts.build_dashboards import TARGET, dashboards, rendered
from sheriff.settings import Settings
from sheriff_adapters.telemetry.catalogue import CATALOGUE, Kind
from sheriff_core.policy import LookupPolicy

BOARDS = dashboards()
PANELS = [
    pytest.param(panel, id=f"{name.removesuffix('.json')}: {panel['title']}")
    for name, board in BOARDS.items()
    for panel in board["panels"]
    if panel["type"] != "row"
]
EXPRESSIONS = [(name, target["expr"]) for name, board in BOARDS.items() for panel in board["panels"]
               for target in panel.get("targets", ())]  # fmt: skip
# Amounts that are neither good nor bad, and what has no amount. A limit would be a line without a meaning.
WITHOUT_LIMIT = {"Answers by outcome", "Answers by origin", "Webhook requests by status", "Messages by type",
                 "Lookups by result", "Interactions", "Build"}  # fmt: skip
DEPLOY = Path(__file__).parent.parent.parent / "deploy"


def exposed() -> set[str]:
    names = {"up", "ALERTS"}
    for metric in CATALOGUE:
        ends = ("_bucket", "_sum", "_count") if metric.kind is Kind.HISTOGRAM else ("",)
        names.update(metric.prometheus_name + end for end in ends)
    return names


def metrics_in(expr: str) -> set[str]:
    return set(re.findall(r"\b([a-zA-Z_:][\w:]*)\{", expr))


def test_files_are_what_their_generator_writes():
    assert {path.name: path.read_text() for path in TARGET.glob("*.json")} == rendered()


@pytest.mark.parametrize("panel", PANELS)
def test_panel_has_title_description_unit_threshold_and_legend(panel):
    assert panel["title"]
    assert len(panel["description"]) > 15
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"]
    steps = defaults["thresholds"]["steps"]
    assert steps[0]["value"] is None
    values = [step["value"] for step in steps[1:]]
    assert values == sorted(values)
    assert bool(values) == (panel["title"] not in WITHOUT_LIMIT)
    for target in panel["targets"]:
        assert target["legendFormat"]
        assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= set(re.findall(r"\w+", target["expr"]))


@pytest.mark.parametrize(("name", "expr"), EXPRESSIONS)
def test_expression_asks_for_metrics_that_are_exposed_and_for_the_chosen_instances(name, expr):
    asked = metrics_in(expr)
    assert {metric for metric in asked if not metric.startswith("slo:")} <= exposed()
    for selector in re.findall(r"(\w+)\{([^}]*)\}", expr):
        if selector[0] not in ("ALERTS", "ratio_rate1h"):
            assert 'job=~"$job"' in selector[1]
            assert 'instance=~"$instance"' in selector[1]
    for window in re.findall(r"(rate|increase)\([^[]*\[([^]]+)\]", expr):
        assert window[1] in ("$__rate_interval", "1h")
        assert window[0] == "increase" or window[1] == "$__rate_interval"


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_dashboard_cannot_be_edited_by_hand_and_lets_instances_be_chosen(board):
    assert board["editable"] is False
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    assert set(variables) == {"datasource", "job", "instance"}
    for name in ("job", "instance"):
        assert variables[name]["multi"]
    assert variables["instance"]["allValue"] == ".+"
    # "All" is not everybody in the same Prometheus: `up` and `process_*` are other programs' names, too.
    everything = re.compile(variables["job"]["allValue"])
    assert everything.fullmatch("sheriff")
    assert everything.fullmatch("sheriff-canary")
    assert not everything.fullmatch("node")


def test_what_is_counted_over_an_hour_is_shown_whole():
    counted = [
        panel
        for board in BOARDS.values()
        for panel in board["panels"]
        if any("increase(" in target["expr"] for target in panel.get("targets", ()))
    ]
    assert len(counted) == 3
    assert {panel["fieldConfig"]["defaults"].get("decimals") for panel in counted} == {0}


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_do_not_overlap_and_ids_are_unique(board):
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_links_lead_to_dashboards_that_exist():
    uids = {board["uid"] for board in BOARDS.values()}
    assert {link["url"].removeprefix("/d/") for board in BOARDS.values() for link in board["links"]} == uids


def test_every_metric_of_the_contract_is_on_a_dashboard_or_in_a_rule():
    asked = set().union(*(metrics_in(expr) for _, expr in EXPRESSIONS))
    rules = (DEPLOY / "prometheus" / "sheriff.rules.yml").read_text()
    for metric in CATALOGUE:
        assert any(metric.prometheus_name in name for name in asked) or metric.prometheus_name in rules, metric.name


def test_the_line_of_a_full_memory_and_of_a_full_sky_is_where_the_settings_put_it():
    steps = {panel["title"]: panel["fieldConfig"]["defaults"]["thresholds"]["steps"] for board in BOARDS.values()
             for panel in board["panels"] if panel["type"] != "row"}  # fmt: skip
    assert steps["Entries"][-1]["value"] == Settings.model_fields["sheriff_cache_max_entries"].default
    assert steps["Lookups in the air"][-1]["value"] == LookupPolicy().max_flights


def test_provisioning_points_at_the_dashboards():
    (provider,) = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/sheriff.yaml").read_text())["providers"]
    assert provider["allowUiUpdates"] is False
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    assert source["type"] == "prometheus"
