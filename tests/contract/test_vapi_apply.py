"""`sheriff vapi apply` against an imitation of Vapi's API with its documented rules."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.vapi_definitions import Deployment, tools
from sheriff.vapi_definitions.api import VapiApi, VapiError
from sheriff.vapi_definitions.applying import Step, apply
from tests.vapi_imitation import KEY, VapiImitation, imitated_vapi

DEPLOYMENT = Deployment("https://sheriff.example.com/webhook", credential_id="cred-1")


@pytest.fixture
async def account() -> AsyncIterator[VapiImitation]:
    async with imitated_vapi() as made:
        yield made


async def applied(account: VapiImitation, deployment: Deployment = DEPLOYMENT, *, dry_run: bool = False) -> list[Step]:
    async with aiohttp.ClientSession() as session:
        return await apply(VapiApi(session, key=KEY, url=account.url), deployment, dry_run=dry_run)


def actions(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.name, step.action) for step in steps]


def the(account: VapiImitation, kind: str) -> dict[str, Any]:
    (entry,) = account.stored[kind].values()
    return entry


async def test_an_empty_account_gets_both_tools_and_an_assistant_that_uses_them(account: VapiImitation) -> None:
    steps = await applied(account)
    assert actions(steps) == [
        ("getDeliveryStatus", "create"),
        ("getDeliveryIssue", "create"),
        ("sheriff delivery status", "create"),
    ]
    assert the(account, "assistant")["model"]["toolIds"] == list(account.stored["tool"])


async def test_a_second_run_changes_nothing_and_writes_nothing(account: VapiImitation) -> None:
    await applied(account)
    written = len(account.writes())
    assert {action for _, action in actions(await applied(account))} == {"keep"}
    assert len(account.writes()) == written


async def test_a_field_that_vapi_leaves_out_because_it_is_the_default_is_no_difference(account: VapiImitation) -> None:
    await applied(account)
    for tool in account.stored["tool"].values():
        del tool["async"]
    assert {action for _, action in actions(await applied(account))} == {"keep"}


async def test_a_tool_somebody_made_asynchronous_is_put_right(account: VapiImitation) -> None:
    await applied(account)
    next(iter(account.stored["tool"].values()))["async"] = True
    steps = await applied(account)
    assert [(change.path, change.stored, change.wanted) for change in steps[0].changes] == [("async", True, False)]


async def test_a_new_address_is_sent_as_whole_fields_and_only_those(account: VapiImitation) -> None:
    await applied(account)
    account.requests.clear()
    await applied(account, Deployment("https://new.example.com/webhook", credential_id="cred-1"))
    for method, _, body in account.writes():
        assert method == "PATCH"
        assert list(body) == ["server"]
        assert body["server"]["url"] == "https://new.example.com/webhook"
        assert body["server"]["backoffPlan"]["excludedStatusCodes"]
    assert len(account.writes()) == 3


async def test_what_a_person_added_stays(account: VapiImitation) -> None:
    await applied(account)
    made = the(account, "assistant")
    made["voice"] = {"provider": "vapi", "voiceId": "Elliot"}
    made["model"]["toolIds"].append("their-own-tool")
    made["serverMessages"].append("transcript")
    made["server"]["headers"] = {"X-Team": "parcels"}
    made["model"]["temperature"] = 0.9
    steps = await applied(account)
    assert [change.path for change in steps[-1].changes] == ["model.temperature"]
    after = the(account, "assistant")
    assert after["voice"] == {"provider": "vapi", "voiceId": "Elliot"}
    assert after["model"]["toolIds"][-1] == "their-own-tool"
    assert after["serverMessages"][-1] == "transcript"
    assert after["server"]["headers"] == {"X-Team": "parcels"}


async def test_a_credential_chosen_in_the_dashboard_stays_when_none_is_given(account: VapiImitation) -> None:
    await applied(account)
    await applied(account, Deployment(DEPLOYMENT.url))
    assert the(account, "assistant")["server"]["credentialId"] == "cred-1"


async def test_an_assistant_that_carries_our_tools_refers_to_the_stored_ones_afterwards(account: VapiImitation) -> None:
    theirs = {"type": "function", "function": {"name": "somethingElse"}}
    account.put(
        "assistant",
        {"name": DEPLOYMENT.name, "model": {"provider": "openai", "model": "x", "tools": [*tools(DEPLOYMENT), theirs]}},
    )
    await applied(account)
    model = the(account, "assistant")["model"]
    assert model["tools"] == [theirs]
    assert len(model["toolIds"]) == 2


async def test_a_dry_run_tells_every_difference_and_writes_nothing(account: VapiImitation) -> None:
    created = await applied(account, dry_run=True)
    assert {action for _, action in actions(created)} == {"create"}
    await applied(account)
    written = len(account.writes())
    changed = await applied(account, Deployment("https://new.example.com/webhook"), dry_run=True)
    assert {change.path for step in changed for change in step.changes} == {"server.url"}
    assert len(account.writes()) == written


async def test_an_account_with_thousands_of_tools_is_read_to_its_end(account: VapiImitation) -> None:
    await applied(account)  # the oldest entries: on the last page
    for number in range(2_500):
        account.put("tool", {"type": "function", "function": {"name": f"other{number}"}})
    assert {action for _, action in actions(await applied(account))} == {"keep"}
    assert all("limit=1000" in path for method, path, _ in account.requests if method == "GET")


async def test_tools_of_another_kind_with_our_name_are_not_ours(account: VapiImitation) -> None:
    account.put("tool", {"type": "apiRequest", "function": {"name": "getDeliveryStatus"}})
    assert actions(await applied(account))[0] == ("getDeliveryStatus", "create")


async def test_two_of_one_name_are_not_guessed_between(account: VapiImitation) -> None:
    for _ in range(2):
        account.put("tool", {"type": "function", "function": {"name": "getDeliveryIssue"}})
    with pytest.raises(VapiError, match=r"2 of kind tool are named 'getDeliveryIssue' \(tool-1, tool-2\): delete"):
        await applied(account)


async def test_a_run_that_failed_half_way_is_finished_by_the_next(account: VapiImitation) -> None:
    account.answers = [(200, {})]  # not a list
    with pytest.raises(VapiError, match="is this Vapi's API"):
        await applied(account)
    await applied(account)
    account.stored["assistant"].clear()
    steps = await applied(account)
    assert [action for _, action in actions(steps)] == ["keep", "keep", "create"]


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (401, {}, "the key is not accepted: VAPI_API_KEY must be the private key"),
        (409, {}, "settle that in Vapi's dashboard"),
        (429, {"Retry-After": "7"}, "too many requests: run the command again after 7 s"),
        (429, {}, "run the command again in a minute"),
        (302, {"Location": "https://elsewhere.example.com"}, "302"),
        (400, {}, "refuses the definition (it says: "),
        (503, {}, "Vapi itself failed: run the command again later"),
    ],
)
async def test_a_refusal_says_what_to_do(
    account: VapiImitation, status: int, headers: dict[str, str], says: str
) -> None:
    account.answers = [(status, headers)]
    with pytest.raises(VapiError) as refused:
        await applied(account)
    assert says in str(refused.value)
    assert KEY not in str(refused.value)


async def test_an_api_that_is_not_there_is_told_in_one_line() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(VapiError, match=r"no usable answer from http://127\.0\.0\.1:1 "):
            await apply(VapiApi(session, key=KEY, url="http://127.0.0.1:1"), DEPLOYMENT)


async def test_the_key_is_never_sent_unencrypted_to_another_machine() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(VapiError, match="must be https"):
            VapiApi(session, key=KEY, url="http://api.vapi.ai")


async def test_an_address_of_the_api_that_cannot_be_read_is_told() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(VapiError, match="cannot be read"):
            VapiApi(session, key=KEY, url="https://[::1")


async def run(account: VapiImitation, *arguments: str, **environment: str) -> Result:
    """The command as a person runs it, beside the loop that serves the imitation."""
    words = ["vapi", "apply", "--url", DEPLOYMENT.url, "--api-url", account.url, *arguments]
    keys = {"VAPI_API_KEY": "", "VAPI_API_KEY_FILE": "", **environment}
    return await asyncio.to_thread(lambda: CliRunner().invoke(main, words, env=keys))


async def test_the_command_tells_each_step_and_then_that_all_is_well(account: VapiImitation, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(f"{KEY}\n")
    first = await run(account, VAPI_API_KEY_FILE=str(secret))
    assert first.exit_code == 0
    assert "tool getDeliveryStatus: created (tool-1)" in first.output
    again = await run(account, VAPI_API_KEY=KEY)
    assert again.output.splitlines()[-1] == "Everything is as it should be."


async def test_the_command_shows_the_difference_and_leaves_it(account: VapiImitation) -> None:
    await applied(account)
    the(account, "assistant")["firstMessage"] = "Yes?"
    shown = await run(account, "--dry-run", VAPI_API_KEY=KEY)
    assert "assistant sheriff delivery status: would be updated (assistant-3)" in shown.output
    assert '  firstMessage: "Yes?" -> "Hello, you\'ve reached delivery tracking.' in shown.output
    assert the(account, "assistant")["firstMessage"] == "Yes?"


async def test_the_command_prints_steps_for_machines(account: VapiImitation) -> None:
    printed = json.loads((await run(account, "--json", "--dry-run", VAPI_API_KEY=KEY)).output)
    assert printed["dryRun"] is True
    assert [step["action"] for step in printed["steps"]] == ["create"] * 3


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "must hold the private key"),
        ({"VAPI_API_KEY": "wrong"}, "the key is not accepted"),
        ({"VAPI_API_KEY_FILE": "/nowhere/key"}, "VAPI_API_KEY_FILE: cannot read /nowhere/key (No such file"),
        ({"VAPI_API_KEY": KEY, "VAPI_API_KEY_FILE": "/nowhere/key"}, "VAPI_API_KEY: given twice"),
    ],
)
async def test_a_missing_or_wrong_key_ends_with_one_line_and_exit_code_1(
    account: VapiImitation, environment: dict[str, str], says: str
) -> None:
    result = await run(account, **environment)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
