"""The address of recordings, as `SHERIFF_RECORDINGS_URL` says it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

EXAMPLES = (
    "sqlite:///recordings.db, sqlite:////var/lib/sheriff/recordings.db or postgresql://user:password@host/database"
)


class RecordingsUrlError(ValueError):
    """This is no address of recordings; the message says what one looks like, and never repeats a password."""


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A file on this machine."""

    path: Path

    def __str__(self) -> str:
        return f"sqlite:///{self.path}"


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A PostgreSQL database."""

    dsn: str = field(repr=False)  # holds the password
    shown: str

    def __str__(self) -> str:
        return self.shown


def parse_recordings_url(url: str) -> SqliteUrl | PostgresUrl:
    """Read `url`. Raises `RecordingsUrlError`."""
    scheme, separator, rest = url.strip().partition("://")
    match scheme.lower():
        case "sqlite" if separator:
            return _sqlite(rest)
        case "postgresql" | "postgres" if separator:
            return _postgres(url.strip())
        case _ if separator:
            raise RecordingsUrlError(f"{scheme}:// is not a kind of recordings; expected {EXAMPLES}")
        case _:
            raise RecordingsUrlError(f"no address of recordings; expected {EXAMPLES}")


def _sqlite(rest: str) -> SqliteUrl:
    path = unquote(rest.removeprefix("/"))
    if not rest.startswith("/"):
        raise RecordingsUrlError("sqlite:// takes three slashes before a relative path and four before an absolute one")
    if "?" in path or "#" in path:
        raise RecordingsUrlError("sqlite:// takes no options, only a path")
    if not path or path.endswith("/") or path == ":memory:" or "\0" in path:
        raise RecordingsUrlError("sqlite:// needs the path of a file, as in sqlite:///recordings.db")
    return SqliteUrl(Path(path))


def _postgres(url: str) -> PostgresUrl:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        # The address may hold the password where the parser saw a port: it is not repeated.
        raise RecordingsUrlError(
            "postgresql:// with a host or port that cannot be read; percent-encode special characters of a password"
        ) from error
    user = f"{unquote(parts.username)}@" if parts.username else ""
    host = parts.hostname or ""
    shown = f"postgresql://{user}[{host}]" if ":" in host else f"postgresql://{user}{host}"
    return PostgresUrl(dsn=url, shown=f"{shown}{port}{parts.path}")
