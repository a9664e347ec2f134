"""What both stores promise beyond the ports: rows are kept once, reports only grow, and a restart finds everything."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheriff_adapters.recordings import postgres_schema, sqlite_schema
from sheriff_adapters.recordings import row as row_module
from sheriff_adapters.recordings.interaction_text import encode
from sheriff_adapters.recordings.opening import OpenRecordings, _spool_path, open_recordings, open_stored
from sheriff_adapters.recordings.reading import read_placed, read_recordings
from sheriff_adapters.recordings.row import row_of
from sheriff_adapters.recordings.trial import try_recordings
from sheriff_adapters.recordings.urls import SqliteUrl, parse_recordings_url
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.events import InteractionLost
from sheriff_core.ports import InteractionFilter, RecordingsUnavailableError
from tests.fakes import SpySink
from tests.recorded import MORNING, PATIENT, end_of_call, tool_call
from tests.waiting import until

EVERYTHING = InteractionFilter()
Opener = Callable[..., AbstractAsyncContextManager[OpenRecordings]]


@pytest.fixture
def events() -> SpySink:
    return SpySink()


@pytest.fixture
def opener(recordings_url: str, events: SpySink, tmp_path: Path) -> Opener:
    def open_now(*, create: bool = True, **bounds: Any) -> AbstractAsyncContextManager[OpenRecordings]:
        policy = replace(PATIENT, spool_directory=tmp_path, **bounds)
        return open_recordings(recordings_url, clock=SystemClock(), events=events, policy=policy, create=create)

    return open_now


async def kept(recordings: Any) -> list[dict[str, Any]]:
    return [interaction async for interaction in recordings.stream(EVERYTHING)]


async def test_a_repeated_tool_call_is_kept_once(opener: Opener) -> None:
    async with opener() as recordings:
        for _ in range(3):
            await recordings.record(tool_call(1))
        await asyncio.gather(*(recordings.record(tool_call(2)) for _ in range(20)))
        assert await kept(recordings) == [tool_call(1), tool_call(2)]


async def test_the_same_tool_call_id_in_another_request_is_another_interaction(opener: Opener) -> None:
    async with opener() as recordings:
        await recordings.record(tool_call(1, correlationId="first"))
        await recordings.record(tool_call(1, correlationId="repeated"))
        await recordings.record(tool_call(1, correlationId="first", callId=None))
        assert len(await kept(recordings)) == 3


REPORTS = [
    end_of_call("call", at=1, turns=0, results=0),
    end_of_call("call", at=2, turns=0, results=1),
    end_of_call("call", at=3, turns=2, results=0),
    end_of_call("call", at=4, turns=2, results=1),
    end_of_call("call", at=5, turns=3, results=1),  # the last complete one
    end_of_call("call", at=6, turns=0, results=0),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(REPORTS), batched=st.booleans())
async def test_the_last_complete_report_of_a_call_wins_in_any_order(
    opener: Opener, order: list[dict[str, Any]], batched: bool
) -> None:
    async with opener() as recordings:
        await recordings.purge(InteractionFilter(call_id="call"))
        if batched:
            await recordings.add([row_of(report) for report in order])
        else:
            for report in order:
                await recordings.record(report)
        assert await kept(recordings) == [REPORTS[4]]


async def test_a_purge_deletes_in_steps_and_forgets_the_numbers_as_well(opener: Opener) -> None:
    async with opener(purge_rows=7, purge_rest=0.1) as recordings:
        await recordings.add([row_of(tool_call(number)) for number in range(30)])
        assert await recordings.purge(InteractionFilter(before=MORNING + timedelta(seconds=25))) == 25
        assert (await recordings.find(InteractionFilter(tracking_number="TRK-000003"))).interactions == ()
        assert len(await kept(recordings)) == 5


async def test_an_interaction_is_found_by_the_number_that_was_said_and_by_the_one_that_was_found(
    opener: Opener,
) -> None:
    told = tool_call(
        1,
        arguments={"trackingId": "tee are kay forty two"},
        upstream=[{"attempt": 1, "result": "ok", "document": {"trackingNumber": "TRK-42"}}],
    )
    async with opener() as recordings:
        await recordings.record(told)
        for number in ("TeeAreKayFortyTwo", "trk 42"):
            assert (await recordings.find(InteractionFilter(tracking_number=number))).interactions == (told,)
        assert await recordings.purge(InteractionFilter(tracking_number="TRK42")) == 1
        assert await kept(recordings) == []


async def test_hostile_ids_are_kept_and_found(opener: Opener) -> None:
    for_call = ["nul\0byte", "x" * 5_000, "half \ud800 pair", "'; DROP TABLE sheriff_interactions; --", "ünï 📦"]
    told = [tool_call(number, callId=call, correlationId=call) for number, call in enumerate(for_call)]
    async with opener() as recordings:
        for interaction in told:
            await recordings.record(interaction)
        assert await kept(recordings) == told
        for interaction, call in zip(told, for_call, strict=True):
            page = await recordings.find(InteractionFilter(call_id=call, correlation_id=call))
            assert page.interactions == (interaction,)


async def test_an_interaction_of_many_megabytes_is_kept(opener: Opener) -> None:
    large = end_of_call("long", turns=1, transcript=[{"role": "user", "text": "word " * 1_600_000}])
    async with opener() as recordings:
        await recordings.record(large)
        await recordings.record(tool_call(1))
        assert await kept(recordings) == [large, tool_call(1)]


async def test_what_cannot_be_recorded_is_counted_and_disturbs_nobody(opener: Opener) -> None:
    async with opener() as recordings:
        await recordings.record({"kind": "surprise"})
        await recordings.record(tool_call(1, arguments={"trackingNumber": object()}))
        await recordings.record(tool_call(2))
        assert await kept(recordings) == [tool_call(2)]
        assert recordings.status()["lost"] == 2


async def test_an_absent_instant_of_receipt_is_the_present_one(opener: Opener) -> None:
    async with opener() as recordings:
        await recordings.record({**tool_call(1), "receivedAt": None})
        assert len(await kept(recordings)) == 1
        assert (await kept(recordings))[0]["receivedAt"]


async def test_a_restart_finds_everything_and_reading_needs_no_writer(opener: Opener, recordings_url: str) -> None:
    async with opener() as recordings:
        await recordings.record(tool_call(1))
        await recordings.record(end_of_call("call-1", at=30))
    async with opener(create=False) as recordings:
        assert await kept(recordings) == [tool_call(1), end_of_call("call-1", at=30)]
    async with open_stored(recordings_url) as stored:
        assert await kept(stored) == [tool_call(1), end_of_call("call-1", at=30)]
    placed = [("entry 1", tool_call(1)), ("entry 2", end_of_call("call-1", at=30))]
    assert [each async for each in read_placed(recordings_url)] == placed


async def test_reading_takes_in_what_a_killed_process_left(
    opener: Opener, recordings_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the spool of a server lies
    async with opener() as recordings:
        await recordings.record(tool_call(1))
    left = _spool_path(parse_recordings_url(recordings_url), PATIENT)
    left.write_bytes(row_of(tool_call(2)).text.encode() + b"\n")
    assert [item async for item in read_recordings(recordings_url)] == [tool_call(1), tool_call(2)]
    assert not list(tmp_path.glob("*.spool*"))


async def test_reading_leaves_what_it_cannot_read_to_a_service_that_tells_of_it(
    opener: Opener, recordings_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opener() as recordings:
        await recordings.record(tool_call(1))
    left = _spool_path(parse_recordings_url(recordings_url), PATIENT)
    left.write_bytes(b"no interaction\n" + row_of(tool_call(2)).text.encode() + b"\n")
    for _ in range(2):
        assert [item async for item in read_recordings(recordings_url)] == [tool_call(1), tool_call(2)]
    async with opener() as recordings:
        assert await kept(recordings) == [tool_call(1), tool_call(2)]
        await until(lambda: recordings.status()["lost"] == 1)
    assert not list(tmp_path.glob("*.spool*"))


async def test_several_instances_start_at_once_on_nothing(opener: Opener) -> None:
    async def start(number: int) -> None:
        async with opener() as recordings:
            await recordings.record(tool_call(number))
            # On a slow disk the tables of another may be awaited longer than one lock is, and tried for again.
            await until(lambda: recordings.status()["status"] == "ok")

    await asyncio.gather(*(start(number) for number in range(6)))
    async with opener() as recordings:
        assert len(await kept(recordings)) == 6


async def test_recordings_that_do_not_exist_are_told_and_not_made(
    opener: Opener, recordings_url: str, tmp_path: Path
) -> None:
    with pytest.raises(RecordingsUnavailableError):
        async with opener(create=False):
            pass
    with pytest.raises(RecordingsUnavailableError):
        _ = [item async for item in read_recordings(recordings_url)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cursor", ["garbage!", "AAAA", "A" * 400, "💣"])
async def test_a_cursor_that_is_not_ours_is_refused(opener: Opener, cursor: str) -> None:
    async with opener() as recordings:
        with pytest.raises(ValueError, match="cursor"):
            await recordings.find(InteractionFilter(cursor=cursor))
        with pytest.raises(ValueError, match="limit"):
            await recordings.find(InteractionFilter(limit=0))


async def test_a_page_does_not_move_when_newer_interactions_arrive(opener: Opener) -> None:
    async with opener() as recordings:
        for number in range(4):
            await recordings.record(tool_call(number))
        page = await recordings.find(InteractionFilter(limit=2))
        await recordings.record(tool_call(99))
        page = await recordings.find(InteractionFilter(limit=2, cursor=page.next_cursor))
        assert [told["correlationId"] for told in page.interactions] == ["correlation-1", "correlation-0"]


async def test_rare_and_common_slowness_are_found_in_the_same_order(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opener() as recordings:
        await recordings.add([row_of(tool_call(number, latencyMs=float(number % 10))) for number in range(60)])
        wanted = InteractionFilter(slower_than_ms=6.5, limit=4)
        answers = []
        for rare in (0, 2_000):
            monkeypatch.setattr("sheriff_adapters.recordings.selection.RARE", rare)
            first = await recordings.find(wanted)
            second = await recordings.find(replace(wanted, cursor=first.next_cursor))
            answers.append(first.interactions + second.interactions)
        assert answers[0] == answers[1]
        assert [told["latencyMs"] for told in answers[0]] == [9.0, 8.0, 7.0, 9.0, 8.0, 7.0, 9.0, 8.0]


async def test_retention_deletes_what_is_too_old_by_itself(opener: Opener) -> None:
    async with opener() as recordings:
        await recordings.add([row_of(tool_call(1)), row_of(end_of_call("old", at=5))])
        fresh = tool_call(2, receivedAt=SystemClock().wall().isoformat())
        await recordings.record(fresh)
    async with opener(retention_days=1.0, purge_rest=0.1) as recordings, asyncio.timeout(30):
        while await kept(recordings) != [fresh]:
            await asyncio.sleep(0.01)


@pytest.fixture(params=[1, 2])
def earlier(request: pytest.FixtureRequest) -> int:
    """A version of the tables that this software made once."""
    return int(request.param)


@pytest.fixture
async def of_earlier(
    earlier: int, recordings_url: str, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    """What recordings of an earlier version hold.

    1: keys without a time, ids indexed as they are. 2: a policy in each interaction.
    """
    told = [tool_call(1), tool_call(2), end_of_call("call-1", at=30)]
    with monkeypatch.context() as then:
        for schema in (sqlite_schema, postgres_schema):
            then.setattr(schema, "VERSION", earlier)
            # The last step is done as well, for today's way of writing, and undone below.
            then.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:earlier], *schema.MIGRATIONS[2:]))
        if earlier == 1:
            then.setattr(row_module, "timed_key", lambda _, key: key)
        then.setattr(row_module, "body_and_policy", lambda told: (encode(told), None))
        async with opener() as recordings:
            await recordings.add([row_of(interaction) for interaction in told])
    await execute(recordings_url, "DROP TABLE sheriff_policies")
    return told


async def test_recordings_of_an_earlier_version_are_read_as_they_are(
    earlier: int, of_earlier: list[dict[str, Any]], recordings_url: str
) -> None:
    assert [item async for item in read_recordings(recordings_url)] == of_earlier
    async with open_stored(recordings_url) as stored:
        assert (await stored.find(InteractionFilter(call_id="call-2"))).interactions == (of_earlier[1],)
        assert (await stored.find(InteractionFilter(slower_than_ms=101.5))).interactions == (of_earlier[1],)
    assert await version(recordings_url) == earlier


async def test_recordings_of_an_earlier_version_are_made_current_by_the_first_write(
    of_earlier: list[dict[str, Any]], recordings_url: str, opener: Opener
) -> None:
    async with opener(create=False) as recordings:
        await recordings.add([row_of(interaction) for interaction in of_earlier])  # they are known
        assert await kept(recordings) == of_earlier
        for wanted in (InteractionFilter(correlation_id="correlation-2"), InteractionFilter(slower_than_ms=101.5)):
            assert (await recordings.find(wanted)).interactions == (of_earlier[1],)
        assert await recordings.purge(InteractionFilter(call_id="call-1")) == 2
    assert await version(recordings_url) == 3


async def test_whether_an_earlier_version_can_be_written_is_tried_without_changing_it(
    earlier: int, of_earlier: list[dict[str, Any]], recordings_url: str
) -> None:
    assert (await try_recordings(recordings_url)).exists
    assert await version(recordings_url) == earlier
    assert [item async for item in read_recordings(recordings_url)] == of_earlier


async def test_what_the_store_will_never_take_is_lost_alone_however_large_its_batch(
    recordings_url: str, opener: Opener, events: SpySink
) -> None:
    many = [tool_call(number) for number in range(350)]
    async with opener() as recordings:
        await recordings.record(many[0])  # makes the tables
        await refuse(recordings_url, call_id="call-320")
        recorded = [recordings.record(told) for told in many[1:]]
        await asyncio.gather(*recorded)
        assert await kept(recordings) == [told for told in many if told["callId"] != "call-320"]
    assert sum(lost.count for lost in events.of(InteractionLost)) == 1


async def test_how_many_were_new_is_told_of_a_batch_of_any_size_and_of_a_refused_one_none_is_kept(
    recordings_url: str, opener: Opener
) -> None:
    async with opener() as recordings:
        assert await recordings.add([row_of(tool_call(number)) for number in range(250)]) == 250
        assert await recordings.add([row_of(tool_call(number)) for number in range(240, 480)]) == 230
        await refuse(recordings_url, call_id="call-720")
        with pytest.raises(RecordingsUnavailableError):
            await recordings.add([row_of(tool_call(number)) for number in range(480, 730)])
        assert len(await kept(recordings)) == 480


async def refuse(recordings_url: str, *, call_id: str) -> None:
    """Have the database itself refuse interactions of this call."""
    if isinstance(parse_recordings_url(recordings_url), SqliteUrl):
        refusal = f"WHEN NEW.call_id = '{call_id}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        await execute(recordings_url, f"CREATE TRIGGER refusing BEFORE INSERT ON sheriff_interactions {refusal}")
    else:
        await execute(recordings_url, f"ALTER TABLE sheriff_interactions ADD CHECK (call_id <> '{call_id}')")


async def version(recordings_url: str) -> int:
    if isinstance(parse_recordings_url(recordings_url), SqliteUrl):
        return int((await execute(recordings_url, "PRAGMA user_version"))[0][0])
    return int((await execute(recordings_url, "SELECT version FROM sheriff_recordings_version"))[0][0])


async def execute(recordings_url: str, sql: str) -> list[Any]:
    """What a stranger to this software reads or does there."""
    address = parse_recordings_url(recordings_url)
    if isinstance(address, SqliteUrl):
        with contextlib.closing(sqlite3.connect(address.path)) as file, file:
            return file.execute(sql).fetchall()
    connection = await asyncpg.connect(recordings_url)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


POLICIES = (
    {"timezone": "UTC", "caller": {"not_found_per_call": 5}},
    {"timezone": "Europe/Zürich", "note": "\U0001f4e6"},
)


async def test_a_policy_is_kept_once_and_given_with_each_interaction(opener: Opener, recordings_url: str) -> None:
    told = [tool_call(number, policy=POLICIES[number % 2]) for number in range(6)]
    told += [tool_call(6, policy=None), tool_call(7, policy={}), tool_call(8, policy="a word"), end_of_call("c", at=9)]
    async with opener() as recordings:
        await recordings.add([row_of(interaction) for interaction in told[:4]])
        for interaction in told[4:]:
            await recordings.record(interaction)
        assert await kept(recordings) == told
        assert (await recordings.find(InteractionFilter(call_id="call-5"))).interactions == (told[5],)
    read = [item async for item in read_recordings(recordings_url)]
    assert read == told
    assert [list(item) for item in read] == [list(item) for item in told]
    assert len(await execute(recordings_url, "SELECT * FROM sheriff_policies")) == 3
    assert not await execute(
        recordings_url, "SELECT 1 FROM sheriff_interactions WHERE CAST(body AS TEXT) LIKE '%not_found_per%'"
    )


@pytest.mark.parametrize("policy", ["a word\0", "half \ud83d of a pair", {"note": "x" * 20_000}, ["UTC"], 7])
async def test_what_is_no_policy_of_ours_stays_as_it_is(opener: Opener, recordings_url: str, policy: Any) -> None:
    told = [tool_call(1, policy=policy), tool_call(2)]
    async with opener() as recordings:
        await recordings.add([row_of(interaction) for interaction in told])
        assert await kept(recordings) == told
    assert len(await execute(recordings_url, "SELECT * FROM sheriff_policies")) == 1


async def test_a_row_that_someone_else_has_written_is_named(opener: Opener, recordings_url: str) -> None:
    async with opener() as recordings:
        await recordings.add([row_of(tool_call(1))])
        await execute(recordings_url, "UPDATE sheriff_interactions SET body = '[]'")
        with pytest.raises(RecordingsUnavailableError, match="body of row 1 is not a JSON object"):
            await kept(recordings)


async def test_a_policy_goes_with_the_last_interaction_that_is_too_old(opener: Opener, recordings_url: str) -> None:
    day = timedelta(days=1)
    told = [tool_call(n, policy=POLICIES[n > 1], receivedAt=(MORNING + n * day).isoformat()) for n in range(4)]
    async with opener() as recordings:
        await recordings.add([row_of(interaction) for interaction in told])
        # By a call or a number nobody can tell who else has the policy; by age, only once all of those are gone.
        assert await recordings.purge(InteractionFilter(call_id="call-0")) == 1
        assert await recordings.purge(InteractionFilter(before=MORNING + day / 2)) == 0
        assert len(await execute(recordings_url, "SELECT * FROM sheriff_policies")) == 2
        assert await recordings.purge(InteractionFilter(before=MORNING + 1.5 * day)) == 1
        assert len(await execute(recordings_url, "SELECT * FROM sheriff_policies")) == 1
        assert await kept(recordings) == told[2:]
        # Known to be in use for an hour more than it was: a later one says so again.
        late = tool_call(9, policy=POLICIES[1], receivedAt=(MORNING + 9 * day).isoformat())
        await recordings.add([row_of(late)])
        assert await recordings.purge(InteractionFilter(before=MORNING + 5 * day)) == 2
        assert await kept(recordings) == [late]


async def test_an_interaction_is_found_by_its_ids_in_whatever_block_it_lies(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheriff_adapters.recordings.selection._BLOCK_BITS", 2)
    monkeypatch.setattr("sheriff_adapters.recordings.selection.BLOCK", "id >> 2")
    told = [tool_call(number, callId=f"call-{number % 3}") for number in range(20)]
    async with opener() as recordings:
        await recordings.add([row_of(interaction) for interaction in told])
        await recordings.purge(InteractionFilter(before=MORNING + timedelta(seconds=7)))  # the first block is gone
        page = await recordings.find(InteractionFilter(call_id="call-1", limit=3))
        rest = await recordings.find(InteractionFilter(call_id="call-1", cursor=page.next_cursor))
        assert page.interactions + rest.interactions == (told[19], told[16], told[13], told[10], told[7])
        for interaction in told[7:]:
            wanted = InteractionFilter(correlation_id=interaction["correlationId"], call_id=interaction["callId"])
            assert (await recordings.find(wanted)).interactions == (interaction,)
