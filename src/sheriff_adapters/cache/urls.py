"""The address of a cache, as `SHERIFF_CACHE_URL` says it."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

EXAMPLES: Final = "memory:// or redis://[user:password@]host[:port][/database] (rediss:// for TLS)"
_REDIS_PORT: Final = 6379


class CacheUrlError(ValueError):
    """An address no cache can be opened from: says what is wrong and what it may be, never a password."""


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """A Redis, and how to be let in."""

    host: str
    port: int
    database: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    tls_ca_file: str | None  # trusted in place of the system's authorities


def parse_cache_url(url: str) -> RedisUrl | None:
    """Read `url`; None for `memory://`. Raises `CacheUrlError`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _REDIS_PORT
    except ValueError:
        raise CacheUrlError(f"not an address; it may be {EXAMPLES}") from None
    if parts.scheme == "memory":
        if parts.netloc or parts.path.strip("/") or parts.query:
            raise CacheUrlError(f"memory:// takes nothing after it; it may be {EXAMPLES}")
        return None
    if parts.scheme not in {"redis", "rediss"}:
        raise CacheUrlError(f"{parts.scheme or 'nothing'}:// is no cache; it may be {EXAMPLES}")
    if not parts.hostname:
        raise CacheUrlError(f"the host is missing; it may be {EXAMPLES}")
    database = parts.path.strip("/") or "0"
    if not database.isdecimal():
        raise CacheUrlError(f"the database after the host must be a number; it may be {EXAMPLES}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls_ca_file = options.pop("ssl_ca_certs", None)
    if tls_ca_file is not None and parts.scheme != "rediss":
        raise CacheUrlError("ssl_ca_certs: only rediss:// asks for a certificate")
    if options:
        raise CacheUrlError(f"{', '.join(sorted(options))}: unknown; only ssl_ca_certs=FILE may follow the '?'")
    return RedisUrl(
        host=parts.hostname,
        port=port,
        database=int(database),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "rediss",
        tls_ca_file=tls_ca_file,
    )
