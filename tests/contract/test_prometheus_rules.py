"""Rules and configuration, judged by Prometheus's own tool."""

import subprocess
from collections import Counter

import pytest
import yaml

from scripts import build_rules
from tests.prometheus_server import DEPLOY, RULES, need

ROOT = DEPLOY.parent.parent
CASES = sorted(path.name for path in DEPLOY.glob("*.test.yml"))


def promtool(*arguments: str) -> str:
    done = subprocess.run([need("promtool"), *arguments], cwd=DEPLOY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def alerts() -> list[dict]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


@pytest.mark.prometheus
def test_configuration_and_rules_are_valid():
    assert "SUCCESS" in promtool("check", "config", "prometheus.yml")
    assert "SUCCESS" in promtool("check", "rules", "sheriff.rules.yml")


@pytest.mark.prometheus
@pytest.mark.parametrize("cases", CASES)
def test_alerts_fire_when_they_must_and_not_otherwise(cases):
    assert "SUCCESS" in promtool("test", "rules", cases)


def test_rules_are_what_their_generator_writes():
    assert RULES.read_text() == build_rules.rendered()


def test_every_alert_fires_in_a_case_with_each_of_its_severities():
    cases = "".join((DEPLOY / name).read_text() for name in CASES)
    severities = Counter(rule["alert"] for rule in alerts())
    named = {rule["alert"]: f'alertname="{rule["alert"]}"' for rule in alerts()}
    told = [
        named[rule["alert"]] + (f',severity="{rule["labels"]["severity"]}"' if severities[rule["alert"]] > 1 else "")
        for rule in alerts()
    ]
    assert [case for case in told if case not in cases] == []


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: f"{rule['alert']} {rule['labels']['severity']}")
def test_alert_links_a_runbook_that_exists_and_names_it(rule):
    assert rule["labels"]["severity"] in ("page", "ticket")
    runbook = ROOT / rule["annotations"]["runbook_url"]
    assert runbook.is_file()
    assert rule["alert"] in runbook.read_text(), f"{runbook.name} does not name the alert"
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]
