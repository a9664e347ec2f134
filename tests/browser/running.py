"""A service process and a browser for tests that look at the page as a person does; both stop when the block ends."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.missing import missing
from tests.standin import NodeMissingError, _npm
from tests.system.service import DEFAULTS, ROOT, SECRET, tool_call

HERE = Path(__file__).parent
TOKEN = "the-token-of-the-tests"
START_WITHIN_S = 30.0


class Site:
    """A running service: where it listens, and what can be said to it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.public = self.internal = ""
        self.output: list[str] = []
        self._listening = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if not self._listening.wait(START_WITHIN_S) or not self.public:
            raise AssertionError(f"the service did not start: {self.output}")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            found = re.search(r"public (http://[\w.:]+), internal (http://[\w.:]+)", line)
            if found and not self.public:
                self.public, self.internal = found.groups()
                self._listening.set()
        self._listening.set()

    def post(self, message: dict[str, Any]) -> dict[str, Any]:
        """Post a message as Vapi does; the reply."""
        headers = {"content-type": "application/json", "x-vapi-secret": SECRET}
        request = urllib.request.Request(f"{self.public}/webhook", json.dumps(message).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as reply:
            answer: dict[str, Any] = json.loads(reply.read())
        return answer

    def ask(self, number: str, **how: Any) -> dict[str, Any]:
        """Ask for a delivery; the result object."""
        result: dict[str, Any] = self.post(tool_call(number, **how))["results"][0]
        return result

    def end_call(self, call: str, *said: str) -> None:
        """Report the end of a call: caller and agent in turn, the caller first."""
        messages = [
            {"role": ("user", "bot")[index % 2], "message": text, "secondsFromStart": 4.0 * index}
            for index, text in enumerate(said)
        ]
        self.post(
            {
                "message": {
                    "type": "end-of-call-report",
                    "endedReason": "customer-ended-call",
                    "call": {"id": call},
                    "artifact": {"messages": messages},
                }
            }
        )

    def stop(self) -> None:
        """Stop the process; its output is read to the end."""
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextlib.contextmanager
def site(environment: Mapping[str, str]) -> Iterator[Site]:
    """Start `sheriff serve` with `environment` over the tests' defaults."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHERIFF_", "SANITY_", "VAPI_", "OTEL_", "PORT"))
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "sheriff", "serve"],
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), **DEFAULTS, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = None
    try:
        running = Site(process)
        yield running
    finally:
        if running is not None:
            running.stop()
        else:
            process.kill()
            process.wait()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; a missing one fails in CI and skips elsewhere."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing("Chromium is not installed: apt-get install chromium")
    assert found is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def axe_source() -> str:
    """The accessibility checker's script, installed beside this file the first time, as the lock says."""
    script = HERE / "node_modules" / "axe-core" / "axe.min.js"
    stamp = HERE / "node_modules" / ".installed"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not script.exists() or not stamp.exists() or stamp.read_text() != wanted:
        try:
            command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        except NodeMissingError as error:
            missing(str(error))
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        stamp.write_text(wanted)
    return script.read_text()
