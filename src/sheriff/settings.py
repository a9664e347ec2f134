"""The environment, read once at start and checked whole (CONTRACT section 2).

Every problem is found and told at once: which variable, what is wrong, an example. Any `X` may be given as `X_FILE`
naming a file that holds the value. Secrets are `SecretStr` and never appear in a text of ours.
"""

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sheriff.bind import Bind, BindError
from sheriff_core.policy import Disclosure, Speech

OUR_PREFIXES = ("SHERIFF_", "SANITY_", "VAPI_")
# Read by commands (`sheriff vapi apply`, `sheriff simulate`), not by the service.
OTHER_COMMANDS = frozenset({"VAPI_API_KEY", "VAPI_API_KEY_FILE", "VAPI_API_URL"})
MAX_SECRET_FILE_BYTES = 65_536
MAX_SECRETS = 2  # live at once, during rotation


class SettingsError(Exception):
    """The environment cannot be used; `problems` names each variable, what is wrong, and what would be right."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the problems, in order."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError("no such time zone") from error
    except KeyError as error:
        raise ValueError("no such time zone") from error
    return name


def _bind(text: str) -> str:
    try:
        return str(Bind.parse(text))
    except BindError as error:
        raise ValueError(str(error)) from error


def _source(text: str) -> str:
    if text == "sanity" or (text.startswith("dataset:") and len(text) > len("dataset:")):
        return text
    raise ValueError("must be `sanity` or `dataset:PATH`")


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


BindText = Annotated[str, AfterValidator(_bind)]


def _setting(default: Any, description: str, example: str, **limits: Any) -> Any:
    return Field(default=default, description=description, examples=[example], **limits)


class Settings(BaseSettings):
    """The service's settings; field names are the variables in lower case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    sheriff_source: Annotated[str, AfterValidator(_source)] = _setting(
        "sanity", "Where deliveries are recorded: `sanity`, or `dataset:PATH` (an NDJSON export).", "sanity"
    )
    sanity_project_id: str | None = _setting(
        None, "Sanity project. Required for `sanity`.", "abc123de", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"
    )
    sanity_dataset: str = _setting(
        "production", "Sanity dataset.", "production", pattern=r"^~?[a-z0-9][a-z0-9_-]{0,63}$"
    )
    sanity_api_token: SecretStr | None = _setting(
        None, "Read-only token. Required for `sanity`.", "skAbC123…", min_length=1
    )
    sanity_api_version: str = _setting(
        "2025-02-19", "Date of Sanity's API.", "2025-02-19", pattern=r"^v?\d{4}-\d{2}-\d{2}$"
    )
    sanity_api_url: str = _setting(
        "https://{project}.api.sanity.io",
        "Base address. For another host the header `X-Sanity-Project-ID` is sent.",
        "https://{project}.api.sanity.io",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )
    vapi_auth: Annotated[Literal["secret", "bearer", "hmac", "none"], BeforeValidator(_lower)] = _setting(
        "secret", "How Vapi proves itself: `secret` (header `X-Vapi-Secret`), `bearer`, `hmac`, `none`.", "secret"
    )
    vapi_secret: SecretStr | None = _setting(
        None, "The secret, or two separated by a comma during rotation. Required unless `none`.", "a-long-random-text"
    )
    vapi_hmac_algorithm: Annotated[Literal["sha256", "sha512", "sha1"], BeforeValidator(_lower)] = _setting(
        "sha256", "Hash of the signature.", "sha256"
    )
    vapi_hmac_signature_header: str = _setting("x-signature", "Header that carries the signature.", "x-signature")
    vapi_hmac_timestamp_header: str = _setting("x-timestamp", "Header that carries the time.", "x-timestamp")
    vapi_hmac_prefix: str = _setting("", "Text before the signature.", "sha256=")
    vapi_hmac_encoding: Annotated[Literal["hex", "base64"], BeforeValidator(_lower)] = _setting(
        "hex", "Encoding of the signature.", "hex"
    )
    vapi_hmac_payload: str = _setting(
        "{timestamp}.{body}",
        "What is signed; knows `{body}` `{timestamp}` `{method}` `{url}` `{svix-id}`.",
        "{timestamp}.{body}",
        pattern=r"\{body\}",
    )
    vapi_hmac_tolerance_s: float = _setting(300.0, "Seconds a signature stays good.", "300", gt=0, le=86_400)
    sheriff_public_bind: BindText | None = _setting(
        None, "Public listener, the only one meant for the internet. Default `0.0.0.0:8000`.", "0.0.0.0:8000"
    )
    port: int | None = _setting(
        None, "Port of the public listener when `SHERIFF_PUBLIC_BIND` is unset.", "8000", ge=0, le=65_535
    )
    sheriff_internal_bind: BindText = _setting(
        "127.0.0.1:8080", "Internal listener: health, metrics, administration.", "127.0.0.1:8080"
    )
    sheriff_admin_token: SecretStr | None = _setting(
        None,
        "Bearer token for everything under `/admin`. Required when the internal bind is not loopback.",
        "another-long-random-text",
        min_length=8,
    )
    sheriff_allow_unauthenticated: bool = _setting(
        default=False, description="Allow `VAPI_AUTH=none` on a public address. For tests only.", example="false"
    )
    sheriff_cache_url: str = _setting(
        "memory://", "`memory://`, or `redis://…` shared by several instances.", "redis://localhost:6379/0"
    )
    sheriff_cache_max_entries: int = _setting(
        50_000, "Deliveries remembered in this process; least recently used go first.", "50000", ge=1, le=10_000_000
    )
    sheriff_recordings_url: str = _setting(
        "sqlite:///recordings.db", "`sqlite:///PATH`, `postgresql://…`, or `none`.", "sqlite:///recordings.db"
    )
    sheriff_recordings_retention_days: float = _setting(
        30.0, "Days after which interactions are deleted.", "30", gt=0, le=36_500
    )
    sheriff_cache_ttl_s: float = _setting(60.0, "Seconds an answer is told as current.", "60", gt=0)
    sheriff_stale_ttl_s: float = _setting(86_400.0, "Seconds it is kept for when the source fails.", "86400", gt=0)
    sheriff_not_found_ttl_s: float = _setting(10.0, "Seconds a `not found` is remembered.", "10", ge=0)
    sheriff_soft_timeout_ms: float = _setting(
        500.0, "Milliseconds after which something remembered is told.", "500", gt=0
    )
    sheriff_hard_timeout_ms: float = _setting(
        4_500.0, "Milliseconds after which the caller gets an answer anyhow.", "4500", gt=0, le=5_000
    )
    sheriff_attempt_timeout_ms: float = _setting(
        4_000.0, "Milliseconds one request to the source may take.", "4000", gt=0, le=5_000
    )
    sheriff_retry_attempts: int = _setting(3, "Requests one lookup may send.", "3", ge=1, le=10)
    sheriff_hedge_after_ms: float = _setting(
        1_000.0, "Milliseconds after which a silent request gets a twin; 0 switches it off.", "1000", ge=0
    )
    sheriff_max_flights: int = _setting(
        200, "Lookups at the source at once; beyond it callers hear what is remembered.", "200", ge=1, le=10_000
    )
    sheriff_breaker_failures: int = _setting(5, "Consecutive failures that open the breaker.", "5", ge=1)
    sheriff_breaker_reset_s: float = _setting(30.0, "Seconds until a probe may ask again.", "30", gt=0)
    sheriff_numbers_per_call: int = _setting(10, "Distinct tracking numbers one call may ask for.", "10", ge=1)
    sheriff_not_found_per_call: int = _setting(5, "How many of them may not exist.", "5", ge=1)
    sheriff_disclosure: Annotated[Disclosure, BeforeValidator(_lower)] = _setting(
        Disclosure.CALLER_MATCH,
        "What may be told to whom: `tracking-number`, `caller-match`, `caller-match-strict`.",
        "caller-match",
    )
    sheriff_phone_region: str | None = _setting(
        None, "Country of telephone numbers without a country code, as two letters.", "US", pattern=r"^[A-Z]{2}$"
    )
    sheriff_speech: Annotated[Speech, BeforeValidator(_lower)] = _setting(
        Speech.VERBATIM, "`verbatim` (Vapi speaks our sentence), or `model`.", "verbatim"
    )
    sheriff_timezone: Annotated[str, AfterValidator(_timezone)] = _setting(
        "UTC", "Time zone of spoken dates (IANA name).", "America/Chicago"
    )
    sheriff_max_body_bytes: int = _setting(8_388_608, "Largest body accepted.", "8388608", ge=1_024, le=268_435_456)
    sheriff_body_timeout_s: float = _setting(5.0, "Seconds within which a whole body must arrive.", "5", gt=0, le=300)
    sheriff_log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)] = (
        _setting("INFO", "Least important level that is logged.", "INFO")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from `read_settings` alone: it knows `X_FILE` and tells every problem at once."""
        return (init_settings,)

    @property
    def public_bind(self) -> Bind:
        """Where the public side listens."""
        if self.sheriff_public_bind is not None:
            return Bind.parse(self.sheriff_public_bind)
        return Bind("0.0.0.0", 8000 if self.port is None else self.port)  # noqa: S104 - the public side, by contract

    @property
    def internal_bind(self) -> Bind:
        """Where the internal side listens."""
        return Bind.parse(self.sheriff_internal_bind)

    @property
    def vapi_secrets(self) -> tuple[str, ...]:
        """The live secrets."""
        if self.vapi_secret is None:
            return ()
        return tuple(part for part in (text.strip() for text in self.vapi_secret.get_secret_value().split(",")) if part)

    @property
    def dataset_path(self) -> Path | None:
        """The dataset's file, when that is the source."""
        kind, _, path = self.sheriff_source.partition(":")
        return Path(path) if kind == "dataset" else None


def variables() -> dict[str, str]:
    """Every variable of the service and the field that holds it."""
    return {name.upper(): name for name in Settings.model_fields}


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment. Raises `SettingsError` with every problem found."""
    environ = os.environ if environ is None else environ
    problems = _mistyped(environ)
    values: dict[str, Any] = {}
    for variable, name in variables().items():
        try:
            value = _value(environ, variable)
        except ValueError as error:
            problems.append(str(error))
            continue
        if value is not None:
            values[name] = value
    try:
        settings = Settings(**values)
        wrong: set[str] = set()
    except ValidationError as error:
        wrong = {str(detail["loc"][0]) for detail in error.errors()}
        problems += [_worded(str(detail["loc"][0]), detail["msg"]) for detail in error.errors()]
        # What is well by itself is still checked together, so that all is told at once.
        settings = Settings(**{name: value for name, value in values.items() if name not in wrong})
    problems += [problem for names, problem in _contradictions(settings) if not wrong.intersection(names)]
    if problems:
        raise SettingsError(problems)
    return settings


def _value(environ: Mapping[str, str], variable: str) -> str | None:
    value, file = environ.get(variable) or None, environ.get(f"{variable}_FILE")
    if not file:
        return value
    if value is not None:
        raise ValueError(f"{variable}: given twice, as {variable} and as {variable}_FILE; keep one of them")
    try:
        with Path(file).open("rb") as handle:
            content = handle.read(MAX_SECRET_FILE_BYTES + 1)
        if len(content) > MAX_SECRET_FILE_BYTES:
            raise ValueError(f"{variable}_FILE: {file} holds more than {MAX_SECRET_FILE_BYTES} bytes; is it the file?")
        return content.decode().strip() or None
    except OSError as error:
        raise ValueError(f"{variable}_FILE: cannot read {file} ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{variable}_FILE: {file} is not UTF-8 text") from error


def _mistyped(environ: Mapping[str, str]) -> list[str]:
    known = set(variables()) | {f"{variable}_FILE" for variable in variables()} | OTHER_COMMANDS
    problems = []
    for variable in sorted(environ):
        if not variable.startswith(OUR_PREFIXES) or variable in known:
            continue
        close = difflib.get_close_matches(variable, sorted(known), n=1, cutoff=0.8)
        if close:
            problems.append(f"{variable}: no such setting; did you mean {close[0]}?")
        elif variable.startswith("SHERIFF_"):
            problems.append(f"{variable}: no such setting; `sheriff config reference` lists them all")
    return problems


def _worded(name: str, message: str) -> str:
    variable = name.upper()
    example = (Settings.model_fields[name].examples or [""])[0]
    message = message.removeprefix("Value error, ").replace("Value should have at least 8 items", "must be longer")
    return f"{variable}: {message[:1].lower()}{message[1:]} (example: {variable}={example})"


def _contradictions(settings: Settings) -> list[tuple[set[str], str]]:
    """Pairs of the fields involved and what does not fit together."""
    found: list[tuple[set[str], str]] = []

    def check(holds: bool, problem: str, *names: str) -> None:  # noqa: FBT001 - reads as a sentence below
        if not holds:
            found.append((set(names), problem))

    if settings.sheriff_source == "sanity":
        for name in ("sanity_project_id", "sanity_api_token"):
            example = (Settings.model_fields[name].examples or [""])[0]
            check(
                getattr(settings, name) is not None,
                f"{name.upper()}: required when SHERIFF_SOURCE is sanity (example: {name.upper()}={example})",
                name,
                "sheriff_source",
            )
    path = settings.dataset_path
    if path is not None:
        check(path.is_file(), f"SHERIFF_SOURCE: no file at {path} (example: SHERIFF_SOURCE=dataset:export.ndjson)")
    if settings.vapi_auth == "none":
        check(
            settings.public_bind.is_loopback or settings.sheriff_allow_unauthenticated,
            f"VAPI_AUTH: `none` would let anybody on {settings.public_bind} ask; set VAPI_AUTH=secret and VAPI_SECRET,"
            " or bind to loopback (example: SHERIFF_PUBLIC_BIND=127.0.0.1:8000)",
            "vapi_auth",
            "sheriff_public_bind",
            "port",
            "sheriff_allow_unauthenticated",
        )
    else:
        check(
            bool(settings.vapi_secrets),
            f"VAPI_SECRET: required when VAPI_AUTH is {settings.vapi_auth} (example: VAPI_SECRET=a-long-random-text)",
            "vapi_secret",
            "vapi_auth",
        )
        check(
            len(settings.vapi_secrets) <= MAX_SECRETS,
            f"VAPI_SECRET: {len(settings.vapi_secrets)} secrets; at most {MAX_SECRETS}, separated by a comma"
            " (example: VAPI_SECRET=new-secret,old-secret)",
            "vapi_secret",
        )
    check(
        settings.internal_bind.is_loopback or settings.sheriff_admin_token is not None,
        f"SHERIFF_ADMIN_TOKEN: required because SHERIFF_INTERNAL_BIND={settings.internal_bind} is not loopback"
        " (example: SHERIFF_ADMIN_TOKEN=another-long-random-text)",
        "sheriff_admin_token",
        "sheriff_internal_bind",
    )
    check(
        settings.public_bind.port == 0 or not settings.public_bind.collides_with(settings.internal_bind),
        f"SHERIFF_INTERNAL_BIND: {settings.internal_bind} is the public side's port, too"
        " (example: SHERIFF_INTERNAL_BIND=127.0.0.1:8080)",
        "sheriff_internal_bind",
        "sheriff_public_bind",
        "port",
    )
    check(
        settings.sheriff_soft_timeout_ms < settings.sheriff_hard_timeout_ms,
        f"SHERIFF_SOFT_TIMEOUT_MS: {settings.sheriff_soft_timeout_ms:g} must be below SHERIFF_HARD_TIMEOUT_MS"
        f" ({settings.sheriff_hard_timeout_ms:g}) (example: SHERIFF_SOFT_TIMEOUT_MS=500)",
        "sheriff_soft_timeout_ms",
        "sheriff_hard_timeout_ms",
    )
    check(
        settings.sheriff_cache_ttl_s <= settings.sheriff_stale_ttl_s,
        f"SHERIFF_CACHE_TTL_S: {settings.sheriff_cache_ttl_s:g} must not be above SHERIFF_STALE_TTL_S"
        f" ({settings.sheriff_stale_ttl_s:g}) (example: SHERIFF_CACHE_TTL_S=60)",
        "sheriff_cache_ttl_s",
        "sheriff_stale_ttl_s",
    )
    check(
        settings.sheriff_cache_url.startswith(("memory://", "redis://", "rediss://", "unix://")),
        "SHERIFF_CACHE_URL: must be memory:// or redis://… (example: SHERIFF_CACHE_URL=redis://localhost:6379/0)",
        "sheriff_cache_url",
    )
    check(
        settings.sheriff_recordings_url == "none"
        or settings.sheriff_recordings_url.startswith(("sqlite:///", "postgresql://", "postgres://")),
        "SHERIFF_RECORDINGS_URL: must be sqlite:///PATH, postgresql://… or none"
        " (example: SHERIFF_RECORDINGS_URL=sqlite:///recordings.db)",
        "sheriff_recordings_url",
    )
    return found
