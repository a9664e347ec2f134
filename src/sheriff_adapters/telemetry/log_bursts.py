"""A burst of one error is told a few times, then counted, then summed up in one line."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

PER_WINDOW = 3  # lines of a kind that are written in one window
WINDOW_S = 10.0
MAX_KEYS = 500  # kinds of lines watched at once; what comes on top is written unsummarised


@dataclass(slots=True)
class _Window:
    since: float
    told: int = 1
    kept_back: int = 0


@dataclass(frozen=True, slots=True)
class Burst:
    """What was kept back of one kind of line."""

    key: Hashable
    count: int
    window_s: float


class Bursts:
    """Admits the first few lines of a kind in each window, and remembers how many it kept back. Safe across threads."""

    def __init__(
        self, *, per_window: int = PER_WINDOW, window_s: float = WINDOW_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_window = per_window
        self._window_s = window_s
        self._now = now
        self._lock = threading.Lock()
        self._windows: dict[Hashable, _Window] = {}
        self._ended: list[Burst] = []

    def admit(self, key: Hashable) -> bool:
        """Whether a line of this kind is written now; if not, it is counted."""
        now = self._now()
        with self._lock:
            window = self._windows.get(key)
            if window is None or now - window.since >= self._window_s:
                self._close(key, window)
                if len(self._windows) < MAX_KEYS:
                    self._windows[key] = _Window(now)
                return True
            if window.told < self._per_window:
                window.told += 1
                return True
            window.kept_back += 1
            return False

    def ended(self, *, all_of_them: bool = False) -> list[Burst]:
        """The bursts whose window is over (or `all_of_them`, at the end), once each."""
        now = self._now()
        with self._lock:
            for key, window in list(self._windows.items()):
                if all_of_them or now - window.since >= self._window_s:
                    self._close(key, window)
            ended, self._ended = self._ended, []
            return ended

    def next_end_s(self) -> float | None:
        """Seconds until the next window ends; None when none is open."""
        with self._lock:
            if not self._windows:
                return None
            oldest = min(window.since for window in self._windows.values())
            return max(0.0, oldest + self._window_s - self._now())

    def _close(self, key: Hashable, window: _Window | None) -> None:
        if window is not None:
            del self._windows[key]
            if window.kept_back:
                self._ended.append(Burst(key, window.kept_back, self._window_s))
