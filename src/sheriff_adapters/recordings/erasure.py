"""Erasing what is known about one delivery: a person's request, not a matter of age."""

from collections.abc import AsyncIterator

from sheriff_adapters.recordings.opening import OpenRecordings
from sheriff_core.ports import InteractionFilter


async def erase_tracking_number(recordings: OpenRecordings, number: str) -> int:
    """Delete every tool call about `number`, and the reports of the calls in which it was asked for; how many.

    A report is erased whole: what was said in the call may repeat the name and the status of the delivery. Reports go
    first, so that an erasure that was cut short can be run again. Raises `RecordingsUnavailableError`.
    """
    asked = InteractionFilter(tracking_number=number)
    erased = 0
    for call in sorted({call async for call in _calls(recordings, asked)}):
        erased += await recordings.purge(InteractionFilter(call_id=call, kind="end_of_call"), tidies=False)
    return erased + await recordings.purge(asked)


async def _calls(recordings: OpenRecordings, asked: InteractionFilter) -> AsyncIterator[str]:
    async for told in recordings.stream(asked):
        if told.get("callId"):
            yield str(told["callId"])
