"""A reply is made before it is on record, and told and spoken once it is (the `Recorder` port)."""

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from sheriff_core.deadline import Deadline
from sheriff_core.events import DefectCaught
from sheriff_core.tool_call import ToolCall, ToolReply
from tests.fakes import FakeClock, FakeRecorder, settle
from tests.unit.tools_stage import Stage

CALL = ToolCall(
    tool_call_id="t1",
    name="getDeliveryStatus",
    arguments={"trackingNumber": "SHR123456"},
    correlation_id="corr-0001",
    call_id="call-1",
    caller_number=None,
    received_at=FakeClock().wall(),
    received_now=0.0,
    deadline=Deadline.after(4.5, now=0.0),
)


class LaterRecorder:
    """Is done when a test says so."""

    def __init__(self) -> None:
        self.recorded: list[asyncio.Future[None]] = []

    def record(self, interaction: dict[str, Any]) -> asyncio.Future[None]:
        self.recorded.append(asyncio.get_running_loop().create_future())
        return self.recorded[-1]


class WrittenRecorder:
    """Records as an ordinary coroutine, which takes as long as `wait`."""

    def __init__(self, wait: Callable[[], Awaitable[None]]) -> None:
        self.interactions: list[dict[str, Any]] = []
        self._wait = wait

    async def record(self, interaction: dict[str, Any]) -> None:
        await self._wait()
        self.interactions.append(interaction)


async def test_a_reply_comes_before_it_is_on_record_and_is_told_when_it_is() -> None:
    recorder = LaterRecorder()
    stage = Stage(recorder=recorder)
    reply = await stage.tools.answer(CALL)
    assert reply.outcome == "found"
    assert reply.recorded is recorder.recorded[0]
    assert not reply.recorded.done()
    await stage.clock.advance(0.03)
    assert stage.told() == []
    recorder.recorded[0].set_result(None)
    await settle()
    (told,) = stage.told()
    assert (told.outcome, told.tool_call_id, told.repeated) == ("found", "t1", False)
    assert told.duration_s == 0.03, "its caller waited for the disk as well"


async def test_what_is_on_record_at_once_is_told_at_once() -> None:
    stage = Stage(recorder=FakeRecorder())
    reply = await stage.tools.answer(CALL)
    assert reply.recorded is not None
    assert reply.recorded.done()
    assert len(stage.told()) == 1


async def test_a_recorder_that_is_an_ordinary_coroutine_is_awaited_first() -> None:
    written = asyncio.Event()

    async def until_written() -> None:
        await written.wait()

    recorder = WrittenRecorder(until_written)
    stage = Stage(recorder=recorder)
    answering = asyncio.create_task(stage.tools.answer(CALL))
    await settle()
    assert not answering.done()
    assert stage.told() == []
    written.set()
    reply = await answering
    assert reply.recorded is None
    assert len(recorder.interactions) == len(stage.told()) == 1


async def test_a_recorder_that_fails_as_a_coroutine_is_an_apology_that_is_told() -> None:
    async def fail() -> None:
        raise RuntimeError("a defect")

    stage = Stage(recorder=WrittenRecorder(fail))
    reply = await stage.tools.answer(CALL)
    assert (reply.outcome, reply.recorded) == ("unavailable", None)
    assert len(stage.sink.of(DefectCaught)) == len(stage.told()) == 1


async def test_without_a_recorder_there_is_nothing_to_wait_for() -> None:
    stage = Stage(recorder=None)
    assert (await stage.tools.answer(CALL)).recorded is None
    assert len(stage.told()) == 1


async def test_a_repetition_waits_for_the_same_recording_and_each_is_told() -> None:
    recorder = LaterRecorder()
    stage = Stage(recorder=recorder)
    first, joined = await asyncio.gather(stage.tools.answer(CALL), stage.tools.answer(CALL))
    await stage.clock.advance(0.01)
    later = await stage.tools.answer(replace(CALL, received_now=stage.clock.now()))
    assert len(recorder.recorded) == 1
    assert first.recorded is joined.recorded is later.recorded is recorder.recorded[0]
    assert first == joined == later
    await stage.clock.advance(0.02)
    assert stage.told() == []
    recorder.recorded[0].set_result(None)
    await settle()
    assert [told.repeated for told in stage.told()] == [False, True, True]
    assert [round(told.duration_s, 3) for told in stage.told()] == [0.03, 0.03, 0.02]


async def test_a_repetition_of_what_is_on_record_waits_for_nothing() -> None:
    recorder = LaterRecorder()
    stage = Stage(recorder=recorder)
    await stage.tools.answer(CALL)
    recorder.recorded[0].set_result(None)
    await settle()
    again: ToolReply = await stage.tools.answer(CALL)
    assert again.recorded is not None
    assert again.recorded.done()
    assert [told.repeated for told in stage.told()] == [False, True]


async def test_one_that_waits_for_a_recording_and_goes_away_takes_it_from_nobody() -> None:
    recorder = LaterRecorder()
    stage = Stage(recorder=recorder)

    async def answer_and_wait() -> None:
        reply = await stage.tools.answer(CALL)
        assert reply.recorded is not None
        await asyncio.wait({reply.recorded})

    first, second = (asyncio.create_task(answer_and_wait()) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    assert not recorder.recorded[0].cancelled()
    recorder.recorded[0].set_result(None)
    await second
    await settle()
    assert len(stage.told()) == 2


class Arguments(dict[str, Any]):
    """What a call was asked with."""


async def test_nothing_of_a_call_but_what_is_told_of_it_is_kept_until_it_is_on_record() -> None:
    recorder = LaterRecorder()
    stage = Stage(recorder=recorder)
    arguments = Arguments(trackingNumber="SHR123456")
    kept = weakref.ref(arguments)
    await stage.tools.answer(replace(CALL, arguments=arguments))
    del arguments
    assert not recorder.recorded[0].done()
    assert kept() is None
    recorder.recorded[0].set_result(None)
    await settle()
    assert [told.tracking_number for told in stage.told()] == ["SHR123456"]


@pytest.mark.parametrize("length", [1, 2_000])
async def test_a_name_that_the_agent_made_up_is_recorded_without_telephone_numbers_however_long(length: int) -> None:
    stage = Stage()
    name = "x" * length
    await stage.tools.answer(replace(CALL, name=f"{name} +1 555 555 0123"))
    assert stage.recorder.interactions[0]["reply"]["name"] == f"{name} [phone]"
