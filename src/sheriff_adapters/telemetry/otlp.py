"""What OpenTelemetry's variables ask for: who is sent traces and metrics by OTLP, and values that it cannot take.

OpenTelemetry reads the rest of `OTEL_*` itself; nothing of it is loaded here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

Signal = Literal["TRACES", "METRICS"]

_PATHS: Final = {"TRACES": "v1/traces", "METRICS": "v1/metrics"}
# At these OpenTelemetry gives up with an exception, some of them as soon as it is loaded.
_LIMITS: Final = tuple(
    f"OTEL_{name}_LIMIT"
    for name in (
        "ATTRIBUTE_COUNT",
        "ATTRIBUTE_VALUE_LENGTH",
        "SPAN_ATTRIBUTE_COUNT",
        "SPAN_ATTRIBUTE_VALUE_LENGTH",
        "SPAN_EVENT_COUNT",
        "SPAN_LINK_COUNT",
        "EVENT_ATTRIBUTE_COUNT",
        "LINK_ATTRIBUTE_COUNT",
    )
)
_POSITIVE: Final = {
    "OTEL_BSP_SCHEDULE_DELAY": 5_000,
    "OTEL_BSP_MAX_QUEUE_SIZE": 2_048,
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": 512,
    "OTEL_METRIC_EXPORT_INTERVAL": 60_000,
}  # with OpenTelemetry's defaults
_WHOLE: Final = re.compile(r"[0-9]{1,18}")
_HEADERS: Final = (
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
)
# One pair as OpenTelemetry's lenient reading takes it: a token, `=`, and printable ASCII but for `"` `,` `;` `\`.
_PAIR: Final = re.compile(r"[!#-'*+.0-9A-Z^-z|~-]+[ \t]*=[ \t]*[ !#-+\--:<-\[\]-~]*[ \t]*")


def endpoint(environ: Mapping[str, str], signal: Signal) -> str | None:
    """The address to which `signal` is sent, as OpenTelemetry makes it; None where nobody is to be sent any.

    Metrics go to the common address only where `OTEL_METRICS_EXPORTER=otlp` stands beside it: a collector that was set
    for traces alone need not take them, and a Prometheus that scrapes already has them.
    """
    chosen = environ.get(f"OTEL_{signal}_EXPORTER", "").strip()
    own = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", "").strip()
    common = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip()
    if is_switched_off(environ):
        return None
    if signal == "METRICS":
        wanted = chosen in ("", "otlp") and (own or (common and chosen == "otlp"))
    else:
        wanted = chosen != "none" and (own or common)
    if not wanted:
        return None
    return own or f"{common.removesuffix('/')}/{_PATHS[signal]}"


def is_switched_off(environ: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry exports nothing, whatever else is set."""
    return environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"


def refused_values(environ: Mapping[str, str]) -> Iterator[str]:
    """A problem for each variable that OpenTelemetry would not start with, or would repeat aloud.

    Headers hold credentials, and one that cannot be read is quoted by OpenTelemetry in a warning.
    """
    for variable in _LIMITS:
        if (given := environ.get(variable, "").strip()) and not _WHOLE.fullmatch(given):
            yield f"{variable}: must be a whole number, 0 or more (example: {variable}=128)"
    if endpoint(environ, "TRACES") is None and endpoint(environ, "METRICS") is None:
        return
    numbers = {variable: _number(environ, variable) for variable in _POSITIVE}
    for variable, number in numbers.items():
        if number is None:
            yield f"{variable}: must be a whole number above 0 (example: {variable}={_POSITIVE[variable]})"
    batch, queue = numbers["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"], numbers["OTEL_BSP_MAX_QUEUE_SIZE"]
    if batch is not None and queue is not None and batch > queue:
        yield (
            f"OTEL_BSP_MAX_EXPORT_BATCH_SIZE: {batch} must not be above OTEL_BSP_MAX_QUEUE_SIZE ({queue})"
            " (example: OTEL_BSP_MAX_EXPORT_BATCH_SIZE=512)"
        )
    for variable in _HEADERS:
        pairs = filter(None, (pair.strip() for pair in environ.get(variable, "").split(",")))
        if not all(map(_PAIR.fullmatch, pairs)):
            yield (
                f"{variable}: must be name=value pairs, separated by commas; what is not plain in a value is"
                f" percent-encoded (example: {variable}=api-key=a-secret)"
            )


def _number(environ: Mapping[str, str], variable: str) -> int | None:
    """The whole number above 0 that is given, or OpenTelemetry's default; None for anything else."""
    given = environ.get(variable, "").strip()
    if not given:
        return _POSITIVE[variable]
    return int(given) or None if _WHOLE.fullmatch(given) else None
