"""The stores to be measured: a SQLite file on this disk, and a PostgreSQL server of our own on it."""

import argparse
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from sheriff_adapters.recordings.apart.opening import RecordingsApart, open_recordings_apart
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.events import Event
from tests.postgres_server import PostgresServer, find_postgres
from tests.recorded import WRITER


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


@contextlib.contextmanager
def address(kind: str, directory: Path) -> Iterator[str]:
    """Where recordings of `kind`, `sqlite` or `postgres`, can be kept; gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{directory}/recordings.db"
        return
    server = PostgresServer(find_postgres(), in_memory=False)
    try:
        server.start()
        yield server.url("postgres")
    finally:
        server.remove()


@contextlib.asynccontextmanager
async def store(url: str, directory: Path) -> AsyncIterator[OpenRecordings]:
    """The recordings at `url` as a command opens them, within this process."""
    async with open_recordings(url, clock=SystemClock(), events=Unheard(), policy=_policy(directory)) as recordings:
        yield recordings


@contextlib.asynccontextmanager
async def store_apart(url: str, directory: Path) -> AsyncIterator[RecordingsApart]:
    """The recordings at `url` as a service opens them, written by a process of its own."""
    async with open_recordings_apart(
        url, program=WRITER, clock=SystemClock(), events=Unheard(), policy=_policy(directory)
    ) as recordings:
        yield recordings


def _policy(directory: Path) -> RecordingPolicy:
    return RecordingPolicy(retention_days=None, spool_directory=directory, read_timeout_s=120, write_timeout_s=60)
