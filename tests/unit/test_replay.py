"""Replay: whatever happened in a simulated day of faults happens again, byte for byte."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sheriff.__main__ import main
from sheriff.replaying import replay_all, replay_one, word_changes
from sheriff.reports.recordings_name import recordings_name
from sheriff_adapters.recorded_world import SimulatedClock
from sheriff_core.policy import BreakerPolicy, Disclosure, LookupPolicy, Policy, RetryPolicy
from sheriff_core.ports import AttemptResult, Remembered
from tests.unit.recorded_days import (
    DELIVERIES,
    SILENT,
    START,
    House,
    ScriptedSource,
    asking,
    one_call,
    run_in_simulated_time,
    same_calls,
    stormy_day,
)
from tests.unit.tools_stage import KNOWN, Stage


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("storm") / "storm.jsonl"
    lines = run_in_simulated_time(stormy_day(7, 600, Policy(breaker=BreakerPolicy(failures=3, reset_s=5.0))))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_every_recorded_call_of_a_stormy_day_replays_byte_for_byte(storm: Path) -> None:
    run = replay_all(str(storm))
    assert run.unreadable == []
    assert len(run.results) == 600
    assert [result.correlation_id for result in run.different] == []
    outcomes = Counter(result.recorded["metadata"]["outcome"] for result in run.results)
    served = Counter(result.recorded["metadata"]["servedFrom"] for result in run.results)
    assert min(outcomes[name] for name in ("found", "issue", "not_found", "unavailable", "ambiguous", "withheld")) > 3
    assert min(served[name] for name in ("source", "cache", "stale", "none")) > 20, "the day met every kind of weather"


def test_an_attempt_that_times_out_in_the_instant_in_which_its_twin_answers_replays() -> None:
    # The twin leaves after a second; three seconds later it answers, and the time of the first is over. Which of the
    # two comes first hangs on the rounding of their instants, then and in a replay: it must not matter.
    days = [one_call(Policy(), SILENT, (3.0, AttemptResult.OK), after_s=step / 10_000) for step in range(50)]
    lines = [run_in_simulated_time(day) for day in days]
    assert "timeout" in {line["upstream"][0]["result"] for line in lines}
    assert {line["reply"]["metadata"]["servedFrom"] for line in lines} == {"source"}
    assert [replay_one(line).same for line in lines] == [True] * 50


def test_a_retry_after_a_twin_leaves_when_it_left() -> None:
    # Had the pause before it been taken for none, its time would be over before its answer comes.
    retry = RetryPolicy(attempts=4, attempt_timeout_s=0.5, hedge_after_s=0.25, backoff_base_s=0.5)
    line = run_in_simulated_time(one_call(Policy(retry=retry), SILENT, SILENT, (0.4, AttemptResult.OK), SILENT))
    assert [attempt["startedMs"] for attempt in line["upstream"]] == [0.0, 250.0, 1000.0, 1250.0]
    assert line["reply"]["metadata"]["servedFrom"] == "source"
    assert replay_one(line).same


def test_who_joined_a_flight_that_left_after_the_call_arrived_hears_its_answer_again() -> None:
    # The answer comes just within the time of its request: a flight sent off too early in a replay would give up.
    policy = Policy(retry=RetryPolicy(attempts=1, attempt_timeout_s=1.0))
    lines = run_in_simulated_time(same_calls(2, policy, (0.9999, AttemptResult.OK), after_s=0.0007))
    assert [line["before"]["flights"]["joined"] for line in lines] == [False, True]
    assert [replay_one(line).same for line in lines] == [True, True]


def test_an_answer_in_the_instant_of_the_soft_timeout_is_heard_again_or_missed_again() -> None:
    ends = (0.5, 0.4999996)  # a recording rounds them to one instant
    days = [
        one_call(Policy(), (end_s, AttemptResult.OK), after_s=step / 10_000, remembered=True)
        for step in range(50)
        for end_s in ends
    ]
    lines = [run_in_simulated_time(day) for day in days]
    assert {line["before"]["flights"]["landed"] for line in lines} == {True, False}
    assert [replay_one(line).same for line in lines] == [True] * 100


def test_a_number_that_is_grouped_as_telephone_numbers_are_is_found_in_memory_again() -> None:
    async def ask_twice() -> list[dict[str, Any]]:
        stage = Stage()
        stage.source.deliveries = [replace(KNOWN, tracking_number="800-555-1234")]
        for _ in range(2):
            await stage.say({"trackingNumber": "800-555-1234"})
        return stage.recorder.interactions

    lines = run_in_simulated_time(ask_twice())
    assert [line["reply"]["metadata"]["servedFrom"] for line in lines] == ["source", "cache"]
    assert lines[1]["before"]["cache"]["documents"][0]["trackingNumber"] == "800-555-1234"
    assert [replay_one(line).same for line in lines] == [True, True]


def test_what_was_hidden_from_a_caller_is_hidden_again_though_the_source_knew_him_by_then() -> None:
    # Strict disclosure: the number on the order was not the caller's while it was remembered, and is since.
    policy = Policy(disclosure=Disclosure.CALLER_MATCH_STRICT)

    async def ask_late() -> list[dict[str, Any]]:
        clock = SimulatedClock(START)
        house = House(ScriptedSource(clock, (1.0, AttemptResult.OK)), clock, policy)
        before = replace(DELIVERIES[1], customer_phone="+15555550199")
        remembered = Remembered((before,), START - timedelta(hours=1))
        await house.cache.put("SHR100001", remembered, ttl_s=policy.lookup.stale_s)
        await house.tools.answer(asking("SHR100001", clock, policy, 0))
        await house.lookup.close()
        return house.recorder.interactions

    (line,) = run_in_simulated_time(ask_late())
    assert line["before"]["cache"]["state"] == "none"
    assert (line["callerMatched"], line["reply"]["metadata"]["servedFrom"]) == (True, "source")
    assert replay_one(line).same


class TestWhatARealClockRecords:
    """Timers ring up to a millisecond late, and an answer takes a moment from the socket to the caller."""

    def test_an_answer_that_beat_a_late_soft_timeout_beats_it_again(self) -> None:
        line = run_in_simulated_time(one_call(Policy(), (0.4, AttemptResult.OK), remembered=True))
        line["upstream"][0]["durationMs"] = 500.7
        assert line["reply"]["metadata"]["servedFrom"] == "source"
        assert replay_one(line).same

    def test_an_answer_that_was_on_its_way_when_the_caller_left_comes_too_late_again(self) -> None:
        line = run_in_simulated_time(one_call(Policy(), (0.8, AttemptResult.OK), remembered=True))
        document = line["before"]["cache"]["documents"][0]
        line["upstream"][0] |= {"durationMs": 499.9, "result": "ok", "document": document}
        assert line["reply"]["metadata"]["servedFrom"] == "stale"
        assert replay_one(line).same
        patient = replay_one(line, {"lookup": {"soft_timeout_s": 1.0}})
        assert patient.replayed["metadata"]["servedFrom"] == "source", "a longer wait hears what was recorded"

    @pytest.mark.parametrize("remembered", [True, False])
    def test_an_answer_that_had_come_when_somebody_joined_its_flight_is_heard_again(self, *, remembered: bool) -> None:
        # It was on its way from the socket to the callers when the second one came.
        line = run_in_simulated_time(
            same_calls(2, Policy(), (0.4, AttemptResult.OK), after_s=0.0, apart_s=0.399, remembered=remembered)
        )[1]
        line["upstream"][0]["durationMs"] -= 1.1
        assert line["before"]["flights"]["joined"]
        assert line["reply"]["metadata"]["servedFrom"] == "source"
        assert replay_one(line).same

    def test_a_probe_that_was_let_through_in_the_millisecond_of_the_reset_is_let_through_again(self) -> None:
        line = run_in_simulated_time(one_call(Policy(), (0.4, AttemptResult.OK), after_s=0.0002))
        # The call came 0.7 ms after its recorded arrival.
        opened_at = datetime.fromisoformat(line["receivedAt"]) - timedelta(seconds=30) + timedelta(microseconds=700)
        line["before"]["breaker"] = {"state": "open", "consecutiveFailures": 5, "openedAt": opened_at.isoformat()}
        assert replay_one(line).same
        wary = replay_one(line, {"breaker": {"reset_s": 60}})
        assert wary.replayed["metadata"]["outcome"] == "unavailable"

    def test_the_probe_after_one_that_was_abandoned_is_let_through_again(self) -> None:
        line = run_in_simulated_time(one_call(Policy(), (0.4, AttemptResult.OK)))
        line["before"]["breaker"] = {"state": "half_open", "consecutiveFailures": 5, "openedAt": line["receivedAt"]}
        assert replay_one(line).same

    def test_an_answer_that_beat_the_late_timeout_of_its_request_beats_it_again(self) -> None:
        policy = Policy(retry=RetryPolicy(attempts=1, attempt_timeout_s=1.0))
        line = run_in_simulated_time(one_call(policy, (0.9, AttemptResult.OK)))
        line["upstream"][0]["durationMs"] = 1000.7
        assert replay_one(line).same
        hasty = replay_one(line, {"retry": {"attempt_timeout_s": 0.9}})
        assert hasty.replayed["metadata"]["outcome"] == "unavailable"

    def test_a_recording_from_before_the_landing_was_recorded_is_replayed_by_its_instants(self) -> None:
        line = run_in_simulated_time(one_call(Policy(), (0.4, AttemptResult.OK), remembered=True))
        del line["before"]["flights"]["landed"], line["before"]["flights"]["untilMs"]
        assert replay_one(line).same


@pytest.mark.parametrize("seed", [*range(4), 26, 32])  # in the last two a twin answers as the first attempt times out
@pytest.mark.parametrize(
    "policy",
    [
        Policy(disclosure=Disclosure.CALLER_MATCH_STRICT, timezone="Asia/Tokyo"),
        Policy(lookup=LookupPolicy(max_flights=2, fresh_s=5.0), disclosure=Disclosure.TRACKING_NUMBER),
    ],
)
def test_other_policies_replay_too(seed: int, policy: Policy, tmp_path: Path) -> None:
    lines = run_in_simulated_time(stormy_day(seed, 150, policy))
    path = tmp_path / "day.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = replay_all(str(path))
    assert run.unreadable == []
    assert [result.correlation_id for result in run.different] == []


def test_two_replays_are_identical(storm: Path) -> None:
    first, second = (json.dumps(replay_all(str(storm)).as_json()) for _ in range(2))
    assert hash(first) == hash(second)


def test_a_changed_policy_shows_what_would_be_said_instead(storm: Path) -> None:
    run = replay_all(str(storm), policy={"disclosure": "tracking-number"})
    told = [result for result in run.different if "Dana" in str(result.replayed)]
    assert told
    assert all("Dana" not in str(result.recorded) for result in told)
    sums = run.sums()["outcomes"]
    assert sums["recorded"]["withheld"] > 0
    assert "withheld" not in sums["replayed"]


def test_a_changed_timeout_shows_in_what_is_served(storm: Path) -> None:
    sums = replay_all(str(storm), policy={"lookup": {"soft_timeout_s": 0.01}}).sums()["servedFrom"]
    assert sums["replayed"]["stale"] > sums["recorded"]["stale"]


@pytest.mark.parametrize("name", ["trackingId", "tracking_id", "tracking_number"])
def test_a_number_recorded_under_another_name_is_asked_for_all_the_same(storm: Path, name: str) -> None:
    lines = [json.loads(line) for line in storm.read_text().splitlines()]
    asked = [line for line in lines if "trackingNumber" in (line["arguments"] or {})]
    assert {line["reply"]["metadata"]["servedFrom"] for line in asked} == {"source", "cache", "stale", "none"}
    for line in asked:
        line["arguments"] = {name: line["arguments"].pop("trackingNumber"), **line["arguments"]}
    assert [line["correlationId"] for line in asked if not replay_one(line).same] == []


def run_cli(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["replay", *arguments])


def test_the_command_says_same_and_exits_zero(storm: Path) -> None:
    result = run_cli(str(storm), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["summary"] == {"total": 600, "same": 600, "different": 0, "unreadable": 0}
    assert told["sums"]["outcomes"]["recorded"] == told["sums"]["outcomes"]["replayed"]
    assert set(told["interactions"][0]) >= {"correlationId", "same", "recorded", "replayed"}


@pytest.mark.parametrize("line", ["", '{"schema": 1, "kind": "end_of_call"}\n'], ids=["empty", "only an end"])
def test_recordings_without_a_tool_call_are_the_same_and_say_that_nothing_was_replayed(
    line: str, tmp_path: Path
) -> None:
    (tmp_path / "calls.jsonl").write_text(line)
    result = run_cli(str(tmp_path / "calls.jsonl"), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["total"] == 0
    assert result.stderr == "sheriff replay: calls.jsonl: nothing to replay: no tool call is in it\n"


def test_a_tampered_reply_is_a_difference_and_exits_one(storm: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in storm.read_text().splitlines()[:50]]
    victim = next(line for line in lines if "in transit" in line["reply"].get("result", ""))
    del victim["reply"]["message"]
    victim["reply"]["result"] = victim["reply"]["result"].replace("in transit", "delivered")
    tampered = tmp_path / "tampered.jsonl"
    tampered.write_text("".join(json.dumps(line) + "\n" for line in lines))
    junit, html = tmp_path / "junit.xml", tmp_path / "replay.html"
    result = run_cli(str(tampered), "--junit", str(junit), "--html", str(html))
    assert result.exit_code == 1
    assert "[-delivered" in result.stdout
    assert "{+in transit" in result.stdout
    assert 'failures="1"' in junit.read_text()
    assert "<del>delivered" in html.read_text()


def test_an_unreadable_entry_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "storm.jsonl"
    strange = {"schema": 1, "kind": "tool_call", "reply": {}, "correlationId": "\x1b]0;taken over\x07"}
    path.write_text(json.dumps(strange) + "\n")
    result = run_cli(str(path))
    assert result.exit_code == 2
    assert all(line.isprintable() for line in result.stderr.rstrip("\n").split("\n"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"schema": 1, "kind": "tool_call"', "storm.jsonl:2"),
        ("[]", "storm.jsonl:2"),
        ('{"schema": 9, "kind": "tool_call"}', "schema"),
        ('{"schema": 1, "kind": "tool_call", "reply": {}}', "receivedAt: is missing"),
        (
            '{"kind": "tool_call", "reply": {}, "receivedAt": "2026-02-12", "correlationId": null}',
            "correlationId: is missing",
        ),
        ('{"schema": 1, "kind": "fax"}', "kind"),
    ],
)
def test_bad_input_names_the_entry_and_what_is_wrong(storm: Path, tmp_path: Path, line: str, problem: str) -> None:
    good = storm.read_text().splitlines()[:2]
    path = tmp_path / "storm.jsonl"
    path.write_text("\n".join([good[0], line, good[1]]) + "\n")
    result = run_cli(str(path), "--json")
    assert result.exit_code == 2
    assert problem in result.stderr
    kept = run_cli(str(path), "--json", "--keep-going")
    assert kept.exit_code == 2
    summary = json.loads(kept.stdout)["summary"]
    assert (summary["total"], summary["same"], summary["unreadable"]) == (3, 2, 1)


def test_an_entry_that_cannot_be_replayed_is_named_by_its_line_whatever_lines_are_empty(
    storm: Path, tmp_path: Path
) -> None:
    good = json.loads(storm.read_text().splitlines()[0])
    path = tmp_path / "odd.jsonl"
    path.write_text("\n\n" + json.dumps(good) + "\n\n" + json.dumps(good | {"receivedAt": "noon"}) + "\n")

    run = replay_all(str(path), keep_going=True)

    assert [entry.where for entry in run.unreadable] == [f"{path}:5 (correlationId {good['correlationId']})"]


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"[]", b'{"lookup": {"soft_timeout_s": "soon"}}'])
def test_a_file_that_holds_no_policy_exits_two(storm: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.json"
    path.write_bytes(content)
    result = run_cli(str(storm), "--policy", str(path))

    assert result.exit_code == 2
    assert "Invalid value for --policy" in result.stderr


def test_an_opening_without_a_zone_is_read_in_utc(storm: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in storm.read_text().splitlines()]
    opened = next(line for line in lines if (line["before"]["breaker"] or {}).get("openedAt"))
    opened["before"]["breaker"]["openedAt"] = opened["before"]["breaker"]["openedAt"].removesuffix("Z")
    path = tmp_path / "plain.jsonl"
    path.write_text(json.dumps(opened) + "\n")

    assert run_cli(str(path)).exit_code == 0


@pytest.mark.parametrize("arguments", [["/no/such.jsonl"], ["x.jsonl", "--policy", "{"]])
def test_what_cannot_be_opened_exits_two(arguments: list[str]) -> None:
    assert run_cli(*arguments).exit_code == 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000])
def test_a_policy_file_that_cannot_be_read_exits_two_and_says_so(content: bytes, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_bytes(content)
    result = run_cli("x.jsonl", "--policy", str(policy))
    assert result.exit_code == 2
    assert "Invalid value for --policy" in result.stderr


def test_hostile_text_is_escaped_in_the_page(storm: Path, tmp_path: Path) -> None:
    line = json.loads(storm.read_text().splitlines()[0])
    line["reply"]["result"] = "<script>alert(1)</script>"
    path, html = tmp_path / "hostile.jsonl", tmp_path / "page.html"
    path.write_text(json.dumps(line) + "\n")
    run_cli(str(path), "--html", str(html))
    assert "<script>" not in html.read_text()


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("calls/day.jsonl", "day.jsonl"),
        ("calls#3?/[day.jsonl.gz", "[day.jsonl.gz"),
        ("http://[day/calls#3.jsonl", "calls#3.jsonl"),
        ("sqlite:////a/b.db", "b.db"),
        ("postgresql://me:secret@host:5433/calls", "postgresql://me@host:5433/calls"),
        ("postgresql:///calls?host=host&password=secret", "postgresql:///calls"),
    ],
)
def test_a_report_names_the_recordings_without_their_password(where: str, name: str) -> None:
    assert recordings_name(where) == name


def test_changes_are_told_word_by_word() -> None:
    assert list(word_changes("it is in transit now", "it is delivered now")) == [
        ("same", "it is"),
        ("removed", "in transit"),
        ("added", "delivered"),
        ("same", "now"),
    ]


@pytest.mark.parametrize("cache", ["miss", {"state": "miss"}])
def test_a_state_may_be_written_as_a_word(tmp_path: Path, cache: Any) -> None:
    lines = run_in_simulated_time(stormy_day(0, 20, Policy()))
    calm = next(line for line in lines if not line["before"]["cache"] and line["upstream"])
    path = tmp_path / "words.jsonl"
    path.write_text(json.dumps(calm | {"before": calm["before"] | {"cache": cache, "breaker": "closed"}}) + "\n")
    assert run_cli(str(path)).exit_code == 0


def test_what_a_recording_does_not_say_is_read_from_what_it_shows(tmp_path: Path) -> None:
    lines = run_in_simulated_time(stormy_day(0, 20, Policy()))
    line = next(line for line in lines if line["upstream"] and "message" in line["reply"])
    del line["schema"], line["policy"]
    of_the_model = json.loads(json.dumps(line))
    del of_the_model["reply"]["message"]
    path = tmp_path / "short.jsonl"
    unknown = line | {"schema": None, "policy": None}  # null is absent
    path.write_text("".join(json.dumps(each) + "\n" for each in (line, of_the_model, unknown)))
    assert run_cli(str(path)).exit_code == 0


def test_bounds_that_another_version_recorded_are_ignored_and_mistyped_ones_refused(
    storm: Path, tmp_path: Path
) -> None:
    line = json.loads(storm.read_text().splitlines()[0])
    line["policy"] |= {"courtesy": 3, "lookup": {**line["policy"]["lookup"], "patience_s": 1}}
    path = tmp_path / "later.jsonl"
    path.write_text(json.dumps(line) + "\n")
    assert run_cli(str(path)).exit_code == 0
    refused = run_cli(str(path), "--policy", '{"lookup": {"patience_s": 1}}')
    assert refused.exit_code == 2
    assert "policy.lookup: patience_s: no such bound" in refused.output


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("receivedAt", "yesterday", "receivedAt: 'yesterday' is not an instant"),
        ("receivedAt", 5, "receivedAt: 5 is not an instant"),
        ("upstream", 5, "upstream: is not a list"),
        ("upstream", [{"startedMs": 0, "result": "fine"}], "result: 'fine' is not known here"),
        ("upstream", [{"startedMs": 0, "otherDocuments": 5}], "otherDocuments: is not a list"),
        ("before", {"cache": {"documents": 5, "fetchedAt": "2026-02-12"}}, "documents: is not a list"),
        ("before", {"breaker": {"state": "open", "openedAt": "noon"}}, "openedAt: 'noon' is not an instant"),
        ("latencyMs", "soon", "latencyMs"),
        ("latencyMs", float("nan"), "latencyMs"),
        ("latencyMs", [1], "latencyMs"),
        ("arguments", "SHR123456", "arguments"),
        ("policy", "78a1d6f0c0b54c0f8e2d3a4b5c6d7e8f", "policy: is not an object"),
        ("before", {"cache": {"documents": [None]}}, ""),
        ("before", {"cache": {"documents": [{}]}}, "fetchedAt"),
        ("before", {"cache": {"documents": [{"trackingNumber": {}}], "fetchedAt": "2026-02-12"}}, "trackingNumber"),
        ("before", {"breaker": {"state": "ajar"}}, "state: 'ajar' is not known here"),
        ("before", {"breaker": "ajar"}, "ajar"),
        ("before", {"breaker": ["closed"]}, "before.breaker: is not an object"),
        ("before", {"cache": "fresh"}, "before.cache: is not an object"),
        ("before", {"caller": 3}, "before.caller: is not an object"),
        ("before", {"flights": [1]}, "before.flights: is not an object"),
        ("before", "calm", "before: is not an object"),
        ("policy", ["strict"], "policy: is not an object"),
        ("reply", {"result": "x", "metadata": "found"}, "reply.metadata: is not an object"),
        ("before", {"cache": {"documents": [{"trackingNumber": {}}]}}, "trackingNumber: is not a text"),
        ("upstream", [{"startedMs": 0, "document": {"status": ["lost"]}}], "status: is not a text"),
        ("upstream", ["ok"], "upstream: is not an object"),
        ("before", {"breaker": {"state": "open", "consecutiveFailures": 10**9}}, "consecutiveFailures"),
        ("before", {"flights": {"inFlight": 10**9}}, "inFlight"),
        ("before", {"flights": {"startedMs": 10**400}}, "startedMs"),
        ("before", {"flights": {"startedMs": -1e300, "joined": True}}, "startedMs"),
        ("before", {"caller": {"numbers": 10**12}}, "numbers"),
        ("before", {"caller": {"notFound": -1}}, "notFound"),
        ("upstream", [{"startedMs": 1.0, "durationMs": 1e300, "result": "ok"}], "durationMs"),
        ("policy", {"tracking_number": {"max_said_length": []}}, "max_said_length"),
        ("policy", {"tracking_number": {"needs_digit": 1}}, "needs_digit"),
        ("policy", {"tracking_number": {"max_readings": 1.5}}, "max_readings"),
        ("policy", {"lookup": {"stale_s": 1e300}}, "stale_s"),
    ],
)
def test_an_entry_of_the_wrong_kind_is_unreadable(
    storm: Path, tmp_path: Path, field: str, value: Any, problem: str
) -> None:
    good = json.loads(storm.read_text().splitlines()[0])
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps(good | {field: value}) + "\n")

    result = run_cli(str(path), "--json")

    assert result.exit_code == 2, result.exception
    assert problem in json.loads(result.stdout)["unreadable"][0]["problem"]
