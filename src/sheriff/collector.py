"""The garbage collector, so that it looks for little while callers wait."""

import gc
from typing import Final

from sheriff_core.ports import Clock

# A full collection walks through every remembered reply, caller and delivery: tens of milliseconds, for which everybody
# waits. Nearly all that is to be found is young, so a full one follows a thousand smaller ones instead of ten.
_YOUNG_BEFORE_FULL: Final = 1_000
# Objects, less those that went, before the youngest are looked through. Callers who wait for a disk hold a thousand: at
# the interpreter's own 700 every few of them set off a walk, which found nothing and left cold caches behind. Not many
# more than that: what closed connections leave behind is found by such walks alone, and is large.
_NEW_BEFORE_YOUNG: Final = 2_000
_FULL_EVERY_S: Final = 60.0  # what connections leave behind that lasted for a while is not to pile up until then


def settle() -> None:
    """Take all that is loaded by now as staying for good, and walk through the rest more rarely."""
    gc.collect()
    gc.freeze()
    _, younger, _ = gc.get_threshold()
    gc.set_threshold(_NEW_BEFORE_YOUNG, younger, _YOUNG_BEFORE_FULL)


async def collect_now_and_then(clock: Clock) -> None:
    """Walk through everything once a minute, for as long as this runs; meant to be a task."""
    while True:
        await clock.sleep(_FULL_EVERY_S)
        gc.collect()
