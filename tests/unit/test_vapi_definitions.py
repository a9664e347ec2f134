"""The agent's definitions: valid for Vapi, tied to what the webhook takes, and strict about what may be said."""

import json
import re

import pytest
from click.testing import CliRunner

from sheriff.__main__ import main
from sheriff.vapi_definitions import Deployment, DeploymentError, assistant, tools
from sheriff.vapi_definitions.definitions import system_prompt
from sheriff.vapi_definitions.merging import Difference, changed_fields, differences, merge
from sheriff_core.tool_arguments import LAST_FOUR_ARGUMENTS, TRACKING_NUMBER_ARGUMENTS
from sheriff_core.tool_call import ToolName
from tests.vapi_imitation import problems

URL = "https://sheriff.example.com/webhook"
DEPLOYMENT = Deployment(URL, credential_id="cred-1")
REFUSALS = {400, 401, 403, 404, 405, 413, 415, 422, 431}  # every 4xx that the public port says, but for 408


def test_both_tools_are_valid_for_vapi() -> None:
    assert [problems("tool", tool) for tool in tools(DEPLOYMENT)] == [[], []]


@pytest.mark.parametrize("tool_ids", [(), ("a", "b")])
def test_the_assistant_is_valid_for_vapi_with_tools_inside_and_by_reference(tool_ids: tuple[str, ...]) -> None:
    made = assistant(DEPLOYMENT, tool_ids=tool_ids)
    assert problems("assistant", made) == []
    assert ("toolIds" in made["model"]) is bool(tool_ids)
    assert ("tools" in made["model"]) is not bool(tool_ids)


def test_the_tools_are_the_ones_the_webhook_knows_with_arguments_it_reads() -> None:
    made = tools(DEPLOYMENT)
    assert [tool["function"]["name"] for tool in made] == [name.value for name in ToolName]
    for tool in made:
        tracking_number, last_four = tool["function"]["parameters"]["properties"]
        assert tracking_number in TRACKING_NUMBER_ARGUMENTS
        assert last_four in LAST_FOUR_ARGUMENTS


def test_strict_mode_holds_because_every_property_is_required_and_no_other_allowed() -> None:
    for tool in tools(DEPLOYMENT):
        function = tool["function"]
        assert function["strict"] is True
        assert function["parameters"]["required"] == list(function["parameters"]["properties"])
        assert function["parameters"]["additionalProperties"] is False


def test_the_caller_is_bound_by_a_static_parameter_the_model_does_not_see() -> None:
    for tool in tools(DEPLOYMENT):
        assert tool["parameters"] == [{"key": "callerNumber", "value": "{{ customer.number }}"}]
        assert "callerNumber" not in tool["function"]["parameters"]["properties"]


def test_vapi_waits_five_seconds_and_repeats_nothing_that_would_fail_again() -> None:
    for made in (*tools(DEPLOYMENT), assistant(DEPLOYMENT)):
        assert made["server"]["url"] == URL
        assert made["server"]["timeoutSeconds"] == 5
        assert made["server"]["credentialId"] == "cred-1"
        assert set(made["server"]["backoffPlan"]["excludedStatusCodes"]) == REFUSALS


def test_the_caller_hears_something_at_the_start_when_it_takes_long_and_when_it_fails() -> None:
    for tool in tools(DEPLOYMENT):
        kinds = [message["type"] for message in tool["messages"]]
        assert kinds == ["request-start", "request-response-delayed", "request-failed"]
        assert "request-complete" not in kinds  # that one comes with each answer


def test_the_assistant_hears_what_it_needs_and_keeps_calls_private() -> None:
    made = assistant(DEPLOYMENT)
    assert set(made["serverMessages"]) == {"tool-calls", "end-of-call-report", "status-update", "hang"}
    assert made["model"]["temperature"] == 0
    assert made["artifactPlan"]["recordingEnabled"] is False
    assert made["monitorPlan"] == {"listenEnabled": False, "controlEnabled": False}


def test_the_prompt_names_the_tools_as_they_are_called_and_forbids_what_no_tool_returned() -> None:
    prompt = system_prompt()
    for name in ToolName:
        assert name.value in prompt
    assert "Everything you say about a delivery comes from what a tool returned in this call" in prompt
    assert "I don't have that information." in prompt
    assert "phoneLastFour" in prompt


def test_the_prompt_says_what_to_do_when_a_caller_asks_again_for_spelling_or_for_two_things_and_how_to_end() -> None:
    prompt = system_prompt()
    assert '"Can you repeat that?": call the same tool again' in prompt
    assert '"How do you spell that?": spell only what the tool returned' in prompt
    assert "If the caller asks both in one breath, call both tools in the same turn." in prompt
    (farewell,) = assistant(DEPLOYMENT)["endCallPhrases"]
    assert prompt.splitlines()[-1].lower().endswith(f'{farewell}."')


@pytest.mark.parametrize("word", ["state", "change", "complete", "combine", "guess"])
def test_the_prompt_forbids_every_way_to_a_fact_of_its_own(word: str) -> None:
    (rule,) = (line for line in system_prompt().splitlines() if line.startswith("- Never state"))
    assert re.search(rf"\b{word}\b", rule)


@pytest.mark.parametrize("path", ["", "/"])
def test_an_address_without_a_path_means_the_webhook(path: str) -> None:
    assert Deployment(f"https://sheriff.example.com{path}").url == URL


def test_a_proxys_own_path_stays() -> None:
    assert Deployment("https://example.com/calls/in").url == "https://example.com/calls/in"


@pytest.mark.parametrize("url", ["", "sheriff.example.com/webhook", "ftp://x/y", "https:///webhook", "https://u:p@x/y"])
def test_an_address_vapi_could_not_use_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DeploymentError) as refused:
        Deployment(url)
    assert "u:p" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_name_vapi_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(DeploymentError, match="1 to 40"):
        Deployment(URL, name=name)


@pytest.mark.parametrize("printed", ["tools", "assistant"])
def test_printed_definitions_are_json_and_nothing_else(printed: str) -> None:
    result = CliRunner().invoke(main, ["vapi", printed, "--url", URL])
    assert result.exit_code == 0
    for definition in made if isinstance(made := json.loads(result.output), list) else [made]:
        assert problems("assistant" if printed == "assistant" else "tool", definition) == []


@pytest.mark.parametrize("printed", ["tools", "assistant"])
def test_without_an_address_a_placeholder_is_printed_and_said_to_be_one(printed: str) -> None:
    result = CliRunner().invoke(main, ["vapi", printed])
    assert (result.exit_code, URL in result.stdout) == (0, True)
    assert json.loads(result.stdout)
    assert f"in place of {URL}" in result.stderr


@pytest.mark.parametrize("url", ["nowhere", "https://[2001:db8::1/webhook", "https://sheriff.example.com:99999/"])
def test_a_wrong_address_ends_with_one_line_and_exit_code_1(url: str) -> None:
    result = CliRunner().invoke(main, ["vapi", "tools", "--url", url])
    assert result.exit_code == 1
    assert result.output.startswith("Error: the url must be absolute")


def test_merging_keeps_fields_we_do_not_define() -> None:
    stored = {"id": "1", "voice": {"provider": "x"}, "server": {"url": "old", "headers": {"A": "1"}}}
    assert merge(stored, {"server": {"url": "new"}}) == stored | {"server": {"url": "new", "headers": {"A": "1"}}}


def test_merging_keeps_a_persons_entries_beside_ours_where_order_means_nothing() -> None:
    merged = merge(
        {
            "model": {"toolIds": ["theirs", "ours"]},
            "serverMessages": ["transcript"],
            "parameters": [{"key": "callId", "value": "c"}, {"key": "callerNumber", "value": "old"}],
        },
        {
            "model": {"toolIds": ["ours", "new"]},
            "serverMessages": ["hang"],
            "parameters": [{"key": "callerNumber", "value": "new"}],
        },
    )
    assert merged == {
        "model": {"toolIds": ["theirs", "ours", "new"]},
        "serverMessages": ["transcript", "hang"],
        "parameters": [{"key": "callerNumber", "value": "new"}, {"key": "callId", "value": "c"}],
    }


def test_merging_replaces_every_other_list_whole() -> None:
    assert merge({"messages": [{"type": "a"}, {"type": "b"}]}, {"messages": []}) == {"messages": []}


def test_only_changed_fields_are_sent_and_each_goes_whole() -> None:
    stored = {"a": {"x": 1, "y": 2}, "b": 1}
    assert changed_fields(stored, {"a": {"x": 1, "y": 3}, "b": 1, "async": False}) == {"a": {"x": 1, "y": 3}}


def test_differences_name_the_place_down_to_the_single_value() -> None:
    found = differences({"a": {"x": [1, {"y": 2}], "gone": 0}}, {"a": {"x": [1, {"y": 3}], "new": 4}})
    assert set(found) == {Difference("a.x[1].y", 2, 3), Difference("a.new", None, 4), Difference("a.gone", 0, None)}
