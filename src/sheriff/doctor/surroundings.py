"""What surrounds the process on this machine: its ports, its clock, its time zones."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp

from sheriff.doctor.finding import Finding, fail, ok, warn
from sheriff.internal_port import Answer, NotAnsweringError, ask
from sheriff.settings import Settings
from sheriff_web.bind import Bind, ListenError, open_socket

MOST_SKEW_S: Final = 30.0
_ASK_TIMEOUT_S: Final = 2.0
_DATE_TIMEOUT_S: Final = 3.0


def port_findings(settings: Settings) -> Iterator[Finding]:
    """Are both ports free, or held by a service of ours?"""
    sides = (
        ("public port", "SHERIFF_PUBLIC_BIND", settings.public_bind, "/webhook"),
        ("internal port", "SHERIFF_INTERNAL_BIND", settings.internal_bind, "/healthz"),
    )
    for check, variable, bind, path in sides:
        if bind.port == 0:
            yield ok(check, f"{bind}: the system will choose a port")
            continue
        try:
            open_socket(bind).close()
        except ListenError as error:
            if _is_ours(bind, path):
                yield ok(check, f"{bind} is held by a running sheriff")
            else:
                yield fail(check, str(error), f"End the other process, or set {variable} to another address")
        else:
            yield ok(check, f"{bind} is free")


def _is_ours(bind: Bind, path: str) -> bool:
    """Whether a sheriff listens at `bind`: its webhook takes no GET, its health check is a word of ours."""
    try:
        answer: Answer = ask(bind.reachable_url, path, timeout_s=_ASK_TIMEOUT_S)
        document = json.loads(answer.body)
    except (NotAnsweringError, ValueError):
        return False
    if not isinstance(document, dict):
        return False
    return document == {"status": "ok"} if path == "/healthz" else answer.status == 405 and "error" in document  # noqa: PLR2004


def time_zone_finding(settings: Settings) -> Finding:
    """Is the data of the time zone there? What it says now lets a person see a wrong one."""
    zone = settings.sheriff_timezone
    return ok("time zone", f"{zone}, where it is {datetime.now(ZoneInfo(zone)):%A %H:%M}")


async def clock_finding(settings: Settings) -> Finding:
    """Does this clock agree with Sanity's? Any reply of its front end carries a date; no token is sent for it."""
    address = settings.sanity_api_url.replace("{project}", settings.sanity_project_id or "")
    timeout = aiohttp.ClientTimeout(total=_DATE_TIMEOUT_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            started = time.time()
            async with session.get(address, allow_redirects=False) as reply:
                middle = (started + time.time()) / 2
                date = reply.headers.get("Date")
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return warn(
            "clock", f"nothing to compare with: {type(error).__name__}", "Reach Sanity first; see the line on sanity"
        )
    return compared(date, middle, "Sanity's")


def compared(date: str | None, at: float, theirs: str) -> Finding:
    """`date` (an HTTP header) by `theirs` clock beside `at`, seconds since 1970, by this machine's."""
    try:
        instant = parsedate_to_datetime(date or "")
    except ValueError:
        return warn(
            "clock", f"nothing to compare with: no usable Date from {theirs} side", "Compare the clocks by hand"
        )
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    # The header counts whole seconds, so its instant lies half a second later on average.
    skew = at - (aware.timestamp() + 0.5)
    if abs(skew) <= MOST_SKEW_S:
        return ok("clock", f"within {max(1.0, abs(skew)):.0f} s of {theirs}", skewSeconds=round(skew, 1))
    return warn(
        "clock",
        f"this machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} {theirs}",
        "Switch time synchronisation on (NTP): signatures beyond VAPI_HMAC_TOLERANCE_S are refused, and ages are wrong",
        skewSeconds=round(skew, 1),
    )
