"""Operators who have signed in on the page: a random key in a strict cookie, kept here only as its digest.

The cookie is worth nothing beyond this process and these hours, and never holds the admin token.
"""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sheriff_core.ports import Clock

COOKIE: Final = "sheriff_operator"
HOME: Final = "/admin"
SIGN_IN: Final = "/admin/sign-in"
SIGN_OUT: Final = "/admin/sign-out"
ACTS: Final = "/admin/act/"  # where the forms of the pages are, each at the address that it is posted to
ASSETS: Final = ("/admin/assets/console.css", "/admin/assets/console.js", "/admin/assets/icon.svg")
OPEN_PATHS: Final = frozenset({SIGN_IN, *ASSETS})
"""What a visitor who has not signed in may see: the form, and what it is drawn with."""

_KEY_BYTES: Final = 32
_MAX_KEY_LENGTH: Final = 64


@dataclass(slots=True)
class _Session:
    actor: str
    opened_now: float
    seen_now: float


class OperatorSessions:
    """Bounded in number and in time; the session that was not seen for longest goes first."""

    def __init__(
        self, clock: Clock, *, lifetime_s: float = 12 * 3_600.0, idle_s: float = 3_600.0, max_sessions: int = 100
    ) -> None:
        """This will let a session live for `lifetime_s`, and no longer than `idle_s` without a request."""
        self.lifetime_s = lifetime_s
        self._clock = clock
        self._idle_s = idle_s
        self._max_sessions = max_sessions
        self._held: OrderedDict[bytes, _Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def open(self, actor: str) -> str:
        """Begin a session of `actor`; the key that stands for it."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        now = self._clock.now()
        self._held[_digest(key)] = _Session(actor, now, now)
        while len(self._held) > self._max_sessions:
            self._held.popitem(last=False)
        return key

    def actor_of(self, key: str) -> str | None:
        """Whose session `key` stands for; None when there is none any more."""
        if len(key) > _MAX_KEY_LENGTH:
            return None
        digest = _digest(key)
        session = self._held.get(digest)
        if session is None:
            return None
        now = self._clock.now()
        if now - session.opened_now >= self.lifetime_s or now - session.seen_now >= self._idle_s:
            del self._held[digest]
            return None
        session.seen_now = now
        self._held.move_to_end(digest)
        return session.actor

    def close(self, key: str) -> None:
        """End the session of `key`, if there is one."""
        self._held.pop(_digest(key), None)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
