"""The closed sets that labels come from: nothing that a caller says, or an attacker sends, ever becomes a series."""

from dataclasses import dataclass
from typing import get_args

from sheriff_core.breaker import BreakerState
from sheriff_core.caller_ledger import RefusalReason
from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.events import OTHER, LookupResult, OperatorAction, RetryDenial
from sheriff_core.outcome import OutcomeName, ServedFrom, UnavailableReason
from sheriff_core.ports import AttemptResult
from sheriff_core.tool_call import ToolName

# Where a defect can be caught (`events.DefectCaught.where`); a test finds every one of them in the code.
ROOMS = (
    "cache",
    "call_review",
    "lookup.flight",
    "recordings",
    "recordings.spool",
    "tools.answer",
    "web.internal",
    "web.public",
    "webhook.answer",
    "webhook.call_ended",
    "webhook.write",
)

BREAKER_STATES = tuple(state.value for state in BreakerState)
STATES_THAT_REFUSE = tuple(state for state in BREAKER_STATES if state != BreakerState.CLOSED)
# Every move of the breaker: trips, probes and the operator's hand (reset, isolate).
BREAKER_MOVES = (
    ("closed", "open"),
    ("open", "half_open"),
    ("half_open", "closed"),
    ("half_open", "open"),
    ("open", "closed"),
    ("closed", "isolated"),
    ("open", "isolated"),
    ("half_open", "isolated"),
    ("isolated", "closed"),
)

_WITH_FACTS = {
    ToolName.GET_DELIVERY_STATUS: (OutcomeName.FOUND, OutcomeName.NOT_FOUND, OutcomeName.AMBIGUOUS),
    ToolName.GET_DELIVERY_ISSUE: (
        OutcomeName.ISSUE,
        OutcomeName.NO_ISSUE,
        OutcomeName.WITHHELD,
        OutcomeName.NOT_FOUND,
        OutcomeName.AMBIGUOUS,
    ),
}
_WITHOUT_FACTS = (OutcomeName.INVALID_TRACKING_NUMBER, OutcomeName.REFUSED, OutcomeName.UNAVAILABLE)

# The answers there can be, as (tool, outcome, served_from): one with facts always has an origin, one without never has.
# "Not found" is stale only for a caller from whom a remembered delivery is kept (`caller-match-strict`).
ANSWERS = (
    *(
        (tool.value, outcome.value, origin.value)
        for tool, outcomes in _WITH_FACTS.items()
        for outcome in outcomes
        for origin in (ServedFrom.SOURCE, ServedFrom.CACHE, ServedFrom.STALE)
    ),
    *((tool.value, outcome.value, ServedFrom.NONE.value) for tool in ToolName for outcome in _WITHOUT_FACTS),
    (OTHER, OutcomeName.UNAVAILABLE.value, ServedFrom.NONE.value),  # a tool that does not exist
)
TOOLS = tuple(tool.value for tool in ToolName)
OUTCOMES = tuple(outcome.value for outcome in OutcomeName)
ORIGINS = tuple(origin.value for origin in ServedFrom)

# How a request to the source can end that anybody has seen, as (status, error type); of exceptions, the commonest.
SOURCE_ENDINGS = (
    *(("200", error) for error in ("", "malformed", "ClientPayloadError")),
    *((status, status) for status in ("400", "401", "403", "404", "429", "500", "502", "503", "504")),
    *(("", error) for error in ("timeout", "ClientConnectorError", "ServerDisconnectedError")),
)
ATTEMPT_RESULTS = tuple(result.value for result in AttemptResult)
REFUSALS = tuple(reason.value for reason in RefusalReason)
UNAVAILABLE_REASONS = tuple(reason.value for reason in UnavailableReason)
LOOKUP_RESULTS: tuple[str, ...] = get_args(LookupResult)
RETRY_DENIALS: tuple[str, ...] = get_args(RetryDenial)
OPERATOR_ACTIONS: tuple[str, ...] = get_args(OperatorAction)
CLAIM_KINDS = tuple(kind.value for kind in ClaimKind)

# (route template, method, status): the series of requests that exist before the first of them.
REQUESTS = (
    *(("/webhook", "POST", status) for status in (200, 400, 401, 408, 413, 415, 422, 500, 503)),
    ("/webhook", "GET", 405),
    (OTHER, "GET", 404),
    ("/healthz", "GET", 200),
    ("/readyz", "GET", 200),
    ("/readyz", "GET", 503),
    ("/metrics", "GET", 200),
    *((route, "GET", 200) for route in ("/admin", "/admin/circuit-breaker", "/admin/interactions")),
    *((f"/admin/circuit-breaker/{act}", "POST", 200) for act in ("reset", "isolate")),
    *(("/admin/interactions/{correlation_id}", "GET", status) for status in (200, 404)),
    (OTHER, "POST", 404),
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words for labels that are passed in: their rooms are strangers here, or the settings have them."""

    message_types: tuple[str, ...]
    rejection_reasons: tuple[str, ...]
    # Where the source answers, (host, port); None where it is no server (a dataset file).
    source_server: tuple[str, int] | None
