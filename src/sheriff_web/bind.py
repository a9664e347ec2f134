"""Where a listener listens: `host:port`, bound before anything starts, so that a port in use is one clear line."""

import errno
import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final

BACKLOG: Final = 1_024  # connections the kernel holds until they are accepted; it caps this at net.core.somaxconn
# How long a connection may stand whose client acknowledges nothing, or takes nothing of what is sent, in milliseconds.
# hypercorn waits for such a client for ever.
_UNREAD_TIMEOUT_MS: Final = 10_000
_HOST: Final = re.compile(r"[A-Za-z0-9._\-]*|\[[0-9A-Fa-f:.%A-Za-z]+\]")
_EVERY_INTERFACE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


class ListenError(Exception):
    """A listener could not be opened. The message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Bind:
    """An address to listen on. Port 0 lets the system choose."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Bind":
        """Read `host:port`, `[v6 address]:port`, or `:port` for every interface. Raises ValueError."""
        host, colon, port = text.strip().rpartition(":")
        if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004 - the last port
            raise ValueError(f"{text!r} is no address to listen on: use HOST:PORT, such as 127.0.0.1:8000")
        bracketed = host.startswith("[") and host.endswith("]")
        if ":" in host and "/" not in host and not bracketed:
            raise ValueError(f"{text!r}: write an IPv6 address in brackets, such as [::1]:8000")
        if not _HOST.fullmatch(host):
            raise ValueError(f"{text!r}: no host of that form; use HOST:PORT, such as 127.0.0.1:8000")
        return cls((host[1:-1] if bracketed else host) or "0.0.0.0", int(port))  # noqa: S104 - the operator asks for it

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
        """Whether both cannot listen at once. Port 0 never collides: the system chooses another one each time."""
        return self.port == other.port != 0 and (
            self.host == other.host or not _EVERY_INTERFACE.isdisjoint((self.host, other.host))
        )

    @property
    def reachable_url(self) -> str:
        """The address at which this machine itself reaches what listens here."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{Bind(host, self.port)}"


def open_socket(bind: Bind) -> socket.socket:
    """A socket bound to `bind`, but not listening yet: until then connections are refused, as before the start.

    Raises `ListenError`.
    """
    try:
        candidates = socket.getaddrinfo(bind.host, bind.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ListenError(f"cannot listen on {bind}: {bind.host} is no address of this machine") from error
    family, kind, protocol, _, address = candidates[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a restart need not wait for TIME_WAIT
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited by every accepted connection
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_TIMEOUT_MS)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(bind.host != "::"))
        opened.bind(address)
        opened.setblocking(False)  # noqa: FBT003 - the library's own signature
    except OSError as error:
        opened.close()
        raise listen_error(bind, error) from error
    return opened


def listen_error(bind: Bind, error: OSError) -> ListenError:
    """`error` in words for the operator."""
    match error.errno:
        case errno.EADDRINUSE:
            why = "the port is in use by another process"
        case errno.EACCES | errno.EPERM:
            why = "this user may not use that port"
        case errno.EADDRNOTAVAIL:
            why = "that is no address of this machine"
        case _:
            why = error.strerror or type(error).__name__
    return ListenError(f"cannot listen on {bind}: {why}")


def url_of(opened: socket.socket) -> str:
    """The address `opened` is really bound to, as people type it."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
