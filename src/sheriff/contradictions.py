"""What does not fit together in settings that are each well by themselves."""

from collections.abc import Iterator
from typing import NamedTuple

from sheriff.declared_settings import Settings, example_of
from sheriff_adapters.cache.urls import CacheUrlError, parse_cache_url
from sheriff_adapters.recordings.urls import RecordingsUrlError, parse_recordings_url

MAX_SECRETS = 2  # live at once, during rotation


class Contradiction(NamedTuple):
    """The fields involved, and what does not fit together in them."""

    names: set[str]
    problem: str


def contradictions(settings: Settings) -> list[Contradiction]:
    """All that does not fit together."""
    return [
        *_of_the_source(settings),
        *_of_the_sender(settings),
        *_of_the_callers(settings),
        *_of_the_listeners(settings),
        *_of_the_times(settings),
        *_of_the_stores(settings),
    ]


def _of_the_source(settings: Settings) -> Iterator[Contradiction]:
    if settings.sheriff_source == "sanity":
        for name in ("sanity_project_id", "sanity_api_token"):
            if getattr(settings, name) is None:
                yield Contradiction(
                    {name, "sheriff_source"},
                    f"{name.upper()}: required when SHERIFF_SOURCE is sanity (example: {example_of(name)})",
                )
    path = settings.dataset_path
    if path is not None and not path.is_file():
        yield Contradiction(
            {"sheriff_source"}, f"SHERIFF_SOURCE: no file at {path} (example: SHERIFF_SOURCE=dataset:export.ndjson)"
        )


def _of_the_sender(settings: Settings) -> Iterator[Contradiction]:
    if settings.vapi_auth == "none":
        if not (settings.public_bind.is_loopback or settings.sheriff_allow_unauthenticated):
            yield Contradiction(
                {"vapi_auth", "sheriff_public_bind", "port", "sheriff_allow_unauthenticated"},
                f"VAPI_AUTH: `none` would let anybody on {settings.public_bind} ask; set VAPI_AUTH=secret and"
                " VAPI_SECRET, or bind to loopback (example: SHERIFF_PUBLIC_BIND=127.0.0.1:8000)",
            )
        return
    if not settings.vapi_secrets:
        yield Contradiction(
            {"vapi_secret", "vapi_auth"},
            f"VAPI_SECRET: required when VAPI_AUTH is {settings.vapi_auth} (example: VAPI_SECRET=a-long-random-text)",
        )
    if len(settings.vapi_secrets) > MAX_SECRETS:
        yield Contradiction(
            {"vapi_secret"},
            f"VAPI_SECRET: {len(settings.vapi_secrets)} secrets; at most {MAX_SECRETS}, separated by a comma"
            " (example: VAPI_SECRET=new-secret,old-secret)",
        )


def _of_the_callers(settings: Settings) -> Iterator[Contradiction]:
    if settings.sheriff_phone_region is not None:
        from sheriff_adapters.phone_matcher import PhonenumbersCallerMatcher  # its library is slow to load

        try:
            PhonenumbersCallerMatcher(default_region=settings.sheriff_phone_region)
        except ValueError as error:
            yield Contradiction({"sheriff_phone_region"}, f"SHERIFF_PHONE_REGION: {error}")


def _of_the_listeners(settings: Settings) -> Iterator[Contradiction]:
    if not settings.internal_bind.is_loopback and settings.sheriff_admin_token is None:
        yield Contradiction(
            {"sheriff_admin_token", "sheriff_internal_bind"},
            f"SHERIFF_ADMIN_TOKEN: required because SHERIFF_INTERNAL_BIND={settings.internal_bind} is not loopback"
            " (example: SHERIFF_ADMIN_TOKEN=another-long-random-text)",
        )
    if settings.public_bind.collides_with(settings.internal_bind):
        yield Contradiction(
            {"sheriff_internal_bind", "sheriff_public_bind", "port"},
            f"SHERIFF_INTERNAL_BIND: {settings.internal_bind} is the public side's port, too"
            " (example: SHERIFF_INTERNAL_BIND=127.0.0.1:8080)",
        )


def _of_the_times(settings: Settings) -> Iterator[Contradiction]:
    if settings.sheriff_soft_timeout_ms >= settings.sheriff_hard_timeout_ms:
        yield Contradiction(
            {"sheriff_soft_timeout_ms", "sheriff_hard_timeout_ms"},
            f"SHERIFF_SOFT_TIMEOUT_MS: {settings.sheriff_soft_timeout_ms:g} must be below SHERIFF_HARD_TIMEOUT_MS"
            f" ({settings.sheriff_hard_timeout_ms:g}) (example: SHERIFF_SOFT_TIMEOUT_MS=500)",
        )
    if settings.sheriff_cache_ttl_s > settings.sheriff_stale_ttl_s:
        yield Contradiction(
            {"sheriff_cache_ttl_s", "sheriff_stale_ttl_s"},
            f"SHERIFF_CACHE_TTL_S: {settings.sheriff_cache_ttl_s:g} must not be above SHERIFF_STALE_TTL_S"
            f" ({settings.sheriff_stale_ttl_s:g}) (example: SHERIFF_CACHE_TTL_S=60)",
        )


def _of_the_stores(settings: Settings) -> Iterator[Contradiction]:
    try:
        parse_cache_url(settings.sheriff_cache_url)
    except CacheUrlError as error:
        yield Contradiction({"sheriff_cache_url"}, f"SHERIFF_CACHE_URL: {error}")
    if settings.sheriff_recordings_url != "none":
        try:
            parse_recordings_url(settings.sheriff_recordings_url)
        except RecordingsUrlError as error:
            yield Contradiction({"sheriff_recordings_url"}, f"SHERIFF_RECORDINGS_URL: {error}, or none")
