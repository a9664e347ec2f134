"""The settings as the domain's bounds."""

from sheriff.settings import Settings
from sheriff_core.policy import BreakerPolicy, CallerPolicy, LookupPolicy, Policy, RetryPolicy


def policy_from(settings: Settings) -> Policy:
    """The domain's bounds in force. Raises `PolicyError`, though `read_settings` has refused what can be refused."""
    hard_timeout_s = settings.sheriff_hard_timeout_ms / 1_000
    attempt_timeout_s = settings.sheriff_attempt_timeout_ms / 1_000
    hedge_after_s = settings.sheriff_hedge_after_ms / 1_000
    return Policy(
        lookup=LookupPolicy(
            fresh_s=settings.sheriff_cache_ttl_s,
            stale_s=settings.sheriff_stale_ttl_s,
            not_found_s=settings.sheriff_not_found_ttl_s,
            soft_timeout_s=settings.sheriff_soft_timeout_ms / 1_000,
            hard_timeout_s=hard_timeout_s,
            # A request that has been sent may use its time, also when its callers have left before it is over.
            background_s=max(0.0, attempt_timeout_s - hard_timeout_s),
            max_flights=settings.sheriff_max_flights,
        ),
        retry=RetryPolicy(
            attempts=settings.sheriff_retry_attempts,
            attempt_timeout_s=attempt_timeout_s,
            # A twin that would leave when nobody waits any more hurries for nobody.
            hedge_after_s=hedge_after_s if hedge_after_s < hard_timeout_s else 0.0,
        ),
        breaker=BreakerPolicy(
            failures=settings.sheriff_breaker_failures,
            reset_s=settings.sheriff_breaker_reset_s,
        ),
        caller=CallerPolicy(
            numbers_per_call=settings.sheriff_numbers_per_call,
            not_found_per_call=settings.sheriff_not_found_per_call,
        ),
        disclosure=settings.sheriff_disclosure,
        speech=settings.sheriff_speech,
        timezone=settings.sheriff_timezone,
    )
