"""What happens when a call has ended: it is scored, recorded and its fabrications counted, off the request path."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sheriff_core.events import ClaimUngrounded, DefectCaught
from sheriff_core.interaction import end_of_call_record
from sheriff_core.ports import EventSink, InteractionFilter, Recorder, Recordings, RecordingsUnavailableError
from sheriff_core.tool_call import EndOfCall

MAX_REVIEWS = 1_000  # calls waiting to be scored; a report beyond it is recorded without a score
MAX_CALLS_TOLD = 1_000  # calls with fabrications whose report may come again, least recently told go first
MAX_TOOL_CALLS = 500  # tool calls of one call that are compared
MAX_TURNS = 1_000  # turns of one call that are searched for claims
MAX_TURN_CHARACTERS = 4_000  # of one turn; nobody says more in one breath


class Score(Protocol):
    """The score of one call, as `evaluation.groundedness` makes it."""

    def as_record(self) -> dict[str, Any]:
        """The score as plain JSON values."""
        ...

    def fabrications(self) -> Sequence[tuple[str, str]]:
        """Kind and verdict of each claim that no tool supports."""
        ...


class CallReview:
    """Takes reports (the `call_ended` half of the `FrontDesk` port); owns its background tasks."""

    def __init__(
        self,
        *,
        recorder: Recorder | None,
        recordings: Recordings | None,
        score: Callable[[dict[str, Any], Sequence[dict[str, Any]]], Score],
        events: EventSink,
    ) -> None:
        """This will score each call with `score` (its end-of-call record and its tool calls)."""
        self._recorder = recorder
        self._recordings = recordings
        self._score = score
        self._events = events
        self._reviews: set[asyncio.Task[None]] = set()
        self._told: OrderedDict[str, Counter[tuple[str, str]]] = OrderedDict()
        # One at a time: scoring is work for the processor, and callers are waiting for it, too.
        self._scoring = asyncio.Semaphore(1)

    def take(self, report: EndOfCall) -> None:
        """Score and record `report` in the background. Never waits, never raises."""
        with_score = len(self._reviews) < MAX_REVIEWS
        review = asyncio.create_task(self._review(report, with_score=with_score), name="call-review")
        self._reviews.add(review)
        review.add_done_callback(self._reviews.discard)

    async def finish(self) -> None:
        """Wait until every call taken so far is reviewed."""
        await asyncio.gather(*self._reviews, return_exceptions=True)

    async def _review(self, report: EndOfCall, *, with_score: bool) -> None:
        record = end_of_call_record(report)
        try:
            tool_calls = await self._tool_calls(report) if with_score else None
            if tool_calls is not None:
                async with self._scoring:
                    # In a thread: a long transcript takes many milliseconds, and callers are waiting on the loop.
                    scored = await asyncio.to_thread(self._score, _within_bounds(record), tool_calls)
                record["score"] = scored.as_record()
                self._tell(report.call_id, Counter(scored.fabrications()))
        except Exception as error:  # noqa: BLE001 - an unscorable call is still recorded
            self._events.emit(DefectCaught("call_review", error))
        if self._recorder is not None:
            await self._recorder.record(record)

    def _tell(self, call_id: str, fabricated: Counter[tuple[str, str]]) -> None:
        """Tell of each fabrication once: Vapi sends a report again when its answer was lost, and a fuller one later."""
        told = self._told.pop(call_id, Counter())
        for kind, verdict in (fabricated - told).elements():
            self._events.emit(ClaimUngrounded(kind, verdict, call_id))
        if told or fabricated:
            self._told[call_id] = told | fabricated
        while len(self._told) > MAX_CALLS_TOLD:
            self._told.popitem(last=False)

    async def _tool_calls(self, report: EndOfCall) -> Sequence[dict[str, Any]] | None:
        """What the agent was told, from the recordings; None where nobody can know it just now.

        A score without it would count every fact that was told as made up. What the report itself holds is enough.
        """
        if self._recordings is None:
            return ()
        wanted = InteractionFilter(call_id=report.call_id, kind="tool_call", limit=MAX_TOOL_CALLS)
        try:
            page = await self._recordings.find(wanted)
        except RecordingsUnavailableError:
            return () if report.tool_results else None
        return page.interactions[::-1]


def _within_bounds(record: dict[str, Any]) -> dict[str, Any]:
    """As much of a call as is scored."""
    turns = record["transcript"][:MAX_TURNS]
    return {**record, "transcript": [{**turn, "text": turn["text"][:MAX_TURN_CHARACTERS]} for turn in turns]}
