"""What does not fit together in settings that are each well by themselves."""

from sheriff.declared_settings import Settings, example_of
from sheriff_adapters.recordings.urls import RecordingsUrlError, parse_recordings_url

MAX_SECRETS = 2  # live at once, during rotation


def contradictions(settings: Settings) -> list[tuple[set[str], str]]:
    """Pairs of the fields involved and what does not fit together."""
    found: list[tuple[set[str], str]] = []

    def check(holds: bool, problem: str, *names: str) -> None:  # noqa: FBT001 - reads as a sentence below
        if not holds:
            found.append((set(names), problem))

    if settings.sheriff_source == "sanity":
        for name in ("sanity_project_id", "sanity_api_token"):
            check(
                getattr(settings, name) is not None,
                f"{name.upper()}: required when SHERIFF_SOURCE is sanity (example: {example_of(name)})",
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
        not settings.public_bind.collides_with(settings.internal_bind),
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
        settings.sheriff_cache_url.startswith(("memory://", "redis://", "rediss://")),
        "SHERIFF_CACHE_URL: must be memory:// or redis://… (example: SHERIFF_CACHE_URL=redis://localhost:6379/0)",
        "sheriff_cache_url",
    )
    if settings.sheriff_recordings_url != "none":
        try:
            parse_recordings_url(settings.sheriff_recordings_url)
        except RecordingsUrlError as error:
            found.append(({"sheriff_recordings_url"}, f"SHERIFF_RECORDINGS_URL: {error}, or none"))
    return found
