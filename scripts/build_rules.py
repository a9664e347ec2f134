"""Writes deploy/prometheus/sheriff.rules.yml: what is recorded, and what wakes somebody up.

Run `python -m scripts.build_rules`; a test fails when the file is not what this writes. The shape of the burn-rate
alerts is that of Google's SRE workbook (chapter "Alerting on SLOs"): a fast and a slow window must both burn.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.cause_alerts import CAUSES, JOB, WEBHOOK, alert

TARGET = Path(__file__).parent.parent / "deploy" / "prometheus" / "sheriff.rules.yml"
# A tool that does not exist is the agent's mistake, and is answered with an error: it says nothing about our service.
TOOLS = f'{JOB},tool!="_OTHER"'
RATIO = "slo:sheriff_errors:ratio_rate"


@dataclass(frozen=True, slots=True)
class Objective:
    """A promise: at most `budget` of `total` may be `bad`; `{w}` in the expressions is the window."""

    name: str
    promise: str
    budget: float
    bad: str
    total: str
    runbook: str


OBJECTIVES = (
    Objective(
        "availability",
        "99 % of requests to the webhook do not fail on our side",
        0.01,
        f'sum(rate(http_server_request_duration_seconds_count{{{WEBHOOK},http_response_status_code=~"5.."}}[{{w}}]))',
        f"sum(rate(http_server_request_duration_seconds_count{{{WEBHOOK}}}[{{w}}]))",
        "availability",
    ),
    Objective(
        "answers",
        "99 % of tool calls are answered with something better than an apology",
        0.01,
        f'sum(rate(sheriff_tool_calls_total{{{TOOLS},outcome="unavailable"}}[{{w}}]))',
        f"sum(rate(sheriff_tool_calls_total{{{TOOLS}}}[{{w}}]))",
        "availability",
    ),
    Objective(
        "latency",
        "95 % of tool calls are answered within 800 ms",
        0.05,
        # Counted at the bucket edge of 0.8 s: exact, no interpolation.
        f"(sum(rate(sheriff_tool_call_duration_seconds_count{{{TOOLS}}}[{{w}}]))"
        f' - sum(rate(sheriff_tool_call_duration_seconds_bucket{{{TOOLS},le="0.8"}}[{{w}}])))',
        f"sum(rate(sheriff_tool_call_duration_seconds_count{{{TOOLS}}}[{{w}}]))",
        "latency-high",
    ),
)

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# (severity, pairs of (short window, long window, factor)): a page when a month's budget would be gone in two to five
# days, a ticket when it would not last the month.
BURNS = (
    ("page", (("5m", "1h", 14.4), ("30m", "6h", 6.0))),
    ("ticket", (("2h", "1d", 3.0), ("6h", "3d", 1.0))),
)
MIN_REQUESTS_PER_HOUR = 10  # below this, one failure is no rate: nobody is woken for it


def recordings(objective: Objective) -> dict[str, Any]:
    """The share of bad events in each window."""
    return {
        "name": f"sheriff-slo-{objective.name}",
        "rules": [
            {
                "record": f"{RATIO}{window}",
                "labels": {"slo": objective.name},
                # Without traffic there is no share: `> 0` keeps 0/0 out.
                "expr": f"{objective.bad} / ({objective.total} > 0)".replace("{w}", window),
            }
            for window in WINDOWS
        ],
    }


def burn_alerts(objective: Objective) -> list[dict[str, Any]]:
    """A page and a ticket for an error budget that burns too fast."""
    alerts = []
    for severity, pairs in BURNS:
        for _, _, factor in pairs:
            if factor * objective.budget >= 1:
                raise ValueError(f"{objective.name}: a burn of {factor} can never be reached")
        burning = " or ".join(
            f'({RATIO}{short}{{slo="{objective.name}"}} > {factor * objective.budget:.4g}'
            f' and {RATIO}{long}{{slo="{objective.name}"}} > {factor * objective.budget:.4g})'
            for short, long, factor in pairs
        )
        enough = objective.total.replace("rate(", "increase(").replace("{w}", "1h")
        guard = f"({burning}) and on () ({enough} > {MIN_REQUESTS_PER_HOUR})" if severity == "page" else burning
        alerts.append(
            alert(
                f"Sheriff{objective.name.capitalize()}Burn",
                guard,
                severity=severity,
                slo=objective.name,
                runbook=objective.runbook,
                summary=f"The error budget of {objective.name} burns too fast",
                description=f"Promised: {objective.promise}. Bad now: {{{{ $value | humanizePercentage }}}}.",
            )
        )
    return alerts


def rules() -> dict[str, Any]:
    """Everything, in Prometheus's form."""
    return {
        "groups": [
            *(recordings(objective) for objective in OBJECTIVES),
            {"name": "sheriff-promises", "rules": [rule for one in OBJECTIVES for rule in burn_alerts(one)]},
            {"name": "sheriff-causes", "rules": CAUSES},
        ]
    }


def rendered() -> str:
    """The file's text."""
    head = "# Written by scripts/build_rules.py: change it there.\n"
    return head + yaml.safe_dump(rules(), sort_keys=False, width=1_000, allow_unicode=True)


if __name__ == "__main__":
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    TARGET.write_text(rendered(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")
