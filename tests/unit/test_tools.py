"""The walk of one tool call: from its arguments to its reply and its recording."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from sheriff_core.delivery import Delivery
from sheriff_core.events import CallerRefused, DefectCaught, ToolCallAnswered
from sheriff_core.policy import CallerPolicy, Disclosure, Policy, Speech
from sheriff_core.ports import AttemptResult, SourceUnavailableError
from sheriff_core.tracking_number import TrackingNumber
from tests.unit.tools_stage import KNOWN, PHONE, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_the_reply_is_the_wire_format_of_the_contract(stage: Stage) -> None:
    wire = (await stage.say()).wire
    assert set(wire) == {"toolCallId", "name", "result", "message", "metadata"}
    assert wire["toolCallId"] == "t1"
    assert wire["name"] == "getDeliveryStatus"
    assert wire["message"] == {"type": "request-complete", "content": wire["result"]}
    assert wire["metadata"] == {
        "correlationId": "corr-0001",
        "outcome": "found",
        "ageSeconds": 0.0,
        "servedFrom": "source",
    }
    assert "in transit" in wire["result"]
    assert "Dana Whitfield" in wire["result"]


@pytest.mark.parametrize("name", ["trackingNumber", "trackingId", "tracking_id", "tracking_number"])
async def test_every_alias_of_the_argument_is_read(stage: Stage, name: str) -> None:
    assert (await stage.say({name: "shr-123 456"})).outcome == "found"


async def test_an_alias_that_is_blank_gives_way_to_one_that_is_not(stage: Stage) -> None:
    assert (await stage.say({"trackingNumber": " ", "tracking_id": "SHR123456"})).outcome == "found"
    assert (await stage.say({"trackingNumber": "", "tracking_id": None})).outcome == "invalid_tracking_number"


@pytest.mark.parametrize("tool", ["get_delivery_issue", "getDeliveryIssue"])
async def test_the_issue_is_read_to_the_letter(stage: Stage, tool: str) -> None:
    reply = await stage.say(name=tool)
    assert reply.outcome == "issue"
    assert "The gate code is missing." in reply.wire["result"]
    assert reply.wire["name"] == tool


@pytest.mark.parametrize(
    ("arguments", "name"),
    [({}, "getDeliveryStatus"), ({"trackingNumber": None}, "getDeliveryStatus"), ({}, "bookFlight")],
)
async def test_what_cannot_be_answered_is_a_speakable_error(stage: Stage, arguments: Any, name: str) -> None:
    wire = (await stage.say(arguments, name=name)).wire
    assert "result" not in wire
    assert "\n" not in wire["error"]
    assert wire["message"] == {"type": "request-failed", "content": wire["error"]}
    assert stage.source.asked == []


async def test_arguments_that_are_no_object_are_an_error(stage: Stage) -> None:
    wire = (await stage.tools.answer(replace(stage.call(), arguments=None))).wire
    assert "error" in wire
    assert stage.recorder.interactions[0]["arguments"] is None


@pytest.mark.parametrize("said", ["", "   ", "x" * 5_000, 'x" || true || "', "\x00\x01", "hello there"])
async def test_what_cannot_be_a_tracking_number_sends_no_query(stage: Stage, said: str) -> None:
    reply = await stage.say({"trackingNumber": said})
    assert reply.outcome == "invalid_tracking_number"
    assert "result" in reply.wire
    assert stage.source.asked == []


async def test_speech_by_the_model_sends_no_message() -> None:
    wire = (await Stage(Policy(speech=Speech.MODEL)).say()).wire
    assert "message" not in wire


async def test_another_caller_hears_the_status_but_neither_name_nor_issue(stage: Stage) -> None:
    for caller in (None, "+15555550199", "anonymous"):
        status = await stage.say(caller_number=caller)
        issue = await stage.say(name="getDeliveryIssue", caller_number=caller)
        assert status.outcome == "found"
        assert issue.outcome == "withheld"
        for reply in (status, issue):
            assert "Dana" not in reply.wire["result"]
            assert "gate code" not in reply.wire["result"]
            assert "in transit" in reply.wire["result"]


async def test_the_last_four_digits_open_the_rest_for_three_tries_a_call(stage: Stage) -> None:
    def guess(digits: str) -> dict[str, str]:
        return {"trackingNumber": "SHR123456", "phoneLastFour": digits}

    assert "Dana" in (await stage.say(guess("0123"), caller_number=None, call_id="other")).wire["result"]
    for digits in ("1111", "2222", "3333"):
        assert "Dana" not in (await stage.say(guess(digits), caller_number=None)).wire["result"]
    assert "Dana" not in (await stage.say(guess("0123"), caller_number=None)).wire["result"]
    assert [event.reason for event in stage.sink.of(CallerRefused)] == ["phone_tries"]


async def test_an_empty_text_for_the_last_four_digits_is_no_guess(stage: Stage) -> None:
    for _ in range(4):
        await stage.say({"trackingNumber": "SHR123456", "phoneLastFour": " "}, caller_number=None)
    assert stage.sink.of(CallerRefused) == []
    assert stage.recorder.interactions[0]["arguments"] == {"trackingNumber": "SHR123456"}
    assert "Dana" in (await stage.say({"trackingNumber": "SHR123456", "phoneLastFour": "0123"})).wire["result"]


@pytest.mark.parametrize("said", ["unknown", "N/A", "none", "one two three", "1234 or 1235"])
async def test_what_means_no_four_digits_is_no_guess(stage: Stage, said: str) -> None:
    arguments = {"trackingNumber": "SHR123456", "phoneLastFour": said}
    for _ in range(4):
        assert "Dana" not in (await stage.say(arguments, caller_number=None)).wire["result"]
    told = await stage.say({"trackingNumber": "SHR123456", "phoneLastFour": "0123"}, caller_number=None)
    assert "Dana" in told.wire["result"]


async def test_last_four_digits_as_a_number_keep_their_leading_zero(stage: Stage) -> None:
    arguments = {"trackingNumber": "SHR123456", "phoneLastFour": 123}
    assert "Dana" in (await stage.say(arguments, caller_number=None)).wire["result"]


async def test_strict_disclosure_is_byte_for_byte_a_number_that_does_not_exist() -> None:
    stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT))
    withheld = (await stage.say(caller_number=None, tool_call_id="t")).wire
    stage.source.deliveries = []
    stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT))
    stage.source.deliveries = []
    missing = (await stage.say(caller_number=None, tool_call_id="t")).wire
    assert withheld == missing


def _slow(stage: Stage, takes_s: float) -> None:
    async def found_late(_: TrackingNumber) -> tuple[Delivery, ...]:
        await stage.clock.sleep(takes_s)
        return tuple(stage.source.deliveries)

    stage.source.behaviour = found_late


@pytest.mark.parametrize("age_s", [5.0, 30.0, 600.0])
@pytest.mark.parametrize("takes_s", [0.0, 1.0, 6.0])
async def test_under_strict_disclosure_neither_words_nor_wait_tell_what_is_remembered(
    age_s: float, takes_s: float
) -> None:
    heard = []
    for exists in (True, False):
        stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT))
        stage.source.deliveries = [KNOWN] if exists else []
        await stage.say()  # the customer, whose question is remembered
        await stage.clock.advance(age_s)
        _slow(stage, takes_s)
        asking = asyncio.create_task(stage.say(caller_number="+15555550000", tool_call_id="t"))
        await stage.clock.advance(0.0)
        waited_s = 0.0
        while not asking.done():
            await stage.clock.advance(0.1)
            waited_s += 0.1
        heard.append(((await asking).wire, round(waited_s, 1)))
    assert heard[0] == heard[1]


async def test_under_strict_disclosure_the_customer_hears_what_is_remembered_at_the_soft_timeout() -> None:
    stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT))
    await stage.say()
    await stage.clock.advance(600.0)
    _slow(stage, 3.0)
    for asked in ({"caller_number": PHONE}, {"caller_number": None}):
        digits = {"trackingNumber": "SHR123456", "phoneLastFour": "0123"}
        asking = asyncio.create_task(stage.say(digits, **asked))
        await stage.clock.advance(0.5)
        assert (await asking).served_from == "stale"


async def test_strict_disclosure_counts_withheld_numbers_like_missing_ones() -> None:
    stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT, caller=CallerPolicy(not_found_per_call=2)))
    stage.source.deliveries = [replace(KNOWN, tracking_number=f"SHR12345{n}") for n in range(4)]
    outcomes = [
        (await stage.say({"trackingNumber": f"SHR12345{n}"}, caller_number="+15555550000")).outcome for n in range(4)
    ]
    assert outcomes == ["not_found", "not_found", "refused", "refused"]


@pytest.mark.parametrize("exists", [True, False])
async def test_under_strict_disclosure_the_tries_that_are_left_do_not_tell_which_numbers_exist(exists: bool) -> None:
    stage = Stage(Policy(disclosure=Disclosure.CALLER_MATCH_STRICT))
    own = replace(KNOWN, tracking_number="OWN99999", document_id="d2")
    stage.source.deliveries = [own, KNOWN] if exists else [own]
    for digits in ("1111", "2222", "3333"):
        await stage.say({"trackingNumber": "SHR123456", "phoneLastFour": digits}, caller_number=None)
    reply = await stage.say({"trackingNumber": "OWN99999", "phoneLastFour": "0123"}, caller_number=None)
    assert reply.outcome == "not_found"


async def test_enumeration_is_refused_politely(stage: Stage) -> None:
    outcomes = [(await stage.say({"trackingNumber": f"NONE{n}00"})).outcome for n in range(7)]
    assert outcomes == ["not_found"] * 5 + ["refused"] * 2
    assert [event.reason for event in stage.sink.of(CallerRefused)] == ["not_found"] * 2


async def test_numbers_asked_for_at_once_are_refused_like_those_asked_for_in_turn(stage: Stage) -> None:
    replies = await asyncio.gather(*(stage.say({"trackingNumber": f"NONE{n}00"}) for n in range(8)))
    assert [reply.outcome for reply in replies] == ["not_found"] * 5 + ["refused"] * 3
    assert stage.recorder.interactions[-1]["before"]["caller"]["notFound"] == 5
    assert (await stage.say({"trackingNumber": "NONE700"})).outcome == "refused"
    assert (await stage.say({"trackingNumber": "NONE400"})).outcome == "not_found"


async def test_the_same_call_delivered_twice_gets_the_same_reply_and_one_recording(stage: Stage) -> None:
    first = await stage.say(tool_call_id="same")
    second = await stage.say(tool_call_id="same", correlation_id="corr-0002")
    assert first.wire == second.wire
    assert len(stage.recorder.interactions) == 1
    told = stage.sink.of(ToolCallAnswered)
    assert [event.repeated for event in told] == [False, True]
    assert [event.tracking_number for event in told] == ["SHR123456"] * 2


async def test_a_repetition_of_what_named_no_number_names_none_either(stage: Stage) -> None:
    for name, arguments in (("bookFlight", {"trackingNumber": "SHR123456"}), ("getDeliveryStatus", {})):
        for _ in range(2):
            await stage.say(arguments, name=name, tool_call_id=name)
    assert [event.tracking_number for event in stage.sink.of(ToolCallAnswered)] == [None] * 4


async def test_what_was_not_told_keeps_its_reason_when_repeated(stage: Stage) -> None:
    for _ in range(2):
        await stage.say(tool_call_id="told")
    stage.source.deliveries = []
    stage.breaker.isolate(reason="test")
    for _ in range(2):
        await stage.say({"trackingNumber": "SHR999999"}, tool_call_id="untold")
    await stage.say({"trackingNumber": "??"}, tool_call_id="mumbled")
    reasons = [event.reason for event in stage.sink.of(ToolCallAnswered)]
    assert reasons == ["", "", "circuit_open", "circuit_open", ""]


async def test_a_call_that_breaks_the_schema_is_told_from_a_caller_who_was_not_understood(stage: Stage) -> None:
    await stage.say(name="bookFlight")
    await stage.say({})
    await stage.tools.answer(replace(stage.call(), arguments=None))
    reasons = [event.reason for event in stage.sink.of(ToolCallAnswered)]
    assert reasons == ["unknown_tool", "missing_tracking_number", "unreadable_arguments"]


async def test_the_constant_id_of_hooks_names_no_single_call(stage: Stage) -> None:
    await stage.say(tool_call_id="hook-function-call")
    await stage.clock.advance(10)
    again = await stage.say(tool_call_id="hook-function-call")
    assert again.wire["metadata"]["servedFrom"] == "cache"


async def test_calls_without_a_call_id_are_never_confused(stage: Stage) -> None:
    found = await stage.say(tool_call_id="12345", call_id=None)
    missing = await stage.say({"trackingNumber": "NONE000"}, tool_call_id="12345", call_id=None)
    assert (found.outcome, missing.outcome) == ("found", "not_found")


async def test_a_defect_of_ours_is_a_spoken_apology(stage: Stage) -> None:
    async def broken(interaction: dict[str, Any]) -> None:
        raise RuntimeError("defect")

    stage.recorder.record = broken  # type: ignore[method-assign]
    reply = await stage.say()
    assert reply.outcome == "unavailable"
    assert "sorry" in reply.wire["result"].lower()
    assert len(stage.sink.of(DefectCaught)) == 1


async def test_the_recording_holds_enough_to_replay_and_no_phone_number(stage: Stage) -> None:
    await stage.say({"trackingNumber": "SHR123456", "phoneLastFour": "0123"}, name="getDeliveryIssue")
    (record,) = stage.recorder.interactions
    assert record["kind"] == "tool_call"
    assert record["arguments"] == {"trackingNumber": "SHR123456", "phoneLastFour": "[given]"}
    assert record["callerMatched"] is True
    assert record["upstream"][0]["document"]["status"] == "in_transit"
    assert record["before"]["breaker"]["state"] == "closed"
    assert record["before"]["cache"] is None
    assert record["policy"]["disclosure"] == "caller-match"
    assert "5550123" not in str(record)
    assert "customerPhone" not in str(record)


@pytest.mark.parametrize(
    "said",
    [
        "my phone number is 4155550199",
        "my cell is 4 1 5 5 5 5 0 1 9 9",
        "phone: four one five five five five oh one nine nine",
    ],
)
async def test_what_is_said_to_be_a_telephones_number_is_not_recorded(stage: Stage, said: str) -> None:
    reply = await stage.say({"trackingNumber": said})
    assert reply.outcome == "invalid_tracking_number"
    (record,) = stage.recorder.interactions
    assert record["arguments"] == {"trackingNumber": "[phone]"}


async def test_a_remembered_ambiguity_has_an_age_in_the_reply_and_a_fresh_one_has_none(stage: Stage) -> None:
    stage.source.deliveries.append(replace(KNOWN, document_id="d2"))
    assert (await stage.say()).wire["metadata"]["ageSeconds"] is None
    await stage.clock.advance(7_200)

    async def fails(_: TrackingNumber) -> tuple[Delivery, ...]:
        raise SourceUnavailableError("503", result=AttemptResult.SERVER_ERROR, transient=True)

    stage.source.behaviour = fails
    metadata = (await stage.say()).wire["metadata"]
    assert (metadata["outcome"], metadata["servedFrom"], metadata["ageSeconds"]) == ("ambiguous", "stale", 7_200.0)
