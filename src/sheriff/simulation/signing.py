"""How a simulated Vapi proves who it is: the four ways of `VAPI_AUTH`, with Vapi's own defaults."""

import hashlib
import hmac
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signing:
    """`auth` is `secret`, `bearer`, `hmac` or `none`, as in `VAPI_AUTH`."""

    auth: str = "none"
    secret: str = field(default="", repr=False)

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers that go with `body`."""
        match self.auth:
            case "secret":
                return {"X-Vapi-Secret": self.secret}
            case "bearer":
                return {"Authorization": f"Bearer {self.secret}"}
            case "hmac":
                stamp = str(int(time.time() * 1000))
                signed = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
                return {"X-Signature": signed.hexdigest(), "X-Timestamp": stamp}
            case _:
                return {}
