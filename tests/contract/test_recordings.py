"""The contract of the `Recorder` and `Recordings` ports: on the fake, on SQLite, and on a real PostgreSQL,
written in this process and by one of its own.

JSON lines are no store: what is recorded is carried through a file of them before it is read.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sheriff_adapters.recordings.apart.opening import open_recordings_apart
from sheriff_adapters.recordings.importing import import_interactions
from sheriff_adapters.recordings.jsonl import write_jsonl
from sheriff_adapters.recordings.opening import OpenRecordings, open_recordings
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.ports import InteractionFilter, InteractionPage
from tests.fakes import FakeRecorder, SpySink
from tests.postgres_server import fresh_database
from tests.recorded import MORNING, PATIENT, WRITER, end_of_call, tool_call, with_outcome


class CarriedAsJsonLines:
    """Recordings that hold what is imported from a file to which everything recorded was exported."""

    def __init__(self, into: OpenRecordings, file: Path) -> None:
        self._into = into
        self._file = file
        self._recorded: list[dict[str, Any]] = []

    async def record(self, interaction: dict[str, Any]) -> None:
        self._recorded.append(interaction)

    async def find(self, wanted: InteractionFilter) -> InteractionPage:
        await self._carry()
        return await self._into.find(wanted)

    async def stream(self, wanted: InteractionFilter) -> AsyncIterator[dict[str, Any]]:
        await self._carry()
        async for interaction in self._into.stream(wanted):
            yield interaction

    async def purge(self, wanted: InteractionFilter) -> int:
        await self._carry()
        return await self._into.purge(wanted)

    async def _carry(self) -> None:
        recorded, self._recorded = self._recorded, []

        async def each() -> AsyncIterator[dict[str, Any]]:
            for interaction in recorded:
                yield interaction

        assert await write_jsonl(self._file, each()) == len(recorded)
        assert (await import_interactions(str(self._file), into=self._into)).read == len(recorded)


@pytest.fixture(
    params=[
        "fake",
        "sqlite",
        "sqlite apart",
        "jsonl",
        "jsonl.gz",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("postgres apart", marks=pytest.mark.postgres),
    ]
)
async def recordings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    if request.param == "fake":
        yield FakeRecorder()
        return
    url = f"sqlite:///{tmp_path}/recordings.db"
    if request.param.startswith("postgres"):
        url = await fresh_database(request.getfixturevalue("postgres_server"))
    policy = replace(PATIENT, spool_directory=tmp_path)
    if request.param.endswith("apart"):
        async with open_recordings_apart(
            url, program=WRITER, clock=SystemClock(), events=SpySink(), policy=policy
        ) as recordings_apart:
            yield recordings_apart
        return
    async with open_recordings(url, clock=SystemClock(), events=SpySink(), policy=policy) as opened:
        carries = request.param.startswith("jsonl")
        yield CarriedAsJsonLines(opened, tmp_path / f"carried.{request.param}") if carries else opened


async def ids(recordings: Any, wanted: InteractionFilter) -> list[str]:
    """The correlation ids of all pages, in order."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await recordings.find(
            InteractionFilter(**{name: getattr(wanted, name) for name in wanted.__slots__} | {"cursor": cursor})
        )
        assert len(page.interactions) <= wanted.limit
        found += [interaction.get("correlationId", interaction["callId"]) for interaction in page.interactions]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def streamed(recordings: Any, wanted: InteractionFilter = InteractionFilter()) -> list[dict[str, Any]]:  # noqa: B008 - frozen
    return [interaction async for interaction in recordings.stream(wanted)]


async def test_what_goes_in_comes_out_to_the_letter(recordings: Any) -> None:
    told = tool_call(
        1,
        arguments={
            "trackingNumber": "trk 1",
            "note": "Zoë “Ó Néill” \u0000 \u2028 \U0001f4e6",
            "deep": [{"a": [None]}],
        },
        latencyMs=0.1 + 0.2,
        upstream=[{"attempt": 1, "startedMs": 0, "durationMs": 12.5, "result": "ok", "document": {"_id": "d1"}}],
        fieldOfALaterVersion={"kept": True},
    )
    report = end_of_call("call-1", at=60, turns=3)
    await recordings.record(told)
    await recordings.record(report)
    assert await streamed(recordings) == [told, report]
    assert (await recordings.find(InteractionFilter())).interactions == (report, told)


async def test_pages_are_newest_first_and_meet_every_interaction_once(recordings: Any) -> None:
    for number in range(7):
        await recordings.record(tool_call(number))
    assert await ids(recordings, InteractionFilter(limit=3)) == [f"correlation-{n}" for n in range(6, -1, -1)]


async def test_a_page_that_is_just_full_is_the_last(recordings: Any) -> None:
    for number in range(4):
        await recordings.record(tool_call(number))
    page = await recordings.find(InteractionFilter(limit=2))
    page = await recordings.find(InteractionFilter(limit=2, cursor=page.next_cursor))
    assert len(page.interactions) == 2
    assert page.next_cursor is None


async def test_interactions_of_one_instant_are_paged_without_loss(recordings: Any) -> None:
    for number in range(9):
        await recordings.record(tool_call(number, receivedAt="2026-02-12T09:30:00.000Z"))
    found = await ids(recordings, InteractionFilter(limit=2))
    assert sorted(found) == sorted(f"correlation-{n}" for n in range(9))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (InteractionFilter(correlation_id="correlation-2"), [2]),
        (InteractionFilter(call_id="shared"), [4, 3]),
        (InteractionFilter(call_id="shared", outcome="not_found"), [4]),
        (InteractionFilter(tracking_number="trk 000-002"), [2]),
        (InteractionFilter(tracking_number="TRK000002", call_id="shared"), []),
        (InteractionFilter(outcome="not_found"), [4, 1]),
        (InteractionFilter(outcome="not_found", slower_than_ms=102), [4]),
        (InteractionFilter(slower_than_ms=102), [4, 3]),
        (InteractionFilter(slower_than_ms=102, before=MORNING + timedelta(seconds=4)), [3]),
        (InteractionFilter(kind="tool_call"), [4, 3, 2, 1]),
        (InteractionFilter(kind="tool_call", before=MORNING + timedelta(seconds=3)), [2, 1]),
        (InteractionFilter(correlation_id="correlation-2", kind="end_of_call"), []),
        (InteractionFilter(outcome="nothing of ours"), []),
    ],
)
async def test_filters_find_what_they_say(recordings: Any, wanted: InteractionFilter, expected: list[int]) -> None:
    await recordings.record(with_outcome(1, "not_found"))
    await recordings.record(tool_call(2))
    await recordings.record(tool_call(3, callId="shared"))
    await recordings.record(with_outcome(4, "not_found", callId="shared"))
    await recordings.record(end_of_call("other", at=5))
    expected_ids = [f"correlation-{number}" for number in expected]
    assert await ids(recordings, wanted) == expected_ids
    assert [told["correlationId"] for told in await streamed(recordings, wanted)] == expected_ids[::-1]


async def test_a_purge_deletes_what_matches_and_nothing_else(recordings: Any) -> None:
    for number in range(5):
        await recordings.record(tool_call(number))
    await recordings.record(end_of_call("call-3", at=10))
    assert await recordings.purge(InteractionFilter(before=MORNING + timedelta(seconds=2))) == 2
    assert await recordings.purge(InteractionFilter(call_id="call-3")) == 2
    assert await recordings.purge(InteractionFilter(tracking_number="trk000004")) == 1
    assert await recordings.purge(InteractionFilter(tracking_number="trk000004")) == 0
    assert [told["correlationId"] for told in await streamed(recordings)] == ["correlation-2"]


async def test_a_purge_without_any_restriction_is_refused(recordings: Any) -> None:
    await recordings.record(tool_call(1))
    with pytest.raises(ValueError, match="refusing"):
        await recordings.purge(InteractionFilter())
    assert len(await streamed(recordings)) == 1


async def test_many_at_once_are_all_kept(recordings: Any) -> None:
    await asyncio.gather(*(recordings.record(tool_call(number)) for number in range(300)))
    assert len(await streamed(recordings)) == 300
