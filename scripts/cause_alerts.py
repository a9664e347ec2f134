"""Alerts on causes: what an operator must know even while callers are still served."""

from typing import Any

RUNBOOKS = "docs/runbooks"
JOB = 'job="sheriff"'
WEBHOOK = f'{JOB},http_route="/webhook"'
COUNT = '{{ printf "%.0f" $value }}'  # of an increase, which is extrapolated: 5.004 claims are five


def alert(
    name: str, expr: str, *, severity: str, runbook: str, summary: str, description: str, wait: str = "", **labels: str
) -> dict[str, Any]:
    """One alerting rule; `wait` is how long the expression must hold."""
    rule: dict[str, Any] = {"alert": name, "expr": expr}
    if wait:
        rule["for"] = wait
    rule["labels"] = {"severity": severity, **labels}
    rule["annotations"] = {
        "summary": summary,
        "description": description,
        "runbook_url": f"{RUNBOOKS}/{runbook}.md",
    }
    return rule


FAILED = 'result=~"timeout|server_error|network_error|malformed|rate_limited"'

CAUSES = [
    alert(
        "SheriffDown",
        f"up{{{JOB}}} == 0 or absent(up{{{JOB}}})",
        wait="1m",
        severity="page",
        runbook="service-down",
        summary="An instance of sheriff does not answer its scrape",
        # A job that is gone has no instance to name.
        description="{{ with $labels.instance }}{{ . }} has not answered for a minute."
        "{{ else }}Prometheus has known no instance for a minute.{{ end }}",
    ),
    alert(
        "SheriffCircuitOpen",
        f'max by (instance) (sheriff_circuit_breaker_state{{{JOB},state=~"open|half_open"}}) == 1',
        wait="2m",
        severity="ticket",
        runbook="breaker-open",
        summary="The circuit breaker has been open for two minutes",
        description="{{ $labels.instance }} does not ask Sanity; callers hear what is remembered, or an apology.",
    ),
    alert(
        "SheriffCircuitIsolated",
        f'max by (instance) (sheriff_circuit_breaker_state{{{JOB},state="isolated"}}) == 1',
        wait="30m",
        severity="ticket",
        runbook="breaker-open",
        summary="The circuit breaker has been held open by hand for half an hour",
        description="{{ $labels.instance }} will not ask Sanity until somebody resets the breaker.",
    ),
    # Out of `closed` only: a probe that fails in a long outage opens the breaker as well, every half minute.
    alert(
        "SheriffCircuitFlapping",
        "sum by (instance)"
        f' (increase(sheriff_circuit_breaker_transitions_total{{{JOB},from="closed",to="open"}}[15m])) > 4',
        severity="ticket",
        runbook="breaker-open",
        summary="The circuit breaker opens again and again",
        description="{{ $labels.instance }}, times it was opened in 15 minutes: " + COUNT,
    ),
    alert(
        "SheriffStaleRateHigh",
        f'sum(rate(sheriff_lookups_total{{{JOB},result="stale"}}[10m]))'
        f" / (sum(rate(sheriff_lookups_total{{{JOB}}}[10m])) > 0)"
        f" > 0.2 and on () (sum(increase(sheriff_lookups_total{{{JOB}}}[10m])) > 10)",
        wait="5m",
        severity="ticket",
        runbook="stale-rate-high",
        summary="Many callers hear what is remembered instead of what is so",
        description="{{ $value | humanizePercentage }} of lookups were answered from stale memory.",
    ),
    alert(
        "SheriffSanityDown",
        f"sum(rate(sheriff_source_requests_total{{{JOB},{FAILED}}}[5m]))"
        f" / (sum(rate(sheriff_source_requests_total{{{JOB}}}[5m])) > 0) > 0.5",
        wait="2m",
        severity="ticket",
        runbook="sanity-down",
        summary="Most requests to Sanity fail",
        description="{{ $value | humanizePercentage }} of requests to Sanity failed in the last five minutes.",
    ),
    alert(
        "SheriffSanityRefusesUs",
        f'sum(increase(sheriff_source_requests_total{{{JOB},result="rejected"}}[10m])) > 0',
        wait="2m",
        severity="page",
        runbook="sanity-down",
        summary="Sanity refuses our requests",
        description="Token, project, dataset or query is wrong: no lookup can succeed until it is set right.",
    ),
    alert(
        "SheriffMessagesRejected",
        f'sum(rate(sheriff_rejected_messages_total{{{JOB},reason=~"auth|schema|not_json|media_type|too_large"}}[10m]))'
        f" / (sum(rate(http_server_request_duration_seconds_count{{{WEBHOOK}}}[10m])) > 0) > 0.2"
        f" and on () (sum(increase(http_server_request_duration_seconds_count{{{WEBHOOK}}}[10m])) > 10)",
        wait="5m",
        severity="page",
        runbook="messages-rejected",
        summary="Many messages are refused at the door",
        description="{{ $value | humanizePercentage }} of requests to the webhook were refused; a changed secret?",
    ),
    alert(
        "SheriffInteractionsLost",
        f"sum by (instance) (increase(sheriff_interactions_lost_total{{{JOB}}}[10m])) > 0",
        severity="page",
        runbook="recordings-lost",
        summary="Recordings of calls were lost",
        description="{{ $labels.instance }} gave interactions up, which cannot be explained now: " + COUNT,
    ),
    alert(
        "SheriffRecorderFailing",
        f"min by (instance) (sheriff_recorder_available{{{JOB}}}) == 0",
        wait="5m",
        severity="ticket",
        runbook="recordings-lost",
        summary="The recordings do not take writes",
        description="{{ $labels.instance }} holds interactions back; they are lost when spool and memory are full.",
    ),
    alert(
        "SheriffUngroundedClaims",
        f"sum by (kind) (increase(sheriff_ungrounded_claims_total{{{JOB}}}[1h])) > 0",
        severity="ticket",
        runbook="ungrounded-claims",
        summary="The agent told callers things that no tool returned",
        description="Claims of the kind {{ $labels.kind }} in the last hour: " + COUNT,
    ),
    alert(
        "SheriffSharedCacheLost",
        f"min by (instance) (sheriff_cache_available{{{JOB}}}) == 0",
        wait="10m",
        severity="ticket",
        runbook="cache-lost",
        summary="The shared cache does not answer",
        description="{{ $labels.instance }} remembers in its own memory only.",
    ),
    alert(
        "SheriffEventLoopBlocked",
        "histogram_quantile(0.99, sum by (le, instance)"
        f" (rate(sheriff_event_loop_lag_seconds_bucket{{{JOB}}}[5m]))) > 0.25",
        wait="5m",
        severity="ticket",
        runbook="latency-high",
        summary="Something blocks the event loop",
        description="{{ $labels.instance }} wakes tasks {{ $value | humanizeDuration }} late.",
    ),
    alert(
        "SheriffDefects",
        f"sum by (where) (increase(sheriff_defects_total{{{JOB}}}[15m])) > 0",
        severity="ticket",
        runbook="availability",
        summary="Code of ours failed",
        description="Defects in {{ $labels.where }}, for which callers may have heard an apology: " + COUNT,
    ),
    alert(
        "SheriffNoTraffic",
        f"sum(increase(sheriff_messages_total{{{JOB}}}[30m])) == 0"
        # Prometheus knows UTC only: adapt the hours to those in which your callers call.
        " and on () (hour() >= 8 < 18) and on () (day_of_week() >= 1 < 6)",
        wait="15m",
        severity="ticket",
        runbook="no-traffic",
        summary="Nobody has called during business hours",
        description="No message of Vapi for three quarters of an hour: are calls failing before they reach us?",
    ),
]
