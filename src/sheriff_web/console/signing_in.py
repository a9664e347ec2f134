"""Signing in and out: the admin token once, a strict cookie afterwards."""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sheriff_core.events import MessageRejected
from sheriff_core.ports import EventSink
from sheriff_web.admin_gate import plain_actor, session_key
from sheriff_web.console.rendering import SECURITY_HEADERS, Renderer
from sheriff_web.console.workbench import Workbench
from sheriff_web.operator_input import OperatorInput
from sheriff_web.operator_sessions import COOKIE, SIGN_IN
from sheriff_web.problems import Problem, RejectionReason

HOME: Final = "/admin"


def signing_in_routes(bench: Workbench, renderer: Renderer, events: EventSink) -> list[Route]:
    """The form, its target, and the way out. Without a token nobody need sign in, and all lead to the page."""
    bodies = OperatorInput()

    async def form(request: Request) -> Response:
        if bench.token is None:
            return _to(HOME)
        return await shown(request.query_params.get("next", ""))

    async def sign_in(request: Request) -> Response:
        if bench.token is None:
            return _to(HOME)
        try:
            fields = await bodies.fields(request)
        except Problem as problem:
            return await shown("", problem=problem.error, status=problem.status)
        token, name, following = (
            value if isinstance(value, str) else "" for value in map(fields.get, ("token", "name", "next"))
        )
        if not bench.token.hold(token.strip().encode("utf-8", "replace")):
            events.emit(MessageRejected(RejectionReason.OPERATOR, "sign-in: a wrong token"))
            return await shown(following, name=name, problem="This is not the admin token.", status=401)
        reply = _to(inside(following))
        reply.set_cookie(
            COOKIE,
            bench.sessions.open(plain_actor(name) or "operator"),
            max_age=int(bench.sessions.lifetime_s),
            path=HOME,
            httponly=True,
            samesite="strict",
            secure=_is_encrypted(request),
        )
        return reply

    async def sign_out(request: Request) -> Response:
        key = session_key(request.headers)
        if key is not None:
            bench.sessions.close(key)
        reply = _to(SIGN_IN if bench.token is not None else HOME)
        reply.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict", secure=_is_encrypted(request))
        return reply

    async def shown(following: str, *, name: str = "", problem: str = "", status: int = 200) -> Response:
        values = {"following": inside(following), "name": plain_actor(name), "problem": problem, "about": bench.about}
        return await renderer.reply("sign_in.html", values, status=status)

    return [
        Route(SIGN_IN, form, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route("/admin/sign-out", sign_out, methods=["POST"]),
    ]


def inside(where: str) -> str:
    """`where` if it is a page of ours, else the first page: a sign-in must not lead anywhere else."""
    is_ours = where == HOME or where.startswith((f"{HOME}?", f"{HOME}/"))
    return where if is_ours and where.isascii() and where.isprintable() and "\\" not in where else HOME


def _to(where: str) -> RedirectResponse:
    return RedirectResponse(where, status_code=303, headers=SECURITY_HEADERS)


def _is_encrypted(request: Request) -> bool:
    """Whether the browser came over TLS, which ends before us: a proxy says so, and who lies harms only himself."""
    return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
