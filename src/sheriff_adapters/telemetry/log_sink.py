"""Lines of what happened: events in, log records out (docs/reference/logs.md)."""

import logging
from collections.abc import Hashable
from typing import Any

from sheriff_adapters.telemetry.log_record import log
from sheriff_core import events
from sheriff_core.attempt_log import ANSWERED
from sheriff_core.breaker import BreakerState
from sheriff_core.event_listener import EventListener

_ACCESS = logging.getLogger("sheriff.access")
_EVENTS = logging.getLogger("sheriff.events")

Fields = dict[str, Any]


class LogSink(EventListener):
    """Writes. What happens per request is one line a request; a change of state is one line."""

    def __init__(self) -> None:
        self._cache_lost = False
        self._recorder_failed = False
        super().__init__(
            {
                events.MessageReceived: self._message_received,
                events.MessageRejected: self._message_rejected,
                events.RequestServed: self._request_served,
                events.ToolCallAnswered: self._tool_call_answered,
                events.LookupEnded: self._lookup_ended,
                events.StaleServed: self._stale_served,
                events.SourceRequestEnded: self._source_request_ended,
                events.SourceRetried: self._source_retried,
                events.RetryDenied: self._retry_denied,
                events.BreakerMoved: self._breaker_moved,
                events.CallNotPermitted: self._call_not_permitted,
                events.FlightShed: self._flight_shed,
                events.CallerRefused: self._caller_refused,
                events.CacheLost: self._cache_lost_or_restored,
                events.CacheRestored: self._cache_lost_or_restored,
                events.InteractionRecorded: self._interaction_recorded,
                events.InteractionLost: self._interaction_lost,
                events.RecorderFailed: self._recorder_failed_or_restored,
                events.RecorderRestored: self._recorder_failed_or_restored,
                events.ClaimUngrounded: self._claim_ungrounded,
                events.OperatorActed: self._operator_acted,
                events.DefectCaught: self._defect_caught,
                events.LifecycleChanged: self._lifecycle_changed,
            }
        )

    def _request_served(self, event: events.RequestServed) -> None:
        """The access line: exactly one for each request, whatever its status, and never part of a burst."""
        if _ACCESS.isEnabledFor(logging.INFO):
            fields: Fields = {
                "event": "request_served",
                "listener": event.listener,
                "method": event.method,
                "route": event.route,
                "status": event.status,
                "latencyMs": _ms(event.duration_s),
                "error": event.error_type or None,
            }
            log(_ACCESS, logging.INFO, "request served", fields)

    def _tool_call_answered(self, event: events.ToolCallAnswered) -> None:
        if _EVENTS.isEnabledFor(logging.INFO):
            fields: Fields = {
                "event": "tool_call_answered",
                "callId": event.call_id,
                "toolCallId": event.tool_call_id,
                "tool": event.tool,
                "trackingNumber": event.tracking_number,
                "outcome": event.outcome,
                "servedFrom": event.served_from,
                "latencyMs": _ms(event.duration_s),
                "reason": event.reason or None,
                "repeated": event.repeated or None,
            }
            log(_EVENTS, logging.INFO, "tool call answered", fields)

    def _message_received(self, event: events.MessageReceived) -> None:
        _tell(logging.DEBUG, "message received", "message_received", messageType=event.message_type)

    def _message_rejected(self, event: events.MessageRejected) -> None:
        _tell(
            logging.WARNING,
            "message rejected",
            "message_rejected",
            burst=None if event.sender_known else event.reason,
            reason=event.reason,
            detail=event.detail or None,
        )

    def _lookup_ended(self, event: events.LookupEnded) -> None:
        _tell(logging.DEBUG, "lookup ended", "lookup_ended", result=event.result)

    def _stale_served(self, event: events.StaleServed) -> None:
        _tell(logging.INFO, "stale facts served", "stale_served", reason=event.reason, ageSeconds=round(event.age_s, 3))

    def _source_request_ended(self, event: events.SourceRequestEnded) -> None:
        well = event.result in ANSWERED
        _tell(
            logging.DEBUG if well else logging.WARNING,
            "source answered" if well else "source failed",
            "source_request_ended",
            burst=event.result,
            result=event.result,
            latencyMs=_ms(event.duration_s),
            status=event.http_status,
            server=event.server_address or None,
            error=event.error_type or None,
            detail=event.detail or None,
        )

    def _source_retried(self, event: events.SourceRetried) -> None:
        _tell(logging.DEBUG, "source asked again", "source_retried", reason=event.reason)

    def _retry_denied(self, event: events.RetryDenied) -> None:
        _tell(logging.WARNING, "retry not sent", "retry_denied", burst=event.reason, reason=event.reason)

    def _breaker_moved(self, event: events.BreakerMoved) -> None:
        _tell(
            logging.INFO if event.to_state == BreakerState.CLOSED else logging.WARNING,
            "circuit breaker moved",
            "breaker_moved",
            fromState=event.from_state,
            toState=event.to_state,
            reason=event.reason,
            consecutiveFailures=event.consecutive_failures,
        )

    def _call_not_permitted(self, event: events.CallNotPermitted) -> None:
        _tell(logging.DEBUG, "the breaker kept a lookup back", "call_not_permitted", state=event.state)

    def _flight_shed(self, event: events.FlightShed) -> None:
        _tell(logging.WARNING, "lookup shed", "flight_shed", burst="", inFlight=event.in_flight)

    def _caller_refused(self, event: events.CallerRefused) -> None:
        _tell(
            logging.WARNING,
            "caller refused",
            "caller_refused",
            burst=event.reason,
            reason=event.reason,
            callId=event.call_id,
        )

    def _cache_lost_or_restored(self, event: events.CacheLost | events.CacheRestored) -> None:
        lost = isinstance(event, events.CacheLost)
        if lost is self._cache_lost:
            return  # told already
        self._cache_lost = lost
        if isinstance(event, events.CacheLost):
            _tell(logging.WARNING, "shared cache lost; memory serves alone", "cache_lost", detail=event.detail)
        else:
            _tell(logging.INFO, "shared cache restored", "cache_restored")

    def _interaction_recorded(self, event: events.InteractionRecorded) -> None:
        _tell(logging.DEBUG, "interactions recorded", "interaction_recorded", count=event.count)

    def _interaction_lost(self, event: events.InteractionLost) -> None:
        _tell(
            logging.ERROR,
            "interactions lost",
            "interaction_lost",
            burst=event.reason,
            count=event.count,
            reason=event.reason,
        )

    def _recorder_failed_or_restored(self, event: events.RecorderFailed | events.RecorderRestored) -> None:
        failed = isinstance(event, events.RecorderFailed)
        if failed is self._recorder_failed:
            return  # told already
        self._recorder_failed = failed
        if isinstance(event, events.RecorderFailed):
            _tell(logging.ERROR, "recordings do not take writes", "recorder_failed", detail=event.detail)
        else:
            _tell(logging.INFO, "recordings take writes again", "recorder_restored", spooled=event.spooled)

    def _claim_ungrounded(self, event: events.ClaimUngrounded) -> None:
        _tell(
            logging.WARNING,
            "the agent said what no tool returned",
            "claim_ungrounded",
            kind=event.kind,
            verdict=event.verdict,
            callId=event.call_id,
        )

    def _operator_acted(self, event: events.OperatorActed) -> None:
        # A warning, so that it is written at every sensible level: who changed what must be found afterwards.
        _tell(
            logging.WARNING,
            "operator acted",
            "operator_acted",
            action=event.action,
            actor=event.actor,
            reason=event.reason,
            before=event.before or None,
            after=event.after or None,
        )

    def _defect_caught(self, event: events.DefectCaught) -> None:
        _tell(
            logging.ERROR,
            "defect caught",
            "defect_caught",
            burst=(event.where, type(event.error).__qualname__),
            error_raised=event.error,
            where=event.where,
        )

    def _lifecycle_changed(self, event: events.LifecycleChanged) -> None:
        _tell(logging.INFO, event.phase, "lifecycle_changed", phase=event.phase, detail=event.detail or None)


def _ms(seconds: float) -> float:
    return round(seconds * 1_000, 3)


def _tell(
    level: int,
    message: str,
    event: str,
    *,
    burst: Hashable = None,
    error_raised: BaseException | None = None,
    **fields: Any,
) -> None:
    if _EVENTS.isEnabledFor(level):
        key = None if burst is None else (event, burst, message)
        log(_EVENTS, level, message, {"event": event, **fields}, burst=key, error=error_raised)
