"""Wrong admin tokens, counted by address: who goes on guessing has to wait, and nobody else.

What is refused for now is not looked at and not counted, so that the wait never grows: whoever mistyped goes on after
one `every_s`. Sessions that are open, and other addresses, are not touched. Somebody who shares an address with a
guesser comes in from another one, as through a tunnel to the machine itself.
"""

import hashlib
import ipaddress
import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Scope

from sheriff_core.ports import Clock

_V6_NETWORK_BITS: Final = 64  # one customer has so many addresses of his own
_REPEATS_KNOWN: Final = 8  # wrong tokens of one address that are known again


@dataclass(frozen=True, slots=True)
class GuessPolicy:
    """How many wrong tokens one address may show."""

    at_once: int  # before there is any wait
    counts_repeats: bool  # whether the same wrong token again is a guess
    every_s: float = 6.0  # afterwards one more in so many seconds; the longest that anybody waits
    max_addresses: int = 1_000  # that are known at once; the one whose last guess is the oldest goes first


BY_FORM: Final = GuessPolicy(at_once=10, counts_repeats=True)
# A program that was left with an old token repeats it, and is no guesser; nobody behind its address is to wait for it.
BY_HEADER: Final = GuessPolicy(at_once=100, counts_repeats=False)


@dataclass(slots=True)
class _Guesser:
    even_now: float = 0.0  # when all its guesses are made up for, on the clock
    known: deque[bytes] = field(default_factory=lambda: deque(maxlen=_REPEATS_KNOWN))


class TokenGuesses:
    """Bounds the guesses at one door."""

    def __init__(self, clock: Clock, policy: GuessPolicy) -> None:
        """This will hold each address to `policy`."""
        self._clock = clock
        self._policy = policy
        self._held: OrderedDict[str, _Guesser] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def wait_s(self, address: str) -> int:
        """Whole seconds until a token from `address` is looked at again; 0 when it is now."""
        guesser = self._held.get(address)
        if guesser is None:
            return 0
        spare_s = (self._policy.at_once - 1) * self._policy.every_s
        return max(0, math.ceil(guesser.even_now - self._clock.now() - spare_s))

    def wrong(self, address: str, said: bytes) -> None:
        """Count `said`, a wrong token from `address`."""
        guesser = self._held.setdefault(address, _Guesser())
        digest = hashlib.sha256(said).digest()
        if digest in guesser.known and not self._policy.counts_repeats:
            return
        guesser.known.append(digest)
        guesser.even_now = max(guesser.even_now, self._clock.now()) + self._policy.every_s
        self._held.move_to_end(address)
        while len(self._held) > self._policy.max_addresses:
            self._held.popitem(last=False)


def address_of(scope: Scope) -> str:
    """Whose guesses count together: an address, or a network of version 6."""
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _V6_NETWORK_BITS), strict=False))
