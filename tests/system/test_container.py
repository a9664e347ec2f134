"""The image, built from the Containerfile by podman and run as operators run it: another user, a tree it cannot write.

The base is made of Debian's packages: a registry of images cannot be reached everywhere. Image, containers and volumes
live in a folder of the test's own; nothing is left in the machine's store.
"""

import asyncio
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.free_port import free_port
from tests.missing import missing
from tests.system.service import ROOT, SECRET, Service

NEEDED = ("podman", "runc", "mmdebstrap")
BASE = "localhost/python-base"
UID = 10001
DATASET = "import sheriff; print(*sheriff.__path__)"
BUILT_WITHIN_S = 900
MOST_PROCESSES = 4096


class Podman:
    """podman, with everything it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n'
        )
        # The limits podman asks for by default may be more than this machine may give.
        files, processes = (resource.getrlimit(limit)[1] for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
        limits = f'["nofile={files}:{files}", "nproc={min(processes, MOST_PROCESSES)}"]'
        (folder / "containers.conf").write_text(
            f"[containers]\ndefault_ulimits = {limits}\n"
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
            f'tmp_dir = "{folder}/tmp"\nvolume_path = "{folder}/volumes"\n'
        )
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("SHERIFF_", "VAPI_", "PYTHON"))
        } | {
            "CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf",
            "CONTAINERS_CONF": f"{folder}/containers.conf",
            "BUILDAH_ISOLATION": "chroot",
            "BUILDER": "podman",
            "BASE": BASE,
            # Health checks are asked for by hand: there need be no systemd to do it.
            "DISABLE_HC_SYSTEMD": "true",
        }

    def run(self, *command: str, code: int = 0) -> str:
        """What a command of this environment prints; it must end with `code`."""
        ended = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
            timeout=BUILT_WITHIN_S,
        )  # fmt: skip
        assert ended.returncode == code, f"{' '.join(command)}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout + ended.stderr if code else ended.stdout

    def close(self) -> None:
        subprocess.run(["podman", "rm", "--force", "--all"], env=self.environment, capture_output=True, check=False)
        subprocess.run(["umount", self.folder / "store" / "overlay"], capture_output=True, check=False)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    """podman, with the image `sheriff` built."""
    absent = [binary for binary in NEEDED if shutil.which(binary) is None]
    if absent or os.getuid() != 0:
        message = f"the image is built by root, with {', '.join(NEEDED)}: apt-get install {' '.join(absent)}"
        missing(message)
    podman = Podman(Path(tempfile.mkdtemp(prefix="sheriff-image-")))
    try:
        podman.run("scripts/container_base.sh")
        # Whom this machine trusts, the build trusts: pip may stand behind a proxy with an authority of its own.
        podman.run("scripts/container_build.sh", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro")
        yield podman
    finally:
        podman.close()


def options(*more: str) -> list[str]:
    """`podman run` as `docs/how-to/deploy.md` has it, on the host's network: loopback is all it needs."""
    confined = ("--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp", "--cap-drop", "ALL")
    unprivileged = ("--security-opt", "no-new-privileges")
    return ["podman", "run", "--rm", "--network", "host", *confined, *unprivileged, *more, "sheriff"]


@asynccontextmanager
async def container(podman: Podman, **environment: str) -> AsyncIterator[Service]:
    """`serve` in a container of that name, with a volume made for it."""
    variables = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
    process = await asyncio.create_subprocess_exec(
        *options("--name", "served", "--volume", "data:/data", *variables), env=podman.environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1_048_576,
    )  # fmt: skip
    running = Service(process)
    try:
        await running.started()
        yield running
    finally:
        await running.close()
        with contextlib.suppress(AssertionError):
            podman.run("podman", "rm", "--force", "served")


def test_the_image_keeps_what_the_containerfile_says_of_running_it(podman: Podman) -> None:
    config = json.loads(podman.run("podman", "image", "inspect", "sheriff"))[0]
    assert config["User"] == f"{UID}:{UID}"
    assert config["Healthcheck"]["Test"] == ["CMD", "sheriff", "health"], "OCI's format drops it"
    assert config["Config"]["StopSignal"] == "SIGTERM"
    assert set(config["Config"]["ExposedPorts"]) == {"8000/tcp"}


def test_the_image_holds_what_was_locked_and_nothing_that_installs(podman: Podman) -> None:
    listing = "import importlib.metadata as m; print(*(d.metadata['Name'] for d in m.distributions()))"
    held = podman.run(*options("--entrypoint", "python"), "-c", listing).split()
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in held}
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert names - set(locked) == {"sheriff"}


def test_the_image_refuses_a_bad_configuration_by_its_exit_code(podman: Podman) -> None:
    assert "VAPI_SECRET" in podman.run(*options(), code=78)


async def test_the_image_serves_as_its_user_from_a_tree_it_cannot_write_and_stops_on_sigterm(podman: Podman) -> None:
    package = podman.run(*options("--entrypoint", "python"), "-c", DATASET).strip()
    async with container(
        podman, VAPI_SECRET=SECRET, SHERIFF_SOURCE=f"dataset:{package}/demo/deliveries.ndjson",
        SHERIFF_PUBLIC_BIND="127.0.0.1:0", SHERIFF_INTERNAL_BIND=f"127.0.0.1:{free_port()}",
    ) as running:  # fmt: skip
        assert (await running.get("/healthz"))[0] == 200
        status, ready = await running.get("/readyz")
        assert (status, ready["status"]) == (200, "ready")
        answer = await running.ask("SHR123456", call="c")
        assert answer["metadata"]["outcome"] == "found"
        assert (await running.post({}, X_Vapi_Secret="another"))[0] == 401

        await asyncio.to_thread(podman.run, "podman", "healthcheck", "run", "served")
        inside = confinement(int(podman.run("podman", "inspect", "--format", "{{.State.Pid}}", "served")))
        assert inside == {"Uid": [str(UID)] * 4, "Gid": [str(UID)] * 4, "CapEff": ["0" * 16], "NoNewPrivs": ["1"],
                          "writable": ["/data", "/tmp"]}  # fmt: skip

        asked = time.monotonic()
        running.signal(signal.SIGTERM)
        assert await running.ended() == 0, running.other_output
        assert time.monotonic() - asked < 10
    assert (podman.folder / "volumes" / "data" / "_data" / "recordings.db").stat().st_size > 0


def confinement(pid: int) -> dict[str, Any]:
    """Who a process is and where it may write, as the kernel has it."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    kernels = ("/dev", "/proc", "/sys")
    writable = sorted(m[4] for m in mounts if "rw" in m[5].split(",") and not m[4].startswith(kernels))
    return {name: status[name].split() for name in ("Uid", "Gid", "CapEff", "NoNewPrivs")} | {"writable": writable}
