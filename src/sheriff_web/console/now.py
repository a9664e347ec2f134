"""The present state, made once and shown to everybody who looks within the same second."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sheriff_core.breaker import BreakerSnapshot, BreakerState
from sheriff_core.health import Readiness
from sheriff_core.logbook import Act, Move
from sheriff_core.policy import PROMISED_S
from sheriff_core.rolling_figures import Figures, RollingFigures
from sheriff_web.console.charts import Chart, charts
from sheriff_web.console.findings import ALARMING, OLD_IS_NOTABLE, SUCCESS_PROMISED, Finding, Level, findings
from sheriff_web.console.words import instant, spaced
from sheriff_web.console.workbench import Workbench

_SHOWN: Final = 20  # acts and moves on the page
_KEPT_S: Final = 1.0
_HIT_RATE_WATCHED: Final = 0.6  # below it a cache that is used is of little use
_ENOUGH_LOOKUPS: Final = 100  # fewer say nothing about it: the first call for each number is always a miss


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: as it is now (five minutes) and over the hour."""

    name: str
    recent: float | None
    hour: float | None
    form: str  # the filter that writes it
    level: Level
    meaning: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing this service is made of or leans on."""

    name: str
    level: Level
    state: str
    lines: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Now:
    """Everything that changes by itself."""

    at: datetime
    uptime_s: float
    findings: list[Finding]
    tiles: list[Tile]
    charts: list[Chart]
    parts: list[Part]
    moves: list[Move]
    acts: list[Act]
    breaker: BreakerSnapshot
    breaker_since: datetime


class NowView:
    """Makes `Now` at most once a second, however many people look."""

    def __init__(self, bench: Workbench) -> None:
        """This will count the uptime from now."""
        self._bench = bench
        self._began_now = bench.clock.now()
        self._began_at = bench.clock.wall()
        self._made: Now | None = None
        self._made_now = 0.0
        self._making = asyncio.Lock()

    async def get(self, *, fresh: bool = False) -> Now:
        """The present state, up to a second old unless it must be `fresh`."""
        async with self._making:
            now = self._bench.clock.now()
            if self._made is None or fresh or now - self._made_now >= _KEPT_S:
                self._made = await self._make()
                self._made_now = now
            return self._made

    async def _make(self) -> Now:
        bench = self._bench
        at = bench.clock.wall()
        readiness, breaker = bench.health.readiness(), bench.breaker.snapshot()
        moves, acts = bench.logbook.moves(), bench.logbook.acts()
        # In a thread: summing an hour takes a millisecond or two, and callers are waiting on the loop.
        recent, hour, minutes = await asyncio.to_thread(_sums, bench.figures)
        since = moves[0].at if moves else self._began_at
        return Now(
            at=at,
            uptime_s=bench.clock.now() - self._began_now,
            findings=findings(readiness, breaker.state, recent),
            tiles=tiles(recent, hour),
            charts=charts(minutes, at),
            parts=_parts(readiness, breaker, since, at, bench.about.source),
            moves=moves[:_SHOWN],
            acts=acts[:_SHOWN],
            breaker=breaker,
            breaker_since=since,
        )


def tiles(recent: Figures, hour: Figures) -> list[Tile]:
    """What a person on call looks at first: calls a minute, success, p50, p95, hit rate, old information."""
    levels = _levels(recent) if recent.calls else _Levels()
    return [
        Tile(
            "Calls a minute",
            recent.calls_a_minute,
            hour.calls_a_minute,
            "rate",
            Level.QUIET,
            "tool calls answered, whatever the answer",
        ),
        Tile(
            "Success",
            recent.success,
            hour.success,
            "percent",
            levels.success,
            "told something, rather than asked to try again",
        ),
        Tile("p50", recent.p50_s, hour.p50_s, "duration", levels.p50, "half the answers took no longer"),
        Tile("p95", recent.p95_s, hour.p95_s, "duration", levels.p95, "19 of 20 took no longer; 800 ms is promised"),
        Tile("Hit rate", recent.hit_rate, hour.hit_rate, "percent", levels.hits, "look-ups answered from memory"),
        Tile(
            "Old information",
            recent.stale_share,
            hour.stale_share,
            "percent",
            levels.old,
            "told with its age, as the source was too slow or away",
        ),
    ]


class _Levels(NamedTuple):
    """How well each figure is; without calls nobody can tell."""

    success: Level = Level.QUIET
    p50: Level = Level.QUIET
    p95: Level = Level.QUIET
    hits: Level = Level.QUIET
    old: Level = Level.QUIET


def _levels(recent: Figures) -> _Levels:
    success, p95, hits, stale = recent.success, recent.p95_s, recent.hit_rate, recent.stale_share
    is_alarming = success is not None and success < ALARMING
    is_failing = success is not None and success < SUCCESS_PROMISED
    is_slow = p95 is not None and p95 > PROMISED_S
    is_forgetful = hits is not None and hits < _HIT_RATE_WATCHED and recent.lookups > _ENOUGH_LOOKUPS
    is_old = stale is not None and stale > OLD_IS_NOTABLE
    return _Levels(
        success=Level.BAD if is_alarming else _watched(is_failing),
        p50=Level.GOOD,
        p95=_watched(is_slow),
        hits=_watched(is_forgetful),
        old=_watched(is_old),
    )


def _watched(notable: bool) -> Level:  # noqa: FBT001 - reads as a sentence at the call site
    return Level.WATCH if notable else Level.GOOD


def _sums(figures: RollingFigures) -> tuple[Figures, Figures, list[Figures]]:
    return figures.recent(), figures.hour(), figures.minutes()


def _parts(
    readiness: Readiness, breaker: BreakerSnapshot, since: datetime, at: datetime, source_name: str
) -> list[Part]:
    checks = readiness.checks
    source, cache, recordings = (checks.get(name, {}) for name in ("sanity", "cache", "recordings"))
    return [
        Part(
            "Circuit breaker",
            Level.GOOD if breaker.state is BreakerState.CLOSED else Level.WATCH,
            breaker.state.value.replace("_", "-"),
            tuple(
                line
                for line in (
                    ("since", since),
                    ("failures in a row", breaker.consecutive_failures),
                    ("asks again", _until(breaker.retry_at, at)),
                )
                if line[1] is not None
            ),
        ),
        Part(
            "Source",
            _level(source),
            "failing" if source.get("status") == "failing" else _asked(source),
            (
                ("asked", source_name),
                ("last success", instant(source.get("lastSuccessAt")) or "none since the start"),
                ("last failure", instant(source.get("lastFailureAt")) or "none since the start"),
                *((("it was", str(source["lastFailure"]).replace("_", " ")),) if source.get("lastFailure") else ()),
            ),
        ),
        Part("Cache", _level(cache), str(cache.get("status", "unknown")), _rest(cache)),
        Part("Recorder", _level(recordings), str(recordings.get("status", "unknown")), _rest(recordings)),
    ]


def _asked(source: Mapping[str, Any]) -> str:
    return "ok" if source.get("lastSuccessAt") else "not asked yet"


def _until(retry_at: datetime | None, at: datetime) -> str | None:
    if retry_at is None:
        return None
    seconds = (retry_at - at).total_seconds()
    return f"in {seconds:.0f} s" if seconds >= 1 else "with the next call"


def _level(check: Mapping[str, Any]) -> Level:
    match check.get("status"):
        case "ok":
            return Level.GOOD
        case "off":
            return Level.QUIET
        case _:
            return Level.WATCH


def _rest(check: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """What else a check tells."""
    return tuple((spaced(name), value) for name, value in check.items() if name != "status" and value is not None)
