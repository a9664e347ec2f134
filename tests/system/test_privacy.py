"""What must not be kept is not kept: planted in every place a body can hold it, searched for in the raw files."""

import asyncio
import copy
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standin import SanityStandin
from tests.system.service import service, tool_call

SAMPLES = Path(__file__).parents[1] / "samples"
CALLER = "+15555550188"

PLANTED = {
    "credential": "twilio-auth-token-4f9a",
    "server secret": "server-secret-77c1",
    "prompt": "You are the confidential prompt 8b2e",
    "control address": "https://phone-call.vapi.ai/control-51d0/control",
    "listen address": "wss://phone-call.vapi.ai/listen-93aa/listen",
    "signed address": "https://storage.example/recording.wav?X-Amz-Signature=deadbeef01",
    "phone": CALLER,
    "other phone": "+442071838750",
}
NAMES = ("Zebulon Quackenbush", "Quackenbush", "Zebulon")
SPELLED = ("5555550188", "555-555-0188", "(555) 555-0188", "five five five, five five five, oh one double eight")


def bodies() -> Iterator[dict[str, Any]]:
    for path in sorted(SAMPLES.rglob("*.json")):
        body = json.loads(path.read_text())
        if isinstance(body, dict) and isinstance(body.get("message"), dict):
            yield body


def planted_everywhere(value: Any, secret: str) -> Any:
    """`value` with `secret` under a new key of every object and at the end of every list."""
    if isinstance(value, dict):
        return {**{key: planted_everywhere(inner, secret) for key, inner in value.items()}, "xPlanted": secret}
    if isinstance(value, list):
        return [*(planted_everywhere(inner, secret) for inner in value), secret]
    return value


def with_each_value_replaced(body: dict[str, Any], secret: str) -> Iterator[dict[str, Any]]:
    """`body` again and again, each time with `secret` in the place of another value that is no type and no id."""
    for place in _places_of_values(body):
        if place[-1] in {"type", "id", "toolCallId"}:
            continue
        changed = inner = copy.deepcopy(body)
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = secret
        yield changed


def _places_of_values(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places_of_values(inner, (*place, step))
    else:
        yield place


def with_known_places(body: dict[str, Any]) -> dict[str, Any]:
    """`body` with every secret where Vapi itself puts such things."""
    body = copy.deepcopy(body)
    message = body["message"]
    message["customer"] = {"number": CALLER, "name": NAMES[0]}
    message["phoneNumber"] = {"number": CALLER, "twilioAuthToken": PLANTED["credential"]}
    message["assistant"] = {
        "server": {"secret": PLANTED["server secret"], "headers": {"Authorization": PLANTED["credential"]}},
        "model": {"messages": [{"role": "system", "content": PLANTED["prompt"]}]},
    }
    call = message.setdefault("call", {})
    call["id"] = call.get("id", f"planted-{message.get('type')}")
    call["monitor"] = {"controlUrl": PLANTED["control address"], "listenUrl": PLANTED["listen address"]}
    call["customer"] = {"number": CALLER}
    artifact = message.setdefault("artifact", {})
    for name in ("recordingUrl", "stereoRecordingUrl", "presignedUrl", "logUrl"):
        artifact[name] = message[name] = PLANTED["signed address"]
    artifact["variableValues"] = {"phone": CALLER}
    artifact["messages"] = [
        {"role": "system", "message": PLANTED["prompt"], "secondsFromStart": 0.0},
        {
            "role": "user",
            "message": f"My number is {CALLER}, or 555-555-0188, or +442071838750.",
            "secondsFromStart": 1.0,
        },
        {"role": "bot", "message": "I have (555) 555-0188 for you.", "secondsFromStart": 2.0},
        {
            "role": "tool_call_result",
            "toolCallId": "t1",
            "name": "getDeliveryStatus",
            "result": f"Call {CALLER}.",
            "secondsFromStart": 3.0,
        },
    ]
    return body


async def test_no_secret_and_no_phone_number_reaches_the_files_of_the_recordings(tmp_path: Path) -> None:
    environment = {"SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}"}
    async with service(environment, cwd=tmp_path) as running:
        for index, body in enumerate(bodies()):
            await running.post(with_known_places(body))
            for secret in (*PLANTED.values(), NAMES[0]):
                await running.post(planted_everywhere(body, secret))
            arguments = {"callerNumber": CALLER, "phoneLastFour": "0188", "note": CALLER, "prompt": PLANTED["prompt"]}
            await running.post(tool_call("SHR123456", call=f"c{index}", caller=CALLER, **arguments))
        await running.post(tool_call(CALLER, call="number-as-number", caller=CALLER))
        for index, spelled in enumerate(SPELLED):
            result = await running.ask(f"my number is {spelled}", call=f"spelled-{index}", caller=CALLER)
            assert result["metadata"]["outcome"] == "invalid_tracking_number"
        await asyncio.sleep(0)
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
        logged = json.dumps(running.lines) + "".join(running.other_output)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "recordings.db" for path in files)
    kept = b"".join(path.read_bytes() for path in files)
    assert b"getDeliveryStatus" in kept, "the calls themselves were recorded"
    for kind, secret in PLANTED.items():
        assert secret.encode() not in kept, kind
        assert secret not in logged, kind
    assert [name for name in NAMES if name in logged] == []
    for spelled in SPELLED:
        assert spelled.encode() not in kept
        assert spelled not in logged


WHOLE = {
    "_id": "FLT00000",
    "_type": "delivery",
    "trackingNumber": "FLT00000",
    "status": "in_transit",
    "customerName": NAMES[0],
    "customerPhone": CALLER,
    "estimatedDelivery": "2031-03-04",
    "issueMessage": f"Left with {NAMES[0]}, {CALLER} or 555-555-0188",
}
AS_TEXT = [{**WHOLE, "status": f"{NAMES[0]} {CALLER}"}, {**WHOLE, "estimatedDelivery": f"{NAMES[0]} {CALLER}"}]
MALFORMED = [
    {**WHOLE, "customerName": [NAMES[0]]},
    {**WHOLE, "customerPhone": {NAMES[0]: CALLER}},
    {**WHOLE, "issueMessage": {"text": f"{NAMES[0]} {CALLER}"}},
]
SOMEBODY_ELSES = [
    {**WHOLE, "trackingNumber": "OTHER12345"},
    {"_id": 1, "trackingNumber": NAMES[0], "customerName": CALLER},
    NAMES[0],
]


def named(body: dict[str, Any]) -> dict[str, Any]:
    """`body` with a caller who has a name."""
    body["message"]["customer"] = {"number": CALLER, "name": NAMES[0]}
    return body


@pytest.mark.node
@pytest.mark.parametrize(
    "answered", [[WHOLE, *AS_TEXT], MALFORMED, SOMEBODY_ELSES], ids=["well", "malformed", "of somebody else"]
)
async def test_no_name_and_no_phone_number_reaches_the_log_however_much_is_logged(
    tmp_path: Path, answered: list[Any]
) -> None:
    environment = {
        "SHERIFF_LOG_LEVEL": "DEBUG",
        "SHERIFF_CACHE_TTL_S": "0.00001",
        "SHERIFF_RETRY_ATTEMPTS": "1",  # each failure is one line, so that none of a kind is left to a summary
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}",
    }
    async with SanityStandin() as sanity, service({**sanity.environment, **environment}, cwd=tmp_path) as running:
        for index, document in enumerate(answered):
            await sanity.fault("wrong_document", document=document)
            for said in ("FLT00000", NAMES[0], f"I am {NAMES[0]}", CALLER, *SPELLED):
                arguments = {"phoneLastFour": "0188", "note": NAMES[0], "callerNumber": CALLER}
                await running.post(named(tool_call(said, call=f"c{index}", caller=CALLER, **arguments)))
        _, reply, _ = await running.post(named(tool_call("FLT00000", tool="getDeliveryIssue", caller=CALLER)))
        assert (NAMES[0] in json.dumps(reply)) == (answered[0] is WHOLE), "whom it concerns does hear it"
        await running.post(named(tool_call("FLT00000", tool=NAMES[0], caller=CALLER)))
        for message in ({"type": NAMES[0]}, NAMES[0], {"type": "tool-calls", "toolCallList": [{"name": NAMES[0]}]}):
            await running.post({"message": message})
        await running.post(f'{{"{NAMES[0]} {CALLER}'.encode())
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
        lines = [json.dumps(line) for line in running.lines] + running.other_output
    assert len([line for line in lines if "source_request_ended" in line]) >= len(answered)
    assert [line for line in lines if any(secret in line for secret in (*NAMES, CALLER, CALLER[1:], *SPELLED))] == []


async def test_a_phone_number_in_the_place_of_any_value_reaches_no_file(tmp_path: Path) -> None:
    environment = {"SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}"}
    posted = 0
    async with service(environment, cwd=tmp_path) as running:
        for body in (tool_call("SHR123456", call="c", callerNumber="x"), *bodies()):
            for changed in with_each_value_replaced(body, CALLER):
                call = changed["message"].get("call")
                if isinstance(call, dict):
                    call["id"] = f"replaced-{posted}"  # one call each: of two reports only one would be kept
                await running.post(changed)
                posted += 1
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
    assert posted > 300
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"getDeliveryStatus" in kept, "the calls themselves were recorded"
    assert CALLER.removeprefix("+1").encode() not in kept
