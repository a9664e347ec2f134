"""The composition root: the only place that sees the core, the adapters and the web shell together.

Everything is built from `Settings` in the order of its dependencies: the driven side, the domain over it, what listens
to both, and the two applications that drive the domain. Exit stacks close it in reverse. Nothing connects in a
constructor, and nothing here decides anything.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.types import ASGIApp

from sheriff import __version__, operators_page
from sheriff.bounds import policy_from
from sheriff.collector import collect_now_and_then
from sheriff.credential import authentication_from
from sheriff.domain import Domain, domain_over
from sheriff.driven_side import DrivenSide, open_driven_side
from sheriff.settings import Settings
from sheriff.source import source_server
from sheriff_adapters.telemetry.metrics import Gauges, Metrics, exporter_from_environment
from sheriff_adapters.telemetry.traces import PassingTraces, Traces, traces_from_environment
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core.background import running
from sheriff_core.health import Health
from sheriff_core.logbook import Logbook
from sheriff_core.ports import EventSink
from sheriff_core.rolling_figures import RollingFigures
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

    Raises `DatasetError` for a dataset that cannot be read, and `PolicyError` for bounds that contradict each other.
    """
    policy, instance = policy_from(settings), instance_name()
    tracer = traces or traces_from_environment(version=__version__, instance=instance)
    # What tells is closed last: while the rest ends, calls are scored and what cannot be written is lost.
    async with contextlib.AsyncExitStack() as telling, contextlib.AsyncExitStack() as stack:
        telling.callback(tracer.shutdown)
        driven = await open_driven_side(settings, policy, tracer, stack)
        domain = domain_over(driven, policy, stack)
        metrics = _metrics(settings, instance, driven, domain)
        telling.callback(metrics.shutdown)
        figures, logbook = RollingFigures(driven.clock), Logbook(driven.clock)
        driven.events.listen(metrics, domain.health, figures, logbook)
        await stack.enter_async_context(running(metrics.observe_loop_lag(driven.clock), name="event-loop-lag"))
        await stack.enter_async_context(running(collect_now_and_then(driven.clock), name="garbage"))
        bench = _workbench(settings, instance, driven, domain, figures, logbook)
        renderer = Renderer()
        await asyncio.to_thread(renderer.warm)
        yield Application(
            public=_public(settings, driven, domain),
            internal=_internal(settings, driven, domain, metrics, bench, renderer),
            health=domain.health,
            events=driven.events,
        )


def instance_name() -> str:
    """This process among others; the same in its metrics, in its traces and on its page."""
    return f"{socket.gethostname()}-{os.getpid()}"


def _metrics(settings: Settings, instance: str, driven: DrivenSide, domain: Domain) -> Metrics:
    recordings = driven.recordings
    return Metrics(
        version=__version__,
        instance=instance,
        words=label_words(source_server(settings)),
        push_to=exporter_from_environment(),
        gauges=Gauges(
            in_flight_lookups=lambda: domain.lookup.in_flight,
            cache_entries=lambda: len(driven.cache),
            recorder_queue_length=lambda: 0 if recordings is None else recordings.queue_length,
            breaker_state=lambda: domain.breaker.state.value,
        ),
    )


def label_words(source_server: tuple[str, int] | None) -> Vocabulary:
    """The words that labels of metrics come from, as the rooms that own them have them."""
    return Vocabulary(
        message_types=tuple(sorted(KNOWN_TYPES)),
        rejection_reasons=tuple(reason.value for reason in RejectionReason),
        source_server=source_server,
    )


def _public(settings: Settings, driven: DrivenSide, domain: Domain) -> ASGIApp:
    return public_app(
        desk=domain.desk,
        authentication=authentication_from(settings, driven.clock),
        events=driven.events,
        tracer=driven.tracer,
        clock=driven.clock,
        limits=WebLimits(
            max_body_bytes=settings.sheriff_max_body_bytes, body_timeout_s=settings.sheriff_body_timeout_s
        ),
        hard_timeout_s=domain.policy.lookup.hard_timeout_s,
        speech=domain.policy.speech,
        continue_trace=driven.tracer.continue_from,
    )


def _workbench(
    settings: Settings,
    instance: str,
    driven: DrivenSide,
    domain: Domain,
    figures: RollingFigures,
    logbook: Logbook,
) -> Workbench:
    token = _admin_token(settings)
    return Workbench(
        about=operators_page.about(settings, version=__version__, instance=instance),
        health=domain.health,
        breaker=domain.breaker,
        figures=figures,
        logbook=logbook,
        acts=OperatorActs(breaker=domain.breaker, forget=domain.forget, events=driven.events),
        recordings=driven.recordings,
        replay=operators_page.replay,
        changes=operators_page.changes,
        clock=driven.clock,
        sessions=OperatorSessions(driven.clock),
        token=None if token is None else Secrets([token]),
    )


def _internal(
    settings: Settings, driven: DrivenSide, domain: Domain, metrics: Metrics, bench: Workbench, renderer: Renderer
) -> ASGIApp:
    return internal_app(
        health=domain.health,
        breaker=domain.breaker,
        metrics=metrics.render,
        recordings=driven.recordings,
        admin_token=_admin_token(settings),
        forget=domain.forget,
        events=driven.events,
        clock=driven.clock,
        console_routes=console_routes(bench, renderer, driven.events),
        sessions=bench.sessions,
    )


def _admin_token(settings: Settings) -> str | None:
    return None if settings.sheriff_admin_token is None else settings.sheriff_admin_token.get_secret_value()
