"""The last hour as small pictures, drawn here: bars in a box of fixed size, so that nothing moves when they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sheriff_core.policy import PROMISED_S
from sheriff_core.rolling_figures import Figures
from sheriff_web.console.words import duration, percent

WIDTH: Final = 244  # 61 minutes, four units each
HEIGHT: Final = 60
_STEP: Final = 4
BAR_WIDTH: Final = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `kind` is its colour in the style sheet, `said` what it tells when pointed at."""

    x: int
    y: float
    height: float
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture. `note` says what its upper edge and its colours mean; `summary` says in words what it shows."""

    name: str
    note: str
    bars: tuple[Bar, ...]
    line_y: float | None  # where the promise lies
    summary: str


def charts(minutes: Sequence[Figures], now: datetime) -> list[Chart]:
    """Calls, latency, memory and old information, minute by minute; the last minute is still running."""
    starts = [now - timedelta(minutes=len(minutes) - 1 - index) for index in range(len(minutes))]
    times = [f"{start:%H:%M}" for start in starts]
    return [_calls(minutes, times), _latency(minutes, times), *_shares(minutes, times)]


def _calls(minutes: Sequence[Figures], times: Sequence[str]) -> Chart:
    most = max((minute.calls for minute in minutes), default=0)
    bars: list[Bar] = []
    for index, minute in enumerate(minutes):
        if not minute.calls:
            continue
        said = f"{times[index]}: {minute.calls:,} answered, {minute.unavailable:,} of them with an apology"
        told = minute.calls - minute.unavailable
        bars.append(_bar(index, told / most, 0.0, "good", said))
        if minute.unavailable:
            bars.append(_bar(index, minute.unavailable / most, told / most, "bad", said))
    calls = sum(minute.calls for minute in minutes)
    apologies = sum(minute.unavailable for minute in minutes)
    summary = (
        f"{calls:,} calls in the last hour, {apologies:,} of them answered with an apology; at most {most:,} a minute"
    )
    return Chart("Calls a minute", f"top: {most:,}; red: apologies", tuple(bars), None, summary)


def _latency(minutes: Sequence[Figures], times: Sequence[str]) -> Chart:
    measured = [(index, minute.p95_s) for index, minute in enumerate(minutes) if minute.p95_s is not None]
    top = max([PROMISED_S * 1.25, *(p95 for _, p95 in measured)])
    bars = [
        _bar(index, p95 / top, 0.0, "late" if p95 > PROMISED_S else "good", f"{times[index]}: p95 {duration(p95)}")
        for index, p95 in measured
    ]
    late = sum(p95 > PROMISED_S for _, p95 in measured)
    promise = duration(PROMISED_S)
    summary = f"p95 above {promise} in {late} of {len(measured)} minutes with calls"
    return Chart("p95", f"top: {duration(top)}; line: {promise}", tuple(bars), _y(PROMISED_S / top), summary)


def _shares(minutes: Sequence[Figures], times: Sequence[str]) -> list[Chart]:
    drawn: list[Chart] = []
    for name, kind, shares in (
        ("Hit rate", "good", [minute.hit_rate for minute in minutes]),
        ("Old information", "late", [minute.stale_share for minute in minutes]),
    ):
        known = [(index, share) for index, share in enumerate(shares) if share is not None]
        bars = tuple(_bar(index, share, 0.0, kind, f"{times[index]}: {percent(share)}") for index, share in known)
        highest = percent(max((share for _, share in known), default=None))
        summary = f"{name}: at most {highest} in a minute, {len(known)} minutes with calls"
        drawn.append(Chart(name, "top: 100 %", bars, None, summary))
    return drawn


def _bar(index: int, share: float, above: float, kind: str, said: str) -> Bar:
    height = round(share * HEIGHT, 1)
    if share and height < 1:
        height = 1.0  # what happened is seen, however little it was
    return Bar(index * _STEP, max(0.0, round(HEIGHT - above * HEIGHT - height, 1)), height, kind, said)


def _y(share: float) -> float:
    return round(HEIGHT - share * HEIGHT, 1)
