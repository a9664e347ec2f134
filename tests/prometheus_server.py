"""A real Prometheus on a free port, for tests and for the incident rehearsal."""

import contextlib
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.free_port import free_port
from tests.missing import missing

DEPLOY = Path(__file__).parent.parent / "deploy" / "prometheus"
RULES = DEPLOY / "sheriff.rules.yml"
PATIENCE_S = 20.0


def need(binary: str) -> str:
    """The path of `binary`; where it is missing the test is skipped, and in CI it fails."""
    found = shutil.which(binary)
    if found is None:
        message = f"{binary} is not installed: apt-get install prometheus"
        missing(message)
    return found


class PrometheusServer:
    """Asks a running Prometheus."""

    def __init__(self, address: str) -> None:
        self.address = address

    def query(self, expr: str, at: float | None = None) -> list[dict[str, Any]]:
        """What `expr` is now, or was `at` (seconds since 1970). Raises ValueError for an expression that is wrong."""
        asked = {"query": expr} if at is None else {"query": expr, "time": at}
        return list(self._ask("query", asked)["result"])

    def query_range(self, expr: str, start: float, end: float, step_s: float = 1.0) -> list[dict[str, Any]]:
        """What `expr` was from `start` to `end`."""
        return list(self._ask("query_range", {"query": expr, "start": start, "end": end, "step": step_s})["result"])

    def alerts(self) -> list[dict[str, Any]]:
        """Alerts that are pending or firing."""
        return list(self._ask("alerts", {})["alerts"])

    def wait_for(self, expr: str, patience_s: float = PATIENCE_S) -> list[dict[str, Any]]:
        """What `expr` is as soon as it is anything."""
        until = time.monotonic() + patience_s
        while not (found := self.query(expr)):
            if time.monotonic() > until:
                raise TimeoutError(f"no data within {patience_s} s: {expr}")
            time.sleep(0.1)
        return found

    def _ask(self, what: str, parameters: dict[str, Any]) -> Any:
        url = f"{self.address}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as reply:
                return json.load(reply)["data"]
        except urllib.error.HTTPError as refused:
            raise ValueError(refused.read().decode()) from refused


def fast_config(target: str, rules: Path = RULES, interval: str = "1s") -> dict[str, Any]:
    """The configuration of deploy/prometheus/prometheus.yml, for one `target` and in a hurry."""
    config: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    config["global"].update(scrape_interval=interval, evaluation_interval=interval)
    config["rule_files"] = [str(rules)]
    (job,) = config["scrape_configs"]
    job["scrape_timeout"] = interval
    job["static_configs"] = [{"targets": [target]}]
    return config


@contextlib.contextmanager
def running_prometheus(config: dict[str, Any], folder: Path) -> Iterator[PrometheusServer]:
    """A Prometheus with `config` while the block lasts; it keeps its data in `folder`."""
    port = free_port()
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                need("prometheus"),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ],
            stdout=log,
            stderr=log,
        )
    server = PrometheusServer(f"http://127.0.0.1:{port}")
    try:
        _wait_until_ready(server, process, folder)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: PrometheusServer, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.address}/-/ready", timeout=1):
            return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"Prometheus did not start: {(folder / 'prometheus.log').read_text()}")
        time.sleep(0.05)
