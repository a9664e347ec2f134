"""The benchmarks in their smallest form: what they start comes up, and what they measure is there. No figure counts."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.console.run import pages, recorded_into
from benchmarks.recordings.million import fill
from benchmarks.recordings.stores import store
from benchmarks.resilience.stage import number_of, stage
from benchmarks.telemetry.cost import MODES, Server
from benchmarks.web.run import measured, table
from benchmarks.web.servers import sanity, server, variants
from tests.system.service import ROOT, service

SMALLEST = {
    "recordings.adapter": ["--only", "sqlite", "--seconds", "0.1"],
    "recordings.million": ["--only", "sqlite", "--count", "2_000"],
    "speech.numbers": ["--per-kind", "2"],
    "web.in_process": ["--requests", "50", "--rounds", "1"],
}
# One of each kind of command; that ours records is tested elsewhere.
SERVERS = [name for name, *_ in variants(Path(), "", None) if "recording" not in name or name.startswith("(b)")]


@pytest.mark.parametrize("module", SMALLEST)
def test_a_smallest_run_tells_figures(module: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{module}", *SMALLEST[module]]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in ended.stderr, ended.stderr
    assert any(character.isdigit() for character in ended.stdout), "a goal may be missed here, but is told"


@pytest.mark.parametrize("name", SERVERS)
def test_each_server_of_the_web_comparison_answers_the_load(name: str, tmp_path: Path) -> None:
    with sanity() as source:
        ((command, environment),) = [each[1:] for each in variants(tmp_path, source, None) if each[0] == name]
        with server(command, environment, tmp_path) as (port, process):
            result = measured(process, port, 1, 0.1)
    assert result["requests"] > 0
    assert result["failures"] == 0
    table({(name, 1): [result]}, name)


def test_a_server_of_the_web_comparison_that_does_not_come_up_is_told_at_once(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="did not come up"),
        server([sys.executable, "-c", "pass"], {}, tmp_path),
    ):
        pass


@pytest.mark.parametrize("mode", MODES)
def test_the_servers_of_the_cost_of_telemetry_answer_and_stop_when_told(mode: str) -> None:
    started = Server(mode)
    try:
        started.cpu_us(5)
        assert started.scrape()[1] > 0
    finally:
        started.stop()
    assert started.process.returncode == 0


async def test_the_stage_of_the_resilience_figures_answers_from_its_own_source() -> None:
    async with stage() as on:
        asked = await on.ask(number_of(1))
        assert (asked.outcome, asked.served_from) == ("found", "source")
        assert [number for number, _, _ in await on.source.log()] == [number_of(1)]


async def test_each_page_whose_time_is_taken_exists(tmp_path: Path) -> None:
    count = 400
    async with store(f"sqlite:///{tmp_path}/recordings.db", tmp_path) as recordings:
        await fill(recordings, count)
    async with service(recorded_into(tmp_path / "recordings.db")) as running:
        assert {path: (await running.get(path))[0] for path in pages(count).values()} == dict.fromkeys(
            pages(count).values(), 200
        )
