"""A real PostgreSQL server on a free loopback port, for tests that carry the marker `postgres`."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from sheriff_adapters.recordings import postgres_schema
from tests.free_port import free_port
from tests.missing import missing

MISSING = "PostgreSQL is missing: install it (Debian: apt-get install postgresql; macOS: brew install postgresql@16)"


class PostgresServer:
    """One server of ours. `stop` and `start` are a restart; `pause` freezes it with open connections."""

    def __init__(self, binaries: Path, *, in_memory: bool = True) -> None:
        self._binaries = binaries
        # Not pytest's own directory: the server refuses to be root, and root's directories are closed to others.
        # In memory where that is possible: a cluster is a thousand files, made and removed for a few tests.
        memory = "/dev/shm" if in_memory and os.access("/dev/shm", os.W_OK) else None
        self._directory = Path(tempfile.mkdtemp(prefix="sheriff-postgres-", dir=memory))
        self._cluster = self._directory / "cluster"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody")
            os.chown(self._directory, owner.pw_uid, owner.pw_gid)
            self._as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        else:
            self._as_owner = {}
        self._run("initdb", "--username=sheriff", "--auth=trust", "--encoding=UTF8", "--no-sync", f"-D{self._cluster}")

    def url(self, database: str) -> str:
        return f"postgresql://sheriff@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={self.port}", "max_connections=40")
        self._process = subprocess.Popen(
            [self._binaries / "postgres", f"-D{self._cluster}", *(f"--{setting}" for setting in settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._directory,
            **self._as_owner,
        )
        give_up = time.monotonic() + 30
        ready = [str(self._binaries / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={self.port}"]
        while subprocess.run(ready, check=False).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError("postgres did not start")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self.resume()
            self._process.send_signal(signal.SIGINT)  # a fast shutdown: connections are cut
            self._process.wait(30)
            self._process = None

    def pause(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _signal_all(self, number: int) -> None:
        """The server and the processes that serve its connections: all of them are its children, none has others."""
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        for process in [server, *server.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):  # a connection that ended just now
                process.send_signal(number)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._directory,
            **self._as_owner,
        )


def _has_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


class PostgresMissingError(Exception):
    """There is no PostgreSQL on this machine; the message says how to get it."""


def find_postgres() -> Path:
    """The directory of the server's programs. Raises `PostgresMissingError`."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda place: float(place.parts[4]))
    if not places:
        raise PostgresMissingError(MISSING)
    return places[-1].parent


def server_of_ones_own() -> Iterator[PostgresServer]:
    """A server, running, for the fixture that yields from this. Without one the test is skipped; in CI it fails."""
    try:
        server = PostgresServer(find_postgres())
    except PostgresMissingError as error:
        missing(str(error))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    yield from server_of_ones_own()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def recordings_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store of each kind, in which nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/recordings.db"
    return await fresh_database(request.getfixturevalue("postgres_server"))


async def fresh_database(server: PostgresServer) -> str:
    """The address of a database without any table of ours."""
    url = server.url("postgres")
    connection = await asyncpg.connect(url)
    try:
        for table in ("sheriff_recordings_version", *reversed(postgres_schema.TABLES)):
            await connection.execute(f"DROP TABLE IF EXISTS {table}")
    finally:
        await connection.close()
    return url
