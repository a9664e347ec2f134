"""The Containerfile, run by its own words in an empty folder: what it copies and runs is what is tested here.

A base image cannot be had everywhere; a Python can. Paths of the image are moved into the folder, everything else is as
it stands in the file. The result is then run as the image's user, unable to write anywhere but to its data.
"""

import asyncio
import fnmatch
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.system.service import DATASET, ROOT, SECRET, Service, tool_call

UID = 10001
MOVED = ("/opt/sheriff", "/tools", "/wheels")  # paths of the image that its build writes to


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the file, on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line.strip()]


def stage(number: int) -> list[tuple[str, str]]:
    """The instructions after the given FROM, counted from nought."""
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            found.append([])
        elif found:
            found[-1].append((word, rest))
    return found[number]


def ignored(path: str) -> bool:
    """Whether `.containerignore` keeps `path` of the top folder out; the last rule that fits decides."""
    decided = False
    for rule in (ROOT / ".containerignore").read_text().split():
        if fnmatch.fnmatch(path, rule.removeprefix("!")):
            decided = not rule.startswith("!")
    return decided


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """A folder in which the first stage was carried out, readable by everybody, and the data folder of the second."""
    folder = Path(tempfile.mkdtemp(prefix="sheriff-image-"))
    try:
        folder.chmod(0o755)
        build = folder / "build"
        build.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        for word, rest in stage(0):
            moved = re.sub("|".join(MOVED), lambda path: f"{folder}{path[0]}", rest)
            moved = moved.replace("python -m venv", f"{interpreter()} -m venv")
            match word:
                case "ENV":
                    environment |= dict(pair.split("=", 1) for pair in shlex.split(moved))
                case "COPY":
                    *sources, to = moved.split()
                    for source in sources:
                        assert not ignored(source), f"{source} is copied and ignored"
                        copy(ROOT / source, (build / to / Path(source).name) if to == "./" else build / to)
                case "RUN":
                    ended = subprocess.run(
                        ["sh", "-ec", moved], cwd=build, capture_output=True, text=True, check=False, timeout=900,
                        env={**environment, "PATH": "/usr/bin:/bin"},
                    )  # fmt: skip
                    assert ended.returncode == 0, f"{word} {rest}\n{ended.stdout}\n{ended.stderr}"
                case _:
                    assert word == "WORKDIR", word
        shutil.rmtree(build)
        shutil.rmtree(folder / "tools")
        (folder / "data").mkdir(mode=0o700)
        if os.getuid() == 0:
            os.chown(folder / "data", UID, UID)
        yield folder
    finally:
        for path, _, _ in os.walk(folder):
            Path(path).chmod(0o755)
        shutil.rmtree(folder)


def copy(source: Path, to: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copy(source, to)


def everybodys(python: Path) -> bool:
    """Whether every user may run it."""
    return python.exists() and all(folder.stat().st_mode & stat.S_IXOTH for folder in python.resolve().parents)


def interpreter() -> Path:
    """A Python that the image's user may run too, where there is one."""
    ours = Path(sys.base_prefix) / "bin" / "python3"
    return next((python for python in (ours, Path("/usr/bin/python3.11")) if everybodys(python)), ours)


def as_its_user() -> list[str]:
    """Before a command: become the image's user, where this user may."""
    if os.getuid() != 0 or shutil.which("setpriv") is None or not everybodys(interpreter()):
        return []
    return ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs", "--"]


def ran(image: Path, *arguments: str) -> str:
    command = [*as_its_user(), str(image / "opt/sheriff/bin/sheriff"), *arguments]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", env=environment).stdout


def test_the_second_stage_is_what_is_known_here() -> None:
    words = [word for word, _ in stage(1)]
    assert words == ["LABEL", "COPY", "RUN", "ENV", "WORKDIR", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
                     "ENTRYPOINT", "CMD"]  # fmt: skip


def test_the_image_tells_its_version_and_holds_no_build_tool(image: Path) -> None:
    assert ran(image, "--version").startswith("sheriff, version ")
    installed = subprocess.run(
        [image / "opt/sheriff/bin/python", "-m", "pip", "list", "--format=freeze"],
        capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"},
    ).stdout.lower()  # fmt: skip
    assert "sheriff==" in installed
    assert not re.search(r"^(hatchling|pytest|ruff|mypy)==", installed, re.MULTILINE)


async def test_the_image_serves_from_a_tree_it_cannot_write_and_stops_on_sigterm(image: Path) -> None:
    data = image / "data"
    process = await asyncio.create_subprocess_exec(
        *as_its_user(), image / "opt/sheriff/bin/sheriff", "serve", cwd="/",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1_048_576,
        env={
            "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "VAPI_SECRET": SECRET,
            "SHERIFF_SOURCE": f"dataset:{shared(image)}", "SHERIFF_RECORDINGS_URL": f"sqlite:///{data}/recordings.db",
            "SHERIFF_PUBLIC_BIND": "127.0.0.1:0", "SHERIFF_INTERNAL_BIND": "127.0.0.1:0",
        },
    )  # fmt: skip
    running = Service(process)
    before = written(image)
    try:
        await running.started()
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{running.public}/webhook", json=tool_call("SHR123456", call="c"), headers={"X-Vapi-Secret": SECRET}
            ) as reply,
        ):
            assert (await reply.json())["results"][0]["metadata"]["outcome"] == "found"
        healthy = await asyncio.to_thread(ran, image, "health", "--url", running.internal)
        assert healthy.rstrip().endswith("ok")
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0, running.other_output
    finally:
        await running.close()
    assert written(image) == before
    assert (data / "recordings.db").stat().st_size > 0


def shared(image: Path) -> Path:
    """The embedded dataset, as installed."""
    (found,) = image.glob(f"opt/sheriff/lib/*/site-packages/{DATASET.relative_to(ROOT / 'src')}")
    return found


def written(image: Path) -> set[tuple[str, int]]:
    """Every file of the image with its time: what a process wrote shows."""
    return {(str(path), path.stat().st_mtime_ns) for path in (image / "opt").rglob("*") if path.is_file()}
