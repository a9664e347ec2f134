"""The score page in a real browser: it shows what was said, and runs nothing that was said."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from sheriff.commands.score import command
from tests.missing import missing
from tests.unit.scoring import DANA, call, tool_call


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "Chromium is not installed: apt-get install chromium"
        missing(message)
    return found


@pytest.mark.browser
def test_a_browser_shows_the_page_and_runs_nothing_that_was_said(chromium: str, tmp_path: Path) -> None:
    hostile = call('It was delivered. <script>document.title = "taken over"</script>')
    recordings = tmp_path / "calls.jsonl"
    recordings.write_text(f"{json.dumps(tool_call(DANA))}\n{json.dumps(hostile)}\n", encoding="utf-8")
    page = tmp_path / "report.html"
    CliRunner().invoke(command, [str(recordings), "--html", str(page)])

    shown = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout

    assert "<title>Score of calls.jsonl</title>" in shown
    assert '<mark class="contradicted">was delivered</mark>' in shown
    assert "<script" not in shown
    assert "&lt;" in shown
    assert "<svg" in shown
