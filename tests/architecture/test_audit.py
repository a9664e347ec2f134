"""`make audit` passes only where somebody could be asked. What is asked here is a stand-in: no test needs a network."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = "aiohttp==3.14.5 ; python_version >= '3.11' \\\n    --hash=sha256:0\nyarl==1.25.1 \\\n    --hash=sha256:0\n"
WELL = "No known vulnerabilities found\n"
UNKNOWN = WELL + (
    "Name    Skip Reason\n------- -----------\n"
    "aiohttp Dependency not found on PyPI and could not be audited: aiohttp (3.14.5)\n"
    "yarl    Dependency not found on PyPI and could not be audited: yarl (1.25.1)\n"
)
WEAK = "Found 1 known vulnerability in 1 package\nName Version ID\n---- ------- ---\nyarl 1.25.1 PYSEC-2026-1\n"
NO_NETWORK = (
    "Traceback (most recent call last):\n"
    '  File "connection.py", line 239, in _new_conn\n'
    "    sock = connection.create_connection(\n"
    "OSError: [Errno 101] Network is unreachable\n"
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded\n"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree in which the real script finds stand-ins for its tools."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "audit.sh", tmp_path / "scripts")
    (tmp_path / "requirements.lock").write_text(LOCK)
    _tool(tmp_path, "bandit", "", 0)
    return tmp_path


def _tool(tree: Path, name: str, says: str, code: int) -> None:
    (tree / "says").with_suffix(f".{name}").write_text(says)
    tool = tree / ".venv" / "bin" / name
    tool.write_text(f"#!/bin/sh\ncat says.{name} >&2\nexit {code}\n")
    tool.chmod(0o755)


def _audit(tree: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["bash", str(tree / "scripts" / "audit.sh")], capture_output=True, text=True, check=False)


def test_it_passes_where_everything_was_asked_and_nothing_is_known(tree: Path) -> None:
    _tool(tree, "pip-audit", WELL, 0)
    audit = _audit(tree)
    assert (audit.returncode, audit.stderr) == (0, "")
    assert WELL in audit.stdout


def test_a_known_weakness_is_shown_and_fails(tree: Path) -> None:
    _tool(tree, "pip-audit", WEAK, 1)
    audit = _audit(tree)
    assert audit.returncode == 1
    assert "PYSEC-2026-1" in audit.stdout


def test_careless_code_fails_before_anybody_is_asked(tree: Path) -> None:
    _tool(tree, "bandit", "careless", 1)
    assert _audit(tree).returncode == 1


@pytest.mark.parametrize(
    ("says", "code", "reason"),
    [
        (NO_NETWORK, 1, "HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded"),
        (UNKNOWN, 0, "2 of its 2 packages are unknown there."),
    ],
)
def test_where_nobody_can_be_asked_it_says_so_in_short_and_fails(tree: Path, says: str, code: int, reason: str) -> None:
    _tool(tree, "pip-audit", says, code)
    audit = _audit(tree)
    told = audit.stdout + audit.stderr
    assert audit.returncode == 2
    assert "could not ask PyPI" in audit.stderr
    assert "requirements.lock" in audit.stderr
    assert reason in audit.stderr
    assert "This is not a pass" in audit.stderr
    assert "Run it again where PyPI can be reached" in audit.stderr
    assert "Traceback" not in told
    assert "No known vulnerabilities" not in told, "would read like a pass"
    assert len(audit.stderr.splitlines()) < 8
