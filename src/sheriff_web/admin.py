"""What operators may change: the circuit breaker, and what is remembered. Each change is told with its reason."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sheriff_core.breaker import BreakerState, CircuitBreaker
from sheriff_core.health import breaker_fields
from sheriff_core.ports import EventSink
from sheriff_web.admin_gate import actor_of
from sheriff_web.operator_acts import OperatorActs
from sheriff_web.operator_input import OperatorInput, is_form, reason_in, text_in, wrong_input
from sheriff_web.problems import JsonReply


def admin_routes(
    *, breaker: CircuitBreaker, forget: Callable[[str], Awaitable[bool]], events: EventSink
) -> list[Route]:
    """The verbs. `forget` drops what is remembered under a tracking number; True when something was."""
    bodies = OperatorInput()
    acts = OperatorActs(breaker=breaker, forget=forget, events=events)

    async def show_breaker(_request: Request) -> Response:
        return JsonReply(breaker_fields(breaker.snapshot()))

    async def reset_breaker(request: Request) -> Response:
        reason = reason_in(await bodies.fields(request))
        return moved(request, *acts.reset_breaker(actor=actor_of(request.scope), reason=reason))

    async def isolate_breaker(request: Request) -> Response:
        reason = reason_in(await bodies.fields(request))
        return moved(request, *acts.isolate_breaker(actor=actor_of(request.scope), reason=reason))

    def moved(request: Request, previous: BreakerState, now: BreakerState) -> Response:
        return done(request, {"state": now.value, "previousState": previous.value})

    async def forget_delivery(request: Request) -> Response:
        fields = await bodies.fields(request)
        number, reason = text_in(fields, "trackingNumber"), reason_in(fields)
        try:
            forgotten = await acts.forget_delivery(number, actor=actor_of(request.scope), reason=reason)
        except ValueError:
            raise wrong_input("trackingNumber: cannot be a tracking number") from None
        return done(request, {"trackingNumber": number, "forgotten": forgotten})

    def done(request: Request, content: dict[str, object]) -> Response:
        """The result as JSON; a browser that posted a form goes back to the page instead."""
        if is_form(request) and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/admin", status_code=303)
        return JsonReply(content)

    return [
        Route("/admin/circuit-breaker", show_breaker),
        Route("/admin/circuit-breaker/reset", reset_breaker, methods=["POST"]),
        Route("/admin/circuit-breaker/isolate", isolate_breaker, methods=["POST"]),
        Route("/admin/cache/forget", forget_delivery, methods=["POST"]),
    ]
