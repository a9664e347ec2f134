"""A short rehearsal of an incident: what an operator must see is seen, through the dashboards' own expressions."""

import math
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from scripts.build_dashboards import dashboards
from scripts.draw_incident import time_line, view_of
from scripts.incident_report import (
    PROMISED_SUCCESS,
    Figures,
    as_record,
    as_text,
    disappointments,
    figures,
    success_at_the_end,
)
from scripts.rehearsal import SHORT, Rehearsal, rehearsed
from tests.missing import missing
from tests.prometheus_server import need
from tests.standin import NodeMissingError, node

pytestmark = [pytest.mark.prometheus, pytest.mark.node]

PANELS = [
    pytest.param(target["expr"], id=f"{name.removesuffix('.json')}: {panel['title']} {target['refId']}")
    for name, board in dashboards().items()
    for panel in board["panels"]
    for target in panel.get("targets", ())
]
DRAWN_ACROSS = [pytest.param(drawn["expr"], id=f"{name.removesuffix('.json')}: {drawn['name']}")
                for name, board in dashboards().items() for drawn in board["annotations"]["list"]]  # fmt: skip


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory) -> Iterator[Rehearsal]:
    need("prometheus")
    try:
        node()
    except NodeMissingError as error:
        missing(str(error))
    with rehearsed(SHORT, tmp_path_factory.mktemp("incident")) as played:
        yield played


@pytest.fixture(scope="module")
def acts(rehearsal) -> dict[str, Figures]:
    return {each.name: each for each in figures(rehearsal)}


def test_no_caller_lost_an_answer(rehearsal):
    assert len(rehearsal.calls) > 100
    assert [call.problems for call in rehearsal.failed_calls] == []


def test_normal_is_normal(acts):
    normal = acts["normal"]
    assert normal.success == 1.0
    assert normal.sanity_errors == 0.0
    assert normal.breaker == ("closed",)
    assert normal.calls_per_min == pytest.approx(60 * SHORT.calls_per_s, rel=0.3)


def test_slow_sanity_shows_as_old_facts_and_not_as_an_open_breaker_at_once(acts):
    assert acts["slow"].stale > 0
    assert acts["slow"].hit_rate > acts["slow"].stale
    assert acts["slow"].breaker[0] == "closed"


def test_dead_sanity_opens_the_breaker_and_memory_serves_most_callers(acts):
    dead = acts["dead"]
    assert "open" in dead.breaker
    assert dead.sanity_errors > 0.5
    assert dead.stale > 0
    assert 0.3 < dead.success < 1


def test_open_breaker_is_pending_until_it_has_been_open_for_as_long_as_the_rule_says(acts):
    assert acts["normal"].alerts.get("SheriffCircuitOpen (ticket)") is None
    assert acts["dead"].alerts["SheriffCircuitOpen (ticket)"] == "pending"


def test_burnt_budget_of_answers_fires_without_a_wait(acts):
    assert (acts["dead"].alerts | acts["back"].alerts)["SheriffAnswersBurn (ticket)"] == "firing"


def test_back_closes_the_breaker_and_success_recovers(acts, rehearsal):
    assert acts["back"].breaker[-1] == "closed"
    assert success_at_the_end(rehearsal) >= PROMISED_SUCCESS


@pytest.mark.parametrize("expr", [*PANELS, *DRAWN_ACROSS])
def test_expression_of_a_panel_returns_data_from_the_real_service(rehearsal, expr):
    view = view_of(rehearsal, 60)
    series = rehearsal.prometheus.query_range(view.concrete(expr), view.start, view.end, view.step_s)
    assert [value for one in series for _, value in one["values"] if math.isfinite(float(value))]


def test_report_and_picture_tell_every_act(acts, rehearsal):
    told = list(acts.values())
    assert disappointments(told, rehearsal) == []
    assert as_record(told, rehearsal)["failedCalls"] == 0
    text = as_text(told)
    assert all(f"{each.name} ({each.seconds} s)" in text for each in told)
    drawn = ET.fromstring(time_line(rehearsal))  # noqa: S314 - our own drawing
    words = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"normal", "slow", "dead", "back", "closed", "open", "SheriffCircuitOpen (ticket)"} <= words
