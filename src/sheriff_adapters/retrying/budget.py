"""The retry budget: a token bucket that keeps retries a share of the load."""


class RetryBudget:
    """Each lookup that is answered earns `ratio` tokens, each retry or hedge takes one.

    So retries are paid for by a source that answers: requests never exceed `1 + ratio` times the lookups plus the
    `burst` that was saved up, and when everything fails the burst is all there is. Retries cannot multiply an outage
    (Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"; gRPC's retry throttling).
    """

    def __init__(self, *, ratio: float, burst: float) -> None:
        """Start with `burst` tokens, which is also the most that can be saved."""
        self._ratio = ratio
        self._burst = burst
        self._tokens = burst

    def earn(self) -> None:
        """Take note of a lookup that was answered."""
        self._tokens = min(self._burst, self._tokens + self._ratio)

    def take(self) -> bool:
        """Pay for a further attempt; False when the bucket does not hold a whole token."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
