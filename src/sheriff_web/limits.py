"""Every bound of the web shell, named, with its unit and its default."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How much one request, and all of them together, may ask of this process."""

    max_body_bytes: int = 8_388_608  # one body; an end-of-call report of a long call passes 750 kB
    body_timeout_s: float = 5.0  # from the first look at a body until all of it is here
    max_in_flight: int = 1_000  # messages being answered at once; beyond it each call hears the apology at once
    max_buffered_bytes: int = 268_435_456  # bodies being received at once, all requests together
    max_calls_per_message: int = 32  # tool calls of one message that are looked up; the rest hear the apology

    def __post_init__(self) -> None:
        """Refuse bounds that cannot hold."""
        for name in ("max_body_bytes", "body_timeout_s", "max_in_flight", "max_calls_per_message"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
        if self.max_buffered_bytes < self.max_body_bytes:
            raise ValueError("max_buffered_bytes must not be below max_body_bytes")
