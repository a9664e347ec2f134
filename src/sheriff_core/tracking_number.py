"""A tracking number, as callers say it and as the source spells it."""

from dataclasses import dataclass

from sheriff_core.policy import TrackingNumberPolicy


@dataclass(frozen=True, slots=True)
class TrackingNumber:
    """What was said, and the few numbers it can mean: canonical forms (upper case letters and digits), likeliest first.

    One reading is the rule. More than one means that the words are ambiguous ("twenty three" is 23 or 203): the
    source is asked for all of them in one query, and two existing deliveries are never guessed between.
    """

    said: str
    readings: tuple[str, ...]

    @property
    def canonical(self) -> str:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def key(self) -> str:
        """The name under which answers to this number are remembered and flights are shared."""
        return "|".join(self.readings)


def canonical(text: str) -> str:
    """`text` reduced to what identifies a delivery: its letters and digits, in upper case."""
    return "".join(character for character in text.upper() if character.isalnum())


def read_tracking_number(said: str, policy: TrackingNumberPolicy) -> TrackingNumber | None:
    """Read `said`; None when it cannot be a tracking number."""
    reading = canonical(said)
    if not policy.min_length <= len(reading) <= policy.max_length:
        return None
    return TrackingNumber(said=said, readings=(reading,))
