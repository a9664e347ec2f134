"""Simulated calls, held against a small service that answers, refuses or lies."""

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.doctor.credential import Credential
from sheriff.simulation import Parcel, Scenario, Simulation, place_calls
from sheriff.simulation.tally import CallResult, summarise
from sheriff.webhook_address import own_webhook
from sheriff_core.tool_call import ToolName
from sheriff_web.vapi import read_message
from sheriff_web.vapi_calls import requested_calls
from sheriff_web.vapi_report import read_report
from tests.answering_service import SENTENCE, AnsweringService, answering_service

PARCELS = (Parcel("TRK-1234", "+15555550123"),)


@pytest.fixture
async def service() -> AsyncIterator[AnsweringService]:
    async with answering_service() as running:
        yield running


def simulation(service: AnsweringService, scenario: Scenario = Scenario.STATUS, **given: Any) -> Simulation:
    settings = {"calls": 1, "concurrency": 4, "parcels": PARCELS, "run": "test", **given}
    return Simulation(service.url, scenario=scenario, **settings)


async def test_a_call_sends_what_vapi_sends_in_its_order(service: AnsweringService) -> None:
    await place_calls(simulation(service, parcels=(Parcel("TRK-1234"),)))
    speech = ["speech-update", "speech-update", "conversation-update"]
    assert [message["type"] for message in service.messages] == [
        *("assistant-request", "status-update"),
        *speech,  # the greeting
        *speech,  # the question
        "tool-calls",
        *speech,  # the answer
        *speech,  # thanks
        *speech,  # goodbye
        *("status-update", "end-of-call-report"),
    ]
    assert {message["call"]["id"] for message in service.messages} == {service.messages[0]["call"]["id"]}


async def test_the_report_tells_turns_tool_calls_and_results_with_their_times(service: AnsweringService) -> None:
    await place_calls(simulation(service, Scenario.BOTH, parcels=(Parcel("TRK-1234"),)))
    (report,) = service.of("end-of-call-report")
    roles = [message["role"] for message in report["artifact"]["messages"]]
    both_results, both_answers = ["tool_call_result"] * 2, ["bot"] * 2
    assert roles == ["bot", "user", "tool_calls", *both_results, *both_answers, "user", "bot"]
    times = [message["secondsFromStart"] for message in report["artifact"]["messages"]]
    assert times == sorted(times)
    assert isinstance(report["artifact"]["messages"][2]["toolCalls"][0]["function"]["arguments"], str)
    assert report["artifact"]["transcript"].startswith("AI: Hello, you've reached delivery tracking.")
    read = read_report(read_message(service.bodies[-1]), received_at=datetime.now(UTC))
    assert read is not None
    assert [result.result for result in read.tool_results] == [SENTENCE, SENTENCE]
    assert [result.name for result in read.tool_results] == [name.value for name in ToolName]
    assert len(read.transcript) == 6


async def test_tool_calls_arrive_in_every_shape_and_all_mean_the_same(service: AnsweringService) -> None:
    await place_calls(simulation(service, calls=60))
    read: list[Any] = []
    shapes = set()
    for body, message in zip(service.bodies, service.messages, strict=True):
        if message["type"] != "tool-calls":
            continue
        shapes.add(tuple(sorted(message.keys() & {"toolCalls", "toolCallList", "toolWithToolCallList"})))
        read += requested_calls(read_message(body)).calls
    assert len(shapes) == 3
    assert {call.name for call in read} == {"getDeliveryStatus"}
    assert {call.arguments["trackingNumber"] for call in read} == {"TRK-1234"}


async def test_the_same_seed_places_the_same_calls_under_ids_of_their_own(service: AnsweringService) -> None:
    for run in ("one", "two"):
        await place_calls(simulation(service, Scenario.MIXED, calls=5, concurrency=1, run=run))
    half = len(service.messages) // 2
    told = [
        [(m["type"], m.get("artifact", {}).get("transcript")) for m in part]
        for part in (service.messages[:half], service.messages[half:])
    ]
    assert told[0] == told[1]
    ids = {message["call"]["id"] for message in service.messages}
    assert len(ids) == 10


async def test_a_repeated_delivery_carries_the_same_ids_and_a_repeated_question_new_ones(
    service: AnsweringService,
) -> None:
    await place_calls(simulation(service, Scenario.REPEAT, parcels=(Parcel("TRK-1234"),)))
    bodies = [b for b, m in zip(service.bodies, service.messages, strict=True) if m["type"] == "tool-calls"]
    ids = [requested_calls(read_message(body)).calls[0].id for body in bodies]
    assert sorted(Counter(ids).values()) == [1, 2]


async def test_fabrications_are_labelled_and_stand_in_the_transcript(service: AnsweringService) -> None:
    summary, results = await place_calls(simulation(service, calls=20, fabricate=1.0))
    assert summary.fabricated_calls == 20
    assert all(len(result.fabrications) == 1 for result in results)
    faithful, _ = await place_calls(simulation(service, calls=20))
    assert faithful.fabricated_calls == 0


async def test_the_sums_tell_outcomes_origins_and_latencies(service: AnsweringService) -> None:
    heard: list[str] = []
    summary, results = await place_calls(
        simulation(service, Scenario.BOTH, calls=6, parcels=(Parcel("TRK-1234"),)),
        on_call=lambda result: heard.append(result.call_id),
    )
    assert sorted(heard) == sorted(result.call_id for result in results)
    assert (summary.calls, summary.failed_calls, summary.tool_calls) == (6, 0, 12)
    assert summary.outcomes == {"found": 12}
    assert summary.served_from == {"source": 12}
    assert list(summary.latency_ms) == ["p50", "p95", "p99", "max"]
    assert sorted(summary.latency_ms.values()) == list(summary.latency_ms.values())


def test_percentiles_are_the_nearest_rank() -> None:
    latencies = [number / 1000 for number in range(1, 101)]
    summary = summarise([CallResult("a", "status", latencies_s=latencies)], duration_s=2.0)
    assert summary.latency_ms == {"p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0}
    assert summarise([], duration_s=0.0).latency_ms == {}


def change(**fields: Any) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    return lambda results: {"results": [{**result, **fields} for result in results]}


WRONG_REPLIES: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "tool-calls: status 503": lambda _: web.Response(status=503),
    "tool-calls: status 302": lambda _: web.Response(status=302, headers={"Location": "/webhook"}),
    "tool-calls: a reply that is not JSON": lambda _: web.Response(text="<html>"),
    "no results in the reply": lambda _: {"toolCallResults": []},
    "the results do not carry the ids that were asked for, in that order": lambda results: {"results": results[::-1]},
    "a result that is missing or not text": change(result=None),
    "an error instead of a result": change(result=None, error="no"),
    "a result and an error at once": change(error="no"),
    "a name other than the tool's": change(name="somethingElse"),
    "a line break or control character in a result": change(result="one\ntwo", message=None),
    "a result of more than 1000 characters": change(result="x" * 1001, message=None),
    "another sentence to speak than the result": change(message={"type": "request-complete", "content": "else"}),
}


@pytest.mark.parametrize("problem", WRONG_REPLIES)
async def test_a_reply_vapi_could_not_use_fails_the_call(service: AnsweringService, problem: str) -> None:
    service.answer = WRONG_REPLIES[problem]
    summary, _ = await place_calls(simulation(service, Scenario.BOTH))
    assert summary.failed_calls == 1
    assert problem in summary.problems


async def test_a_host_that_can_have_no_address_fails_every_call_and_nothing_else() -> None:
    summary, _ = await place_calls(Simulation(f"http://{'a' * 64}/webhook", calls=2, parcels=PARCELS))
    assert summary.failed_calls == 2


async def test_something_else_among_the_results_fails_the_call_and_not_the_simulation(
    service: AnsweringService,
) -> None:
    service.answer = lambda results: {"results": [*results, "and one more"]}
    summary, _ = await place_calls(simulation(service))
    assert summary.problems == {"the results do not carry the ids that were asked for, in that order": 1}


async def test_a_reply_nested_beyond_reading_fails_the_call_and_not_the_simulation(service: AnsweringService) -> None:
    service.answer = lambda _: web.Response(text="[" * 100_000)
    summary, _ = await place_calls(simulation(service))
    assert summary.problems == {"tool-calls: a reply that is not JSON": 1}


async def test_a_message_that_needs_no_answer_must_be_taken_too(service: AnsweringService) -> None:
    service.tell = lambda: web.Response(status=500)
    summary, _ = await place_calls(simulation(service))
    assert summary.problems == {"assistant-request: status 500": 1}


async def test_another_answer_to_a_repeated_delivery_fails_the_call(service: AnsweringService) -> None:
    answers = iter(("first", "second", "third"))

    def another_each_time(results: list[dict[str, Any]]) -> dict[str, Any]:
        return change(result=next(answers), message=None)(results)

    service.answer = another_each_time
    summary, _ = await place_calls(simulation(service, Scenario.REPEAT))
    assert summary.problems == {"another answer to the same tool call delivered again": 1}


async def test_an_answer_after_the_tools_time_is_lost_as_vapi_loses_it() -> None:
    async with slow_webhook() as url:
        summary, _ = await place_calls(Simulation(url, calls=1, parcels=PARCELS, tool_timeout_s=0.05))
    assert summary.problems == {"tool-calls: no answer within 0.05 s": 1}


@asynccontextmanager
async def slow_webhook() -> AsyncIterator[str]:
    """Takes every message at once, and keeps the answer to a tool call until it is shut down."""
    never = asyncio.Event()

    async def handle(request: web.Request) -> web.Response:
        if (await request.json())["message"]["type"] == "tool-calls":
            await never.wait()
        return web.json_response({})

    application = web.Application()
    application.router.add_post("/webhook", handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    finally:
        never.set()
        await runner.cleanup()


async def test_a_service_that_is_not_there_fails_every_call_and_nothing_else() -> None:
    summary, _ = await place_calls(Simulation("http://127.0.0.1:1/webhook", calls=5, parcels=PARCELS))
    assert summary.failed_calls == 5
    assert summary.problems == {"assistant-request: no connection (ClientConnectorError)": 5}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("secret", "X-Vapi-Secret", "s3cret"),
        ("bearer", "Authorization", "Bearer s3cret"),
    ],
)
async def test_the_secret_goes_with_every_message(
    service: AnsweringService, auth: str, header: str, value: str
) -> None:
    await place_calls(simulation(service, credential=Credential(auth, "s3cret")))
    assert {headers.get(header) for headers in service.headers} == {value}


async def test_a_signature_covers_the_timestamp_and_the_body_as_vapi_makes_it(service: AnsweringService) -> None:
    await place_calls(simulation(service, credential=Credential("hmac", "s3cret")))
    for headers, body in zip(service.headers, service.bodies, strict=True):
        signed = f"{headers['x-timestamp']}.".encode() + body
        assert hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest() == headers["x-signature"]


def test_a_secret_is_not_in_what_is_printed_of_it() -> None:
    assert "s3cret" not in repr(Credential("secret", "s3cret"))


async def run(service: AnsweringService, *arguments: str, secret: str = "", secret_file: str = "") -> Result:
    """The command as a person runs it in a pipe, beside the loop that serves."""
    words = ["simulate", "--url", service.url.removesuffix("/webhook"), "--calls", "3", *arguments]
    environ = {"VAPI_SECRET": secret, "VAPI_SECRET_FILE": secret_file}
    return await asyncio.to_thread(lambda: CliRunner().invoke(main, words, env=environ))


async def test_the_command_takes_the_secret_from_a_file_too(service: AnsweringService, tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("s3cret\n")
    assert (await run(service, secret_file=str(kept))).exit_code == 0
    assert {headers.get("X-Vapi-Secret") for headers in service.headers} == {"s3cret"}
    refused = await run(service, secret="other", secret_file=str(kept))
    assert (refused.exit_code, "VAPI_SECRET: given twice" in refused.output) == (1, True)


async def test_the_command_prints_the_sums_plainly_in_a_pipe(service: AnsweringService) -> None:
    result = await run(service, secret="new, old")
    assert result.exit_code == 0
    assert result.output.startswith("calls        3 in ")
    assert "problems     none" in result.output
    assert {headers["X-Vapi-Secret"] for headers in service.headers} == {"new"}


async def test_the_command_prints_each_call_with_its_labels_for_machines(service: AnsweringService) -> None:
    printed = json.loads((await run(service, "--json", "--fabricate", "1", "--scenario", "status")).output)
    assert [len(call["fabrications"]) for call in printed["calls"]] == [1, 1, 1]
    assert printed["summary"]["calls"] == 3


async def test_a_failed_call_is_exit_code_1(service: AnsweringService) -> None:
    service.answer = lambda _: web.Response(status=503)
    result = await run(service)
    assert result.exit_code == 1
    assert "tool-calls: status 503 3" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--url", "nowhere"), "--url must be absolute"),
        (("--url", "http://[::1/webhook"), "--url must be absolute"),
        (("--url", "http://127.0.0.1:99999"), "--url must be absolute"),
        (("--auth", "hmac"), "--auth hmac needs the secret in VAPI_SECRET"),
        (("--numbers", ","), "holds no tracking number"),
        (("--numbers", "not-there.ndjson"), "not-there.ndjson: no such file"),
        (("--numbers", "/"), "/: no such file"),
    ],
)
async def test_a_wrong_option_is_one_line_and_exit_code_1(
    service: AnsweringService, arguments: tuple[str, ...], says: str
) -> None:
    result = await run(service, *arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert service.messages == []


@pytest.mark.parametrize(("option", "value"), [("--pace", "nan"), ("--pace", "inf"), ("--fabricate", "nan")])
async def test_what_is_no_number_is_refused(service: AnsweringService, option: str, value: str) -> None:
    result = await run(service, option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.output
    assert service.messages == []


async def test_without_an_address_or_a_way_the_environment_tells_both(service: AnsweringService) -> None:
    bind = service.url.removeprefix("http://").removesuffix("/webhook")
    environ = {"SHERIFF_PUBLIC_BIND": bind, "VAPI_AUTH": "bearer", "VAPI_SECRET": "s3cret"}
    result = await asyncio.to_thread(lambda: CliRunner().invoke(main, ["simulate", "--calls", "3"], env=environ))
    assert result.exit_code == 0, result.output
    assert {headers.get("Authorization") for headers in service.headers} == {"Bearer s3cret"}


async def test_a_signature_is_made_as_the_environment_has_it(service: AnsweringService) -> None:
    environ = {"VAPI_AUTH": "hmac", "VAPI_SECRET": "s3cret", "VAPI_HMAC_PAYLOAD": "{body}", "VAPI_HMAC_PREFIX": "v1="}
    words = ["simulate", "--url", service.url, "--calls", "3"]
    result = await asyncio.to_thread(lambda: CliRunner().invoke(main, words, env=environ))
    assert result.exit_code == 0, result.output
    for headers, body in zip(service.headers, service.bodies, strict=True):
        assert headers["x-signature"] == f"v1={hmac.new(b's3cret', body, hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "http://127.0.0.1:8000/webhook"),
        ({"PORT": "9000"}, "http://127.0.0.1:9000/webhook"),
        ({"SHERIFF_PUBLIC_BIND": "0.0.0.0:9001", "PORT": "9000"}, "http://127.0.0.1:9001/webhook"),
        ({"SHERIFF_PUBLIC_BIND": "[::]:9001"}, "http://[::1]:9001/webhook"),
    ],
)
def test_the_own_webhook_is_where_the_public_listener_is_reached(environ: dict[str, str], url: str) -> None:
    assert own_webhook(environ) == url


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"PORT": "http"}, "PORT: "),
        ({"SHERIFF_PUBLIC_BIND": "here"}, "SHERIFF_PUBLIC_BIND: 'here' is no address to listen on"),
        ({"VAPI_AUTH": "basic"}, "VAPI_AUTH: input should be 'secret', 'bearer', 'hmac' or 'none'"),
    ],
)
def test_an_environment_that_says_neither_is_one_line(environ: dict[str, str], problem: str) -> None:
    result = CliRunner().invoke(main, ["simulate", "--calls", "1"], env=environ)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {problem}")
