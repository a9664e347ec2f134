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
    verbs = _Verbs(breaker, OperatorActs(breaker=breaker, forget=forget, events=events))
    return [
        Route("/admin/circuit-breaker", verbs.show_breaker),
        Route("/admin/circuit-breaker/reset", verbs.reset_breaker, methods=["POST"]),
        Route("/admin/circuit-breaker/isolate", verbs.isolate_breaker, methods=["POST"]),
        Route("/admin/cache/forget", verbs.forget_delivery, methods=["POST"]),
    ]


class _Verbs:
    """Reads what an operator asks for, has it done, and tells what became of it."""

    def __init__(self, breaker: CircuitBreaker, acts: OperatorActs) -> None:
        self._breaker = breaker
        self._acts = acts
        self._bodies = OperatorInput()

    async def show_breaker(self, _request: Request) -> Response:
        return JsonReply(breaker_fields(self._breaker.snapshot()))

    async def reset_breaker(self, request: Request) -> Response:
        reason = reason_in(await self._bodies.fields(request))
        return _moved(request, *self._acts.reset_breaker(actor=actor_of(request.scope), reason=reason))

    async def isolate_breaker(self, request: Request) -> Response:
        reason = reason_in(await self._bodies.fields(request))
        return _moved(request, *self._acts.isolate_breaker(actor=actor_of(request.scope), reason=reason))

    async def forget_delivery(self, request: Request) -> Response:
        fields = await self._bodies.fields(request)
        number, reason = text_in(fields, "trackingNumber"), reason_in(fields)
        try:
            forgotten = await self._acts.forget_delivery(number, actor=actor_of(request.scope), reason=reason)
        except ValueError:
            raise wrong_input("trackingNumber: cannot be a tracking number") from None
        return _done(request, {"trackingNumber": number, "forgotten": forgotten})


def _moved(request: Request, previous: BreakerState, now: BreakerState) -> Response:
    return _done(request, {"state": now.value, "previousState": previous.value})


def _done(request: Request, content: dict[str, object]) -> Response:
    """The result as JSON; a browser that posted a form goes back to the page instead."""
    if is_form(request) and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/admin", status_code=303)
    return JsonReply(content)
