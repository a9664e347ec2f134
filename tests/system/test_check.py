"""`sheriff check` as an operator runs it: against real services, real stores, and a Sanity that misbehaves."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sheriff.__main__ import main
from sheriff_adapters.recordings.opening import open_stored
from sheriff_core.ports import InteractionFilter
from sheriff_web.bind import Bind
from sheriff_web.listener import Listener
from tests.free_port import free_port
from tests.postgres_server import fresh_database
from tests.standin import SanityStandin
from tests.system.service import DATASET, ROOT, SECRET, service

DELIVERY = {"_id": "d1", "_type": "delivery", "trackingNumber": "AB123456", "status": "in_transit"}
PHONE = {"customerPhone": "+15555550123"}


class Checked:
    """What a run of the command left: exit code, findings by check, and standard error."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.err = code, err
        self.findings: list[dict[str, Any]] = json.loads(out)["findings"]

    def of(self, check: str) -> dict[str, Any]:
        (found,) = [finding for finding in self.findings if finding["check"] == check]
        return found

    @property
    def statuses(self) -> dict[str, str]:
        return {finding["check"]: finding["status"] for finding in self.findings}

    def failed(self) -> dict[str, str]:
        return {f["check"]: f"{f['detail']} {f['advice']}" for f in self.findings if f["status"] == "fail"}


async def run(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHERIFF_", "SANITY_", "VAPI_", "OTEL_", "PORT"))
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sheriff", "check", *arguments),
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), **environment},
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def check(*arguments: str, **environment: str) -> Checked:
    """The same in this process, where the exit code and both streams can be seen as well: it starts in no time."""
    ours = ("SHERIFF_", "SANITY_", "VAPI_", "OTEL_", "PORT")
    unset = {name: None for name in os.environ if name.startswith(ours)}
    result = await asyncio.to_thread(
        CliRunner().invoke, main, ["check", *arguments, "--json"], env={**unset, **environment}
    )
    return Checked(result.exit_code, result.stdout, result.stderr)


async def live(url: str, *arguments: str, **environment: str) -> Checked:
    """A live webhook, without a bound on the latency: how quick a test machine is says nothing."""
    return await check("--url", url, "--max-p95-ms", "60000", *arguments, **environment)


def surroundings(cwd: Path, **changes: str) -> dict[str, str]:
    """A good environment with ports that are free."""
    return {
        "SHERIFF_SOURCE": f"dataset:{DATASET}",
        "VAPI_SECRET": SECRET,
        "SHERIFF_PUBLIC_BIND": f"127.0.0.1:{free_port()}",
        "SHERIFF_INTERNAL_BIND": f"127.0.0.1:{free_port()}",
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{cwd / 'recordings.db'}",
        **changes,
    }


# ------------------------------------------------------------------------------------------------- a live webhook


@pytest.mark.parametrize("auth", ["secret", "bearer", "hmac"])
async def test_a_service_of_ours_passes_whichever_way_vapi_proves_itself(auth: str) -> None:
    async with service({"VAPI_AUTH": auth, "SHERIFF_RECORDINGS_URL": "none"}) as running:
        checked = await live(running.public, VAPI_AUTH=auth, VAPI_SECRET=f"{SECRET}, older-one")
        assert checked.code == 0, checked.failed()
        assert set(checked.statuses.values()) == {"ok"}
        assert ("signed too long ago" in checked.of("authentication")["detail"]) == (auth == "hmac")
        assert "not_found; recorded as call sheriff-check-" in checked.of("answers")["detail"]
        assert checked.of("latency")["figures"]["requests"] >= 30


async def test_a_check_is_one_recorded_call_and_raises_no_alert_about_fabrications(tmp_path: Path) -> None:
    recordings = f"sqlite:///{tmp_path / 'r.db'}"
    async with service({"SHERIFF_RECORDINGS_URL": recordings}) as running:
        checked = await live(running.public, "--requests", "0", VAPI_SECRET=SECRET)
        assert checked.code == 0, checked.failed()
        running.signal(signal.SIGTERM)  # reports are scored in the background; the end waits for it
        assert await running.ended() == 0
        assert running.events("claim_ungrounded") == []
    async with open_stored(recordings) as stored:
        found = [interaction async for interaction in stored.stream(InteractionFilter())]
    (report,) = [each for each in found if each["kind"] == "end_of_call"]
    assert report["score"]["claims"] == []
    assert {each["callId"] for each in found} == {report["callId"], None}  # a chat has no call
    assert checked.of("answers")["detail"].endswith(f"recorded as call {report['callId']}")


async def test_a_number_that_exists_is_found_and_one_that_does_not_is_doubted() -> None:
    async with service() as running:
        for number, status in (("SHR123456", "ok"), ("SHR999999999", "warn")):
            checked = await live(running.public, "--requests", "0", "--tracking-number", number, VAPI_SECRET=SECRET)
            assert checked.code == 0, checked.failed()
            assert checked.of("answers")["status"] == status


async def test_a_wrong_secret_is_told_and_ends_the_check() -> None:
    async with service() as running:
        checked = await live(running.public, VAPI_SECRET="another-secret-of-16")
    assert checked.code == 1
    assert list(checked.failed()) == ["credential"]
    assert "VAPI_SECRET" in checked.failed()["credential"]
    assert checked.findings[-1]["check"] == "credential"


async def test_a_service_without_authentication_fails_a_check_that_expects_it() -> None:
    async with service({"VAPI_AUTH": "none"}) as running:
        checked = await live(running.public, "--requests", "0", VAPI_SECRET=SECRET)
        assert list(checked.failed()) == ["authentication"]
        assert "Strangers may get in" in checked.failed()["authentication"]
        without = await live(running.public, "--requests", "0")
        assert (without.code, without.of("credential")["status"]) == (0, "warn")


@pytest.mark.node
async def test_a_service_whose_sanity_is_down_fails(sanity_standin: SanityStandin) -> None:
    await sanity_standin.fault("status", status=503)
    async with service(
        {**sanity_standin.environment, "SHERIFF_HARD_TIMEOUT_MS": "700", "SHERIFF_SOFT_TIMEOUT_MS": "200"}
    ) as up:
        checked = await live(up.public, "--requests", "0", VAPI_SECRET=SECRET)
    assert checked.code == 1
    assert "unavailable" in checked.failed()["answers"]
    assert "sanity-down.md" in checked.failed()["answers"]


async def test_nobody_at_the_address_is_one_line() -> None:
    code, out, err = await run("--url", f"http://127.0.0.1:{free_port()}", VAPI_SECRET=SECRET)
    assert (code, err) == (1, "")
    assert out.splitlines()[0].startswith("fail  webhook")
    assert "no connection" in out
    assert out.splitlines()[-1] == "1 checks: 1 failed, 0 with a warning"


async def test_a_deployment_that_is_still_starting_is_waited_for() -> None:
    port = free_port()

    async def start_late() -> None:
        await asyncio.sleep(0.5)
        async with service({"SHERIFF_PUBLIC_BIND": f"127.0.0.1:{port}"}):
            await done.wait()

    done = asyncio.Event()
    starting = asyncio.create_task(start_late())
    try:
        checked = await live(f"http://127.0.0.1:{port}", "--wait", "30", "--requests", "0", VAPI_SECRET=SECRET)
        assert checked.code == 0, checked.failed()
    finally:
        done.set()
        await starting


async def test_a_load_balancer_without_a_ready_instance_is_told_apart() -> None:
    async def nobody(_: Request) -> Response:
        return PlainTextResponse("no healthy upstream", status_code=503)

    async with imitation(nobody) as url:
        checked = await live(url, VAPI_SECRET=SECRET)
    assert list(checked.failed()) == ["webhook"]
    assert "none that is ready" in checked.failed()["webhook"]


@pytest.mark.parametrize("secret", [SECRET, "another-secret-of-16"])
async def test_the_gate_of_a_pipeline_opens_only_for_a_deployment_that_works(tmp_path: Path, secret: str) -> None:
    report = tmp_path / "report.json"
    async with service() as running:
        gate = await asyncio.create_subprocess_exec(
            *(str(ROOT / "scripts" / "deploy-gate.sh"), running.public, "--requests", "0", "--max-p95-ms", "60000"),
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "src"),
                "SHERIFF": f"{sys.executable} -m sheriff",
                "VAPI_SECRET": secret,
                "REPORT": str(report),
            },
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(gate.communicate(), 60)
    passed = secret == SECRET
    assert gate.returncode == (0 if passed else 1)
    assert json.loads(report.read_text())["summary"]["fail"] == (0 if passed else 1)
    assert (b"passed" in said) == passed


@asynccontextmanager
async def imitation(answer: Any) -> AsyncIterator[str]:
    """Another service on a free port; `answer` makes its replies."""

    async def everything(request: Request) -> Response:
        made: Response = await answer(request)
        return made

    app = Starlette(routes=[Route("/{path:path}", everything, methods=["GET", "POST"])])
    listener = Listener(app, Bind("127.0.0.1", 0), grace_s=0.5)
    listener.start()
    try:
        yield listener.url
    finally:
        await listener.stop()


async def test_another_service_fails_line_by_line_and_no_value_of_it_is_repeated() -> None:
    async def welcome(_: Request) -> Response:
        return JSONResponse({"toolCallResults": [{"name": "Maria Lopez"}]})

    async with imitation(welcome) as url:
        code, out, _ = await run("--url", url, "--requests", "3", VAPI_SECRET=SECRET)
    assert code == 1
    for line in ("there is no list of results", "the reply is not {}", "200 instead of 401", "200 instead of 422"):
        assert line in out
    assert "Maria" not in out


async def test_a_slow_service_fails_the_latency_it_was_promised() -> None:
    async with service() as running, aiohttp.ClientSession() as session:

        async def slowly(asked: Request) -> Response:
            await asyncio.sleep(0.005)
            headers = {name: value for name, value in asked.headers.items() if name not in ("host", "content-length")}
            async with session.post(f"{running.public}/webhook", data=await asked.body(), headers=headers) as reply:
                told = {"x-correlation-id": reply.headers["x-correlation-id"]}
                return Response(await reply.read(), reply.status, told, "application/json")

        async with imitation(slowly) as url:
            checked = await check("--url", url, "--max-p95-ms", "1", VAPI_SECRET=SECRET)
    assert "latency" in checked.failed()
    assert "promise is p95 within 1 ms" in checked.failed()["latency"]


async def test_a_check_ends_within_its_time_and_says_how_far_it_came() -> None:
    async def hang(_: Request) -> Response:
        await asyncio.sleep(30)
        return PlainTextResponse("late")

    async with imitation(hang) as url:
        checked = await live(url, "--within", "1", VAPI_SECRET=SECRET)
    assert checked.code == 1
    assert "stopped after 1 s and 1 requests" in checked.failed()["time"]


async def test_a_redirect_is_told_with_its_target() -> None:
    async def elsewhere(_: Request) -> Response:
        return RedirectResponse("https://sheriff.example.com/webhook")

    async with imitation(elsewhere) as url:
        checked = await live(url, VAPI_SECRET=SECRET)
    assert "redirects to https://sheriff.example.com/webhook" in checked.failed()["webhook"]


# ---------------------------------------------------------------------------------------------- its own surroundings


async def test_a_good_environment_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    checked = Checked(*await run("--json", cwd=tmp_path, **surroundings(tmp_path)))
    assert checked.code == 0, checked.failed()
    assert set(checked.statuses.values()) == {"ok"}
    assert list(tmp_path.iterdir()) == []


async def test_ports_and_recordings_of_a_running_service_are_recognised(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    async with service(environment, cwd=tmp_path) as running:
        await running.ask("SHR123456", call="call-1")
        before = await running.get("/admin/interactions")
        checked = await check(**environment)
        assert checked.code == 0, checked.failed()
        assert "held by a running sheriff" in checked.of("public port")["detail"]
        assert "held by a running sheriff" in checked.of("internal port")["detail"]
        assert "written, read and taken back" in checked.of("recordings")["detail"]
        assert await running.get("/admin/interactions") == before


async def test_what_does_not_work_is_told_with_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ndjson"
    broken.write_text('{"_id": "d1"}\nnonsense\n')
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        checked = await check(
            **surroundings(
                tmp_path,
                SHERIFF_SOURCE=f"dataset:{broken}",
                SHERIFF_PUBLIC_BIND=f"127.0.0.1:{held.getsockname()[1]}",
                SHERIFF_CACHE_URL=f"redis://:hunter2secret@127.0.0.1:{free_port()}/0",
                SHERIFF_RECORDINGS_URL=f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'r.db'}",
            )
        )
    assert checked.code == 1
    assert set(checked.failed()) == {"dataset", "cache", "recordings", "public port"}
    assert "SHERIFF_PUBLIC_BIND" in checked.failed()["public port"]
    assert "Export again" in checked.failed()["dataset"]
    assert "hunter2secret" not in json.dumps(checked.findings) + checked.err


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_an_authority_that_cannot_be_read_is_told_of(tmp_path: Path, content: str | None) -> None:
    authority = tmp_path / "authority.crt"
    if content:
        authority.write_text(content)
    address = f"postgresql://sheriff@127.0.0.1:{free_port()}/db?sslmode=verify-full&sslrootcert={authority}"
    checked = await check(**surroundings(tmp_path, SHERIFF_RECORDINGS_URL=address))
    assert "by sslrootcert=" in checked.failed()["recordings"]


async def test_a_file_that_holds_no_recordings_is_not_written_to(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database at all, but somebody's file")
    checked = await check(**surroundings(tmp_path, SHERIFF_RECORDINGS_URL=f"sqlite:///{other}"))
    assert list(checked.failed()) == ["recordings"]
    assert other.read_bytes() == b"not a database at all, but somebody's file"


@pytest.mark.redis
async def test_redis_is_asked_there_and_back_and_keeps_nothing(tmp_path: Path, redis_server: Any) -> None:
    checked = await check(**surroundings(tmp_path, SHERIFF_CACHE_URL=f"{redis_server.url}/0"))
    assert checked.code == 0, checked.failed()
    assert checked.of("cache")["figures"]["operationMs"] > 0
    reader, writer = await asyncio.open_connection("127.0.0.1", redis_server.port)
    writer.write(b"DBSIZE\r\n")
    assert await reader.readline() == b":0\r\n"
    writer.close()
    await writer.wait_closed()


@pytest.mark.postgres
async def test_postgres_is_tried_before_and_after_its_tables_are_there(tmp_path: Path, postgres_server: Any) -> None:
    environment = surroundings(tmp_path, SHERIFF_RECORDINGS_URL=await fresh_database(postgres_server))
    for expected in ("can be made by the first start", "written, read and taken back"):
        checked = await check(**environment)
        assert checked.code == 0, checked.failed()
        assert expected in checked.of("recordings")["detail"]
        async with service(environment, cwd=tmp_path) as running:
            _, found = await running.get("/admin/interactions")
            assert found["interactions"] == []


# -------------------------------------------------------------------------------------------------------------- sanity


async def sanity(sanity_standin: SanityStandin, tmp_path: Path, **changes: str) -> Checked:
    # How quick a test machine is says nothing: only the test of a slow one sets a bound that is met.
    generous = {"SHERIFF_SOFT_TIMEOUT_MS": "4000"}
    return await check(**surroundings(tmp_path, **{**sanity_standin.environment, **generous, **changes}))


@pytest.mark.node
async def test_sanity_is_reached_counted_and_timed(sanity_standin: SanityStandin, tmp_path: Path) -> None:
    await sanity_standin.put({**DELIVERY, **PHONE}, {**DELIVERY, **PHONE, "_id": "d2", "trackingNumber": "CD987654"})
    checked = await sanity(sanity_standin, tmp_path)
    assert checked.code == 0, checked.failed()
    assert set(checked.statuses.values()) == {"ok"}
    assert "2 deliveries" in checked.of("sanity")["detail"]
    assert {"indexedMs", "computedMs"} == set(checked.of("lookup")["figures"])
    assert checked.of("clock")["status"] == "ok"
    assert all(request.method == "GET" for request in sanity_standin.requests)


@pytest.mark.node
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SANITY_API_TOKEN": "revoked-token-value"}, "SANITY_API_TOKEN is unknown, expired, or of another project"),
        ({"SANITY_DATASET": "staging"}, "SANITY_DATASET"),
        ({"SANITY_API_URL": "http://127.0.0.1:1"}, "SANITY_API_URL"),
    ],
)
async def test_each_wrong_setting_of_sanity_is_told_by_name(
    sanity_standin: SanityStandin, tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    checked = await sanity(sanity_standin, tmp_path, **changes)
    assert checked.code == 1
    assert told in checked.failed()["sanity"]
    assert "revoked-token-value" not in json.dumps(checked.findings) + checked.err


@pytest.mark.node
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "status", "status": 403}, "Viewer"),
        ({"kind": "status", "status": 503}, "sanity-status.com"),
        ({"kind": "html", "status": 200}, "something else than Sanity"),
        ({"kind": "redirect", "location": "https://example.test/"}, "SANITY_API_URL"),
        ({"kind": "reset"}, "firewall"),
        ({"kind": "hang"}, "sanity-status.com"),
    ],
)
async def test_each_failure_of_sanity_is_told_with_what_to_do(
    sanity_standin: SanityStandin, tmp_path: Path, fault: dict[str, Any], told: str
) -> None:
    kind = fault.pop("kind")
    await sanity_standin.fault(kind, **fault)
    checked = await sanity(sanity_standin, tmp_path, SHERIFF_ATTEMPT_TIMEOUT_MS="600")
    assert checked.code == 1
    assert told in checked.failed()["sanity"]


@pytest.mark.node
async def test_a_sanity_that_only_cannot_count_is_warned_of_and_not_failed(
    sanity_standin: SanityStandin, tmp_path: Path
) -> None:
    await sanity_standin.put({**DELIVERY, **PHONE})
    await sanity_standin.fault("malformed", times=1)
    checked = await sanity(sanity_standin, tmp_path)
    assert checked.code == 0, checked.failed()
    assert checked.of("sanity")["status"] == "warn"
    assert "does not count" in checked.of("sanity")["detail"]
    assert checked.of("lookup")["status"] == "ok"


@pytest.mark.node
async def test_a_slow_sanity_is_warned_of_and_not_failed(sanity_standin: SanityStandin, tmp_path: Path) -> None:
    await sanity_standin.put({**DELIVERY, **PHONE})
    await sanity_standin.latency(ms=150)
    checked = await sanity(sanity_standin, tmp_path, SHERIFF_SOFT_TIMEOUT_MS="100")
    assert checked.code == 0, checked.failed()
    assert checked.of("lookup")["status"] == "warn"
    assert "SHERIFF_SOFT_TIMEOUT_MS" in checked.of("lookup")["detail"]


@pytest.mark.node
async def test_an_empty_dataset_and_numbers_with_hyphens_are_hinted_at(
    sanity_standin: SanityStandin, tmp_path: Path
) -> None:
    empty = await sanity(sanity_standin, tmp_path)
    assert (empty.code, empty.of("deliveries")["status"]) == (0, "warn")
    await sanity_standin.put({**DELIVERY, "trackingNumber": "AB-123 456"}, {"_id": "d2", "_type": "delivery"})
    told = [finding for finding in (await sanity(sanity_standin, tmp_path)).findings if finding["status"] == "warn"]
    details = " / ".join(finding["detail"] for finding in told)
    assert "1 of 2 have no trackingNumber" in details
    assert "1 of 2 numbers are stored with hyphens" in details
    assert "customerPhone" in details
