"""What the Makefile promises a newcomer whose machine is not ready yet."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
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
