"""The core in somebody else's program, by the page that tells how: it runs alone, prints what is shown, and types."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "use-the-core-in-a-program-of-your-own.md").read_text()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    file = tmp_path / "program.py"
    file.write_text(code)
    return file


def run(*command: str | Path, **environ: str) -> str:
    ended = subprocess.run(
        [sys.executable, *command],
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}{ended.stderr}"
    return ended.stdout


def test_the_program_prints_what_the_page_shows_and_needs_the_standard_library_alone(program: Path) -> None:
    (shown,) = re.findall(r"```\n\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    # -S: without the packages that are installed.
    assert run("-S", "-W", "error", program, PYTHONPATH=str(ROOT / "src")) == shown


def test_its_adapters_type_under_strict_rules(program: Path) -> None:
    cache = f"--cache-dir={program.parent / 'cache'}"
    config = "--config-file="  # none: a stranger's program has not ours
    run("-m", "mypy", "--strict", "--explicit-package-bases", config, cache, program, MYPYPATH=str(ROOT / "src"))
