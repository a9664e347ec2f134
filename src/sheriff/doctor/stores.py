"""What is remembered and what is recorded: reached, written, read, and everything taken back."""

import time
import uuid
from typing import Final

from sheriff.doctor.finding import Finding, fail, ok, warn
from sheriff.settings import Settings
from sheriff.unheard import Unheard
from sheriff_adapters.cache.redis_store import RedisStore, StoreLostError
from sheriff_adapters.cache.urls import parse_cache_url
from sheriff_adapters.recordings.trial import try_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import RecordingsUnavailableError

LITTLE_SPACE_BYTES: Final = 256 * 1024 * 1024
_MARKER_TTL_S: Final = 10.0  # were it not deleted, Redis would drop it by itself


async def cache_finding(settings: Settings) -> Finding:
    """A round trip to Redis; memory needs none."""
    address = parse_cache_url(settings.sheriff_cache_url)
    if address is None:
        return ok("cache", "in this process's memory; a redis:// would survive restarts and be shared")
    store = RedisStore(address, clock=SystemClock(), events=Unheard(), source="check")
    key, value = f"marker-{uuid.uuid4()}", uuid.uuid4().bytes
    try:
        await store.get(key)  # connects, so that the round trip below is one of those that callers wait for
        started = time.monotonic()
        await store.set(key, value, ttl_s=_MARKER_TTL_S)
        read = await store.get(key)
        took_s = (time.monotonic() - started) / 2
        await store.delete(key)
    except StoreLostError as error:
        return fail(
            "cache",
            f"Redis: {error}",
            "Start it, or compare host, password and database in SHERIFF_CACHE_URL; without it memory serves alone",
        )
    finally:
        await store.close()
    if read != value:
        return fail(
            "cache", "Redis lost what was just written", "Give it more memory (maxmemory), or use one that keeps keys"
        )
    limit_s = store.link.slow_after_s
    if took_s > limit_s:
        return warn(
            "cache",
            f"Redis takes {took_s * 1000:.0f} ms an operation; above {limit_s * 1000:.0f} ms it is left alone",
            "Use a Redis nearer to this service",
            operationMs=round(took_s * 1000, 1),
        )
    return ok("cache", f"Redis: {took_s * 1000:.1f} ms an operation", operationMs=round(took_s * 1000, 1))


async def recordings_finding(settings: Settings) -> Finding:
    """An interaction written, read and taken back."""
    if settings.sheriff_recordings_url == "none":
        return warn(
            "recordings",
            "nothing is recorded, so no call can be explained or replayed afterwards",
            "Set SHERIFF_RECORDINGS_URL, such as sqlite:///recordings.db",
        )
    started = time.monotonic()
    try:
        trial = await try_recordings(settings.sheriff_recordings_url)
    except RecordingsUnavailableError as error:
        remedy = "Make its folder or database, and let this user write there; or compare SHERIFF_RECORDINGS_URL"
        names_authority = "sslrootcert" in settings.sheriff_recordings_url
        if "certificate" in str(error) or (names_authority and "No such file" in str(error)):
            remedy = (
                "Name the file of the authority that signed the server's, by sslrootcert=… in SHERIFF_RECORDINGS_URL"
            )
        return fail("recordings", str(error), remedy)
    took_ms = (time.monotonic() - started) * 1000
    space = "" if trial.free_bytes is None else f"; {trial.free_bytes / 1e9:.1f} GB free"
    how = f"written, read and taken back in {took_ms:.0f} ms" if trial.exists else "can be made by the first start"
    if trial.free_bytes is not None and trial.free_bytes < LITTLE_SPACE_BYTES:
        return warn(
            "recordings",
            f"{trial.address}: {how}{space}",
            "Make room on that disk, or lower SHERIFF_RECORDINGS_RETENTION_DAYS",
        )
    return ok("recordings", f"{trial.address}: {how}{space}")
