"""PostgreSQL by TLS, as the how-to has the address: the server must prove itself by the authority that is named."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from sheriff_adapters.recordings.opening import open_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.certificates import self_signed
from tests.fakes import SpySink
from tests.postgres_server import PostgresServer, server_of_ones_own
from tests.recorded import PATIENT, tool_call

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    yield from server_of_ones_own()


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
    proof = self_signed(tmp_path, "server")
    await speak_tls(server, proof)
    another, _ = self_signed(tmp_path, "another")

    def address(authority: Path) -> str:
        return f"{server.url('postgres')}?sslmode=verify-full&sslrootcert={authority}"

    policy = replace(PATIENT, spool_directory=tmp_path)
    opening = {"clock": SystemClock(), "events": SpySink(), "policy": policy}
    async with open_recordings(address(proof[0]), **opening) as recordings:
        await recordings.record(tool_call(1))
        assert [told async for told in recordings.stream(InteractionFilter())] == [tool_call(1)]
    with pytest.raises(RecordingsUnavailableError, match="certificate verify failed"):
        async with open_recordings(address(another), create=False, **opening):
            pass
