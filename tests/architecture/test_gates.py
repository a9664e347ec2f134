"""The quality gates: format, lint, types and the directions of imports. A failure prints what the tool said."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

GATES = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
}


@pytest.mark.parametrize("gate", GATES)
def test_the_gate_is_green(gate: str) -> None:
    tool, *arguments = GATES[gate]
    ended = subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, f"\n{ended.stdout}\n{ended.stderr}"
