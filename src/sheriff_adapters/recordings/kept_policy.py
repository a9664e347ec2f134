"""The policy in force, kept once for all the interactions that were answered by it.

Every recorded tool call names all bounds it was answered by, and they are the same for millions of them. Beside its
other fields that is a third of an interaction, so a store keeps each policy once, and by its digest in each row.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sheriff_adapters.recordings.interaction_text import encode

_DIGEST_BYTES = 16
_LATELY = 64  # policies whose digest is remembered; a service has one
_KNOWN = 256  # policies that a reader remembers; a year has a dozen
_SPARED_US = 3_600_000_000  # an hour: how seldom it is written that a policy is still in use


class KeptPolicy(NamedTuple):
    """A policy as JSON text, and the digest that stands for it."""

    digest: str
    text: str
    spared_bytes: int  # where the digest stands in its place

    def put_into(self, body: str) -> str:
        """`body`, which has the digest, with the policy itself."""
        # Within a string its quotes would be escaped, and no other field of an interaction has this name.
        return body.replace(f'"policy":"{self.digest}"', f'"policy":{self.text}', 1)


class PolicyInUse(NamedTuple):
    """A policy of a batch of interactions, the latest of which was received at `received_at` (µs since 1970)."""

    digest: str
    received_at: int
    text: str

    @property
    def used_until(self) -> int:
        """What is written down for it: a little later, so that it need not be written with each batch."""
        return self.received_at + _SPARED_US


class _Latest:
    """The policy that was asked for last: a service has one, and gives the same object with each interaction."""

    def __init__(self) -> None:
        self._pair: tuple[object, KeptPolicy | None] = (None, None)  # as one, for several threads ask

    def kept(self, policy: dict[str, Any]) -> KeptPolicy:
        """`policy`, which nobody changes any more, as it is kept. Raises `InteractionUnusableError`."""
        latest, kept = self._pair
        if kept is None or latest is not policy:
            kept = _of_text(encode(policy))
            self._pair = (policy, kept)
        return kept


@functools.lru_cache(maxsize=_LATELY)
def _of_text(text: str) -> KeptPolicy:
    written = text.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(written, digest_size=_DIGEST_BYTES).hexdigest()
    return KeptPolicy(digest, text, spared_bytes=len(written) - len(f'"{digest}"'))


kept_policy = _Latest().kept


def in_use(named: Iterable[tuple[KeptPolicy | None, int]]) -> list[PolicyInUse]:
    """Each policy once, of interactions told by their policy and when they were received."""
    latest: dict[str, PolicyInUse] = {}
    for policy, received_at in named:
        if policy is not None:
            before = latest.get(policy.digest)
            if before is None or before.received_at < received_at:
                latest[policy.digest] = PolicyInUse(policy.digest, received_at, policy.text)
    return sorted(latest.values())


class KnownPolicies:
    """Policies that a reader has seen before, by their digest; nobody changes them."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def unknown_in(self, interactions: Iterable[Mapping[str, Any]]) -> list[str]:
        """The digests in `interactions` that have to be looked up."""
        named = {policy for told in interactions if isinstance(policy := told.get("policy"), str)}
        return sorted(named - self._known.keys())

    def put_into(self, interactions: Iterable[dict[str, Any]], looked_up: Mapping[str, Any]) -> None:
        """Give each of `interactions` its policy, and remember what was looked up.

        What is no digest of a policy stays as it is.
        """
        self._known.update(looked_up)
        for told in interactions:
            policy = told.get("policy")
            if isinstance(policy, str) and policy in self._known:
                told["policy"] = self._known[policy]
        if len(self._known) > _KNOWN:
            self._known.clear()
