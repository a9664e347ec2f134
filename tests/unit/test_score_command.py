"""`sheriff score`: what it prints, what it writes, how it ends."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sheriff.__main__ import main
from sheriff.commands.score import command
from tests.unit.scoring import DANA, call, tool_call


def recordings(folder: Path, *records: Any) -> str:
    path = folder / "calls.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


GROUNDED = call("It is out for delivery.")
FABRICATED = call("It was delivered in Chicago.")


def test_grounded_calls_pass(tmp_path: Path) -> None:
    result = run(recordings(tmp_path, tool_call(DANA), GROUNDED))

    assert result.exit_code == 0
    assert "PASS" in result.output
    assert "groundedness         100.00%" in result.output


def test_the_picture_of_latency_holds_each_tool_call_once_also_of_a_call_that_has_not_ended(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    unended = tool_call(DANA, callId="another", latencyMs=3000.0)
    run(recordings(tmp_path, unended, tool_call(DANA), GROUNDED, GROUNDED), "--html", str(page))

    told = re.search(r'aria-label="Latency of our replies: ([^"]*)"', page.read_text(encoding="utf-8"))
    assert told is not None
    counts = [int(count) for count in re.findall(r"(\d+) tool calls", told[1])]
    assert sum(counts) == 2
    assert "5000 ms 1 tool calls" in told[1]


def test_in_a_pipe_each_claim_is_a_line_with_its_whole_call_id(tmp_path: Path) -> None:
    result = run(recordings(tmp_path, tool_call(DANA), FABRICATED))

    lines = [line.split("\t") for line in result.output.splitlines() if "\t" in line]
    assert lines[0] == ["call", "turn", "kind", "verdict", "words", "fact"]
    assert {(line[0], len(line)) for line in lines[1:]} == {(FABRICATED["callId"], 6)}


def test_what_was_said_does_not_steer_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = call("It was delivered in Chicago.", callId="call\x1b]0;owned\x07")
    for force_terminal in ("", "1"):
        monkeypatch.setenv("TTY_COMPATIBLE", force_terminal)
        output = run(recordings(tmp_path, tool_call(DANA), hostile)).output
        assert "\x1b]" not in output
        assert "owned" in output


def test_a_fabrication_fails_and_is_told_with_its_fact(tmp_path: Path) -> None:
    result = run(recordings(tmp_path, tool_call(DANA), FABRICATED))

    assert result.exit_code == 1
    assert "contradicted" in result.output
    assert "FAIL" in result.output


def test_json_has_the_shape_of_the_contract_in_input_order(tmp_path: Path) -> None:
    other = call("Hello!", callId="other")
    result = run(recordings(tmp_path, other, FABRICATED, tool_call(DANA), GROUNDED), "--json")
    document = json.loads(result.stdout)

    assert [entry["callId"] for entry in document["calls"]] == ["other", "call", "call"]
    assert [entry["fabricated"] for entry in document["calls"]] == [False, True, False]
    assert document["summary"]["calls"] == 3
    assert document["summary"]["callsWithFabrication"] == 1
    assert document["summary"]["latencyMs"] == {"p50": 40.0, "p95": 40.0, "p99": 40.0}


def test_two_runs_print_the_same_bytes(tmp_path: Path) -> None:
    file = recordings(tmp_path, tool_call(DANA), FABRICATED, GROUNDED)

    assert run(file, "--json").stdout_bytes == run(file, "--json").stdout_bytes


def test_facts_of_another_call_support_nothing(tmp_path: Path) -> None:
    assert run(recordings(tmp_path, tool_call(DANA) | {"callId": "other"}, GROUNDED)).exit_code == 1


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(f"{json.dumps(GROUNDED)}\nnot json\n", encoding="utf-8")
    result = run(str(path))

    assert result.exit_code == 2
    assert f"{path}:2" in result.stderr


@pytest.mark.parametrize("where", ["missing.jsonl", "nothing", "gopher://x"])
def test_recordings_that_cannot_be_opened_end_with_2(where: str, tmp_path: Path) -> None:
    result = run(str(tmp_path / where) if where.endswith("jsonl") else where)

    assert result.exit_code == 2
    assert result.stderr.startswith("sheriff score: ")


@pytest.mark.parametrize("records", [(), (tool_call(DANA),)], ids=["empty", "only tool calls"])
def test_recordings_without_an_ended_call_pass_and_say_that_nothing_was_scored(records: Any, tmp_path: Path) -> None:
    result = run(recordings(tmp_path, *records), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["calls"] == []
    assert result.stderr == "sheriff score: calls.jsonl: nothing to score: no call in it has ended\n"


def test_a_run_is_compared_with_the_baseline_it_saved(tmp_path: Path) -> None:
    baseline = str(tmp_path / "baseline.json")
    good = recordings(tmp_path, tool_call(DANA), GROUNDED)
    assert run(good, "--save-baseline", baseline).exit_code == 0
    assert run(good, "--baseline", baseline).exit_code == 0

    slower = recordings(tmp_path, tool_call(DANA, latencyMs=400.0), GROUNDED)
    result = run(slower, "--baseline", baseline)

    assert result.exit_code == 1
    assert "worse than the baseline: latency p50: 40.0 ms before, 400.0 ms now" in result.output


@pytest.mark.parametrize("text", ["", "[]", '{"calls": []}', "[" * 100_000], ids=lambda text: text[:9])
def test_a_file_that_is_no_baseline_ends_with_2(text: str, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text(text, encoding="utf-8")

    assert run(recordings(tmp_path, GROUNDED), "--baseline", str(baseline)).exit_code == 2


def test_the_page_needs_nothing_from_outside_and_escapes_what_strangers_said(tmp_path: Path) -> None:
    hostile = call('It was delivered. <script>alert("x")</script> <img src=http://evil.example/x>', callId="<b>id</b>")
    page = tmp_path / "report.html"
    result = run(recordings(tmp_path, tool_call(DANA), hostile, FABRICATED), "--html", str(page))
    html = page.read_text(encoding="utf-8")

    assert result.exit_code == 1
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>id</b>" not in html
    assert "&lt;b&gt;id&lt;/b&gt;" in html
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", html) == []
    assert '<mark class="contradicted">was delivered</mark>' in html


@pytest.mark.parametrize("form", [["--json"], [], ["--html", "page.html"]])
def test_half_a_surrogate_pair_is_told_by_its_number(form: list[str], tmp_path: Path) -> None:
    file = recordings(tmp_path, tool_call(DANA), call("It was delivered in Chicago.", callId="\ud83d"))
    form = [str(tmp_path / part) if part.endswith(".html") else part for part in form]
    result = CliRunner().invoke(main, ["score", file, *form])

    assert result.exit_code == 1, result.exception
    if form == ["--json"]:
        assert json.loads(result.stdout)["summary"]["callsWithFabrication"] == 1


@pytest.mark.parametrize("zone", ["America", "x" * 5_000, "../UTC", "\0", 7])
def test_a_zone_that_is_none_leaves_a_call_in_utc(zone: Any, tmp_path: Path) -> None:
    result = run(recordings(tmp_path, tool_call(DANA) | {"policy": {"timezone": zone}}, GROUNDED), "--json")

    assert result.exit_code == 0, result.exception


@pytest.mark.parametrize("call_id", [["x"], {}, {"x": 1}, 7, True])
def test_a_call_with_an_id_of_the_wrong_kind_is_scored_by_itself(call_id: Any, tmp_path: Path) -> None:
    end, asked = ({**record, "callId": call_id} for record in (FABRICATED, tool_call(DANA)))
    result = run(recordings(tmp_path, end, asked), "--json")

    assert result.exit_code == 1, result.exception
    assert json.loads(result.stdout)["summary"]["calls"] == 1


@pytest.mark.parametrize("changes", [{"latencyMs": 10**400}, {"reply": {"metadata": {"servedFrom": {}}}}])
def test_a_tool_call_of_the_wrong_kind_gives_no_figure(changes: dict[str, Any], tmp_path: Path) -> None:
    result = run(recordings(tmp_path, tool_call(DANA) | changes, GROUNDED), "--json")

    assert result.exit_code in {0, 1}, result.exception
    assert json.loads(result.stdout)["summary"]["calls"] == 1


@pytest.mark.parametrize(
    "baseline", [b"[" * 100_000, b"\xff", b"[]", b"{}", b'{"groundedness": "all"}', b'{"summary": 1}']
)
def test_what_is_no_baseline_is_unreadable(tmp_path: Path, baseline: bytes) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(baseline)
    result = run(recordings(tmp_path, tool_call(DANA), GROUNDED), "--baseline", str(path))

    assert result.exit_code == 2
    assert "not a baseline" in result.stderr
