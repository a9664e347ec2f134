"""The application on the internal listener: probes, metrics, and the operators' side under `/admin`."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.health import Health
from sheriff_core.ports import Clock, EventSink, Recordings
from sheriff_web.admin import admin_routes
from sheriff_web.admin_gate import AdminGate
from sheriff_web.interactions import interaction_routes
from sheriff_web.operator_sessions import OperatorSessions
from sheriff_web.probes import probe_routes
from sheriff_web.request_context import RequestContext
from sheriff_web.routing import routed
from sheriff_web.token_guesses import BY_HEADER, TokenGuesses


def internal_app(
    *,
    health: Health,
    breaker: CircuitBreaker,
    metrics: Callable[[], tuple[bytes, str]],
    recordings: Recordings | None,
    admin_token: str | None,
    forget: Callable[[str], Awaitable[bool]],
    events: EventSink,
    clock: Clock,
    console_routes: Sequence[BaseRoute] = (),
    sessions: OperatorSessions | None = None,
) -> ASGIApp:
    """Build the application; an ordinary ASGI application for any server, which owns no resource of its own.

    `metrics` gives a rendering and its content type. `forget` drops what is remembered under a tracking number (True
    when something was), and may raise ValueError for what cannot be one. `console_routes` are the operators' pages,
    with full paths under `/admin`; they stand behind the same gate, which a browser passes by signing
    in when the pages come with `sessions`. Without `admin_token` only visitors who address
    this machine by a name of loopback are served under `/admin`.
    """
    app = routed(
        [
            *probe_routes(health=health, metrics=metrics),
            *admin_routes(breaker=breaker, forget=forget, events=events),
            *interaction_routes(recordings),
            *console_routes,
        ]
    )
    guesses = TokenGuesses(clock, BY_HEADER)
    gate = AdminGate(app, token=admin_token, events=events, guesses=guesses, sessions=sessions)
    return RequestContext(gate, listener="internal", events=events, clock=clock, adopts_correlation_ids=True)
