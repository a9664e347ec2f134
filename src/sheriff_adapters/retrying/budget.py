"""The retry budget: a token bucket that keeps retries a share of the load."""


class RetryBudget:
    """Each lookup earns `ratio` tokens, each retry or hedge takes one.

    When everything fails, requests stay below `1 + ratio` times the lookups plus the `burst` that was saved up, so
    retries cannot multiply an outage (Amazon Builders' Library, "Timeouts, retries, and backoff with jitter").
    """

    def __init__(self, *, ratio: float, burst: float) -> None:
        """Start with `burst` tokens, which is also the most that can be saved."""
        self._ratio = ratio
        self._burst = burst
        self._tokens = burst

    def earn(self) -> None:
        """Take note of a first attempt."""
        self._tokens = min(self._burst, self._tokens + self._ratio)

    def take(self) -> bool:
        """Pay for a further attempt; False when the bucket does not hold a whole token."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
