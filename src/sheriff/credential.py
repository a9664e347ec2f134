"""The settings as the way Vapi proves itself."""

from sheriff.settings import Settings
from sheriff_core.ports import Clock
from sheriff_web.authentication import Authentication, BearerAuthentication, NoAuthentication, SecretAuthentication
from sheriff_web.signature import HmacAuthentication


def authentication_from(settings: Settings, clock: Clock) -> Authentication:
    """How Vapi proves itself. Raises ValueError for an HMAC scheme that cannot be."""
    secrets = settings.vapi_secrets
    match settings.vapi_auth:
        case "secret":
            return SecretAuthentication(secrets)
        case "bearer":
            return BearerAuthentication(secrets)
        case "hmac":
            return HmacAuthentication(secrets, clock=clock, scheme=settings.hmac_scheme)
        case "none":
            return NoAuthentication()
