"""How the service ends: every call answered, every reply recorded, exit 0; and how it refuses to start."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from tests.standin import SanityStandin
from tests.system.service import DEFAULTS, ROOT, SECRET, Service, service, tool_call
from tests.waiting import until

HEADERS = {"Content-Type": "application/json", "X-Vapi-Secret": SECRET}


async def callers(running: Service, count: int, stop: asyncio.Event) -> tuple[list[str], list[str]]:
    """`count` callers who ask again and again until the port is closed: ids of calls answered, and what went wrong."""
    answered: list[str] = []
    wrong: list[str] = []

    async def caller(index: int, session: aiohttp.ClientSession) -> None:
        for turn in range(1_000):
            if stop.is_set() and running.process.returncode is not None:
                return
            call = f"c{index}-{turn}"
            body = json.dumps(tool_call(f"SHR1000{index % 10:02}", call=call))
            try:
                async with session.post(f"{running.public}/webhook", data=body, headers=HEADERS) as reply:
                    content = await reply.json()
                    if reply.status == 200 and content["results"][0]["metadata"]["outcome"] in ("found", "not_found"):
                        answered.append(call)
                    else:
                        wrong.append(f"{call}: {reply.status} {content}")
            except aiohttp.ClientConnectorError:
                return  # the port is closed: a load balancer has gone elsewhere by now
            except aiohttp.ClientError as error:
                wrong.append(f"{call}: {type(error).__name__} {error}")
                return

    # A connection for each call, as through a load balancer that was told to drain.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(caller(index, session) for index in range(count)))
    return answered, wrong


async def draining(running: Service) -> None:
    """Wait until the service has heard its first signal."""
    await until(lambda: "draining" in [line["phase"] for line in running.events("lifecycle_changed")])


async def test_sigterm_under_fifty_callers_cuts_nobody_and_records_everybody(tmp_path: Path) -> None:
    database = tmp_path / "recordings.db"
    async with service({"SHERIFF_RECORDINGS_URL": f"sqlite:///{database}"}, cwd=tmp_path) as running:
        stop = asyncio.Event()
        calling = asyncio.create_task(callers(running, 50, stop))
        while await running.metric("sheriff_tool_calls_total") < 200:
            await asyncio.sleep(0.05)
        stop.set()
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
        answered, wrong = await calling
    # Whoever connected at the very instant of the closing is refused by the kernel, unread, as if a moment later.
    refused_at_the_door = [text for text in wrong if "ServerDisconnected" in text or "ClientOSError" in text]
    assert [text for text in wrong if text not in refused_at_the_door] == []
    assert len(refused_at_the_door) <= 3
    exported = tmp_path / "all.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sheriff", "recordings", "export", str(exported), "--url", f"sqlite:///{database}",
        cwd=ROOT, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0
    recorded = {json.loads(line)["callId"] for line in exported.read_text().splitlines()}
    assert len(answered) >= 200
    assert set(answered) - recorded == set()


async def test_a_call_in_flight_at_sigterm_is_answered_with_what_the_source_says() -> None:
    with SanityStandin() as standin:
        await standin.fault("latency", delay_ms=1_500)
        async with service({"SHERIFF_SOURCE": "sanity", **standin.environment}) as running:
            asking = asyncio.create_task(running.ask("SHR123456"))
            await until(lambda: standin.request_count)
            running.signal(signal.SIGTERM)
            assert (await asking)["metadata"]["outcome"] in ("found", "not_found")
            assert await running.ended() == 0
            phases = [line["phase"] for line in running.events("lifecycle_changed")]
            assert phases == ["ready", "draining", "stopped"]


async def test_readiness_fails_at_once_while_the_rest_is_answered() -> None:
    with SanityStandin() as standin:
        await standin.fault("latency", delay_ms=2_000)
        async with service({"SHERIFF_SOURCE": "sanity", **standin.environment}) as running:
            asking = asyncio.create_task(running.ask("SHR123456"))
            await until(lambda: standin.request_count)
            running.signal(signal.SIGTERM)
            await draining(running)
            status, readiness = await running.get("/readyz")
            assert (status, readiness["status"]) == (503, "draining")
            await asking
            assert await running.ended() == 0


async def test_a_second_sigterm_ends_at_once() -> None:
    with SanityStandin() as standin:
        await standin.fault("hang")
        async with service({"SHERIFF_SOURCE": "sanity", **standin.environment}) as running:
            asking = asyncio.create_task(running.ask("SHR123456"))
            await until(lambda: standin.request_count)
            running.signal(signal.SIGTERM)
            await draining(running)
            running.signal(signal.SIGTERM)
            assert await running.ended() == 128 + signal.SIGTERM
            with pytest.raises(aiohttp.ClientError):
                await asking


STOPPED_WHILE_IT_LOADS = """
import os, sys
from sheriff.__main__ import main

class Stopping:
    def find_spec(self, name, path, target=None):
        if name == sys.argv[2]:
            os.kill(os.getpid(), int(sys.argv[3]))

sys.meta_path.insert(0, Stopping())
main([sys.argv[1]], prog_name="sheriff")
"""


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("loading", ["sheriff.settings", "sheriff.service", "sheriff_adapters.recordings.sqlite"])
async def test_a_stop_that_comes_while_the_process_loads_is_a_clean_one(
    command: str, number: signal.Signals, loading: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STOPPED_WHILE_IT_LOADS, command, loading, str(int(number)),
        env={**DEFAULTS, "PYTHONPATH": str(ROOT / "src")},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, told) == (0, b"")


async def test_a_configuration_that_is_wrong_is_told_though_a_stop_has_come() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STOPPED_WHILE_IT_LOADS, "serve", "sheriff.settings", str(int(signal.SIGTERM)),
        env={"PYTHONPATH": str(ROOT / "src")},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, b"VAPI_SECRET" in told) == (78, True)


async def test_under_nohup_a_terminal_that_hangs_up_stops_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the process inherits it
    try:
        async with service() as running:
            running.signal(signal.SIGHUP)
            assert (await running.ask("SHR123456"))["metadata"]["outcome"] == "found"
            assert (await running.get("/readyz"))[0] == 200
            running.signal(signal.SIGTERM)
            assert await running.ended() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_what_opentelemetry_says_of_its_variables_stands_in_the_log() -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_EXPORT_TIMEOUT": "soon"}
    async with service(variables) as running:
        await running.ask("SHR123456")
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
    assert running.other_output == [], "no line that is not of the log's form"
    assert [line for line in running.lines if "OTEL_BSP_EXPORT_TIMEOUT" in line["message"]]
    assert all("trace_id" in line for line in running.events("tool_call_answered"))


def nobody_reads() -> tuple[int, int]:
    """A pipe that is full."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while os.write(writing, bytes(65_536)):
            pass
    except BlockingIOError:
        os.set_blocking(writing, True)
    return reading, writing


def reader_has_gone() -> tuple[int, int]:
    """A pipe without a reader, and a descriptor to be closed with it."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.dup(writing), writing


def no_room() -> tuple[int, int]:
    """A disk that is full."""
    return os.open("/dev/full", os.O_RDONLY), os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize("output", [nobody_reads, reader_has_gone, no_room, None])
async def test_a_stop_is_clean_whoever_reads_the_log(output: Callable[[], tuple[int, int]] | None) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reading, writing = output() if output is not None else nobody_reads()
    # None: started without any standard output.
    closed = ["sh", "-c", 'exec "$@" >&-', "sh"] if output is None else []
    process = await asyncio.create_subprocess_exec(
        *closed, sys.executable, "-m", "sheriff", "serve",
        env={**DEFAULTS, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"),
             "SHERIFF_INTERNAL_BIND": f"127.0.0.1:{port}"},
        stdout=writing, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            while process.returncode is None:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/readyz") as reply:
                        if reply.status == 200:
                            break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.wait_for(process.communicate(), 20)
        assert (process.returncode, told) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("variable", ["SHERIFF_PUBLIC_BIND", "SHERIFF_INTERNAL_BIND"])
async def test_a_port_in_use_is_one_clear_line_and_exit_one(variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sheriff", "serve",
            env={**DEFAULTS, "PYTHONPATH": str(ROOT / "src"), variable: address},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    (line,) = told.decode().splitlines()
    assert address in line
    assert "in use" in line
    assert variable in line, "what to set to get another address"


# A name server that does not answer, as a process sees it: looking a name up takes longer than anybody waits.
NO_NAME_SERVER = """
import socket, sys, time
look_up = socket.getaddrinfo
def hangs(host, *others, **more):
    if str(host).endswith(".invalid"):
        time.sleep(60)
    return look_up(host, *others, **more)
socket.getaddrinfo = hangs
sys.modules["uvloop"] = None  # its look-ups do not go through Python
"""


async def test_a_name_server_that_does_not_answer_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NAME_SERVER)
    async with service(
        {"SHERIFF_CACHE_URL": "redis://cache.invalid", "PYTHONPATH": f"{tmp_path}:{ROOT / 'src'}"}
    ) as running:
        assert (await running.ask("SHR100005"))["metadata"]["outcome"] == "found"
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0
