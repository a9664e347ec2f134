"""A newcomer's first minute: start the demo, paste the line it prints, hear the sentence it foretold."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).parents[2]
LAST_LINE = "Other numbers to try"


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def zone(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def printed(zone: str, tmp_path: Path) -> Iterator[str]:
    """What a running demo has printed."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHERIFF_", "SANITY_", "VAPI_", "OTEL_", "PORT"))
    }
    ports = {"SHERIFF_PUBLIC_BIND": "127.0.0.1:0", "SHERIFF_INTERNAL_BIND": "127.0.0.1:0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sheriff", "demo"],
        cwd=tmp_path,
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), **ports, "SHERIFF_TIMEZONE": zone, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith(LAST_LINE):
                break
        yield "".join(lines)
    finally:
        process.terminate()
        assert process.wait(15) == 0
        process.stdout.close()
        assert list(tmp_path.iterdir()) == [], "the demo left something behind"


def test_the_line_that_the_demo_prints_is_answered_as_it_says_with_a_date_to_come(printed: str, zone: str) -> None:
    found = re.search(r"^(curl .+)\n\nThe caller will hear:\n\n  \"(.+)\"$", printed, re.MULTILINE)
    assert found, printed
    shell = shutil.which("bash")
    assert shell is not None
    reply = subprocess.run(
        [shell, "-euo", "pipefail", "-c", found[1]], capture_output=True, text=True, timeout=20, check=True
    )
    (result,) = json.loads(reply.stdout)["results"]
    assert result["result"] == found[2]

    today = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    # A test that begins before midnight may end after it.
    expected = [today + timedelta(days=days) for days in (10, 9)]
    beginning = "The delivery for Maria Lopez is in transit. The estimated delivery date is"
    assert any(found[2].startswith(f"{beginning} {day:%A, %B} {day.day}") for day in expected)
