"""A call as it was spoken: each claim of the agent coloured by its verdict, and what the tools returned in between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sheriff_core.evaluation.finite import finite
from sheriff_core.evaluation.marked_text import WORST_FIRST, Piece, pieces
from sheriff_web.console.recorded import as_mapping, as_mappings, as_sequence, as_text

_UNTIMED: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """One claim, and the fact it was compared with."""

    text: str
    kind: str
    verdict: str
    fact: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said in a call, by the caller, the agent, or a tool."""

    who: str
    seconds: float | None
    pieces: tuple[Piece, ...]
    claims: tuple[ClaimShown, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A whole call, and its score in figures."""

    lines: tuple[Line, ...]
    claims: int
    supported: int
    fabricated: bool
    scored_now: bool  # the recording held no score: this is today's


def spoken(end: Mapping[str, Any], tool_calls: Sequence[Mapping[str, Any]]) -> Spoken:
    """Lay out a recorded end of call. Scores it where that has not been done; to be run in a thread."""
    score = as_mapping(end.get("score"))
    scored_now = not score
    if scored_now:
        score = _scored(end, tool_calls)
    claims = as_mappings(score.get("claims"))
    turns = [_turn(as_mapping(turn), index, claims) for index, turn in enumerate(as_sequence(end.get("transcript")))]
    results = [_result(result) for result in as_mappings(end.get("toolResults"))]
    supported = sum(claim.get("verdict") == "supported" for claim in claims)
    return Spoken(tuple(_merged(turns, results)), len(claims), supported, supported < len(claims), scored_now)


def reply_in_pieces(said: str, record: Mapping[str, Any]) -> Line:
    """What a tool call answered, each fact in it marked, compared with the recorded facts of that call alone."""
    turn = {"role": "assistant", "text": said}
    end = {"callId": record.get("callId"), "receivedAt": record.get("receivedAt"), "transcript": [turn]}
    return _turn(turn, 0, as_mappings(_scored(end, [record]).get("claims")))


def _scored(end: Mapping[str, Any], tool_calls: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    # The scorer's grammar takes a third of the time that a start may take: it is loaded when a page first needs it.
    from sheriff_core.evaluation.groundedness import score_call

    return score_call(end, tool_calls).as_record()


def _turn(turn: Mapping[str, Any], index: int, claims: Sequence[Mapping[str, Any]]) -> Line:
    text = as_text(turn.get("text"))
    mine = [claim for claim in claims if claim.get("turn") == index]
    who = {"user": "caller", "assistant": "agent"}.get(as_text(turn.get("role")), "other")
    return Line(
        who,
        finite(turn.get("secondsFromStart")),
        pieces(text, tuple(_marked(text, mine))),
        tuple(_claim(claim) for claim in mine),
    )


def _result(result: Mapping[str, Any]) -> Line:
    said = f"{as_text(result.get('name'))}: {as_text(result.get('result'))}"
    return Line("tool", finite(result.get("secondsFromStart")), (Piece(said),), ())


def _merged(turns: Sequence[Line], results: Sequence[Line]) -> list[Line]:
    """Turns in their order, each result before the first turn that was spoken after it."""
    waiting = sorted(results, key=lambda line: _UNTIMED if line.seconds is None else line.seconds)
    lines: list[Line] = []
    for turn in turns:
        while waiting and turn.seconds is not None and waiting[0].seconds is not None:
            if waiting[0].seconds > turn.seconds:
                break
            lines.append(waiting.pop(0))
        lines.append(turn)
    return [*lines, *waiting]


def _marked(text: str, claims: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, str]]:
    """The claims that can be marked in `text`: a recording may hold others."""
    for claim in claims:
        start, end, verdict = claim.get("start"), claim.get("end"), as_text(claim.get("verdict"))
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text) and verdict in WORST_FIRST:
            yield start, end, verdict


def _claim(claim: Mapping[str, Any]) -> ClaimShown:
    verdict = as_text(claim.get("verdict"))
    fact = as_mapping(claim.get("fact"))
    if fact:
        value = fact.get("value")
        told = f"{as_text(fact.get('field'))}: {'nothing recorded' if value is None else as_text(value)}"
    else:
        told = "needs no fact" if verdict == "supported" else "no tool returned anything of it"
    kind = as_text(claim.get("kind")).replace("_", " ")
    return ClaimShown(as_text(claim.get("text")), kind, verdict if verdict in WORST_FIRST else "unsupported", told)
