"""Which event counts where."""

from collections.abc import Callable
from typing import Any

from sheriff_adapters.telemetry import catalogue, vocabulary
from sheriff_adapters.telemetry.catalogue import Metric
from sheriff_adapters.telemetry.tally import Distribution, Labels, Tally
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core import events
from sheriff_core.events import HEDGE, HTTP_METHODS, OTHER
from sheriff_core.outcome import OutcomeName

_SERVER_ERROR = 500
_UNAVAILABLE = OutcomeName.UNAVAILABLE.value


def _each(*words: str) -> tuple[Labels, ...]:
    return tuple((word,) for word in words)


def _requests() -> list[Labels]:
    return [(route, method, str(status), _server_error(status)) for route, method, status in vocabulary.REQUESTS]


def _endings(server: tuple[str, int] | None) -> list[Labels]:
    if server is None:
        return []
    host, port = server
    return [("GET", status, error, host, str(port)) for status, error in vocabulary.SOURCE_ENDINGS]


def _closed(words: tuple[str, ...]) -> Tally:
    """A tally with one label out of `words`, all of them at 0."""
    return Tally(_each(*words), closed=[frozenset(words)])


class Tallies:
    """The counts behind every metric that events feed."""

    def __init__(self, words: Vocabulary) -> None:
        tools, origins = frozenset(vocabulary.TOOLS), frozenset(vocabulary.ORIGINS)
        results = frozenset(vocabulary.ATTEMPT_RESULTS)
        seconds = catalogue.DURATION_EDGES_S

        self.http_server = Distribution(seconds, _requests(), closed=[None, HTTP_METHODS])
        self.http_client = Distribution(seconds, _endings(words.source_server), closed=[HTTP_METHODS])
        self.messages = _closed((*words.message_types, OTHER))
        self.rejected = _closed((*words.rejection_reasons, OTHER))
        self.tool_calls = Tally(vocabulary.ANSWERS, closed=[tools, frozenset(vocabulary.OUTCOMES), origins])
        self.tool_call_duration = Distribution(
            seconds, dict.fromkeys((tool, origin) for tool, _, origin in vocabulary.ANSWERS), closed=[tools, origins]
        )
        self.unavailable = _closed((*vocabulary.UNAVAILABLE_REASONS, OTHER))
        self.lookups = _closed(vocabulary.LOOKUP_RESULTS)
        self.stale = _closed(vocabulary.UNAVAILABLE_REASONS)
        self.entry_age = Distribution(catalogue.AGE_EDGES_S)
        self.source_requests = _closed(vocabulary.ATTEMPT_RESULTS)
        self.source_duration = Distribution(seconds, _each(*vocabulary.ATTEMPT_RESULTS), closed=[results])
        self.retries = Tally()
        self.hedges = Tally()
        self.retries_denied = Tally(_each(*vocabulary.RETRY_DENIALS))
        self.breaker_moves = Tally(vocabulary.BREAKER_MOVES, closed=[frozenset(vocabulary.BREAKER_STATES)] * 2)
        self.not_permitted = _closed(vocabulary.STATES_THAT_REFUSE)
        self.flights_shed = Tally()
        self.callers_refused = Tally(_each(*vocabulary.REFUSALS))
        self.recorded = Tally()
        self.lost = Tally()
        self.ungrounded = _closed((*vocabulary.CLAIM_KINDS, OTHER))
        self.operator_actions = Tally(_each(*vocabulary.OPERATOR_ACTIONS))
        self.defects = Tally(_each(*vocabulary.ROOMS))
        self.loop_lag = Distribution(catalogue.LAG_EDGES_S)
        self.available = {"cache": True, "recorder": True}

    def counts(self) -> dict[Metric, Tally]:
        """The tally behind each counter."""
        return {
            catalogue.MESSAGES: self.messages,
            catalogue.REJECTED_MESSAGES: self.rejected,
            catalogue.TOOL_CALLS: self.tool_calls,
            catalogue.UNAVAILABLE: self.unavailable,
            catalogue.LOOKUPS: self.lookups,
            catalogue.STALE_ANSWERS: self.stale,
            catalogue.SOURCE_REQUESTS: self.source_requests,
            catalogue.SOURCE_RETRIES: self.retries,
            catalogue.SOURCE_HEDGES: self.hedges,
            catalogue.RETRIES_DENIED: self.retries_denied,
            catalogue.BREAKER_MOVES: self.breaker_moves,
            catalogue.NOT_PERMITTED: self.not_permitted,
            catalogue.FLIGHTS_SHED: self.flights_shed,
            catalogue.CALLERS_REFUSED: self.callers_refused,
            catalogue.RECORDED: self.recorded,
            catalogue.LOST: self.lost,
            catalogue.UNGROUNDED: self.ungrounded,
            catalogue.OPERATOR_ACTIONS: self.operator_actions,
            catalogue.DEFECTS: self.defects,
        }

    def distributions(self) -> dict[Metric, Distribution]:
        """The distribution behind each histogram."""
        return {
            catalogue.HTTP_SERVER: self.http_server,
            catalogue.HTTP_CLIENT: self.http_client,
            catalogue.TOOL_CALL_DURATION: self.tool_call_duration,
            catalogue.ENTRY_AGE: self.entry_age,
            catalogue.SOURCE_DURATION: self.source_duration,
            catalogue.LOOP_LAG: self.loop_lag,
        }

    def takers(self) -> dict[type, Callable[[Any], None]]:
        """What to do with each kind of event. Bound here once: `emit` is on the path of every request."""
        return {
            events.MessageReceived: lambda event: self.messages.add((event.message_type,)),
            events.MessageRejected: lambda event: self.rejected.add((event.reason,)),
            events.RequestServed: self._request_served,
            events.ToolCallAnswered: self._tool_call_answered,
            events.LookupEnded: lambda event: self.lookups.add((event.result,)),
            events.StaleServed: self._stale_served,
            events.SourceRequestEnded: self._source_request_ended,
            events.SourceRetried: self._source_retried,
            events.RetryDenied: lambda event: self.retries_denied.add((event.reason,)),
            events.BreakerMoved: lambda event: self.breaker_moves.add((event.from_state, event.to_state)),
            events.CallNotPermitted: lambda event: self.not_permitted.add((event.state,)),
            events.FlightShed: lambda _: self.flights_shed.add(),
            events.CallerRefused: lambda event: self.callers_refused.add((event.reason,)),
            events.CacheLost: lambda _: self.available.update(cache=False),
            events.CacheRestored: lambda _: self.available.update(cache=True),
            events.InteractionRecorded: lambda event: self.recorded.add(by=event.count),
            events.InteractionLost: lambda event: self.lost.add(by=event.count),
            events.RecorderFailed: lambda _: self.available.update(recorder=False),
            events.RecorderRestored: lambda _: self.available.update(recorder=True),
            events.ClaimUngrounded: lambda event: self.ungrounded.add((event.kind,)),
            events.OperatorActed: lambda event: self.operator_actions.add((event.action,)),
            events.DefectCaught: lambda event: self.defects.add((event.where,)),
        }

    def _request_served(self, event: events.RequestServed) -> None:
        error_type = event.error_type or _server_error(event.status)
        self.http_server.observe(event.duration_s, (event.route, event.method, str(event.status), error_type))

    def _tool_call_answered(self, event: events.ToolCallAnswered) -> None:
        self.tool_calls.add((event.tool, event.outcome, event.served_from))
        self.tool_call_duration.observe(event.duration_s, (event.tool, event.served_from))
        if event.outcome == _UNAVAILABLE:
            self.unavailable.add((event.reason,))

    def _stale_served(self, event: events.StaleServed) -> None:
        self.stale.add((event.reason,))
        self.entry_age.observe(event.age_s)

    def _source_request_ended(self, event: events.SourceRequestEnded) -> None:
        self.source_requests.add((event.result,))
        self.source_duration.observe(event.duration_s, (event.result,))
        if event.server_address:  # a dataset file is no server
            status = "" if event.http_status is None else str(event.http_status)
            self.http_client.observe(
                event.duration_s,
                (event.method, status, event.error_type, event.server_address, str(event.server_port)),
            )

    def _source_retried(self, event: events.SourceRetried) -> None:
        self.retries.add()
        if event.reason == HEDGE:
            self.hedges.add()


def _server_error(status: int) -> str:
    """The convention's `error.type` of a server: the status where it is our failure, absent where it is not."""
    return str(status) if status >= _SERVER_ERROR else ""
