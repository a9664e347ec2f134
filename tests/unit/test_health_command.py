"""`sheriff health`: one line and an exit code, quickly."""

import json
import socket
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from tests.free_port import free_port
from tests.internal_imitation import answering


def health(*arguments: str, **environment: str) -> Result:
    # Click takes None for "unset": the environment of whoever runs the tests must not matter.
    clean = {"SHERIFF_INTERNAL_BIND": None, "SHERIFF_INTERNAL_BIND_FILE": None}
    return CliRunner().invoke(main, ["health", *arguments], env={**clean, **environment})


def test_alive_is_0_and_one_line() -> None:
    with answering({"/healthz": (200, {"status": "ok"})}) as (url, seen):
        result = health("--url", url)
    assert (result.exit_code, result.output) == (0, f"{url}/healthz: ok\n")
    assert [path for path, _ in seen] == ["/healthz"]


def test_the_port_comes_from_the_environment() -> None:
    with answering({"/healthz": (200, {"status": "ok"})}) as (url, _):
        port = url.rpartition(":")[2]
        assert health(SHERIFF_INTERNAL_BIND=f"0.0.0.0:{port}").exit_code == 0


def test_readiness_is_asked_for_by_name() -> None:
    draining = {"status": "draining", "checks": {}}
    with answering({"/healthz": (200, {"status": "ok"}), "/readyz": (503, draining)}) as (url, _):
        assert health("--url", url).exit_code == 0
        result = health("--url", url, "--ready")
    assert result.exit_code == 1
    assert result.output == f"sheriff health: {url}/readyz answered 503: draining\n"


def test_a_machine_reads_the_same_and_the_exit_code_stays() -> None:
    replies = {"/healthz": (200, {"status": "ok"}), "/readyz": (503, {"status": "draining", "checks": {}})}
    with answering(replies) as (url, _):
        alive, draining = health("--url", url, "--json"), health("--url", url, "--ready", "--json")
    assert (alive.exit_code, json.loads(alive.stdout)) == (0, {"url": f"{url}/healthz", "status": "ok"})
    told = {"url": f"{url}/readyz", "status": "draining", "error": f"{url}/readyz answered 503: draining"}
    assert (draining.exit_code, json.loads(draining.stdout), draining.stderr) == (1, told, "")


def test_what_cannot_be_asked_is_told_to_a_machine_too() -> None:
    result = health("--json", SHERIFF_INTERNAL_BIND="8080")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["url"], told["status"]) == (1, None, None)
    assert "SHERIFF_INTERNAL_BIND: " in told["error"]


def test_a_refused_connection_is_one_clear_line() -> None:
    result = health("--url", f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "connection refused" in result.output


def test_a_reply_that_comes_in_drops_does_not_take_longer_than_was_given() -> None:
    """Each drop is in time for a bound on one step."""
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\nx-drops: ")
            for _ in range(200):
                if over.wait(0.02):
                    return
                connection.sendall(b".")
            connection.sendall(b'\r\n\r\n{"status":"ok"}')

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=[listening])
        dripping.start()
        result = health("--url", f"http://127.0.0.1:{listening.getsockname()[1]}", "--timeout", "0.1")
        over.set()
        dripping.join()
    assert result.exit_code == 1
    assert "no answer within 0.1 s" in result.output


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "ftp://127.0.0.1:1",
        "http://127.0.0.1:99999",
        "http://nowhere.invalid:1",
        "http://[::1",
        "http://no host:1",
    ],
)
def test_an_address_that_cannot_be_asked_is_one_clear_line(url: str) -> None:
    result = health("--url", url)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert url in result.output
    assert "Traceback" not in result.output


def test_a_bind_that_is_none_is_told_by_name() -> None:
    result = health(SHERIFF_INTERNAL_BIND="8080")
    assert result.exit_code == 1
    assert "SHERIFF_INTERNAL_BIND: " in result.output


def test_somebody_else_on_the_port_is_not_us() -> None:
    with answering({"/healthz": (200, "<html>welcome</html>")}) as (url, _):
        result = health("--url", url)
    assert result.exit_code == 1
    assert "answered 200: <html>welcome</html>" in result.output


@pytest.mark.parametrize("body", ["\x1b]0;taken over\x07", {"status": "\x1b[2J\x9b31mok"}])
def test_somebody_else_on_the_port_does_not_steer_the_terminal(body: object) -> None:
    with answering({"/healthz": (200, body)}) as (url, _):
        result = health("--url", url)
    assert result.output.rstrip("\n").isprintable()


@pytest.mark.parametrize("command", [["--help"], ["health", "--help"]])
def test_what_must_be_quick_imports_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys\nfrom sheriff.__main__ import main\n"
        f"try:\n    main({command!r}, prog_name='sheriff')\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pydantic', 'aiohttp', 'starlette', 'hypercorn', 'rich', 'opentelemetry', 'asyncio',"
        " 'importlib.metadata'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Example: sheriff" in done.stdout


def test_asking_imports_nothing_heavy_either() -> None:
    with answering({"/healthz": (200, {"status": "ok"})}) as (url, _):
        code = (
            "import sys\nfrom sheriff.__main__ import main\n"
            f"try:\n    main(['health', '--url', {url!r}], prog_name='sheriff')\nexcept SystemExit:\n    pass\n"
            "print(sorted({'pydantic', 'aiohttp', 'starlette', 'rich', 'asyncio', 'difflib'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{url}/healthz: ok", "[]"]
