"""Is this really Vapi? By a shared secret in a header (`signature` does it by HMAC).

Secrets are compared by their digests, as bytes, in constant time; all of them are always compared.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol


class Presented(NamedTuple):
    """What a sender presents. Header names are lower case; `body` is empty while only headers are looked at."""

    headers: Mapping[bytes, bytes]
    method: str = "POST"
    target: bytes = b"/webhook"  # the request target as it stood in the request line
    body: bytes = b""


class Authentication(Protocol):
    """One way to prove who is sending."""

    @property
    def needs_body(self) -> bool:
        """Whether the proof covers the body; if not, it is asked for before the body is read."""
        ...

    def allows(self, presented: Presented) -> bool:
        """Whether `presented` proves that the sender knows one of the secrets."""
        ...


class Secrets:
    """One secret, or several during a rotation."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """This will know `secrets`. Raises ValueError when there is none, or an empty one: nothing fails open."""
        kept = [secret.encode() for secret in secrets]
        if not kept or not all(kept):
            raise ValueError("authentication needs at least one secret, and none may be empty")
        self.values = tuple(kept)
        self._digests = tuple(hashlib.sha256(spelt).digest() for secret in kept for spelt in _spellings(secret))

    def __repr__(self) -> str:
        return f"Secrets({len(self.values)} kept)"

    def hold(self, said: bytes) -> bool:
        """Whether `said` is one of them."""
        digest = hashlib.sha256(said).digest()
        held = False
        for known in self._digests:
            held |= hmac.compare_digest(known, digest)
        return held


def _spellings(secret: bytes) -> tuple[bytes, ...]:
    """How `secret` may stand in a header, which has no encoding: curl sends UTF-8, and Node, as browsers, Latin-1."""
    try:
        other = secret.decode().encode("latin-1")
    except UnicodeEncodeError:
        return (secret,)
    return (secret,) if other == secret else (secret, other)


class SecretAuthentication:
    """The secret stands in a header of its own, as Vapi's `X-Vapi-Secret`."""

    needs_body = False

    def __init__(self, secrets: Iterable[str], *, header: str = "x-vapi-secret") -> None:
        """This will look for one of `secrets` in `header`."""
        self._secrets = Secrets(secrets)
        self._header = header.lower().encode()

    def allows(self, presented: Presented) -> bool:
        """Whether the header holds one of the secrets."""
        said = presented.headers.get(self._header)
        return said is not None and self._secrets.hold(said)


class BearerAuthentication:
    """The secret is a bearer token. Vapi can be told to leave the word `Bearer` out; both forms are understood."""

    needs_body = False

    def __init__(self, secrets: Iterable[str]) -> None:
        """This will look for one of `secrets` in `Authorization`."""
        self._secrets = Secrets(secrets)

    def allows(self, presented: Presented) -> bool:
        """Whether the token is one of the secrets."""
        said = presented.headers.get(b"authorization")
        if said is None:
            return False
        scheme, _, token = said.partition(b" ")
        return self._secrets.hold(token.strip() if scheme.lower() == b"bearer" else said)


class NoAuthentication:
    """Everybody is let in. Settings permit it on loopback, or when it is asked for by name."""

    needs_body = False

    def allows(self, presented: Presented) -> bool:  # noqa: ARG002 - nothing to look at
        """Yes."""
        return True
