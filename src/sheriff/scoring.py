"""Reads recordings and scores the calls in them: the work behind `sheriff score`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheriff_adapters.recordings.reading import BadLine, read_recordings
from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.evaluation.scorecard import Scorecard
from sheriff_core.ports import RecordingsUnavailableError

MAX_PROBLEMS = 20  # told one by one


class UnreadableRecordingsError(Exception):
    """Something cannot be read: one line a problem, each naming where it is."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class ScoredRecordings:
    """The scores, and what they were made from: the ended calls they belong to, and every tool call, in input order."""

    where: str
    card: Scorecard
    ends: tuple[dict[str, Any], ...]
    tool_calls: tuple[dict[str, Any], ...]


async def score_recordings(where: str, *, show_progress: bool = False) -> ScoredRecordings:
    """Score every ended call at `where`: a `.jsonl` file or a database URL.

    Raises `UnreadableRecordingsError` naming each line that holds no interaction.
    """
    ends: list[dict[str, Any]] = []
    tool_calls: list[dict[str, Any]] = []
    problems: list[str] = []
    try:
        async for item in read_recordings(where):
            if isinstance(item, BadLine):
                problems.append(f"{item.where}: {item.problem}")
            elif item.get("kind") == "end_of_call":
                ends.append(item)
            elif item.get("kind") == "tool_call":
                tool_calls.append(item)
    except RecordingsUnavailableError as error:
        problems.append(str(error))
    if problems:
        more = [f"and {len(problems) - MAX_PROBLEMS} more"] if len(problems) > MAX_PROBLEMS else []
        raise UnreadableRecordingsError([*problems[:MAX_PROBLEMS], *more])
    by_call: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for call in tool_calls:
        if isinstance(call.get("callId"), str):
            by_call[call["callId"]].append(call)
    ids = (end.get("callId") for end in ends)
    in_call = tuple(tuple(by_call.get(call_id, ())) if isinstance(call_id, str) else () for call_id in ids)
    scores = []
    for end, calls in zip(_progress(ends, show=show_progress), in_call, strict=True):
        scores.append(score_call(end, calls))
    return ScoredRecordings(where, Scorecard.of(scores, tool_calls, ends), tuple(ends), tuple(tool_calls))


def _progress(ends: Sequence[dict[str, Any]], *, show: bool) -> Any:
    """The calls, with a bar on a terminal."""
    if not show:
        return ends
    from rich.console import Console
    from rich.progress import track

    return track(ends, description="Scoring calls", console=Console(stderr=True), transient=True)
