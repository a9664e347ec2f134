"""Benchmarks and scripts, which no other test needs whole: each can be imported, and tells what it takes."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in ("benchmarks", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "__init__.py"
}
ENTRY_POINTS = [name for name, path in MODULES.items() if '__name__ == "__main__"' in path.read_text()]
# All in one process, apart from this one: some leave metrics and handlers behind, as whole programs may.
IMPORT = """
import importlib, sys, traceback
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        traceback.print_exc()
"""


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@functools.cache
def asked_for_help(module: str) -> "subprocess.CompletedProcess[str]":
    return ran("-m", module, "--help")


def test_every_module_can_be_imported() -> None:
    assert len(MODULES) > 40
    imported = ran("-c", IMPORT, *MODULES)
    assert (imported.returncode, imported.stderr) == (0, "")


@pytest.mark.parametrize("module", ENTRY_POINTS)
def test_every_entry_point_says_what_it_takes_and_does_nothing(module: str) -> None:
    told = asked_for_help(module)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("usage: ")
    assert len(told.stdout.split()) > 10, "it says what it is for"
