"""The requests that were sent to a source, written down as they go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sheriff_core.delivery import Delivery
from sheriff_core.ports import Attempt, AttemptResult, Clock

ANSWERED: Final = frozenset({AttemptResult.OK, AttemptResult.EMPTY})  # whether the source holds the number or not


@dataclass(slots=True, eq=False)
class KeptAttempts:
    """Keeps every request in memory (the `AttemptLog` port)."""

    clock: Clock
    attempts: list[Attempt] = field(default_factory=list, kw_only=True)

    def begin(self) -> Attempt:
        """Write down that a request starts now."""
        attempt = Attempt(number=len(self.attempts) + 1, started_at=self.clock.now())
        self.attempts.append(attempt)
        return attempt

    def end(
        self,
        attempt: Attempt,
        result: AttemptResult,
        deliveries: Sequence[Delivery] = (),
        retry_after_s: float | None = None,
    ) -> None:
        """Write down how it ended, now."""
        attempt.ended_at = self.clock.now()
        attempt.result = result
        attempt.deliveries = tuple(deliveries)
        attempt.retry_after_s = retry_after_s
