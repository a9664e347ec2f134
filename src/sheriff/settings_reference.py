"""The reference of the settings, written from the code that reads them: Markdown, `.env`, JSON Schema."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sheriff.declared_settings import OTHER_COMMANDS, Settings

# Each heading stands before the setting it names.
HEADINGS: Final = {
    "sheriff_source": "Where deliveries are recorded",
    "vapi_auth": "How Vapi proves itself",
    "sheriff_public_bind": "Listeners",
    "sheriff_cache_url": "Cache and recordings",
    "sheriff_cache_ttl_s": "Time",
    "sheriff_retry_attempts": "What protects the source",
    "sheriff_numbers_per_call": "What is told, and to whom",
    "sheriff_max_body_bytes": "Limits and logs",
}

# OpenTelemetry reads its own variables; these are the ones that matter here.
OPENTELEMETRY: Final = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "Where traces are sent (OTLP over HTTP). Unset: none are exported.",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "The same, whole address, for traces alone.",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "Where metrics are pushed, whole address. Unset: they are only scraped.",
    "OTEL_METRICS_EXPORTER": "`otlp` pushes metrics to the common endpoint, too; `none` does not push.",
    "OTEL_METRIC_EXPORT_INTERVAL": "Milliseconds between two pushes (60000).",
    "OTEL_EXPORTER_OTLP_HEADERS": "Headers of the export, such as an API key.",
    "OTEL_TRACES_SAMPLER": "Which traces are kept; `OTEL_TRACES_SAMPLER_ARG` is its argument.",
    "OTEL_SERVICE_NAME": "The service's name in traces and metrics (`sheriff`).",
    "OTEL_RESOURCE_ATTRIBUTES": "More words about this deployment, as `key=value,key=value`.",
    "OTEL_SDK_DISABLED": "`true` switches traces and pushed metrics off.",
}

ABOUT_OPENTELEMETRY: Final = """\
OpenTelemetry reads these, and all its others, itself; each may be given as `X_FILE`. More in [traces](traces.md)."""

ABOUT: Final = """\
The environment is read once at start and checked whole: every problem is listed at once, and the process ends with 78.
An empty value means unset. Every `X` may be given as `X_FILE` instead, naming a file that holds the value (container
secrets); both at once are refused. A name that looks like a slip of one of these is refused with a question."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting, as a reader is told it."""

    variable: str
    default: str | None  # as it would stand in an environment; None: there is none
    shown: str  # in the place of the default
    description: str
    example: str


def sections() -> Iterator[tuple[str, list[Entry]]]:
    """Headings and their settings, in the order in which they are declared."""
    heading, entries = "", list[Entry]()
    for name, field in Settings.model_fields.items():
        if name in HEADINGS:
            if entries:
                yield heading, entries
            heading, entries = HEADINGS[name], []
        entries.append(_entry(name, field))
    yield heading, entries


def _entry(name: str, field: Any) -> Entry:
    extra = field.json_schema_extra
    default = None if field.default is None else spelled(field.default)
    shown = (extra or {}).get("shown") or ("none" if default is None else f"`{default}`" if default else "empty")
    return Entry(
        variable=name.upper(),
        default=default,
        shown=str(shown),
        description=field.description + _bounds(field.metadata),
        example=field.examples[0],
    )


def _bounds(metadata: list[Any]) -> str:
    """The bounds of a number as a sentence of their own, or nothing."""
    words = {"gt": "above", "ge": "at least", "le": "at most"}
    bounds = [
        f"{words[name]} {spelled(getattr(limit, name))}" for limit in metadata for name in words if hasattr(limit, name)
    ]
    return f" {', '.join(bounds).capitalize()}." if bounds else ""


def spelled(value: Any) -> str:
    """A default as it would be written in an environment."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return str(value.value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_markdown() -> str:
    """The page `docs/reference/settings.md`."""
    parts = ["# Settings", "", "<!-- Written by `sheriff config reference`; do not edit by hand. -->", "", ABOUT]
    for heading, entries in sections():
        parts += ["", f"## {heading}", "", "| variable | default | meaning |", "|---|---|---|"]
        parts += [f"| `{entry.variable}` | {entry.shown} | {_in_cell(entry.description)} |" for entry in entries]
    for heading, about, others in (
        ("OpenTelemetry", ["", ABOUT_OPENTELEMETRY], OPENTELEMETRY),
        ("Read by other commands, not by the service", [], OTHER_COMMANDS),
    ):
        parts += ["", f"## {heading}", *about, "", "| variable | meaning |", "|---|---|"]
        parts += [f"| `{variable}` | {_in_cell(meaning)} |" for variable, meaning in others.items()]
    return "\n".join(parts) + "\n"


def as_env() -> str:
    """The file `.env.example`: every setting with its default or an example, switched off; what is required, on."""
    parts = ["# Written by `sheriff config reference --format env`.", *_commented(ABOUT.replace("\n", " "))]
    for heading, entries in sections():
        parts += ["", f"# --- {heading} ---"]
        for entry in entries:
            # What only some need is not asked of everybody: a file that is filled in must work.
            required = entry.shown.startswith(("required for", "required unless"))
            told = f" {entry.shown.capitalize()}." if entry.shown.startswith("required") else ""
            parts += ["", *_commented(entry.description + told)]
            if required:
                parts.append(f"{entry.variable}=")
            else:
                value = entry.example if entry.default is None else entry.default
                parts.append(f"#{entry.variable}={value}")
    parts += ["", "# --- OpenTelemetry ---"]
    for variable, meaning in OPENTELEMETRY.items():
        parts += ["", *_commented(meaning), f"#{variable}="]
    return "\n".join(parts) + "\n"


def as_json_schema() -> str:
    """A JSON Schema of the environment: one property a variable."""
    schema = Settings.model_json_schema()
    schema["title"] = "sheriff's environment"
    schema["properties"] = {name.upper(): _plain(property_) for name, property_ in schema["properties"].items()}
    return json.dumps(schema, indent=2, ensure_ascii=False)


def _plain(property_: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in property_.items() if key not in {"title", "shown"}}


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def _commented(text: str) -> list[str]:
    return textwrap.wrap(text, width=118, initial_indent="# ", subsequent_indent="# ", break_long_words=False)
