"""The scores as one page that needs nothing but itself: no script, no outside address, all strangers' words escaped."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from sheriff.reports.charts import counts_chart, durations_chart, shares_chart
from sheriff.reports.recordings_name import recordings_name
from sheriff.scoring import ScoredRecordings
from sheriff_core.evaluation.facts import listed
from sheriff_core.evaluation.finite import finite
from sheriff_core.evaluation.groundedness import CallScore, ScoredClaim
from sheriff_core.evaluation.marked_text import Piece, pieces
from sheriff_core.evaluation.scorecard import latencies_ms, round_trips_ms

MAX_CALLS = 500  # told one by one: those with a fabrication first


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn with its claims marked in the text and told beside it."""

    role: str
    at: str
    pieces: tuple[Piece, ...]
    claims: tuple[ScoredClaim, ...]


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One call as the page shows it."""

    score: CallScore
    started: str
    turns: tuple[ShownTurn, ...]


def render_page(scored: ScoredRecordings, worse: Sequence[str]) -> str:
    """Render the report; `worse` are the regressions against a baseline."""
    calls = [_shown(score, end) for score, end in zip(scored.card.calls, scored.ends, strict=True)]
    calls.sort(key=lambda call: not call.score.fabricated)  # stable: input order within each half
    summary = scored.card.summary()
    environment = Environment(
        loader=PackageLoader("sheriff.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("score.html").render(
        name=recordings_name(scored.where),
        summary=summary,
        worse=worse,
        failed=bool(worse) or summary["callsWithFabrication"] > 0,
        calls=calls[:MAX_CALLS],
        hidden=max(0, len(calls) - MAX_CALLS),
        charts=[
            ("Groundedness", "calls", shares_chart([call.score.groundedness for call in calls])),
            ("Latency of our replies", "tool calls", durations_chart(latencies_ms(scored.tool_calls))),
            ("Round trip of the platform", "tool calls", durations_chart(round_trips_ms(scored.ends))),
            ("Not supported, by kind", "claims", counts_chart(list(summary["ungroundedByKind"].items()))),
        ],
    )


def _shown(score: CallScore, end: Mapping[str, Any]) -> ShownCall:
    turns = [turn if isinstance(turn, Mapping) else {} for turn in listed(end.get("transcript"))]
    claims: dict[int, list[ScoredClaim]] = defaultdict(list)
    for claim in score.claims:
        claims[claim.turn].append(claim)
    shown = tuple(_turn(turn, tuple(claims[index])) for index, turn in enumerate(turns))
    return ShownCall(score, str(end.get("startedAt") or end.get("receivedAt") or ""), shown)


def _turn(turn: Mapping[str, Any], claims: tuple[ScoredClaim, ...]) -> ShownTurn:
    text = turn.get("text")
    at = finite(turn.get("secondsFromStart"))
    role = "caller" if turn.get("role") == "user" else "agent"
    seconds = "" if at is None else f"{at:.1f} s"
    marked = [(claim.start, claim.end, claim.verdict.value) for claim in claims]
    return ShownTurn(role, seconds, pieces(text if isinstance(text, str) else "", marked), claims)
