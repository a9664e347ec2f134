"""A tracking number read back: spelled in groups a listener can write down."""

import itertools
from typing import Final

from sheriff_core.tracking_number import canonical

_GROUP: Final = 3  # letters or digits said in one breath


def spelled(number: str) -> str:
    """`number` spelled for speech: "SHR123456" becomes "S H R, 1 2 3, 4 5 6".

    Letters and digits stand in runs of their own; a run is cut in threes, and a last one that would stand alone joins
    the group before it ("1 2 3, 4 5 6 7"). Only letters and digits are spoken; a space parts them, a comma the groups.
    """
    runs = ("".join(run) for _, run in itertools.groupby(canonical(number), key=str.isdigit))
    return ", ".join(" ".join(group) for run in runs for group in _groups(run))


def _groups(run: str) -> list[str]:
    groups = [run[start : start + _GROUP] for start in range(0, len(run), _GROUP)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
