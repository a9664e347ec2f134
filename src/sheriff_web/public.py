"""The application on the public listener: `POST /webhook`, and nothing else."""

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sheriff_core.driving_port import FrontDesk
from sheriff_core.policy import Speech
from sheriff_core.ports import Clock, EventSink, Tracer
from sheriff_web.authentication import Authentication
from sheriff_web.limits import WebLimits
from sheriff_web.request_context import ContinueTrace, RequestContext
from sheriff_web.routing import routed
from sheriff_web.webhook import Webhook

WEBHOOK_PATH = "/webhook"


def public_app(
    *,
    desk: FrontDesk,
    authentication: Authentication,
    events: EventSink,
    tracer: Tracer,
    clock: Clock,
    limits: WebLimits,
    hard_timeout_s: float,
    speech: Speech = Speech.VERBATIM,
    continue_trace: ContinueTrace | None = None,
) -> ASGIApp:
    """Build the application; an ordinary ASGI application for any server, which owns no resource of its own.

    `hard_timeout_s` seconds after a tool call arrived its deadline has passed. `continue_trace` makes the trace named
    by W3C headers the present one.
    """
    webhook = Webhook(
        desk=desk,
        authentication=authentication,
        events=events,
        tracer=tracer,
        clock=clock,
        limits=limits,
        hard_timeout_s=hard_timeout_s,
        speech=speech,
        continue_trace=continue_trace,
    )
    route = Route(WEBHOOK_PATH, webhook, methods=["POST"])
    return RequestContext(_Straight(webhook, route, routed([route])), listener="public", events=events, clock=clock)


class _Straight:
    """Hands over what nearly every request is; the router, which sees to all others, costs a tenth of an answer."""

    def __init__(self, webhook: ASGIApp, route: Route, app: ASGIApp) -> None:
        self._webhook = webhook
        self._route = route
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and scope["path"] == WEBHOOK_PATH and not scope.get("root_path")
        if is_plain and scope["method"] == "POST":
            scope["route"] = self._route  # its template is told in the access line
            await self._webhook(scope, receive, send)
        else:
            await self._app(scope, receive, send)
