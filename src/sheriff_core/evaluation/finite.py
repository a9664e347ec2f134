"""Numbers as strangers write them into a recording."""

import math
from typing import Any


def finite(value: Any) -> float | None:
    """`value` as a number that can be counted with; None for anything else: a truth, "NaN", 400 digits."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
