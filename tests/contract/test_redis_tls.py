"""Redis by TLS: the server must prove itself by the authority that the address names."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from sheriff_adapters.cache.opening import OpenedCache, open_cache
from sheriff_core.delivery import Delivery
from sheriff_core.events import CacheLost
from sheriff_core.ports import Remembered
from tests.certificates import self_signed
from tests.fakes import START, FakeClock, SpySink
from tests.free_port import free_port
from tests.redis_server import RedisServer

pytestmark = pytest.mark.redis


async def test_a_redis_is_believed_by_the_authority_that_the_address_names(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    certificate, key = self_signed(tmp_path, "server")
    another, _ = self_signed(tmp_path, "another")
    port = free_port()
    settings = {"tls-cert-file": certificate, "tls-key-file": key, "tls-ca-cert-file": certificate,
                "tls-auth-clients": "no", "tls-port": port}  # fmt: skip
    for name, value in settings.items():
        assert redis_server.command("CONFIG", "SET", name, str(value)) == b"+OK\r\n"
    remembered = Remembered((Delivery("K", "in_transit"),), START)
    clock, sink = FakeClock(), SpySink()

    def believing(authority: Path) -> AbstractAsyncContextManager[OpenedCache]:
        address = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority}"
        return open_cache(address, clock=clock, events=sink, max_entries=100, source="p1/production")

    async with believing(certificate) as before:
        await before.put("K", remembered, ttl_s=60.0)
    async with believing(certificate) as after:
        assert await after.get("K") == remembered
    assert sink.of(CacheLost) == []
    async with believing(another) as strange:
        assert await strange.get("K") is None
        assert strange.status()["status"] == "lost"
        assert "SSLCertVerificationError" in strange.status()["detail"]
