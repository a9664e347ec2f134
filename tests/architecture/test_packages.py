"""What is built for others holds what runs and what types it, and nothing besides."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    name.removeprefix("src/")
    for name in subprocess.run(
        ["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return into


def test_the_wheel_holds_every_file_of_the_four_packages_and_the_licence(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    assert ours >= SOURCES
    assert {name.partition("/")[0] for name in ours} == {"sheriff", "sheriff_core", "sheriff_adapters", "sheriff_web"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_source_distribution_holds_the_same_and_what_builds_it(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert names >= {f"src/{name}" for name in SOURCES}
    besides = {name for name in names if not name.startswith("src/")}
    assert besides == {"README.md", "LICENSE", "PKG-INFO", "pyproject.toml", ".gitignore"}
