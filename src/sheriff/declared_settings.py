"""Every setting, declared once: name, type, default, bounds, and the words of its reference.

`settings` reads them from the environment; `contradictions` looks at them together.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sheriff.setting_forms import (
    AS_A_TOKEN,
    HEADER_NAME,
    IN_CAPITALS,
    IN_SMALL_LETTERS,
    BindText,
    Payload,
    Source,
    TimeZone,
    Token,
    WebAddress,
)
from sheriff_core.policy import Disclosure, Speech
from sheriff_web.bind import Bind
from sheriff_web.signature import HmacScheme

# Read by `sheriff vapi apply`, not by the service.
OTHER_COMMANDS = {
    "VAPI_API_KEY": "Private key of the Vapi account, for `sheriff vapi apply`. May be given as `VAPI_API_KEY_FILE`.",
    "VAPI_API_URL": "Address of Vapi's API, for `sheriff vapi apply`. Default `https://api.vapi.ai`.",
}

YEAR_S = 31_536_000  # nobody means more, and in eight thousand years the calendar ends


def _setting(default: Any, description: str, example: str, *, shown: str | None = None, **limits: Any) -> Any:
    """A setting; `shown` is what a reader is told in the place of a default that code cannot hold."""
    extra: JsonDict = {} if shown is None else {"shown": shown}
    return Field(default=default, description=description, examples=[example], json_schema_extra=extra, **limits)


class Settings(BaseSettings):
    """The service's settings; field names are the variables in lower case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    sheriff_source: Source = _setting(
        "sanity", "Where deliveries are recorded: `sanity`, or `dataset:PATH` (an NDJSON export).", "sanity"
    )
    sanity_project_id: str | None = _setting(
        None, "Sanity project.", "abc123de", shown="required for `sanity`", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"
    )
    sanity_dataset: str = _setting(
        "production", "Sanity dataset.", "production", pattern=r"^~?[a-z0-9][a-z0-9_-]{0,63}$"
    )
    sanity_api_token: Token | None = _setting(
        None, "Read-only token (Viewer).", "skAbC123…", shown="required for `sanity`"
    )
    sanity_api_version: str = _setting(
        "2025-02-19", "Date of Sanity's API.", "2025-02-19", pattern=r"^v?\d{4}-\d{2}-\d{2}$"
    )
    sanity_api_url: WebAddress = _setting(
        "https://{project}.api.sanity.io",
        "Base address. For another host the header `X-Sanity-Project-ID` is sent.",
        "https://{project}.api.sanity.io",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )
    vapi_auth: Annotated[Literal["secret", "bearer", "hmac", "none"], IN_SMALL_LETTERS] = _setting(
        "secret", "How Vapi proves itself: `secret` (header `X-Vapi-Secret`), `bearer`, `hmac`, `none`.", "secret"
    )
    vapi_secret: SecretStr | None = _setting(
        None,
        "The secret, or two separated by a comma during rotation.",
        "a-long-random-text",
        shown="required unless `none`",
    )
    vapi_hmac_algorithm: Annotated[Literal["sha256", "sha512", "sha1"], IN_SMALL_LETTERS] = _setting(
        "sha256", "Hash of the signature.", "sha256"
    )
    vapi_hmac_signature_header: str = _setting(
        "x-signature", "Header that carries the signature.", "x-signature", pattern=HEADER_NAME
    )
    vapi_hmac_timestamp_header: str = _setting(
        "x-timestamp", "Header that carries the time.", "x-timestamp", pattern=HEADER_NAME
    )
    vapi_hmac_prefix: str = _setting("", "Text before the signature.", "sha256=")
    vapi_hmac_encoding: Annotated[Literal["hex", "base64"], IN_SMALL_LETTERS] = _setting(
        "hex", "Encoding of the signature.", "hex"
    )
    vapi_hmac_payload: Payload = _setting(
        "{timestamp}.{body}",
        "What is signed; knows `{body}` `{timestamp}` `{method}` `{url}` `{svix-id}`.",
        "{timestamp}.{body}",
    )
    vapi_hmac_tolerance_s: float = _setting(300.0, "Seconds a signature stays good.", "300", gt=0)
    sheriff_public_bind: BindText | None = _setting(
        None, "Public listener, the only one meant for the internet.", "0.0.0.0:8000", shown="`0.0.0.0:8000`"
    )
    port: int | None = _setting(
        None, "Port of the public listener when `SHERIFF_PUBLIC_BIND` is unset.", "8000", ge=0, le=65_535
    )
    sheriff_internal_bind: BindText = _setting(
        "127.0.0.1:8080", "Internal listener: health, metrics, administration.", "127.0.0.1:8080"
    )
    sheriff_admin_token: Annotated[SecretStr | None, AS_A_TOKEN] = _setting(
        None,
        "Bearer token for everything under `/admin`.",
        "another-long-random-text",
        shown="required when the internal bind is not loopback",
    )
    sheriff_allow_unauthenticated: bool = _setting(
        default=False, description="Allow `VAPI_AUTH=none` on a public address. For tests only.", example="false"
    )
    sheriff_cache_url: str = _setting(
        "memory://",
        "`memory://`, or `redis://…` (`rediss://…` with TLS) shared by several instances.",
        "redis://localhost:6379/0",
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
    sheriff_cache_ttl_s: float = _setting(
        60.0, "Seconds an answer is told as current; with 0 the source is always asked.", "60", ge=0, le=YEAR_S
    )
    sheriff_stale_ttl_s: float = _setting(
        86_400.0,
        "Seconds it is kept for when the source fails; not below `SHERIFF_CACHE_TTL_S`.",
        "86400",
        gt=0,
        le=YEAR_S,
    )
    sheriff_not_found_ttl_s: float = _setting(10.0, "Seconds a `not found` is remembered.", "10", ge=0, le=YEAR_S)
    sheriff_soft_timeout_ms: float = _setting(
        500.0, "Milliseconds after which something remembered is told; below `SHERIFF_HARD_TIMEOUT_MS`.", "500", gt=0
    )
    sheriff_hard_timeout_ms: float = _setting(
        4_500.0, "Milliseconds after which the caller gets an answer anyhow.", "4500", gt=0, le=5_000
    )
    sheriff_attempt_timeout_ms: float = _setting(
        4_000.0, "Milliseconds one request to the source may take.", "4000", gt=0, le=5_000
    )
    sheriff_retry_attempts: int = _setting(3, "Requests one lookup may send.", "3", ge=1, le=10)
    sheriff_hedge_after_ms: float = _setting(
        1_000.0, "Milliseconds after which a silent request gets a twin; 0 switches it off.", "1000", ge=0, le=60_000
    )
    sheriff_max_flights: int = _setting(
        200, "Lookups at the source at once; beyond it callers hear what is remembered.", "200", ge=1, le=10_000
    )
    sheriff_breaker_failures: int = _setting(5, "Consecutive failures that open the breaker.", "5", ge=1)
    sheriff_breaker_reset_s: float = _setting(30.0, "Seconds until a probe may ask again.", "30", gt=0, le=YEAR_S)
    sheriff_numbers_per_call: int = _setting(10, "Distinct tracking numbers one call may ask for.", "10", ge=1)
    sheriff_not_found_per_call: int = _setting(5, "How many of them may not exist.", "5", ge=1)
    sheriff_disclosure: Annotated[Disclosure, IN_SMALL_LETTERS] = _setting(
        Disclosure.CALLER_MATCH,
        "What may be told to whom: `tracking-number`, `caller-match`, `caller-match-strict`.",
        "caller-match",
    )
    sheriff_phone_region: Annotated[str, IN_CAPITALS] | None = _setting(
        None, "Country of telephone numbers without a country code, as two letters.", "US", pattern=r"^[A-Z]{2}$"
    )
    sheriff_speech: Annotated[Speech, IN_SMALL_LETTERS] = _setting(
        Speech.VERBATIM, "`verbatim` (Vapi speaks our sentence), or `model`.", "verbatim"
    )
    sheriff_timezone: TimeZone = _setting(
        "UTC", "Time zone of spoken dates (IANA name): where your callers live.", "America/Chicago"
    )
    sheriff_max_body_bytes: int = _setting(8_388_608, "Largest body accepted.", "8388608", ge=1, le=268_435_456)
    sheriff_body_timeout_s: float = _setting(5.0, "Seconds within which a whole body must arrive.", "5", gt=0, le=300)
    sheriff_log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], IN_CAPITALS] = _setting(
        "INFO", "Least important level that is logged.", "INFO"
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
    def hmac_scheme(self) -> HmacScheme:
        """How Vapi signs, when it does."""
        return HmacScheme(
            algorithm=self.vapi_hmac_algorithm,
            signature_header=self.vapi_hmac_signature_header,
            timestamp_header=self.vapi_hmac_timestamp_header,
            prefix=self.vapi_hmac_prefix,
            encoding=self.vapi_hmac_encoding,
            payload=self.vapi_hmac_payload,
            tolerance_s=self.vapi_hmac_tolerance_s,
        )

    @property
    def dataset_path(self) -> Path | None:
        """The dataset's file, when that is the source."""
        kind, _, path = self.sheriff_source.partition(":")
        return Path(path) if kind == "dataset" else None


def variables() -> dict[str, str]:
    """Every variable of the service and the field that holds it."""
    return {name.upper(): name for name in Settings.model_fields}


def example_of(name: str) -> str:
    """The field `name` as a line of an environment, filled in."""
    examples = Settings.model_fields[name].examples or [""]
    return f"{name.upper()}={examples[0]}"
