"""The instant by which a caller must have an answer: made once at the door, passed down, never re-invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on the monotonic clock of `ports.Clock.now`, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float, *, now: float) -> "Deadline":
        """Make the deadline `seconds` after `now`."""
        return cls(now + seconds)

    def remaining(self, now: float) -> float:
        """Seconds left at `now`; never negative."""
        return max(0.0, self.at - now)
