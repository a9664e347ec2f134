"""How fast a purge goes: steps of a bounded time, and rests that leave the disk to others for most of it."""

_LEAST = 32  # rows, or pages: in a smaller step the synchronisations take the time, and making it smaller saves none


class Pace:
    """Sizes each step of some work by the time that the one before took, and rests in proportion to it."""

    def __init__(self, *, step_s: float, rest: float, most: int) -> None:
        self._step_s = step_s
        self._rest = rest
        self._most = most
        self._least = min(_LEAST, most)
        self.size = self._least

    def took(self, spent_s: float) -> float:
        """Size the next step after one that took `spent_s`; how many seconds to rest before it.

        At most twice or half of the last one: a single slow synchronisation says little about the size.
        """
        fitting = self.size * self._step_s / spent_s if spent_s > 0 else self._most
        self.size = round(min(max(fitting, self.size / 2, self._least), self.size * 2, self._most))
        return spent_s * self._rest
