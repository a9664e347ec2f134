"""The doctor's rules, one by one, without a service: replies, credentials, samples, words."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.commands.check import _SLACK_S, _collect
from sheriff.doctor.asking import LiveWebhook
from sheriff.doctor.credential import Credential
from sheriff.doctor.environment import UNKNOWN_NUMBER, credential_settings, environment_findings
from sheriff.doctor.finding import Finding, Status, exit_code, fail, ok, warn
from sheriff.doctor.replies import problems_of, refusal_problems
from sheriff.doctor.source import _hints, _LastRequest, _unreached
from sheriff.doctor.surroundings import compared
from sheriff.settings import SettingsError, read_settings
from sheriff.vapi_samples import CALL_ID, HOOK_ID, TRACKING_NUMBER, ReplyKind, Sample, samples
from sheriff_adapters.sanity import SanitySurvey
from sheriff_core.events import SourceRequestEnded
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.ports import AttemptResult, SourceUnavailableError
from sheriff_core.tracking_number import read_tracking_number
from sheriff_web.authentication import Authentication, BearerAuthentication, Presented, SecretAuthentication
from sheriff_web.signature import HmacAuthentication, HmacScheme
from sheriff_web.vapi import KNOWN_TYPES, read_message
from sheriff_web.vapi_calls import requested_calls
from tests.fakes import FakeClock
from tests.unit.test_settings import GOOD

SECRET = "a-secret-of-the-tests"
CLEAN: dict[str, str | None] = dict.fromkeys(
    ("VAPI_AUTH", "VAPI_SECRET", "SANITY_PROJECT_ID", "SANITY_API_TOKEN", "SHERIFF_SOURCE", "SHERIFF_CACHE_URL", "PORT")
)


def check(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], env={**CLEAN, **environment})


def sample(name: str) -> Sample:
    return next(sample for sample in samples() if sample.name == name)


# ------------------------------------------------------------------------------------------------------------ samples


def test_every_known_type_has_a_sample() -> None:
    assert {sample.message_type for sample in samples()} >= KNOWN_TYPES


def test_samples_are_whole_once_filled_in() -> None:
    for each in samples():
        body = each.filled(tracking_number="AB123456", call_id="check-1", mark="7").body
        json.loads(body)
        assert TRACKING_NUMBER.encode() not in body, each.name
        assert CALL_ID.encode() not in body, each.name
        assert (TRACKING_NUMBER in each.text) == (each.reply in {ReplyKind.RESULTS, ReplyKind.RESULT}) or (
            each.reply is ReplyKind.UNUSABLE or "captured/" in each.name
        )


def test_the_calls_of_a_sample_are_those_that_the_wire_contract_reads() -> None:
    for each in samples():
        if each.reply is ReplyKind.RESULTS:
            sent = each.filled(tracking_number="AB123456", call_id="check-1", mark="7")
            read = requested_calls(read_message(sent.body)).calls
            assert [(call.id, call.name) for call in read] == [(call.id, call.name) for call in sent.calls], each.name
            assert all(call.id.endswith("-7") or call.id == HOOK_ID for call in read), each.name


def test_samples_cover_each_shape_of_arguments_and_lists() -> None:
    names = {each.name for each in samples()}
    assert {
        "captured/tool-calls.1.2024-07",
        "documented/tool-calls.custom-tools-doc",
        "legacy/function-call",
        "composed/tool-calls.toolWithToolCallList-alone",
        "composed/tool-calls.arguments-as-text",
        "composed/tool-calls.by-a-hook",
        "composed/tool-calls.some-cannot-be-answered",
        "composed/a-type-of-the-future",
        "composed/tool-calls.without-ids",
    } <= names


def test_no_sample_makes_an_agent_state_anything() -> None:
    # A service scores the reports it is sent; a check must not raise an alert about fabrications.
    for each in samples():
        if each.message_type == "end-of-call-report":
            for text in ("weather", "windy", "tomorrow", "delivered"):
                assert text not in each.text.lower(), each.name


def test_the_number_of_nobody_is_read_as_one_number() -> None:
    read = read_tracking_number(UNKNOWN_NUMBER, TrackingNumberPolicy())
    assert read is not None
    assert read.readings == (UNKNOWN_NUMBER,)


# ------------------------------------------------------------------------------------------------------------ replies


def good_result(**changes: Any) -> dict[str, Any]:
    sentence = "I can't find it."
    return {
        "toolCallId": "call_1",
        "name": "getDeliveryStatus",
        "result": sentence,
        "message": {"type": "request-complete", "content": sentence},
        "metadata": {"correlationId": "abc", "outcome": "not_found", "ageSeconds": None, "servedFrom": "source"},
        **changes,
    }


def metadata(**changes: Any) -> dict[str, Any]:
    return {**good_result()["metadata"], **changes}


ONE_CALL = "composed/tool-calls.arguments-as-text"


def test_a_right_reply_has_no_problem() -> None:
    assert problems_of(sample(ONE_CALL), 200, {"results": [good_result()]}) == []
    without_message = {key: value for key, value in good_result().items() if key != "message"}
    assert problems_of(sample(ONE_CALL), 200, {"results": [without_message]}) == []


@pytest.mark.parametrize(
    ("status", "document", "told"),
    [
        (500, {"results": [good_result()]}, "500 instead of 200"),
        (200, None, "no list of results"),
        (200, {"toolCallResults": [good_result()]}, "no list of results"),
        (200, {"results": []}, "not one result for each"),
        (200, {"results": [good_result(toolCallId="call_2")]}, "not one result for each"),
        (200, {"results": [good_result(), good_result()]}, "not one result for each"),
        (200, {"results": [good_result(name="other")]}, "tool's name"),
        (200, {"results": [good_result(error="x")]}, "must end in `result`"),
        (200, {"results": [good_result(result="two\nlines", message=None)]}, "one line"),
        (200, {"results": [good_result(result={"a": 1}, message=None)]}, "not a text"),
        (200, {"results": [good_result(result="x" * 1001, message=None)]}, "longer than 1000"),
        (200, {"results": [good_result(message={"type": "request-complete", "content": "other"})]}, "same sentence"),
        (200, {"results": [good_result(metadata=None)]}, "`metadata` is missing"),
        (200, {"results": [good_result(metadata=metadata(outcome="lost"))]}, "outcome"),
        (200, {"results": [good_result(metadata=metadata(servedFrom="moon"))]}, "servedFrom"),
        (200, {"results": [good_result(metadata=metadata(ageSeconds="1"))]}, "ageSeconds"),
        (200, {"results": [good_result(metadata=metadata(correlationId=""))]}, "correlationId"),
    ],
)
def test_each_broken_rule_is_named(status: int, document: Any, told: str) -> None:
    problems = problems_of(sample(ONE_CALL), status, document)
    assert len(problems) == 1
    assert told in problems[0]


def test_events_legacy_calls_and_unusable_bodies_have_rules_of_their_own() -> None:
    event, legacy = sample("documented/hang"), sample("legacy/function-call")
    assert problems_of(event, 200, {}) == []
    assert problems_of(event, 200, {"results": []}) == ["the reply is not {}"]
    assert problems_of(legacy, 200, {"result": "I can't find it."}) == []
    assert problems_of(legacy, 200, {"results": [good_result()]})
    unusable = sample("composed/no-message")
    assert problems_of(unusable, 422, {"error": "message: is missing", "results": []}) == []
    assert problems_of(unusable, 200, {}) == [
        "answered 200 instead of 422",
        'the body is not {"error": …, "results": []}',
    ]
    assert refusal_problems(400, {"error": "x", "results": []}, expected=400) == []


# -------------------------------------------------------------------------------------------------------- credentials


def admitted(credential: Credential, authentication: Authentication, url: str = "https://s.example/webhook") -> bool:
    body = b'{"message": {"type": "hang"}}'
    headers = {name.lower().encode(): value.encode() for name, value in credential.headers(body, url).items()}
    return authentication.allows(Presented({b"host": b"s.example", **headers}, "POST", b"/webhook", body))


class WallClock(FakeClock):
    """A clock that agrees with the one which signs."""

    def wall(self) -> Any:
        from datetime import UTC, datetime

        return datetime.now(UTC)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("payload", ["{timestamp}.{body}", "{body}", "{method}:{url}:{svix-id}.{timestamp}.{body}"])
def test_signatures_are_those_that_the_service_accepts(algorithm: str, encoding: str, payload: str) -> None:
    scheme = HmacScheme(
        algorithm=algorithm, encoding=encoding, payload=payload, prefix="v1=", signature_header="x-vapi-signature"
    )
    service = HmacAuthentication([SECRET], clock=WallClock(), scheme=scheme)
    credential = Credential("hmac", SECRET, scheme)
    assert admitted(credential, service)
    assert not admitted(credential.wrong(), service)
    old = credential.too_old()
    assert (old is None) == ("{timestamp}" not in payload)
    assert old is None or not admitted(old, service)


def test_secret_and_bearer_are_presented_as_vapi_does() -> None:
    for auth, service in (("secret", SecretAuthentication([SECRET])), ("bearer", BearerAuthentication([SECRET]))):
        assert admitted(Credential(auth, SECRET), service)
        assert not admitted(Credential(auth, SECRET).wrong(), service)
        assert Credential(auth, SECRET).too_old() is None
    assert Credential("none").headers(b"", "http://x") == {}


def test_a_credential_does_not_show_its_secret() -> None:
    assert SECRET not in repr(Credential("secret", SECRET))


def test_asking_a_webhook_needs_no_more_than_the_credential() -> None:
    settings, findings = credential_settings({"VAPI_SECRET": SECRET, "VAPI_AUTH": "bearer"})
    assert (settings.vapi_auth, settings.vapi_secrets, findings) == ("bearer", (SECRET,), [])


def test_without_a_credential_the_webhook_is_asked_without_one_and_that_is_said() -> None:
    settings, (finding,) = credential_settings({"PATH": "/bin"})
    assert settings.vapi_auth == "none"
    assert (finding.status, finding.check) == (Status.WARN, "credential")


async def test_checks_that_do_not_end_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    async def endless() -> AsyncIterator[Finding]:
        yield ok("one", "all well")
        await asyncio.Event().wait()

    findings: list[Finding] = []
    await _collect(endless(), findings, within_s=-_SLACK_S, quiet=False)
    assert [finding.check for finding in findings] == ["one", "time"]
    assert "the checks did not end" in capsys.readouterr().out


async def test_a_reply_is_read_to_its_end_in_however_many_pieces_it_comes() -> None:
    told = {"results": ["x" * 400_000]}  # more than one reading of a socket brings

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = orjson.dumps(told)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook"
    async with server, aiohttp.ClientSession() as session:
        reply = await LiveWebhook(session, url, within_s=30.0).send("GET", url, {})
    assert reply.document == told


def test_how_the_service_is_asked_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "auth").write_text("none\n")
    settings, findings = credential_settings({"VAPI_AUTH_FILE": str(tmp_path / "auth")})
    assert (settings.vapi_auth, findings) == ("none", [])


def test_other_problems_of_the_environment_are_warnings_when_a_webhook_is_asked() -> None:
    environ = {"VAPI_SECRET": SECRET, "SHERIFF_TIMEZONE": "Mars/Olympus", "SHERIFF_COFFEE": "black"}
    _, findings = credential_settings(environ)
    assert [finding.status for finding in findings] == [Status.WARN, Status.WARN]
    assert {finding.detail.split(":")[0] for finding in findings} == {"SHERIFF_TIMEZONE", "SHERIFF_COFFEE"}


@pytest.mark.parametrize(
    "environ",
    [
        {"VAPI_AUTH": "secret"},
        {"VAPI_AUTH": "magic", "VAPI_SECRET": SECRET},
        {"VAPI_SECRET_FILE": "/no/such/file"},
        {"VAPI_SECRT": SECRET},
        {"VAPI_AUTH": "hmac", "VAPI_SECRET": SECRET, "VAPI_HMAC_PAYLOAD": "{timestamp}"},
    ],
)
def test_a_credential_that_cannot_be_is_bad_configuration(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="VAPI_"):
        credential_settings(environ)


# -------------------------------------------------------------------------------------------------------------- words


def test_a_complaint_without_advice_cannot_be_made() -> None:
    for status in (Status.WARN, Status.FAIL):
        with pytest.raises(ValueError, match="without advice"):
            Finding("sanity", status, "it is away")


def test_a_finding_is_one_line_whatever_a_stranger_said() -> None:
    assert "\n" not in fail("cache", "lost\nfor\x1b[31m good", "Start it").line
    assert "\x1b" not in fail("cache", "lost\nfor\x1b[31m good", "Start it").line


def test_warnings_alone_are_well_and_a_failure_is_not() -> None:
    assert exit_code([ok("a", "b"), warn("a", "b", "c")]) == 0
    assert exit_code([ok("a", "b"), fail("a", "b", "c")]) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"VAPI_SECRET": "short"}, ["vapi secret"]),
        ({"VAPI_AUTH": "none", "SHERIFF_PUBLIC_BIND": "127.0.0.1:8000"}, ["vapi secret"]),
        ({"SHERIFF_ADMIN_TOKEN": "token"}, ["admin token"]),
        ({"SANITY_API_URL": "https://{project}.apicdn.sanity.io"}, ["sanity address"]),
        ({"SANITY_API_URL": "http://{project}.api.sanity.io"}, ["sanity address"]),
        ({"SANITY_API_URL": "http://127.0.0.1:3333"}, []),
    ],
)
def test_weak_secrets_and_addresses_that_mislead_are_warned_of(changes: dict[str, str], told: list[str]) -> None:
    findings = environment_findings(read_settings({**GOOD, **changes}))
    assert [finding.check for finding in findings if finding.status is Status.WARN] == told


@pytest.mark.parametrize(
    ("cause", "advice"),
    [
        ("ClientConnectorCertificateError", "SSL_CERT_FILE"),
        ("ClientConnectorDNSError", "name server"),
        ("ClientConnectorError", "no proxy is used"),
    ],
)
def test_why_sanity_is_not_reached_becomes_advice(cause: str, advice: str) -> None:
    last = _LastRequest()
    last.emit(SourceRequestEnded(AttemptResult.NETWORK_ERROR, 0.1, error_type=cause))
    error = SourceUnavailableError(cause, result=AttemptResult.NETWORK_ERROR, transient=True)
    finding = _unreached(read_settings(GOOD), "p/d", error, last)
    assert finding.status is Status.FAIL
    assert advice in finding.advice
    assert "SANITY_API_URL is https://" in finding.advice


def test_what_the_deliveries_hold_becomes_advice() -> None:
    settings = read_settings(GOOD)
    (well,) = _hints(SanitySurvey(3, 3, 0, 3, 3), settings)
    assert well.status is Status.OK
    hints = _hints(SanitySurvey(deliveries=10, numbered=8, separated=4, with_status=0, with_phone=0), settings)
    told = " / ".join(hint.line for hint in hints)
    for words in (
        "2 of 10 have no trackingNumber",
        "4 of 10 numbers are stored with hyphens",
        "status",
        "customerPhone",
    ):
        assert words in told
    assert all(hint.status is Status.WARN for hint in hints)
    open_to_all = read_settings({**GOOD, "SHERIFF_DISCLOSURE": "tracking-number"})
    assert not any("customerPhone" in hint.line for hint in _hints(SanitySurvey(1, 1, 0, 1, 0), open_to_all))


@pytest.mark.parametrize(
    ("at", "status", "words"),
    [
        (0.5, Status.OK, "within 1 s"),
        (25.5, Status.OK, "within 25 s"),
        (45.5, Status.WARN, "45 s ahead of Sanity's"),
        (-60.0, Status.WARN, "60 s behind Sanity's"),
    ],
)
def test_a_clock_that_is_wrong_is_warned_of_from_30_seconds(at: float, status: Status, words: str) -> None:
    finding = compared("Thu, 01 Jan 1970 00:00:00 GMT", at, "Sanity's")
    assert finding.status is status
    assert words in finding.detail


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_clock_without_a_date_to_compare_with_is_said(date: str | None) -> None:
    assert compared(date, 0.0, "Sanity's").status is Status.WARN


# ------------------------------------------------------------------------------------------------------------ command


def test_bad_configuration_is_78_and_lists_every_problem_on_stderr() -> None:
    result = check()
    assert result.exit_code == 78
    for variable in ("SANITY_PROJECT_ID", "SANITY_API_TOKEN", "VAPI_SECRET"):
        assert f"{variable}: required" in result.stderr
    assert "3 problems" in result.stdout
    assert "Traceback" not in result.output


def test_bad_configuration_as_json_is_one_document() -> None:
    result = check("--json", SHERIFF_TIMEZONE="Mars/Olympus")
    assert result.exit_code == 78
    told = orjson.loads(result.stdout)
    assert told["summary"]["fail"] == 4
    assert all(finding["advice"] for finding in told["findings"])


def test_an_address_of_no_cache_is_bad_configuration() -> None:
    result = check(**GOOD, SHERIFF_CACHE_URL="redis://")
    assert result.exit_code == 78
    assert "SHERIFF_CACHE_URL: the host is missing" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "ftp://x/webhook", "http://", "http://x:99999/", "http://[::1/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    result = check("--url", url)
    assert result.exit_code == 2
    assert "such as https://sheriff.example.com/webhook" in result.output


@pytest.mark.parametrize("number", ["", "a" * 65, 'x"y', "x\\y", "-x"])
def test_a_tracking_number_that_would_break_a_sample_is_refused(number: str) -> None:
    assert check("--url", "http://127.0.0.1:1", "--tracking-number", number).exit_code == 2


def test_help_shows_an_example_and_the_exit_codes() -> None:
    result = check("--help")
    assert "Example: sheriff check --url" in result.output
    assert "78: bad configuration" in " ".join(result.output.split())
