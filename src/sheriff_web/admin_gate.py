"""Who may use the operators' side: everything under `/admin`.

With a token set, it must be shown: as a bearer token, or as the password of Basic credentials, which a browser can ask
its user for (the user name is then who acted), or by the cookie of an operator who signed in on the page. Without one
the listener is on loopback, and only a page or a person of this machine may come: the `Host` must be a name of
loopback, or a page elsewhere could rebind its own name to us. A change is refused when it comes from a page of another
site: browsers send credentials along by themselves.
"""

import base64
import binascii
import ipaddress
from typing import Final
from urllib.parse import quote

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sheriff_core.events import MessageRejected
from sheriff_core.ports import EventSink
from sheriff_web.authentication import Secrets
from sheriff_web.operator_sessions import ACTS, COOKIE, HOME, OPEN_PATHS, SIGN_IN, SIGN_OUT, OperatorSessions
from sheriff_web.problems import NO_STORE, Header, RejectionReason, send_json
from sheriff_web.request_context import exchange_of
from sheriff_web.token_guesses import TokenGuesses, address_of

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE: Final[Header] = (b"www-authenticate", b'Bearer realm="sheriff", Basic realm="sheriff", charset="UTF-8"')
# Of every reply, JSON as well: where no token is set, a page of another site could draw or run what comes from here.
_PRIVATE: Final[tuple[Header, ...]] = (
    NO_STORE,
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_OURS: Final = frozenset(name for name, _ in _PRIVATE)
_ACTOR: Final = "sheriff.actor"
_NOBODY: Final = "nobody"  # who has not shown the token, and may see no more than how to
_MAX_ACTOR_LENGTH: Final = 64


class AdminGate:
    """Pure-ASGI middleware in front of the internal application; everything outside `/admin` passes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str | None,
        events: EventSink,
        guesses: TokenGuesses,
        sessions: OperatorSessions | None = None,
    ) -> None:
        """This will ask for `token`, or for a visitor from this machine when it is None.

        `guesses` bounds the wrong tokens that one address may show. `sessions` are the operators who have signed in. A
        browser that asks for a page without having done so is led to the form.
        """
        self._app = app
        self._token = None if token is None else Secrets([token])
        self._events = events
        self._guesses = guesses
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass, or turn it away."""
        path = scope.get("path", "")
        # Whatever begins so, be it no path of ours: what a router makes of it must not decide who may come.
        if scope["type"] != "http" or not path.startswith("/admin"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [header for header in message.get("headers", ()) if header[0].lower() not in _OURS]
                message["headers"] = [*kept, *_PRIVATE]
            await send(message)

        address = address_of(scope)
        if self._token is not None and "authorization" in headers and (wait_s := self._guesses.wait_s(address)):
            await self._put_off(send_private, scope, address, wait_s)
            return
        actor = self._actor(headers, address)
        if actor is None and self._token is not None and self._sessions is not None:
            if path in OPEN_PATHS:
                actor = _NOBODY
            elif (page := _page_wanted(scope, headers)) is not None:
                await _lead(send_private, f"{SIGN_IN}?next={quote(page, safe='')}")
                return
        if actor is None:
            challenge = () if self._token is None else (_CHALLENGE,)
            await self._turn_away(send_private, scope, *self._unwelcome(headers), challenge)
        elif scope["method"] not in _SAFE_METHODS and _is_cross_site(headers):
            await self._turn_away(send_private, scope, 403, "a change must not come from another site's page")
        else:
            scope[_ACTOR] = actor
            await self._app(scope, receive, send_private)

    def _actor(self, headers: Headers, address: str) -> str | None:
        """Who asks; None when nobody who may."""
        if self._token is None:
            return "local" if _is_loopback(headers.get("host")) else None
        if self._sessions is not None and "authorization" not in headers:
            key = session_key(headers)
            return None if key is None else self._sessions.actor_of(key)
        name, token = _shown(headers.get("authorization", "").encode("latin-1"))
        if self._token.hold(token):
            return plain_actor(name) or "token"
        if token:
            self._guesses.wrong(address, token)
        return None

    def _unwelcome(self, headers: Headers) -> tuple[int, str]:
        if self._token is None:
            host = "this host name is not one of this machine: use localhost, or set SHERIFF_ADMIN_TOKEN"
            return (403, host) if headers.get("host") else (400, "host: is missing")
        return (401, "unauthorized")

    async def _put_off(self, send: Send, scope: Scope, address: str, wait_s: int) -> None:
        said = f"{exchange_of(scope).method} under /admin: too many wrong tokens from {address}"
        self._events.emit(MessageRejected(RejectionReason.THROTTLED, said))
        error = f"too many wrong tokens from this address: try again in {wait_s} s"
        await send_json(send, 429, orjson.dumps({"error": error}), ((b"retry-after", b"%d" % wait_s),))

    async def _turn_away(
        self, send: Send, scope: Scope, status: int, error: str, headers: tuple[Header, ...] = ()
    ) -> None:
        self._events.emit(
            MessageRejected(RejectionReason.OPERATOR, f"{exchange_of(scope).method} under /admin: {error}")
        )
        await send_json(send, status, orjson.dumps({"error": error}), headers)


def _shown(authorization: bytes) -> tuple[str, bytes]:
    """The name and the token in an `Authorization` header; empty where there is none."""
    scheme, _, said = authorization.partition(b" ")
    said = said.strip()
    if scheme.lower() == b"bearer":
        return "", said
    if scheme.lower() == b"basic":
        try:
            name, _, password = base64.b64decode(said, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return "", b""
        return name, password.strip().encode()
    return "", b""


def actor_of(scope: Scope) -> str:
    """Who sent this request, as far as it is known."""
    return str(scope.get(_ACTOR, "unknown"))


def session_key(headers: Headers) -> str | None:
    """What the session cookie holds, if there is one."""
    # Pair by pair: a cookie that another service of this host has set in a form of its own must not hide ours, which
    # the standard library's strict reader would let it do.
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), None)


def plain_actor(name: str) -> str:
    """`name` as it may stand in a log: one line, and not too long."""
    return "".join(character for character in name if character.isprintable()).strip()[:_MAX_ACTOR_LENGTH]


def _page_wanted(scope: Scope, headers: Headers) -> str | None:
    """Where a browser goes once its user has signed in; None for a program, which wants to be told 401.

    With a form of ours, too: told 401, the browser would ask for a name and a password itself. Nothing is changed, and
    what was filled in is lost.
    """
    if "text/html" not in headers.get("accept", ""):
        return None
    path: str = scope["path"]
    if scope["method"] in ("GET", "HEAD"):
        return _target(scope)
    if path == SIGN_OUT:
        return HOME
    return quote(path) if path.startswith(ACTS) and not _is_cross_site(headers) else None


def _target(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    path: str = scope["path"]
    return f"{quote(path)}?{query}" if query else quote(path)


async def _lead(send: Send, where: str) -> None:
    headers = [(b"location", where.encode("ascii")), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _is_loopback(host: str | None) -> bool:
    """Whether the `Host` header, with or without a port, names this machine to itself."""
    if host is None:
        return False
    name = host.partition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_cross_site(headers: Headers) -> bool:
    """Whether a browser sends this for a page of another origin. A client that is no browser says neither header."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site.lower() not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()
