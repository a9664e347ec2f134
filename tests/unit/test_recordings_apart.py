"""What the service and its writing process say to each other, and waiting within a bound."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheriff_adapters.recordings.apart.frames import Frame, FrameReader, framed, framed_lines
from sheriff_adapters.recordings.apart.messages import (
    event_body,
    opening_body,
    purge_body,
    read_event,
    read_opening,
    read_purge,
)
from sheriff_adapters.recordings.apart.outages import OverlappingOutages
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.waiting import AckBound
from sheriff_core.events import (
    DefectCaught,
    Event,
    InteractionLost,
    InteractionRecorded,
    RecorderFailed,
    RecorderRestored,
)
from sheriff_core.ports import InteractionFilter
from tests.fakes import FakeClock, SpySink

FRAMES = st.lists(st.tuples(st.sampled_from(Frame), st.binary(max_size=50)))


@given(said=FRAMES, cuts=st.lists(st.integers(min_value=0, max_value=400)))
def test_frames_arrive_whole_in_pieces_of_any_size(said: list[tuple[Frame, bytes]], cuts: list[int]) -> None:
    sent = b"".join(framed(kind, body) for kind, body in said)
    edges = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    reader = FrameReader()
    heard = [frame for start, end in itertools.pairwise(edges) for frame in reader.read(sent[start:end])]
    assert heard == said


def test_a_frame_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="99"):
        list(FrameReader().read(b"\x63\0\0\0\0"))


def test_lines_stand_in_a_frame_of_their_own() -> None:
    assert list(FrameReader().read(framed_lines(Frame.RECORD_WHOLE, [b"{}", b"[]"]))) == [
        (Frame.RECORD_WHOLE, b"{}\n[]")
    ]


@pytest.mark.parametrize("directory", [None, Path("/var/spool/sheriff")])
def test_a_policy_arrives_as_it_was(directory: Path | None) -> None:
    policy = replace(RecordingPolicy(), spool_directory=directory, retention_days=None, queue_entries=7)
    assert read_opening(opening_body("sqlite:///a.db", policy)) == ("sqlite:///a.db", policy)


@pytest.mark.parametrize(
    "wanted",
    [
        InteractionFilter(tracking_number="Zoë 1", kind="tool_call", slower_than_ms=1.5),
        InteractionFilter(before=datetime(2026, 2, 12, 9, 30, 1, 250, tzinfo=UTC)),
    ],
)
def test_a_filter_arrives_as_it_was(wanted: InteractionFilter) -> None:
    assert read_purge(purge_body(wanted, 3, tidies=False)) == (3, wanted, False)


@pytest.mark.parametrize(
    "event",
    [
        InteractionLost(count=1, reason="queue and spool are full"),
        RecorderFailed(detail="no answer in time"),
        RecorderRestored(spooled=4),
    ],
)
def test_an_event_arrives_as_it_was(event: Event) -> None:
    assert read_event(event_body(event)) == event


def test_a_defect_arrives_with_its_kind_and_frames_and_without_its_words() -> None:
    what_a_caller_said = "my name is Maria"
    try:
        raise ZeroDivisionError(what_a_caller_said)
    except ZeroDivisionError as error:
        arrived = read_event(event_body(DefectCaught(where="recordings", error=error)))
    assert isinstance(arrived, DefectCaught)
    assert arrived.where == "recordings"
    assert str(arrived.error).startswith("ZeroDivisionError\n")
    assert "raise ZeroDivisionError(what_a_caller_said)" in str(arrived.error)
    assert what_a_caller_said not in str(arrived.error)


def test_outages_that_overlap_are_told_as_one() -> None:
    events = SpySink()
    outages = OverlappingOutages(events)
    store, process = outages.of("store"), outages.of("process")
    store.emit(RecorderFailed(detail="away"))
    process.emit(RecorderFailed(detail="silent"))
    process.emit(InteractionRecorded(count=1))
    process.emit(RecorderRestored(spooled=1))
    store.emit(RecorderRestored(spooled=2))
    store.emit(RecorderFailed(detail="away again"))
    process.emit(RecorderFailed(detail="dead"))
    outages.end("store")
    process.emit(RecorderRestored(spooled=3))
    assert events.events == [
        RecorderFailed(detail="away"),
        InteractionRecorded(count=1),
        RecorderRestored(spooled=2),
        RecorderFailed(detail="away again"),
        RecorderRestored(spooled=3),
    ]


async def test_a_bound_lets_go_whoever_has_waited_so_long_and_nobody_earlier() -> None:
    clock = FakeClock()
    bound = AckBound(clock, 0.05)
    keeping = asyncio.create_task(bound.keep())
    loop = asyncio.get_running_loop()
    first, second = loop.create_future(), loop.create_future()
    bound.begins_for([first])
    await clock.advance(0.04)
    bound.begins_for([second])
    assert not first.done()
    await clock.advance(0.02)
    assert (first.done(), second.done()) == (True, False)
    await clock.advance(0.04)
    assert second.done()
    keeping.cancel()


async def test_without_a_bound_nobody_is_let_go_and_nothing_is_held_for_it() -> None:
    bound = AckBound(FakeClock(), None)
    waiting = asyncio.get_running_loop().create_future()
    bound.begins_for([waiting])
    bound.end()
    assert not waiting.done()
