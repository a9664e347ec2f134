"""An address to listen on, as `host:port`."""

import ipaddress
import re
from dataclasses import dataclass

_SHAPE = re.compile(r"^(?:\[(?P<v6>[0-9A-Fa-f:.%]+)\]|(?P<host>[A-Za-z0-9.\-]+)):(?P<port>\d{1,5})$")
MAX_PORT = 65_535


class BindError(ValueError):
    """Not an address to listen on; the message says why."""


@dataclass(frozen=True, slots=True)
class Bind:
    """Host (a name or an address, IPv6 without brackets) and port; port 0 lets the system choose."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Bind":
        """Read `host:port` or `[v6]:port`. Raises `BindError`."""
        match = _SHAPE.match(text.strip())
        if match is None:
            raise BindError("must be host:port")
        port = int(match["port"])
        if port > MAX_PORT:
            raise BindError(f"port {port} is above {MAX_PORT}")
        return cls(match["v6"] or match["host"], port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def collides_with(self, other: "Bind") -> bool:
        """Whether both cannot listen at once."""
        wildcards = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        return self.port == other.port and (
            self.host == other.host or self.host in wildcards or other.host in wildcards
        )
