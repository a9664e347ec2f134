"""The retry budget: a token bucket that keeps retries a share of the load."""

from typing import Protocol


class Budget(Protocol):
    """Who may say whether a further attempt is sent."""

    def earn(self) -> None:
        """Take note of a lookup that was answered."""
        ...

    def take(self, tokens: float = 1.0) -> bool:
        """Pay for a further attempt; False when it is not to be sent."""
        ...


class RetryBudget:
    """Each lookup that is answered earns `ratio` tokens, each retry takes one and a hedge `RetryPolicy.hedge_cost`.

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

    def take(self, tokens: float = 1.0) -> bool:
        """Pay for a further attempt; False when the bucket does not hold so many `tokens`."""
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
