"""The operators' pages, by address. All of them stand behind the gate; each is whole without any script."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sheriff_core.ports import EventSink
from sheriff_web.admin_gate import actor_of
from sheriff_web.console.acting import VERBS, Wish, act
from sheriff_web.console.assets import asset_routes
from sheriff_web.console.looking import call_page, interaction_page, replay_page
from sheriff_web.console.now import NowView
from sheriff_web.console.rendering import SECURITY_HEADERS, Renderer
from sheriff_web.console.searching import GLANCE_S, OUTCOMES, SLOW_MS, Found, search
from sheriff_web.console.signing_in import signing_in_routes
from sheriff_web.console.workbench import Workbench
from sheriff_web.operator_input import OperatorInput
from sheriff_web.problems import Problem

_CHANGES = "What can be changed stands under Act."
_RECENT = [("limit", "10")]
_FIELDS = ("correlationId", "callId", "trackingNumber", "outcome", "kind", "slowerThanMs")


def console_routes(bench: Workbench, renderer: Renderer, events: EventSink) -> list[Route]:
    """Every page, the fragments that refresh the first one, and what they are drawn with."""
    console = _Console(bench, renderer)
    return [
        Route("/admin", console.home, methods=["GET"]),
        Route("/admin/fragments/now", console.now_fragment, methods=["GET"]),
        Route("/admin/fragments/recent", console.recent_fragment, methods=["GET"]),
        Route("/admin/act/{verb}", console.ask, methods=["GET"]),
        Route("/admin/act/{verb}", console.act, methods=["POST"]),
        Route("/admin/find", console.find, methods=["GET"]),
        Route("/admin/find/interaction", console.interaction, methods=["GET"]),
        Route("/admin/find/call", console.call, methods=["GET"]),
        Route("/admin/find/replay", console.replay, methods=["GET"]),
        *signing_in_routes(bench, renderer, events),
        *asset_routes(),
    ]


class _Console:
    """The pages, with what they have in common."""

    def __init__(self, bench: Workbench, renderer: Renderer) -> None:
        self._bench = bench
        self._now = NowView(bench)
        self._bodies = OperatorInput()
        self._replaying = asyncio.Lock()
        self._renderer = renderer

    async def home(self, request: Request) -> Response:
        done = VERBS.get(request.query_params.get("done", ""))
        now, found = await asyncio.gather(
            self._now.get(fresh=done is not None), search(self._bench.recordings, _RECENT, patience_s=GLANCE_S)
        )
        latest = now.acts[0] if now.acts else None
        # Told from the log, not from the address: nobody can make this page say that something was done.
        notice = latest if done is not None and latest is not None and latest.action == done.action else None
        return await self._page(request, "home.html", now=now, found=found, notice=notice, verbs=VERBS.values())

    async def now_fragment(self, request: Request) -> Response:
        return await self._page(request, "live.html", now=await self._now.get())

    async def recent_fragment(self, request: Request) -> Response:
        return await self._page(request, "recent.html", found=await search(self._bench.recordings, _RECENT))

    async def ask(self, request: Request) -> Response:
        verb = VERBS.get(request.path_params["verb"])
        if verb is None:
            return await self._missing(request, "There is no such change.", advice=_CHANGES)
        wish = Wish(number=request.query_params.get("trackingNumber", ""))
        return await self._page(request, "act.html", verb=verb, wish=wish, now=await self._now.get(fresh=True))

    async def act(self, request: Request) -> Response:
        verb = VERBS.get(request.path_params["verb"])
        if verb is None:
            return await self._missing(request, "There is no such change.", advice=_CHANGES)
        wish: Wish | None
        try:
            fields = await self._bodies.fields(request)
        except Problem as problem:
            wish, status = Wish(problem=problem.error), problem.status
        else:
            wish, status = await act(verb, fields, self._bench.acts, actor=actor_of(request.scope)), 422
        if wish is None:
            return RedirectResponse(f"/admin?done={verb.name}#log", status_code=303, headers=SECURITY_HEADERS)
        now = await self._now.get(fresh=True)
        return await self._page(request, "act.html", status=status, verb=verb, wish=wish, now=now)

    async def find(self, request: Request) -> Response:
        parameters = request.query_params.multi_items()
        found = await search(self._bench.recordings, parameters)
        asked = {name: value for name, value in parameters if name in _FIELDS}
        status = {"": 200, "wrong": 400, "down": 503, "off": 404}[found.trouble]
        return await self._page(
            request,
            "find.html",
            status=status,
            found=found,
            asked=asked,
            query=request.url.query,
            is_later=any(name == "cursor" for name, _ in parameters),
        )

    async def interaction(self, request: Request) -> Response:
        wanted = request.query_params.get("correlationId", "")
        stories = await interaction_page(self._bench.recordings, wanted)
        if isinstance(stories, Found):
            return await self._trouble(request, stories, "No interaction was recorded under this correlation id.")
        return await self._page(request, "interaction.html", stories=stories, wanted=wanted)

    async def call(self, request: Request) -> Response:
        wanted = request.query_params.get("callId", "")
        told = await call_page(self._bench.recordings, wanted)
        if isinstance(told, Found):
            return await self._trouble(request, told, "Nothing was recorded under this call id.")
        return await self._page(request, "call.html", told=told, wanted=wanted)

    async def replay(self, request: Request) -> Response:
        asked = request.query_params
        wanted, tool_call = asked.get("correlationId", ""), asked.get("toolCallId", "")
        async with self._replaying:  # one at a time: replaying is work, and callers are waiting on the same processor
            outcome = await replay_page(self._bench, wanted, tool_call)
        if isinstance(outcome, Found):
            return await self._trouble(request, outcome, "No tool call was recorded under these ids.")
        return await self._page(request, "replay.html", outcome=outcome, wanted=wanted)

    async def _trouble(self, request: Request, found: Found, missing: str) -> Response:
        if not found.trouble:
            return await self._missing(request, missing)
        status = {"wrong": 400, "down": 503}.get(found.trouble, 404)
        return await self._page(request, "trouble.html", status=status, found=found, missing="")

    async def _missing(self, request: Request, missing: str, advice: str = "") -> Response:
        return await self._page(request, "trouble.html", status=404, found=Found(), missing=missing, advice=advice)

    async def _page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
        common = {
            "about": self._bench.about,
            "actor": actor_of(request.scope),
            "signed_in": self._bench.token is not None,
            "outcomes": OUTCOMES,
            "slow_ms": SLOW_MS,
            "asked": {},
        }
        return await self._renderer.reply(name, {**common, **values}, status=status)
