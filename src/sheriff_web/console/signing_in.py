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
    door = _Door(bench, renderer, events)
    return [
        Route(SIGN_IN, door.form, methods=["GET"]),
        Route(SIGN_IN, door.sign_in, methods=["POST"]),
        Route("/admin/sign-out", door.sign_out, methods=["POST"]),
    ]


class _Door:
    """Lets in who holds the token, and out who asks."""

    def __init__(self, bench: Workbench, renderer: Renderer, events: EventSink) -> None:
        self._bench = bench
        self._renderer = renderer
        self._events = events
        self._bodies = OperatorInput()

    async def form(self, request: Request) -> Response:
        if self._bench.token is None:
            return _to(HOME)
        return await self._shown(request.query_params.get("next", ""))

    async def sign_in(self, request: Request) -> Response:
        if self._bench.token is None:
            return _to(HOME)
        try:
            fields = await self._bodies.fields(request)
        except Problem as problem:
            return await self._shown("", problem=problem.error, status=problem.status)
        token, name, following = (
            value if isinstance(value, str) else "" for value in map(fields.get, ("token", "name", "next"))
        )
        if not self._bench.token.hold(token.strip().encode("utf-8", "replace")):
            self._events.emit(MessageRejected(RejectionReason.OPERATOR, "sign-in: a wrong token"))
            return await self._shown(following, name=name, problem="This is not the admin token.", status=401)
        reply = _to(inside(following))
        reply.set_cookie(
            COOKIE,
            self._bench.sessions.open(plain_actor(name) or "operator"),
            max_age=int(self._bench.sessions.lifetime_s),
            path=HOME,
            httponly=True,
            samesite="strict",
            secure=_is_encrypted(request),
        )
        return reply

    async def sign_out(self, request: Request) -> Response:
        key = session_key(request.headers)
        if key is not None:
            self._bench.sessions.close(key)
        reply = _to(SIGN_IN if self._bench.token is not None else HOME)
        reply.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict", secure=_is_encrypted(request))
        return reply

    async def _shown(self, following: str, *, name: str = "", problem: str = "", status: int = 200) -> Response:
        values = {
            "following": inside(following),
            "name": plain_actor(name),
            "problem": problem,
            "about": self._bench.about,
        }
        return await self._renderer.reply("sign_in.html", values, status=status)


def inside(where: str) -> str:
    """`where` if it is a page of ours, else the first page: a sign-in must not lead anywhere else."""
    is_ours = where == HOME or where.startswith((f"{HOME}?", f"{HOME}/"))
    return where if is_ours and where.isascii() and where.isprintable() and "\\" not in where else HOME


def _to(where: str) -> RedirectResponse:
    return RedirectResponse(where, status_code=303, headers=SECURITY_HEADERS)


def _is_encrypted(request: Request) -> bool:
    """Whether the browser came over TLS, which ends before us: a proxy says so, and who lies harms only himself."""
    return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
