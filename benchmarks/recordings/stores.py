"""The stores to be measured: a SQLite file on this disk, and a PostgreSQL server of our own on it."""

import argparse
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.events import Event
from tests.postgres_server import PostgresServer, find_postgres


class Unheard:
    def emit(self, event: Event) -> None:
        pass


KINDS = ("sqlite", "postgres")


def options(docstring: str | None) -> argparse.ArgumentParser:
    """What every measurement of recordings can be told: `only`, the one store to be measured."""
    parser = argparse.ArgumentParser(description=(docstring or "").splitlines()[0])
    parser.add_argument("--only", choices=KINDS, help="measure this store alone")
    return parser


def chosen(only: str | None) -> tuple[str, ...]:
    """The stores to be measured."""
    return (only,) if only else KINDS


def count(text: str) -> int:
    """A number of interactions as people write it: `1_000_000`, too."""
    return int(text.replace("_", ""))


def on_disk() -> Path:
    """A directory on the disk of this working copy: the temporary one may be in memory."""
    directory = Path("out")
    directory.mkdir(exist_ok=True)
    return directory.absolute()


@contextlib.asynccontextmanager
async def store(kind: str, directory: Path) -> AsyncIterator[OpenRecordings]:
    """The recordings of `kind`, `sqlite` or `postgres`; gone afterwards."""
    policy = RecordingPolicy(retention_days=None, spool_directory=directory, read_timeout_s=120, write_timeout_s=60)
    with contextlib.ExitStack() as servers:
        url = f"sqlite:///{directory}/recordings.db"
        if kind == "postgres":
            server = PostgresServer(find_postgres(), in_memory=False)
            servers.callback(server.remove)
            server.start()
            url = server.url("postgres")
        async with open_recordings(url, clock=SystemClock(), events=Unheard(), policy=policy) as recordings:
            yield recordings
