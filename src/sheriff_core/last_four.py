"""The last four digits of a phone number, as callers say and type them."""

from typing import Final

from sheriff_core.spoken.readings import readings
from sheriff_core.spoken.tokens import cut

_DIGITS: Final = 4
_MAX_SAID_LENGTH: Final = 200  # characters; four digits with every courtesy take fewer
_MAX_READINGS: Final = 16


def last_four_readings(said: str) -> tuple[str, ...]:
    """Every four digits that `said` can mean, likeliest first; empty when it means none.

    Fewer or more digits than four are not cut or filled: they are no reading.
    """
    tokens = cut(said, _MAX_SAID_LENGTH)
    if not tokens:
        return ()
    found = readings(tokens, limit=_MAX_READINGS, max_length=_MAX_SAID_LENGTH)
    return tuple(reading for reading in found if len(reading) == _DIGITS and reading.isdigit())


def last_four(said: str) -> str | None:
    """The four digits of `said` ("one two double four", "twelve thirty-four", "ends in 1234").

    None when it does not mean exactly one: then the caller is asked again rather than guessed at.
    """
    found = last_four_readings(said)
    return found[0] if len(found) == 1 else None
