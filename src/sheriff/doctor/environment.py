"""The environment: whole, for a service; or as much of it as asking a live webhook needs."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from sheriff.doctor.finding import Finding, ok, warn
from sheriff.environment import read_variable
from sheriff.settings import Settings, SettingsError, read_settings

SHORT: Final = 16  # characters; a secret below can be tried out, or was made by a person
UNKNOWN_NUMBER: Final = "ZQX000000000"  # nobody's: asking for it costs both questions and tells nothing
MAKE_ONE: Final = "make one with `openssl rand -hex 32`"

# Stands in for what asking a webhook does not need, so that the rest can be read by the same rules.
_NOT_NEEDED: Final = {
    "SANITY_PROJECT_ID": "unused",
    "SANITY_API_TOKEN": "unused",
    "SHERIFF_PUBLIC_BIND": "127.0.0.1:8000",
}


def environment_findings(settings: Settings) -> Iterator[Finding]:
    """What is worth a word in an environment that is good enough to start with."""
    yield ok("environment", f"{len(settings.model_fields_set)} settings given, all well")
    if settings.vapi_auth == "none":
        yield warn(
            "vapi secret",
            "VAPI_AUTH=none: whoever reaches the webhook may ask",
            f"Before taking calls set VAPI_AUTH=secret and VAPI_SECRET; {MAKE_ONE}",
        )
    elif min(map(len, settings.vapi_secrets)) < SHORT:
        yield warn("vapi secret", f"VAPI_SECRET is shorter than {SHORT} characters", f"Use a longer one: {MAKE_ONE}")
    elif len(settings.vapi_secrets) > 1:
        yield ok("vapi secret", "two secrets are in force; drop the old one when Vapi uses the new one")
    token = settings.sheriff_admin_token
    if token is not None and len(token.get_secret_value()) < SHORT:
        yield warn(
            "admin token", f"SHERIFF_ADMIN_TOKEN is shorter than {SHORT} characters", f"Use a longer one: {MAKE_ONE}"
        )
    if settings.dataset_path is None:
        yield from _address_findings(settings)


def _address_findings(settings: Settings) -> Iterator[Finding]:
    """Addresses at Sanity that work, and should not be used."""
    address = urlsplit(settings.sanity_api_url)
    host, advice = address.hostname or "", "Leave SANITY_API_URL unset: the API is then asked, over TLS"
    if host.endswith(".apicdn.sanity.io"):
        told = "SANITY_API_URL is Sanity's CDN, which answers from before a change, for hours when Sanity is away"
        yield warn("sanity address", f"{told}: callers would hear that as current", advice)
    if address.scheme == "http" and host.endswith(".sanity.io"):
        yield warn("sanity address", "SANITY_API_URL begins with http:, so the token travels in the clear", advice)


def credential_settings(environ: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings with which a live webhook is asked, and what else is wrong in `environ`, as warnings.

    Without VAPI_AUTH and VAPI_SECRET the webhook is asked without a credential. Raises `SettingsError` for the
    variables that make the credential.
    """
    ours = {name: value for name, value in environ.items() if name.startswith("VAPI_")}
    findings = [
        warn("environment", problem, "Not needed to ask a webhook; the service itself would not start with it")
        for problem in _problems(environ)
        if not problem.startswith("VAPI_") and _is_about_something_set(problem, environ)
    ]
    if _given(environ, "VAPI_AUTH") is None and _given(environ, "VAPI_SECRET") is None:
        ours["VAPI_AUTH"] = "none"
        findings.append(
            warn(
                "credential",
                "VAPI_SECRET is not set, so the webhook is asked without a credential",
                "Set VAPI_AUTH and VAPI_SECRET as the service has them, unless it runs with VAPI_AUTH=none",
            )
        )
    return read_settings({**_NOT_NEEDED, **ours}), findings


def _given(environ: Mapping[str, str], variable: str) -> str | None:
    """The variable, or an empty text when its file cannot be read: that is told by `read_settings`."""
    try:
        return read_variable(environ, variable)
    except ValueError:
        return ""


def _problems(environ: Mapping[str, str]) -> tuple[str, ...]:
    try:
        read_settings(environ)
    except SettingsError as error:
        return error.problems
    return ()


def _is_about_something_set(problem: str, environ: Mapping[str, str]) -> bool:
    """Whether it names a variable of `environ`; what is merely missing here may well be there at the service."""
    return bool(environ.get(problem.partition(":")[0]))
