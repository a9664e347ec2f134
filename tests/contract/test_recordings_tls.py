"""PostgreSQL by TLS, as the how-to has the address: the server must prove itself by the authority that is named."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.postgres_server import PostgresMissingError, PostgresServer, find_postgres
from tests.recorded import PATIENT, tool_call

pytestmark = pytest.mark.postgres


def certificate(directory: Path, name: str) -> tuple[Path, Path]:
    """One that a server at 127.0.0.1 signed for itself, and its key."""
    certificate, key = directory / f"{name}.crt", directory / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    missing = None if shutil.which("openssl") else "openssl is missing: install it (Debian: apt-get install openssl)"
    try:
        found = find_postgres()
    except PostgresMissingError as error:
        missing = str(error)
    if missing:
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    server = PostgresServer(found)
    try:
        server.start()
        yield server
    finally:
        server.remove()


async def speak_tls(server: PostgresServer, proof: tuple[Path, Path]) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        place = Path(await connection.fetchval("SHOW data_directory"))
        owner = place.stat()
        for file, setting in zip(proof, ("ssl_cert_file", "ssl_key_file"), strict=True):
            put = place / file.name
            put.touch(0o600)
            put.write_bytes(file.read_bytes())
            os.chown(put, owner.st_uid, owner.st_gid)
            await connection.execute(f"ALTER SYSTEM SET {setting} = '{put}'")
        await connection.execute("ALTER SYSTEM SET ssl = on")
    finally:
        await connection.close()
    server.stop()
    server.start()


async def test_a_server_is_believed_by_the_authority_that_the_address_names(
    server: PostgresServer, tmp_path: Path
) -> None:
    proof = certificate(tmp_path, "server")
    await speak_tls(server, proof)
    another, _ = certificate(tmp_path, "another")

    def address(authority: Path) -> str:
        return f"{server.url('postgres')}?sslmode=verify-full&sslrootcert={authority}"

    policy = PATIENT.__class__(ack_bound_s=30, settle_within_s=20, retention_days=None, spool_directory=tmp_path)
    opening = {"clock": SystemClock(), "events": SpySink(), "policy": policy}
    async with open_recordings(address(proof[0]), **opening) as recordings:
        await recordings.record(tool_call(1))
        assert [told async for told in recordings.stream(InteractionFilter())] == [tool_call(1)]
    with pytest.raises(RecordingsUnavailableError, match="certificate verify failed"):
        async with open_recordings(address(another), create=False, **opening):
            pass
