"""The composition root: the only place that sees the core, the adapters and the web shell together.

Everything is built from `Settings` in the order of its dependencies and closed in reverse by one exit stack. Nothing
connects in a constructor, and nothing here decides anything.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from sheriff import __version__, operators_page
from sheriff.bounds import policy_from
from sheriff.collector import collect_now_and_then
from sheriff.credential import authentication_from
from sheriff.settings import Settings
from sheriff.source import open_source, source_name, source_server
from sheriff_adapters.cache.opening import OpenedCache, open_cache
from sheriff_adapters.phone_matcher import PhonenumbersCallerMatcher
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_adapters.telemetry.fan_out import FanOut
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.metrics import Gauges, Metrics, exporter_from_environment
from sheriff_adapters.telemetry.traces import PassingTraces, Traces, traces_from_environment
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core.breaker import CircuitBreaker
from sheriff_core.call_review import CallReview, Score
from sheriff_core.caller_ledger import CallerLedger
from sheriff_core.front_desk import Desk
from sheriff_core.health import Health
from sheriff_core.logbook import Logbook
from sheriff_core.lookup import DeliveryLookup
from sheriff_core.ports import Clock, EventSink
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.rolling_figures import RollingFigures
from sheriff_core.tools import Tools
from sheriff_core.tracking_number import read_tracking_number
from sheriff_web.authentication import Secrets
from sheriff_web.console.rendering import Renderer
from sheriff_web.console.routes import console_routes
from sheriff_web.console.workbench import Workbench
from sheriff_web.internal import internal_app
from sheriff_web.limits import WebLimits
from sheriff_web.operator_acts import OperatorActs
from sheriff_web.operator_sessions import OperatorSessions
from sheriff_web.problems import RejectionReason
from sheriff_web.public import public_app
from sheriff_web.vapi import KNOWN_TYPES

BACKGROUND_AT_SHUTDOWN_S = 1.0  # what is still being reviewed when the process stops gets this long


@dataclass(frozen=True, slots=True)
class Application:
    """The assembled service: two ASGI applications, and what the supervisor must tell."""

    public: ASGIApp
    internal: ASGIApp
    health: Health
    events: EventSink


@contextlib.asynccontextmanager
async def application(
    settings: Settings, *, traces: Traces | PassingTraces | None = None
) -> AsyncIterator[Application]:
    """Build the service, and take it down again when the block ends.

    Raises `DatasetError`, `CacheUrlError`, `RecordingsUrlError` or `PolicyError` for settings that cannot be served.
    """
    policy = policy_from(settings)
    clock = SystemClock()
    instance = instance_name()
    tracer = traces or traces_from_environment(version=__version__, instance=instance)
    events = FanOut(LogSink())
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(tracer.shutdown)
        breaker = CircuitBreaker(policy.breaker, clock, events)
        source = await open_source(settings, policy, stack, clock, events, tracer)
        cache = await stack.enter_async_context(
            open_cache(
                settings.sheriff_cache_url,
                clock=clock,
                events=events,
                max_entries=settings.sheriff_cache_max_entries,
                source=source_name(settings),
            )
        )
        recordings = await _recordings(settings, stack, clock, events)
        lookup = DeliveryLookup(
            source=source, cache=cache, breaker=breaker, clock=clock, events=events, tracer=tracer, policy=policy.lookup
        )
        stack.push_async_callback(lookup.close)
        tools = Tools(
            lookup=lookup,
            ledger=CallerLedger(policy.caller, clock),
            memo=ReplyMemo(policy.memo, clock),
            matcher=PhonenumbersCallerMatcher(default_region=settings.sheriff_phone_region),
            recorder=recordings,
            clock=clock,
            events=events,
            tracer=tracer,
            policy=policy,
        )
        review = CallReview(recorder=recordings, recordings=recordings, score=_score, events=events)
        stack.push_async_callback(_bounded, review.finish)
        health = Health(
            breaker=breaker, clock=clock, cache_status=cache.status, recordings_status=_status_of(recordings)
        )
        metrics = _metrics(settings, instance, lookup, cache, recordings, breaker)
        stack.callback(metrics.shutdown)
        figures, logbook = RollingFigures(clock), Logbook(clock)
        events.listen(metrics, health, figures, logbook)
        stack.push_async_callback(_ended, asyncio.create_task(metrics.observe_loop_lag(clock), name="event-loop-lag"))
        stack.push_async_callback(_ended, asyncio.create_task(collect_now_and_then(clock), name="garbage"))

        async def forget(said: str) -> bool:
            number = read_tracking_number(said, policy.tracking_number)
            if number is None:
                raise ValueError("trackingNumber: cannot be a tracking number")
            return await lookup.forget(number)

        token = _revealed(settings)
        bench = Workbench(
            about=operators_page.about(settings, version=__version__, instance=instance),
            health=health,
            breaker=breaker,
            figures=figures,
            logbook=logbook,
            acts=OperatorActs(breaker=breaker, forget=forget, events=events),
            recordings=recordings,
            replay=operators_page.replay,
            changes=operators_page.changes,
            clock=clock,
            sessions=OperatorSessions(clock),
            token=None if token is None else Secrets([token]),
        )
        renderer = Renderer()
        await asyncio.to_thread(renderer.warm)
        yield Application(
            public=public_app(
                desk=Desk(tools, review),
                authentication=authentication_from(settings, clock),
                events=events,
                tracer=tracer,
                clock=clock,
                limits=WebLimits(
                    max_body_bytes=settings.sheriff_max_body_bytes, body_timeout_s=settings.sheriff_body_timeout_s
                ),
                hard_timeout_s=policy.lookup.hard_timeout_s,
                speech=policy.speech,
                continue_trace=tracer.continue_from,
            ),
            internal=internal_app(
                health=health,
                breaker=breaker,
                metrics=metrics.render,
                recordings=recordings,
                admin_token=token,
                forget=forget,
                events=events,
                clock=clock,
                console_routes=console_routes(bench, renderer, events),
                sessions=bench.sessions,
            ),
            health=health,
            events=events,
        )


def instance_name() -> str:
    """This process among others; the same in its metrics, in its traces and on its page."""
    return f"{socket.gethostname()}-{os.getpid()}"


async def _recordings(
    settings: Settings, stack: contextlib.AsyncExitStack, clock: Clock, events: EventSink
) -> OpenRecordings | None:
    if settings.sheriff_recordings_url == "none":
        return None
    policy = RecordingPolicy(retention_days=settings.sheriff_recordings_retention_days)
    return await stack.enter_async_context(
        open_recordings(settings.sheriff_recordings_url, clock=clock, events=events, policy=policy)
    )


def _score(ended: dict[str, Any], tool_calls: Sequence[dict[str, Any]]) -> Score:
    """Score a call; the scorer's grammar is loaded with the first, off the loop, and not before calls are taken."""
    from sheriff_core.evaluation.groundedness import score_call

    return score_call(ended, tool_calls)


def _metrics(
    settings: Settings,
    instance: str,
    lookup: DeliveryLookup,
    cache: OpenedCache,
    recordings: OpenRecordings | None,
    breaker: CircuitBreaker,
) -> Metrics:
    return Metrics(
        version=__version__,
        instance=instance,
        words=label_words(source_server(settings)),
        push_to=exporter_from_environment(),
        gauges=Gauges(
            in_flight_lookups=lambda: lookup.in_flight,
            cache_entries=lambda: len(cache),
            recorder_queue_length=lambda: 0 if recordings is None else recordings.queue_length,
            breaker_state=lambda: breaker.state.value,
        ),
    )


def label_words(source_server: tuple[str, int] | None) -> Vocabulary:
    """The words that labels of metrics come from, as the rooms that own them have them."""
    return Vocabulary(
        message_types=tuple(sorted(KNOWN_TYPES)),
        rejection_reasons=tuple(reason.value for reason in RejectionReason),
        source_server=source_server,
    )


def _status_of(recordings: OpenRecordings | None) -> Callable[[], Mapping[str, Any]]:
    if recordings is None:
        return lambda: {"status": "off"}
    return recordings.status


def _revealed(settings: Settings) -> str | None:
    return None if settings.sheriff_admin_token is None else settings.sheriff_admin_token.get_secret_value()


async def _bounded(finish: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(finish(), BACKGROUND_AT_SHUTDOWN_S)


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
