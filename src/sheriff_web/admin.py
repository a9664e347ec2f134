"""What operators may change: the circuit breaker, and what is remembered. Each change is told with its reason."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sheriff_core.breaker import BreakerState, CircuitBreaker
from sheriff_core.events import OperatorActed
from sheriff_core.ports import EventSink
from sheriff_web.admin_gate import actor_of
from sheriff_web.operator_input import OperatorInput, is_form, reason_in, text_in, wrong_input
from sheriff_web.problems import JsonReply


def admin_routes(
    *, breaker: CircuitBreaker, forget: Callable[[str], Awaitable[bool]], events: EventSink
) -> list[Route]:
    """The verbs. `forget` drops what is remembered under a tracking number; True when something was."""
    bodies = OperatorInput()

    async def show_breaker(_request: Request) -> Response:
        snapshot = breaker.snapshot()
        return JsonReply(
            {
                "state": snapshot.state.value,
                "consecutiveFailures": snapshot.consecutive_failures,
                "openedAt": _rfc3339(snapshot.opened_at),
                "retryAt": _rfc3339(snapshot.retry_at),
            }
        )

    async def reset_breaker(request: Request) -> Response:
        reason = reason_in(await bodies.fields(request))
        previous = breaker.reset(reason=reason or "operator")
        return moved(request, "breaker.reset", reason, previous)

    async def isolate_breaker(request: Request) -> Response:
        reason = reason_in(await bodies.fields(request))
        previous = breaker.isolate(reason=reason or "operator")
        return moved(request, "breaker.isolate", reason, previous)

    def moved(request: Request, action: str, reason: str, previous: BreakerState) -> Response:
        now = breaker.snapshot().state
        events.emit(OperatorActed(action, actor_of(request.scope), reason, previous.value, now.value))
        return done(request, {"state": now.value, "previousState": previous.value})

    async def forget_delivery(request: Request) -> Response:
        fields = await bodies.fields(request)
        number, reason = text_in(fields, "trackingNumber"), reason_in(fields)
        try:
            forgotten = await forget(number)
        except ValueError:
            raise wrong_input("trackingNumber: cannot be a tracking number") from None
        before = "remembered" if forgotten else "not remembered"
        events.emit(OperatorActed("cache.forget", actor_of(request.scope), reason, before, "not remembered"))
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


def _rfc3339(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
