"""Who takes traces and metrics by OTLP, where somebody is to: does it answer, and does it take them?

All that is amiss here is a warning: what is not exported is lost, and callers are answered as always.
"""

import asyncio
import errno
import os
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from opentelemetry.util.re import parse_env_headers

from sheriff.doctor.finding import Finding, ok, warn
from sheriff_adapters.telemetry.otlp import Signal, endpoint, is_switched_off

CHECKS: Final[Mapping[Signal, str]] = {"TRACES": "traces", "METRICS": "pushed metrics"}
BUILT_IN: Final = "http/protobuf"
_ASK_TIMEOUT_S: Final = 3.0
_NOTHING: Final = (
    b""  # an export request without spans or metrics, which OTLP wants to be taken: nothing is left behind
)
_ELSEWHERE: Final = (
    "Something else than OTLP answers there: by HTTP a collector listens on port 4318 as a rule, under /v1/"
)
_ADVICE: Final = {
    400: _ELSEWHERE,
    401: "It wants a credential: compare OTEL_EXPORTER_OTLP_HEADERS",
    403: "The credential may not write: compare OTEL_EXPORTER_OTLP_HEADERS",
    404: _ELSEWHERE,
    405: _ELSEWHERE,
    415: f"It does not take {BUILT_IN}, and nothing else is built in: open its OTLP receiver for HTTP",
}
# In this order: errors of TLS are OSErrors, too, and OpenSSL's number 1 would be "Operation not permitted".
_WORDS: Final = (
    ((TimeoutError,), f"nothing came within {_ASK_TIMEOUT_S:.0f} s"),
    ((aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError), "it is no http:// or https:// address"),
    (
        (aiohttp.ServerDisconnectedError, aiohttp.ClientResponseError),
        "it does not speak HTTP; 4317 is the port for gRPC as a rule",
    ),
    (
        (aiohttp.ClientConnectorCertificateError,),
        "its certificate is not trusted; whom to trust stands in OTEL_EXPORTER_OTLP_CERTIFICATE",
    ),
    ((aiohttp.ClientSSLError,), "it does not speak TLS: http:// may be meant"),
)


async def telemetry_findings(environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """One line for each address that is exported to; none where nothing is asked for."""
    asked = [(signal, address) for signal in CHECKS if (address := endpoint(environ, signal)) is not None]
    for finding in await asyncio.gather(*(_asked(environ, signal, address) for signal, address in asked)):
        yield finding
    off = is_switched_off(environ)
    if environ.get("OTEL_METRICS_EXPORTER", "").strip() == "otlp" and "METRICS" not in dict(asked) and not off:
        yield warn(
            CHECKS["METRICS"],
            "OTEL_METRICS_EXPORTER=otlp, but no address is set: nothing is pushed",
            "Set OTEL_EXPORTER_OTLP_ENDPOINT, or unset OTEL_METRICS_EXPORTER",
        )


async def _asked(environ: Mapping[str, str], signal: Signal, address: str) -> Finding:
    check, shown = CHECKS[signal], _without_secrets(address)
    protocol = _of(environ, signal, "PROTOCOL")
    if protocol and protocol != BUILT_IN:
        return warn(
            check,
            f"{shown} would be sent {BUILT_IN}, not {protocol}, for nothing else is built in",
            f"Set OTEL_EXPORTER_OTLP_PROTOCOL={BUILT_IN} and the address that takes it, port 4318 as a rule",
        )
    try:
        trust = _trust(environ, signal)
    except OSError as error:
        return warn(
            check,
            f"the certificates for {shown} cannot be used: {_worded(error)}",
            "Compare OTEL_EXPORTER_OTLP_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and"
            " OTEL_EXPORTER_OTLP_CLIENT_KEY",
        )
    headers = {
        **parse_env_headers(_of(environ, signal, "HEADERS"), liberal=True),
        "Content-Type": "application/x-protobuf",
    }
    timeout, connector = aiohttp.ClientTimeout(total=_ASK_TIMEOUT_S), aiohttp.TCPConnector(ssl=trust)
    try:
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=True) as session:
            started = time.monotonic()
            async with session.post(address, data=_NOTHING, headers=headers, allow_redirects=False) as reply:
                return _told(check, shown, reply.status, took_ms=(time.monotonic() - started) * 1000)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return warn(
            check,
            f"{shown} does not answer: {_worded(error)}",
            f"Start the collector, or compare OTEL_EXPORTER_OTLP_ENDPOINT; until then {check} are lost, and calls are"
            " answered as always",
        )


def _told(check: str, shown: str, status: int, took_ms: float) -> Finding:
    if 200 <= status < 300:  # noqa: PLR2004
        return ok(check, f"{shown} takes them: answered in {took_ms:.0f} ms", answerMs=round(took_ms, 1))
    advice = _ADVICE.get(status)
    if advice is None:
        advice = _ELSEWHERE if status < 400 else "Look at the collector's own log"  # noqa: PLR2004
    return warn(check, f"{shown} answers {status} to an empty export", advice, status=status)


def _of(environ: Mapping[str, str], signal: Signal, what: str) -> str:
    """A variable of OTLP: that of `signal`, or else the common one."""
    own = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_{what}", "").strip()
    return own or environ.get(f"OTEL_EXPORTER_OTLP_{what}", "").strip()


def _trust(environ: Mapping[str, str], signal: Signal) -> ssl.SSLContext | bool:
    """The certificates that the exporter would use. Raises OSError for a file that is none."""
    authority, ours = _of(environ, signal, "CERTIFICATE"), _of(environ, signal, "CLIENT_CERTIFICATE")
    if not authority and not ours:
        return True
    context = ssl.create_default_context(cafile=authority or None)
    if ours:
        context.load_cert_chain(ours, _of(environ, signal, "CLIENT_KEY") or None)
    return context


def _without_secrets(address: str) -> str:
    """The address without user, password and query."""
    try:
        parts = urlsplit(address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "the address"


def _worded(error: Exception) -> str:
    """What is wrong, without the address, which may hold a secret."""
    words = next((words for kinds, words in _WORDS if isinstance(error, kinds)), None)
    if words is not None:
        return words
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return os.strerror(error.errno) if error.errno in errno.errorcode else error.strerror
    return type(error).__name__
