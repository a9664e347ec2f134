"""Messages of Vapi and their tool calls, in every shape seen or documented."""

import json

import pytest

from sheriff_web.problems import Problem
from sheriff_web.vapi import KNOWN_TYPES, read_message
from sheriff_web.vapi_calls import RequestedCall, legacy_call, read_arguments, requested_calls
from tests.webhook_kit import entry, sample, samples, tool_calls


def message(**fields):
    return read_message(json.dumps({"message": fields}).encode())


def calls(*entries, **fields):
    return requested_calls(message(**tool_calls(*entries, **fields)))


ARGUMENTS = {"trackingNumber": "TRK1"}
ONE = RequestedCall("call_1", "getDeliveryStatus", ARGUMENTS)


@pytest.mark.parametrize(
    "shape",
    [
        {"id": "call_1", "type": "function", "function": {"name": "getDeliveryStatus", "arguments": ARGUMENTS}},
        {"id": "call_1", "function": {"name": "getDeliveryStatus", "arguments": json.dumps(ARGUMENTS)}},
        {"id": "call_1", "function": {"name": "getDeliveryStatus", "parameters": ARGUMENTS}},
        {"id": "call_1", "name": "getDeliveryStatus", "parameters": ARGUMENTS},
        {"id": "call_1", "name": "getDeliveryStatus", "arguments": ARGUMENTS},
        {"id": "call_1", "name": "getDeliveryStatus", "arguments": json.dumps(ARGUMENTS)},
        {"id": "call_1", "name": "getDeliveryStatus", "function": None, "arguments": None, "parameters": ARGUMENTS},
        {
            "id": "call_1",
            "function": {
                "name": "getDeliveryStatus",
                "arguments": {
                    "type": "object",
                    "properties": {"trackingNumber": {"type": "string", "value": "TRK1"}},
                    "required": ["trackingNumber"],
                },
            },
        },
    ],
)
@pytest.mark.parametrize("list_name", ["toolCallList", "toolCalls", "toolWithToolCallList"])
def test_each_shape_in_each_list_is_the_same_call(shape, list_name):
    entries = [{"type": "function", "toolCall": shape}] if list_name == "toolWithToolCallList" else [shape]
    assert requested_calls(message(type="tool-calls", **{list_name: entries})).calls == (ONE,)


def test_a_tool_definition_names_its_call_when_the_call_does_not():
    shape = {"function": {"name": "getDeliveryStatus"}, "toolCall": {"id": "call_1", "arguments": ARGUMENTS}}
    assert requested_calls(message(type="tool-calls", toolWithToolCallList=[shape])).calls == (ONE,)


def test_a_tool_definition_gives_its_call_no_arguments():
    shape = {"function": {"name": "f", "parameters": {"type": "object"}}, "toolCall": {"id": "call_1"}}
    (call,) = requested_calls(message(type="tool-calls", toolWithToolCallList=[shape])).calls
    assert call.arguments == {}


def test_the_same_call_in_several_lists_is_answered_once():
    fields = tool_calls(entry(), toolCalls=[entry()], toolWithToolCallList=[{"toolCall": entry()}])
    assert requested_calls(message(**fields)).calls == (ONE,)


def test_a_list_without_any_id_gives_way_to_the_next():
    fields = tool_calls({"name": "getDeliveryStatus"}, toolCalls=[entry()])
    assert requested_calls(message(**fields)).calls == (ONE,)


def test_a_repeated_id_is_one_call_and_the_first_of_them_counts():
    assert [call.arguments for call in calls(entry(number="A1"), entry(number="B2")).calls] == [
        {"trackingNumber": "A1"}
    ]


def test_calls_keep_their_order():
    assert [call.id for call in calls(*(entry(f"c{n}") for n in (3, 1, 2))).calls] == ["c3", "c1", "c2"]


def test_a_call_without_an_id_is_left_out_and_named():
    requested = calls({"name": "x"}, entry("a"), "text", None, entry("b"))
    assert [call.id for call in requested.calls] == ["a", "b"]
    assert requested.flaws == tuple(f"message.toolCallList[{n}]: has no usable id" for n in (0, 2, 3))


@pytest.mark.parametrize("unusable", [None, "", "  ", True, 1.5, [], {}, "x" * 513])
def test_what_can_be_no_id_is_none(unusable):
    assert calls(entry(unusable)).calls == ()


def test_a_number_as_an_id_is_taken_as_text():
    assert calls(entry(7)).calls[0].id == "7"


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({}, "message.toolCallList: is missing or empty"),
        ({"toolCallList": []}, "message.toolCallList: is missing or empty"),
        ({"toolCallList": {"id": "x"}}, "message.toolCallList: must be a list"),
        ({"toolCalls": "x"}, "message.toolCalls: must be a list"),
        ({"toolWithToolCallList": [{"toolCall": {}}]}, "message.toolWithToolCallList[0]: has no usable id"),
    ],
)
def test_a_message_without_calls_says_which_field_is_wrong(fields, flaw):
    requested = requested_calls(message(type="tool-calls", **fields))
    assert requested.calls == ()
    assert requested.flaws == (flaw,)


@pytest.mark.parametrize("raw", [None, "", "  ", "{}", "null", {}])
def test_no_arguments_are_an_empty_object(raw):
    assert read_arguments(raw) == {}


@pytest.mark.parametrize("raw", ["TRK1", "[1]", "{", '{"a": NaN}', '"{}"', 5, True, [], [ARGUMENTS], "[" * 100_000])
def test_arguments_that_are_no_object_are_unusable(raw):
    assert read_arguments(raw) is None


def test_a_long_number_keeps_every_digit():
    number = 9400111899223197428490123
    assert read_arguments(json.dumps({"trackingNumber": number})) == {"trackingNumber": number}
    assert calls(entry(number=number)).calls[0].arguments == {"trackingNumber": number}


def test_static_parameters_stand_beside_the_arguments_of_a_hook():
    raw = {"properties": {"trackingNumber": {"value": "TRK1"}}, "callerNumber": "+1"}
    assert read_arguments(raw) == {"trackingNumber": "TRK1", "callerNumber": "+1"}


def test_a_hook_need_not_fill_every_property_of_the_schema():
    properties = {
        "trackingNumber": {"type": "string", "value": "TRK1"},
        "phoneLastFour": {"type": "string", "description": "The last four digits."},
    }
    raw = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    assert read_arguments(raw) == {"trackingNumber": "TRK1"}


def test_an_argument_called_properties_is_no_hook():
    raw = {"trackingNumber": "TRK1", "properties": {"colour": "red"}}
    assert read_arguments(raw) == raw


@pytest.mark.parametrize("parameters", [ARGUMENTS, json.dumps(ARGUMENTS)])
def test_a_legacy_function_call_is_a_call_with_an_id_of_its_own(parameters):
    legacy = message(type="function-call", functionCall={"name": "getDeliveryStatus", "parameters": parameters})
    assert legacy_call(legacy, unique="1") == RequestedCall("function-call-1", "getDeliveryStatus", ARGUMENTS)


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        (None, "message.functionCall: must be an object"),
        ([], "message.functionCall: must be an object"),
        ({}, "message.functionCall.name: must be a string"),
        ({"name": ""}, "message.functionCall.name: must be a string"),
    ],
)
def test_a_legacy_message_without_a_call_says_which_field_is_wrong(entry, flaw):
    with pytest.raises(Problem, match=flaw) as caught:
        legacy_call(message(type="function-call", functionCall=entry), unique="1")
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"customer": {"number": "+1"}, "call": {"customer": {"number": "+2"}}}, "+1"),
        ({"call": {"customer": {"number": " +2 "}}}, "+2"),
        ({"customer": {"number": "{{ customer.number }}"}, "call": {"customer": {"number": "+2"}}}, "+2"),
        ({"customer": {"number": None}, "call": {"customer": None}}, None),
        ({"customer": {"number": ""}}, None),
        ({"customer": {"number": 15555550123}}, None),
        ({"customer": "+1", "call": "x"}, None),
        ({"customer": {"number": "+" * 65}}, None),
        ({}, None),
    ],
)
def test_the_callers_number_comes_from_signalling(fields, number):
    assert message(type="tool-calls", **fields).customer_number == number


@pytest.mark.parametrize(
    ("said", "number"), [("+1", "+1"), ("{{ customer.number }}", None), ("", None), (5, None), (None, None)]
)
def test_a_static_caller_number_counts_when_it_is_filled_in(said, number):
    assert calls(entry(callerNumber=said)).calls[0].caller_number == number


@pytest.mark.parametrize("call", [None, "x", 5, [], {}, {"id": None}, {"id": {}}])
def test_a_call_without_an_id_has_none(call):
    assert message(type="hang", call=call).call_id is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", "message: is missing"),
        (b"[]", "the body: must be an object"),
        (b"null", "the body: must be an object"),
        (b'"x"', "the body: must be an object"),
        (b'{"message": "secret words"}', "message: must be an object"),
        (b'{"message": {}}', "message.type: is missing"),
        (b'{"message": {"type": null}}', "message.type: must be a string"),
        (b'{"message": {"type": 123456}}', "message.type: must be a string"),
        (b'{"message": {"type": ""}}', "message.type: must not be empty"),
    ],
)
def test_an_unusable_envelope_says_which_field_is_wrong_and_echoes_nothing(body, error):
    with pytest.raises(Problem) as caught:
        read_message(body)
    assert (caught.value.status, caught.value.error) == (422, error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"{",
        b'{"message": {"type": "hang"}} x',
        b'{"message": {"type": "hang", "x": NaN}}',
        b'{"message": {"type": "hang", "x": [-Infinity]}}',
        b'{"message": {"type": "hang", "x": "\xff"}}',
        b'{"message": {"type": "hang", "x": "\\ud800", "y": NaN}}',
        b'{"message": {"type": "hang", "x": "\\ud800", "y": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"message": {"type": "hang", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"message": {"type": "hang", "x": ' + b"1" * 5_000 + b"}}",
        b'\xef\xbb\xbf{"message": {"type": "hang"}}',
        '{"message": {"type": "hang"}}'.encode("utf-16"),
    ],
)
def test_what_is_not_json_is_a_400(body):
    with pytest.raises(Problem) as caught:
        read_message(body)
    assert (caught.value.status, caught.value.error) == (400, "the body is not JSON")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"Hi \ud83d", "Hi ?"),
        (rb"\uDE00 \ud83dx", "? ?x"),
        (rb"\ud83d\ud83d\ude00", "?\U0001f600"),
        (rb"\\ud83d \ud83d", "\\ud83d ?"),
        (rb"\ud83d\n\\\"", '?\n\\"'),
    ],
)
def test_half_a_surrogate_pair_is_json_and_costs_nobody_an_answer(written, read):
    assert read_message(b'{"message": {"type": "hang", "x": "' + written + b'"}}').fields["x"] == read


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity and NaN"])
def test_a_text_that_reads_like_no_number_is_json(text):
    assert message(type="hang", x=text).type == "hang"


def test_of_a_repeated_key_the_last_one_counts():
    assert read_message(b'{"message": {"type": "hang", "type": "transcript"}}').type == "transcript"


WITHOUT_A_TYPE = [name for name in samples() if "custom-llm" in name or "message-only" in name]


@pytest.mark.parametrize("name", [name for name in samples() if name not in WITHOUT_A_TYPE])
def test_every_sample_is_read(name):
    assert read_message(sample(name)).label in KNOWN_TYPES


@pytest.mark.parametrize("name", WITHOUT_A_TYPE)
def test_a_sample_without_a_type_says_so(name):
    with pytest.raises(Problem, match=r"message\.type: is missing"):
        read_message(sample(name))


def test_a_type_nobody_knows_has_a_label_of_the_closed_set():
    assert message(type="call.teleported").label == "_OTHER"
    assert message(type="tool-calls").label == "tool-calls"


def test_the_types_are_those_that_vapi_documents():
    assert len(KNOWN_TYPES) == 33
