"""The on-call overview: is the caller served?"""

from scripts.grafana import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    Panel,
    Row,
    gauge,
    increase,
    quantile,
    rate,
    select,
    share,
)

WEBHOOK = {"http_route": "/webhook"}
HTTP = "http_server_request_duration_seconds"
TOOL = "sheriff_tool_call_duration_seconds"
REAL = {"tool": "~get.+"}
PROMISED_S: tuple[tuple[float | None, str], ...] = ((None, GREEN), (0.5, ORANGE), (0.8, RED))
ONE_PERCENT: tuple[tuple[float | None, str], ...] = ((None, GREEN), (0.005, ORANGE), (0.01, RED))
NINETY_NINE: tuple[tuple[float | None, str], ...] = ((None, RED), (0.99, ORANGE), (0.995, GREEN))
# Sanity's own limit, for one address (https://www.sanity.io/docs/technical-limits); a NAT shares it.
SANITYS_LIMIT: tuple[tuple[float | None, str], ...] = ((None, GREEN), (250, ORANGE), (500, RED))
NO_LIMIT: tuple[tuple[float | None, str], ...] = ((None, BLUE),)  # more of it, or less, is neither good nor bad
STATES = {"0": "closed", "1": "half-open", "2": "open", "3": "isolated"}

SUCCESS = share(
    rate("sheriff_tool_calls_total", outcome="~found|not_found|no_issue|issue|withheld|ambiguous"
         "|invalid_tracking_number|refused", **REAL),
    rate("sheriff_tool_calls_total", **REAL),
)  # fmt: skip
ERRORS = share(
    rate(f"{HTTP}_count", http_response_status_code="~5..", **WEBHOOK),
    rate(f"{HTTP}_count", **WEBHOOK),
)
HITS = share(rate("sheriff_lookups_total", result="~hit|stale"), rate("sheriff_lookups_total"))
STALE = share(rate("sheriff_lookups_total", result="stale"), rate("sheriff_lookups_total"))
BREAKER = " + ".join(
    f"{number} * {gauge('sheriff_circuit_breaker_state', 'instance', how='max', state=state)}"
    for number, state in ((1, "half_open"), (2, "open"), (3, "isolated"))
)


def burn(slo: str, budget: float) -> str:
    """How many times faster than sustainable the error budget burns, over the last hour."""
    return f'slo:sheriff_errors:ratio_rate1h{{slo="{slo}"}} / {budget}'


ROWS = (
    Row(
        "Is the caller served?",
        (
            Panel(
                "Tool success rate",
                "Share of tool calls answered with something better than an apology. Promise: 99 %.",
                "percentunit", ((SUCCESS, "success"),), NINETY_NINE, "stat", 4,
            ),
            Panel(
                "Answer time, p95",
                "95 % of tool calls are answered faster than this. Promise: 800 ms.",
                "s", ((quantile(0.95, TOOL, **REAL), "p95"),), PROMISED_S, "stat", 4,
            ),
            Panel(
                "Error rate",
                "Share of requests to the webhook that fail on our side (5xx). Promise: below 1 %.",
                "percentunit", ((ERRORS, "5xx"),), ONE_PERCENT, "stat", 4,
            ),
            Panel(
                "Cache hit rate",
                "Share of lookups answered from memory, fresh or stale.",
                "percentunit", ((HITS, "hits"),), ((None, ORANGE), (0.3, GREEN)), "stat", 4,
            ),
            Panel(
                "Circuit breaker",
                "The worst state among the instances. Open: Sanity is left alone, callers hear what is remembered.",
                "none", ((f"max ({BREAKER})", "state"),),
                ((None, GREEN), (1, ORANGE), (2, RED), (3, RED)), "stat", 4, STATES,
            ),
            Panel(
                "Stale answers",
                "Share of lookups answered with old facts because Sanity did not answer in time.",
                "percentunit", ((STALE, "stale"),), ((None, GREEN), (0.05, ORANGE), (0.2, RED)), "stat", 4,
            ),
        ),
    ),
    Row(
        "What do callers hear, and how soon?",
        (
            Panel(
                "Answers by outcome",
                "Tool calls a second, by how they ended. A wall of `unavailable` is an outage that callers hear.",
                "reqps", ((rate("sheriff_tool_calls_total", "outcome"), "{{outcome}}"),), NO_LIMIT, stacked=True,
            ),
            Panel(
                "Answers by origin",
                "Tool calls a second, by where their facts came from.",
                "reqps", ((rate("sheriff_tool_calls_total", "served_from"), "{{served_from}}"),), NO_LIMIT,
                stacked=True,
            ),
            Panel(
                "Answer time",
                "Time to answer a tool call. 0.5 s is the soft timeout, 0.8 s the promise.",
                "s",
                tuple((quantile(q, TOOL, **REAL), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)),
                PROMISED_S,
            ),
            Panel(
                "Answer time by origin, p95",
                "From cache it is milliseconds; stale it is the soft timeout; from source it is Sanity.",
                "s", ((quantile(0.95, TOOL, "served_from", **REAL), "{{served_from}}"),), PROMISED_S,
            ),
            Panel(
                "Webhook request latency",
                "The whole HTTP request, every type of message.",
                "s",
                tuple((quantile(q, HTTP, **WEBHOOK), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)),
                PROMISED_S,
            ),
            Panel(
                "Webhook requests by status",
                "Requests a second. 401: a wrong secret. 422: a message in a form that we do not know.",
                "reqps",
                ((rate(f"{HTTP}_count", "http_response_status_code", **WEBHOOK), "{{http_response_status_code}}"),),
                NO_LIMIT, stacked=True,
            ),
        ),
    ),
    Row(
        "If not, why?",
        (
            Panel(
                "Circuit breaker over time",
                "The state on each instance.",
                "none", ((BREAKER, "{{instance}}"),),
                ((None, GREEN), (1, ORANGE), (2, RED), (3, RED)), "state-timeline", 8, STATES,
            ),
            Panel(
                "Sanity requests by result",
                "Requests a second to Sanity, which takes 500. Anything but `ok` and `empty` is a failure.",
                "reqps", ((rate("sheriff_source_requests_total", "result"), "{{result}}"),), SANITYS_LIMIT,
                stacked=True,
            ),
            Panel(
                "Stale answers by reason",
                "Remembered facts told as old, a second, and why the source was not heard.",
                "reqps", ((rate("sheriff_stale_answers_total", "reason"), "{{reason}}"),),
                ((None, GREEN), (0.1, ORANGE)), stacked=True,
            ),
            Panel(
                "Apologies by reason",
                "Tool calls a second that ended in an apology.",
                "reqps", ((rate("sheriff_unavailable_answers_total", "reason"), "{{reason}}"),),
                ((None, GREEN), (0.01, RED)), stacked=True,
            ),
            Panel(
                "Messages by type",
                "Messages of Vapi a second.",
                "reqps", ((rate("sheriff_messages_total", "message_type"), "{{message_type}}"),), NO_LIMIT,
                stacked=True,
            ),
            Panel(
                "Refused at the door",
                "Requests a second that were refused, by reason.",
                "reqps", ((rate("sheriff_rejected_messages_total", "reason"), "{{reason}}"),),
                ((None, GREEN), (0.1, RED)), stacked=True,
            ),
        ),
    ),
    Row(
        "Are the promises kept?",
        (
            Panel(
                "Error budget burn, last hour",
                "1: the budget lasts exactly its month. 14.4: it is gone in two days, and somebody is woken.",
                "none",
                (
                    (burn("availability", 0.01), "availability"),
                    (burn("answers", 0.01), "answers"),
                    (burn("latency", 0.05), "latency"),
                ),
                ((None, GREEN), (1, ORANGE), (14.4, RED)),
            ),
            Panel(
                "Ungrounded claims, last hour",
                "Things the agent told callers that no tool returned, by kind. The promise is none.",
                "short", ((increase("sheriff_ungrounded_claims_total", "1h", "kind"), "{{kind}}"),),
                ((None, GREEN), (1, RED)),
            ),
            Panel(
                "Callers refused, last hour",
                "Tool calls refused because a call asked for too much: somebody may be trying numbers out.",
                "short", ((increase("sheriff_callers_refused_total", "1h", "reason"), "{{reason}}"),),
                ((None, GREEN), (20, ORANGE)),
            ),
            Panel(
                "Firing alerts",
                "Alerts of sheriff that fire now.",
                "short",
                (('count(ALERTS{alertstate="firing",alertname=~"Sheriff.+"}) or vector(0)', "firing"),),
                ((None, GREEN), (1, RED)), "stat",
            ),
            Panel(
                "Instances up",
                "Instances that answer Prometheus.",
                "short", ((f"sum (up{{{select()}}})", "up"),), ((None, RED), (1, GREEN)), "stat",
            ),
            Panel(
                "Operator's changes, last hour",
                "Breakers reset or isolated, and deliveries forgotten, by hand.",
                "short", ((increase("sheriff_operator_actions_total", "1h", "action"), "{{action}}"),),
                ((None, GREEN), (1, ORANGE)), "stat",
            ),
        ),
    ),
)  # fmt: skip
