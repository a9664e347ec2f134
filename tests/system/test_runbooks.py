"""Every command in the runbooks is run against a real service; every page has its four parts."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.free_port import free_port

ROOT = Path(__file__).parent.parent.parent
RUNBOOKS = ROOT / "docs" / "runbooks"
PAGES = sorted(path for path in RUNBOOKS.glob("*.md") if path.name != "README.md")
CALL = (
    '{"message":{"type":"tool-calls","call":{"id":"demo"},"toolCallList":[{"id":"call_1","type":"function","function":'
    '{"name":"getDeliveryStatus","arguments":{"trackingNumber":"SHR123456"}}}]}}'
)


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"^( *)```sh\n(.*?)\n *```", page.read_text(), re.DOTALL | re.MULTILINE)
    return ["\n".join(line.removeprefix(indent) for line in block.splitlines()) for indent, block in blocks]


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[str]:
    """The demo, after one call; the address of its internal listener."""
    public, internal = free_port(), free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SHERIFF_", "OTEL_", "VAPI_"))},
        "SHERIFF_PUBLIC_BIND": f"127.0.0.1:{public}",
        "SHERIFF_INTERNAL_BIND": f"127.0.0.1:{internal}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "sheriff", "demo"],
        cwd=tmp_path_factory.mktemp("demo"),
        env={**environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 20
        while True:
            try:
                request = urllib.request.Request(
                    f"http://127.0.0.1:{public}/webhook", CALL.encode(), {"Content-Type": "application/json"}
                )
                urllib.request.urlopen(request, timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, "the demo did not start"
                assert time.monotonic() < until, "the demo did not answer"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{internal}"
    finally:
        process.terminate()
        process.wait(15)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_runbook_has_its_four_parts(page):
    text = page.read_text()
    parts = ["**Symptom.**", "## Check", "## Act", "## Verify"]
    assert [part for part in parts if part in text] == parts
    assert sorted(parts, key=text.index) == parts


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, id=f"{page.stem} {number}")
        for page in PAGES
        for number, command in enumerate(commands(page))
    ],
)
def test_command_of_a_runbook_works(service, command):
    shell = shutil.which("bash")
    assert shell is not None
    done = subprocess.run(
        [shell, "-euo", "pipefail", "-c", command],
        env={"PATH": os.environ["PATH"], "SHERIFF": service, "TOKEN": "none"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or "grep -q" in command
    assert '"error"' not in done.stdout


def test_index_names_every_page():
    index = (RUNBOOKS / "README.md").read_text()
    assert [page.name for page in PAGES if f"({page.name})" not in index] == []
