"""An interaction as a row: what makes it unique, what it is found by, and what is none."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_adapters.recordings.interaction_text import InteractionUnusableError, decode, encode
from sheriff_adapters.recordings.kept_policy import KnownPolicies
from sheriff_adapters.recordings.row import (
    matches,
    number_column,
    row_of,
    row_of_line,
    searchable,
    without_repetitions,
)
from sheriff_core.ports import InteractionFilter
from tests.recorded import end_of_call, tool_call

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    extra=st.dictionaries(st.text(), JSON, max_size=4),
    arguments=JSON,
    policy=JSON | st.dictionaries(st.text(), JSON, max_size=3),
    reply=JSON,
    upstream=JSON,
    latency=JSON,
)
def test_any_json_is_read_without_a_raise_and_comes_back_to_the_letter(
    extra: dict[str, Any], arguments: Any, policy: Any, reply: Any, upstream: Any, latency: Any
) -> None:
    changes = {"arguments": arguments, "policy": policy, "reply": reply, "upstream": upstream, "latencyMs": latency}
    told = extra | tool_call(1, **changes)
    row = row_of(told)
    assert decode(row.text) == told
    assert "\n" not in row.text
    assert row.size_bytes == len(row.text.encode())


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=[]), max_size=400))
def test_a_column_is_text_that_every_store_can_index(text: str) -> None:
    column = searchable(text)
    if column is not None:
        assert "\0" not in column
        assert len(column) <= 200
        column.encode()
    number_column(text).encode()


def test_a_policy_is_told_apart_from_one_that_came_before() -> None:
    policies = [{"timezone": zone} for zone in ("UTC", "Asia/Tokyo", "UTC")]
    rows = [row_of(tool_call(1, policy=policy)) for policy in (*policies, policies[1])]
    assert rows[0].policy == rows[2].policy != rows[1].policy == rows[3].policy
    assert [decode(row.text)["policy"]["timezone"] for row in rows] == ["UTC", "Asia/Tokyo", "UTC", "Asia/Tokyo"]
    assert all("timezone" not in row.body for row in rows)


def test_a_policy_comes_back_to_where_it_stood_whichever_version_wrote_its_digest() -> None:
    told, known = tool_call(1), KnownPolicies()
    row = row_of(told)
    assert row.policy is not None
    for body in (decode(row.body), told | {"policy": row.policy.digest}):
        known.put_into([body], {row.policy.digest: told["policy"]})
        assert encode(body) == encode(told)


@pytest.mark.parametrize("where", ["arguments", 'a"policy'])
def test_a_policy_comes_back_to_its_place_whatever_a_stranger_says(where: str) -> None:
    policy = {"timezone": "UTC"}
    kept = row_of(tool_call(1, policy=policy)).policy
    assert kept is not None
    said: Any = {"policy": kept.digest} if where == "arguments" else kept.digest
    row = row_of({where: said} | tool_call(1, policy=policy, **{where: said}))
    assert decode(row.text) == {where: said} | tool_call(1, policy=policy, **{where: said})
    assert row.size_bytes == len(row.text.encode())


def test_half_of_a_surrogate_pair_survives_as_json_has_it() -> None:
    told = tool_call(1, note="half \ud83d of a pair")
    assert decode(encode(told)) == told


def test_a_number_beyond_all_bounds_is_kept_and_not_searched_for() -> None:
    row = row_of(tool_call(1, latencyMs=10**400, trackingNumber=10**60))
    assert row.latency_ms is None
    assert decode(row.text)["latencyMs"] == 10**400


def test_columns_hold_what_is_searched_for() -> None:
    row = row_of(tool_call(7))
    assert (row.kind, row.correlation_id, row.call_id) == ("tool_call", "correlation-7", "call-7")
    assert (row.outcome, row.latency_ms, row.numbers) == ("found", 107.0, ("TRK000007",))
    assert row.received_at == 1_770_888_607_000_000


def test_every_spelling_of_the_number_that_a_tool_call_holds_finds_it() -> None:
    row = row_of(
        tool_call(
            1,
            trackingNumber="ABC1",
            arguments={"tracking_id": "a b c one"},
            upstream=[{"document": {"trackingNumber": "abc-2"}, "otherDocuments": [{"trackingNumber": "abc-3"}]}, None],
            before={"cache": {"documents": [{"trackingNumber": "abc-4"}]}},
        )
    )
    assert set(row.numbers) == {"ABC1", "ABCONE", "ABC2", "ABC3", "ABC4"}


def test_the_key_is_made_of_the_ids_and_of_nothing_else() -> None:
    assert row_of(tool_call(1)).key == row_of(tool_call(1, latencyMs=5)).key
    for other in ({"correlationId": "x"}, {"callId": "x"}, {"toolCallId": "x"}, {"callId": None}):
        assert row_of(tool_call(1)).key != row_of(tool_call(1, **other)).key
    assert row_of(end_of_call("c", turns=1)).key == row_of(end_of_call("c", turns=2)).key
    assert row_of(tool_call(1)).key != row_of(end_of_call("call-1")).key


def test_ids_that_run_into_each_other_are_kept_apart() -> None:
    one = tool_call(1, callId="a", toolCallId="bc")
    other = tool_call(1, callId="ab", toolCallId="c")
    assert row_of(one).key != row_of(other).key


def test_without_any_id_the_same_words_are_the_same_interaction() -> None:
    nameless = {"callId": None, "toolCallId": None, "correlationId": None}
    assert row_of(tool_call(1, **nameless)).key == row_of(tool_call(1, **nameless)).key
    assert row_of(tool_call(1, **nameless)).key != row_of(tool_call(2, **nameless)).key


@pytest.mark.parametrize("told", [tool_call(1, callId=None, toolCallId=None, correlationId=None), end_of_call("")])
def test_without_any_id_what_was_read_from_a_store_or_a_spool_is_the_same_interaction(told: dict[str, Any]) -> None:
    row = row_of({"policy": {"timezone": "UTC"}, **told})
    assert row_of_line(row.text.encode()).key == row.key
    assert row_of(decode(row.body)).key == row.key


@pytest.mark.parametrize("said", ["2026-02-12T09:30:00.000Z", "2026-02-12T10:30:00+01:00", "2026-02-12T09:30:00"])
def test_an_instant_is_the_same_in_every_zone_and_in_utc_without_one(said: str) -> None:
    assert row_of(tool_call(0, receivedAt=said)).received_at == row_of(tool_call(0)).received_at


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([], "not a JSON object"),
        ("text", "not a JSON object"),
        ({}, "kind"),
        ({"kind": "phone_call"}, "kind"),
        ({"kind": []}, "kind"),
        ({"kind": "tool_call", "schema": 2}, "schema"),
        ({"kind": "tool_call"}, "receivedAt"),
        ({"kind": "tool_call", "receivedAt": 12}, "receivedAt"),
        ({"kind": "tool_call", "receivedAt": "yesterday"}, "receivedAt"),
        ({"kind": "tool_call", "receivedAt": "2026-02-12", "arguments": {1, 2}}, "JSON"),
    ],
)
def test_what_is_no_interaction_is_told_by_its_field(wrong: Any, told: str) -> None:
    with pytest.raises(InteractionUnusableError, match=told):
        row_of(wrong)


def test_a_fuller_report_supersedes_and_a_poorer_one_does_not() -> None:
    poor, full = row_of(end_of_call("c", at=9, turns=0)), row_of(end_of_call("c", at=1))
    assert full.supersedes(poor)
    assert not poor.supersedes(full)
    assert without_repetitions([poor, full]) == without_repetitions([full, poor]) == [full]
    first, again = row_of(tool_call(1)), row_of(tool_call(1, latencyMs=1))
    assert without_repetitions([first, again]) == [first]


def test_rows_on_their_way_are_matched_as_a_store_would() -> None:
    row = row_of(json.loads(json.dumps(tool_call(1))))
    assert matches(row, InteractionFilter(tracking_number="trk 000-001", kind="tool_call", slower_than_ms=100))
    for other in ({"call_id": "x"}, {"outcome": "issue"}, {"slower_than_ms": 101}, {"tracking_number": "TRK2"}):
        assert not matches(row, InteractionFilter(**other))
