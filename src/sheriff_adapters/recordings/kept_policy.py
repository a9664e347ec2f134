"""The policy in force, kept once for all the interactions that were answered by it.

Every recorded tool call names all bounds it was answered by, and they are the same for millions of them. Beside its
other fields that is a third of an interaction, so a store keeps each policy once, and by its digest in each row.
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sheriff_adapters.recordings.interaction_text import encode, encode_line

_DIGEST_BYTES = 16
_DIGEST = re.compile(rf"[0-9a-f]{{{2 * _DIGEST_BYTES}}}")
_LONGEST = 16_384  # characters; ours has a thousand, and a stranger's that is longer stays in its interaction
_LATELY = 64  # policies whose digest is remembered; a service has one
_KNOWN = 256  # policies that a reader remembers; a year has a dozen
_BEHIND = ("reply", "latencyMs")  # what follows the policy in an interaction, though not in its body
_SPARED_US = 3_600_000_000  # an hour: how seldom it is written that a policy is still in use


class KeptPolicy(NamedTuple):
    """A policy as JSON text, and the digest that stands for it."""

    digest: str
    text: str
    named: str  # how a body ends that has the digest
    whole: str  # how it ends with the policy itself
    spared_bytes: int  # of UTF-8, by the one instead of the other

    def put_into(self, body: str) -> str:
        """`body`, which ends with the digest, with the policy itself."""
        return body[: -len(self.named)] + self.whole


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

    def kept(self, policy: dict[str, Any]) -> KeptPolicy | None:
        """`policy`, which nobody changes any more, as it is kept; None where it is too long for that.

        Raises `InteractionUnusableError`.
        """
        latest, kept = self._pair
        if latest is not policy:
            text = encode(policy)
            kept = policy_of_text(text) if len(text) <= _LONGEST else None
            self._pair = (policy, kept)
        return kept


@functools.lru_cache(maxsize=_LATELY)
def policy_of_text(text: str) -> KeptPolicy:
    """A policy that is at hand as JSON text."""
    written = text.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(written, digest_size=_DIGEST_BYTES).hexdigest()
    named, whole = f',"policy":"{digest}"}}', f',"policy":{text}}}'
    return KeptPolicy(digest, text, named, whole, spared_bytes=len(written) - len(f'"{digest}"'))


kept_policy = _Latest().kept


def body_and_policy(interaction: dict[str, Any]) -> tuple[str, KeptPolicy | None]:
    """`interaction` as JSON text with the digest of its policy, and that policy; or whole, and none.

    Raises `InteractionUnusableError`.
    """
    line, kept = line_and_policy(interaction)
    return line.decode(), kept


def line_and_policy(interaction: dict[str, Any]) -> tuple[bytes, KeptPolicy | None]:
    """The same in UTF-8, without its line feed. Raises `InteractionUnusableError`."""
    policy = interaction.get("policy")
    kept = kept_policy(policy) if isinstance(policy, dict) else None
    if kept is None:
        return encode_line(interaction), None
    # At the end, where it need not be looked for: what a stranger said may hold the same words.
    others = interaction.copy()
    del others["policy"]
    return encode_line(others)[:-1] + kept.named.encode(), kept


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
        told_by = (told.get("policy") for told in interactions)
        # Any other text is a stranger's, and not always one that a store can be asked for.
        named = {policy for policy in told_by if isinstance(policy, str) and _DIGEST.fullmatch(policy)}
        return sorted(named - self._known.keys())

    def put_into(self, interactions: Iterable[dict[str, Any]], looked_up: Mapping[str, Any]) -> None:
        """Give each of `interactions` its policy, where it stood, and remember what was looked up.

        What is no digest of a policy stays as it is.
        """
        self._known.update(looked_up)
        for told in interactions:
            policy = told.get("policy")
            if isinstance(policy, str) and policy in self._known:
                is_last = next(reversed(told)) == "policy"
                told["policy"] = self._known[policy]
                for name in _BEHIND if is_last else ():
                    if name in told:
                        told[name] = told.pop(name)
        if len(self._known) > _KNOWN:
            self._known.clear()
