"""How a check proves to a live webhook that it may ask: as Vapi does, with the settings of this environment."""

import base64
import hmac
import time
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from sheriff.settings import Settings
from sheriff_web.signature import HmacScheme

_MESSAGE_ID = "msg_sheriff_check"


@dataclass(frozen=True, slots=True)
class Credential:
    """`auth` as in VAPI_AUTH; `age_s` makes a signature that was made earlier."""

    auth: str
    secret: str = field(default="", repr=False)
    scheme: HmacScheme = field(default_factory=HmacScheme)
    age_s: float = 0.0

    @classmethod
    def of(cls, settings: Settings) -> "Credential":
        """The first of the live secrets."""
        secret = settings.vapi_secrets[0] if settings.vapi_secrets else ""
        return cls(settings.vapi_auth, secret, settings.hmac_scheme)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to prove."""
        return self.auth != "none"

    def wrong(self) -> "Credential":
        """The same way with another secret."""
        return replace(self, secret=f"not-{self.secret}")

    def too_old(self) -> "Credential | None":
        """The right secret, but signed before the tolerance; None where nothing bounds a signature's age."""
        if self.auth != "hmac" or "{timestamp}" not in self.scheme.payload:
            return None
        return replace(self, age_s=self.scheme.tolerance_s + 60.0)

    def headers(self, body: bytes, url: str) -> dict[str, str]:
        """The headers that go with `body`, posted to `url`."""
        match self.auth:
            case "secret":
                return {"X-Vapi-Secret": self.secret}
            case "bearer":
                return {"Authorization": f"Bearer {self.secret}"}
            case "hmac":
                return self._signed(body, url)
            case _:
                return {}

    def _signed(self, body: bytes, url: str) -> dict[str, str]:
        scheme = self.scheme
        stamp = str(int((time.time() - self.age_s) * 1000))
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        before, _, after = scheme.payload.partition("{body}")
        payload = b"".join(
            text.replace("{timestamp}", stamp)
            .replace("{method}", "POST")
            .replace("{url}", f"{parts.scheme}://{parts.netloc}{target}")
            .replace("{svix-id}", _MESSAGE_ID)
            .encode()
            + between
            for text, between in ((before, body), (after, b""))
        )
        digest = hmac.digest(self.secret.encode(), payload, scheme.algorithm)
        signature = digest.hex() if scheme.encoding == "hex" else base64.b64encode(digest).decode()
        return {
            scheme.signature_header: f"{scheme.prefix}{signature}",
            scheme.timestamp_header: stamp,
            "svix-id": _MESSAGE_ID,
        }
