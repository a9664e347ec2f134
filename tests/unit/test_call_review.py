"""What happens when a call has ended: scored against its tool calls, recorded, its fabrications counted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sheriff_core import call_review
from sheriff_core.call_review import CallReview
from sheriff_core.evaluation.groundedness import score_call
from sheriff_core.events import ClaimUngrounded, DefectCaught
from sheriff_core.ports import InteractionFilter, InteractionPage, RecordingsUnavailableError
from sheriff_core.tool_call import EndOfCall, ToolResult, Turn
from tests.fakes import START, FakeRecorder, SpySink

TOLD = "Your delivery is in transit. The estimated delivery date is Saturday, February 14th."


def report(*said: str, caller: str | None = None) -> EndOfCall:
    return EndOfCall(
        call_id="call-1",
        received_at=START,
        started_at="2026-02-12T09:00:00.000Z",
        transcript=tuple(Turn("assistant", text, 10.0 + index) for index, text in enumerate(said)),
        tool_results=(ToolResult("t1", "getDeliveryStatus", TOLD, 5.0, 4.0),),
        caller_number=caller,
    )


async def review_of(ended: EndOfCall, recorder: FakeRecorder | None = None, **changes: Any) -> tuple[Any, SpySink]:
    sink = SpySink()
    recorder = recorder or FakeRecorder()
    parts: dict[str, Any] = {"recorder": recorder, "recordings": recorder, "score": score_call, "events": sink}
    review = CallReview(**(parts | changes))
    review.take(ended)
    await review.finish()
    return recorder.interactions, sink


async def test_a_faithful_call_is_recorded_with_its_score_and_raises_nothing() -> None:
    (record,), sink = await review_of(report(TOLD))
    assert record["kind"] == "end_of_call"
    assert record["score"]["fabricated"] is False
    assert sink.of(ClaimUngrounded) == []


async def test_a_fabrication_is_counted_by_kind() -> None:
    (record,), sink = await review_of(report("Your delivery was delivered yesterday."))
    assert record["score"]["fabricated"] is True
    assert {event.call_id for event in sink.of(ClaimUngrounded)} == {"call-1"}


async def test_a_report_that_comes_again_counts_no_fabrication_twice() -> None:
    sink, recorder = SpySink(), FakeRecorder()
    review = CallReview(recorder=recorder, recordings=recorder, score=score_call, events=sink)

    async def fabrications_after(ended: EndOfCall) -> int:
        review.take(ended)
        await review.finish()
        return len(sink.of(ClaimUngrounded))

    lie = "Your delivery was delivered."
    assert await fabrications_after(replace(report(), tool_results=())) == 0  # the first one came without a transcript
    assert await fabrications_after(report(lie)) == 1
    assert await fabrications_after(report(lie)) == 1
    assert await fabrications_after(report(lie, "As I said, it was delivered.")) == 2
    assert await fabrications_after(report(lie)) == 2
    assert await fabrications_after(replace(report(lie), call_id="call-2")) == 3


async def test_of_calls_with_fabrications_a_bounded_number_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_review, "MAX_CALLS_TOLD", 1)
    sink = SpySink()
    review = CallReview(recorder=None, recordings=None, score=score_call, events=sink)
    for call_id in ("a", "b", "b", "a"):
        review.take(replace(report("Your delivery was delivered."), call_id=call_id))
        await review.finish()
    assert [event.call_id for event in sink.of(ClaimUngrounded)] == ["a", "b", "a"]


async def test_telephone_numbers_are_taken_out_of_what_was_said() -> None:
    (record,), _ = await review_of(report("I will call you at 555 555 0123.", caller="+15555550123"))
    assert "0123" not in str(record["transcript"])


async def test_recordings_that_cannot_be_read_cost_the_comparison_not_the_record() -> None:
    class Away(FakeRecorder):
        async def find(self, wanted: InteractionFilter) -> InteractionPage:
            raise RecordingsUnavailableError("away")

    (record,), _ = await review_of(report(TOLD), Away())
    assert record["score"]["claims"]
    (record,), sink = await review_of(replace(report(TOLD), tool_results=()), Away())
    assert "score" not in record, "what was told is not known, so nothing was made up"
    assert sink.of(ClaimUngrounded) == []


async def test_a_defect_in_the_scorer_is_told_and_the_call_is_recorded() -> None:
    def broken(_: dict[str, Any], __: Sequence[dict[str, Any]]) -> Any:
        raise ZeroDivisionError

    (record,), sink = await review_of(report(TOLD), score=broken)
    assert "score" not in record
    assert len(sink.of(DefectCaught)) == 1


async def test_an_endless_transcript_is_recorded_whole_and_scored_within_bounds() -> None:
    seen: list[dict[str, Any]] = []

    def spy(record: dict[str, Any], tool_calls: Sequence[dict[str, Any]]) -> Any:
        seen.append(record)
        return score_call({**record, "transcript": []}, tool_calls)

    (record,), _ = await review_of(report(*(["x" * 9_000] * 1_500)), score=spy)
    assert len(record["transcript"]) == 1_500
    assert len(record["transcript"][0]["text"]) == 9_000
    assert len(seen[0]["transcript"]) == 1_000
    assert {len(turn["text"]) for turn in seen[0]["transcript"]} == {4_000}


async def test_without_recordings_the_call_is_scored_by_its_own_tool_results() -> None:
    _, sink = await review_of(report("It was delivered yesterday."), recorder=None, recordings=None)
    assert sink.of(ClaimUngrounded)
