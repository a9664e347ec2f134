"""Is this really Vapi? By an HMAC over the raw body, as Vapi's custom credentials make it.

Nothing about Vapi's signature is fixed: header names, algorithm, encoding, prefix and what is signed are all chosen in
the credential, so all of it is configuration here (`VAPI_HMAC_*`). A signature that was valid is not remembered: Vapi's
own retries repeat it, and the replies are read-only and the same; how old it may be is bounded by `tolerance_s`.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sheriff_core.ports import Clock
from sheriff_web.authentication import Presented, Secrets

ALGORITHMS: Final = ("sha256", "sha512", "sha1")
ENCODINGS: Final = ("hex", "base64")
PLACEHOLDERS: Final = ("{body}", "{timestamp}", "{method}", "{url}", "{svix-id}")
_MILLISECONDS_FROM: Final = 1e12  # as seconds this lies thirty thousand years ahead: such a number is milliseconds
_MAX_SIGNATURES: Final = 4  # of one header that are looked at
_TIMESTAMP: Final = re.compile(rb"[0-9]{1,16}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class HmacScheme:
    """How the sender signs; the defaults are Vapi's."""

    algorithm: str = "sha256"
    signature_header: str = "x-signature"
    timestamp_header: str = "x-timestamp"
    prefix: str = ""  # stands before the signature, such as `sha256=`
    encoding: str = "hex"
    payload: str = "{timestamp}.{body}"
    tolerance_s: float = 300.0  # how far a signed timestamp may lie from now, either way

    def __post_init__(self) -> None:
        """Refuse what cannot be a scheme. Raises ValueError."""
        if self.algorithm not in ALGORITHMS:
            raise ValueError(f"algorithm must be one of {', '.join(ALGORITHMS)}")
        if self.encoding not in ENCODINGS:
            raise ValueError(f"encoding must be one of {', '.join(ENCODINGS)}")
        if "{body}" not in self.payload:
            raise ValueError("payload must contain {body}: a signature that leaves the body out proves nothing")
        unknown = set(re.findall(r"\{[^{}]*\}", self.payload)) - set(PLACEHOLDERS)
        if unknown:
            raise ValueError(f"payload may contain {' '.join(PLACEHOLDERS)}, not {' '.join(sorted(unknown))}")
        if not self.signature_header or not self.timestamp_header:
            raise ValueError("header names must not be empty")
        if self.tolerance_s <= 0:
            raise ValueError("tolerance_s must be above 0")


class HmacAuthentication:
    """The sender signs each request with the secret."""

    needs_body = True

    def __init__(self, secrets: Iterable[str], *, clock: Clock, scheme: HmacScheme | None = None) -> None:
        """This will check signatures made with any of `secrets` as `scheme` says."""
        self._secrets = Secrets(secrets)
        self._clock = clock
        self._scheme = scheme = scheme or HmacScheme()
        self._signature_header = scheme.signature_header.lower().encode()
        self._timestamp_header = scheme.timestamp_header.lower().encode()
        self._prefix = scheme.prefix.encode()
        self._signs_timestamp = "{timestamp}" in scheme.payload
        self._pieces = tuple(re.split(r"(\{[^{}]*\})", scheme.payload))
        self._decode: Callable[[bytes], bytes] = _from_hex if scheme.encoding == "hex" else _from_base64

    def allows(self, presented: Presented) -> bool:
        """Whether the request carries a signature of one of the secrets, made now."""
        signatures = list(self._signatures(presented.headers.get(self._signature_header, b"")))
        if not signatures or (self._signs_timestamp and not self._is_timely(presented)):
            return False
        # Every secret, every payload, every signature: no early exit tells which of them was nearly right.
        valid = False
        for payload in self._payloads(presented):
            for secret in self._secrets.values:
                expected = hmac.digest(secret, payload, self._scheme.algorithm)
                for signature in signatures:
                    valid |= hmac.compare_digest(expected, signature)
        return valid

    def _signatures(self, header: bytes) -> Iterator[bytes]:
        """The signatures in the header, decoded: one, or a few with spaces between (Svix, during its rotation)."""
        for said in (header, *header.split()[:_MAX_SIGNATURES]):  # the whole, too: a prefix may hold a space
            if said.startswith(self._prefix):
                try:
                    yield self._decode(said[len(self._prefix) :])
                except (ValueError, binascii.Error):
                    continue

    def _is_timely(self, presented: Presented) -> bool:
        said = presented.headers.get(self._timestamp_header, b"")
        if not _TIMESTAMP.fullmatch(said):
            return False
        seconds = float(said)
        if seconds > _MILLISECONDS_FROM:
            seconds /= 1000
        return abs(self._clock.wall().timestamp() - seconds) <= self._scheme.tolerance_s

    def _payloads(self, presented: Presented) -> Iterator[bytes]:
        """What the sender may have signed: one payload, or one for each spelling of our address."""
        values = {
            "{body}": presented.body,
            "{timestamp}": presented.headers.get(self._timestamp_header, b""),
            "{method}": presented.method.encode(),
            "{svix-id}": presented.headers.get(b"svix-id") or presented.headers.get(b"webhook-id", b""),
        }
        urls: tuple[bytes, ...] = (b"",)
        if "{url}" in self._pieces:
            # The address Vapi was given cannot be known behind a proxy. Trying its few spellings gives nothing away:
            # each of them needs the secret.
            host = presented.headers.get(b"host", b"")
            urls = (b"https://" + host + presented.target, b"http://" + host + presented.target, presented.target)
        for url in urls:
            values["{url}"] = url
            yield b"".join(values.get(piece, piece.encode()) for piece in self._pieces)


def _from_hex(said: bytes) -> bytes:
    return bytes.fromhex(said.decode("ascii"))


def _from_base64(said: bytes) -> bytes:
    """Standard or URL-safe alphabet, padded or not."""
    text = said.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
