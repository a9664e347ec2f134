"""What the Makefile calls exists, and what it promises a newcomer whose machine is not ready yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.test_entry_points import ENTRY_POINTS, asked_for_help
from tests.architecture.test_pasting import commands

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.MULTILINE)
OF_THE_SYSTEM = {"[", "awk", "echo", "exec", "exit", "mkdir", "python3", "rm", "touch", "uv", "{", "}"}
# What Debian's Python does without python3-venv: the folder is made, pip is not, and the command fails.
WITHOUT_PIP = """#!/bin/sh
case "$*" in
*venv*)
	for last; do :; done
	mkdir -p "$last" && touch "$last/pyvenv.cfg"
	echo "ensurepip is not available" >&2
	exit 1
	;;
esac
"""


def test_a_half_made_environment_is_not_taken_for_whole_by_the_next_run(tmp_path: Path) -> None:
    python, environment = tmp_path / "python", tmp_path / "environment"
    python.write_text(WITHOUT_PIP)
    python.chmod(0o755)
    for _ in range(2):
        made = subprocess.run(
            ["make", f"{environment}/pyvenv.cfg", f"VENV={environment}", f"PYTHON={python}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode != 0
        assert "ensurepip is not available" in made.stderr
        assert not (environment / "pyvenv.cfg").exists()


def recipe(target: str) -> list[list[str]]:
    """The words of each command that `make target` would run, those of what it rests on included."""
    shown = subprocess.run(
        ["make", "--dry-run", "--always-make", "--no-print-directory", target, "VENV=.venv", "PYTHON=python3"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "MAKEFLAGS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    # A quoted program of a recipe is no command of the shell.
    return list(commands(re.sub(r"'[^']*'", "program", shown.stdout)))


@pytest.mark.parametrize("target", TARGETS)
def test_every_command_of_a_target_exists_and_takes_what_it_is_given(target: str) -> None:
    for words in recipe(target):
        program, *arguments = words[1:] if words[0] == "exec" else words
        if program in {".venv/bin/python", "python3"} and arguments[0] == "-m":
            if arguments[1].startswith(("benchmarks.", "scripts.")):
                assert arguments[1] in ENTRY_POINTS
                told = asked_for_help(arguments[1]).stdout
                assert [word for word in arguments[2:] if word.startswith("-") and word not in told] == [], words
            elif arguments[1].startswith("tests."):
                assert (ROOT / arguments[1].replace(".", "/") / "__main__.py").exists()
        elif program.startswith(".venv/bin/"):
            assert (BIN / Path(program).name).exists(), words
        elif "/" in program:
            assert os.access(ROOT / program, os.X_OK), words
        else:
            assert program in OF_THE_SYSTEM, words


def test_every_target_that_is_declared_has_a_recipe_and_is_explained() -> None:
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)", MAKEFILE, flags=re.MULTILINE)
    assert phony is not None
    assert sorted(phony[1].replace("\\\n", " ").split()) == sorted(TARGETS)
    assert len(set(TARGETS)) == len(TARGETS)
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in shown.splitlines()] == TARGETS


def test_what_the_gate_of_the_repository_calls_is_a_target() -> None:
    called = re.findall(r"\bmake ([a-z-]+)$", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    assert called == ["test"]
    assert set(called) <= set(TARGETS)
