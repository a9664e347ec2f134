"""The reference pages name what the code has, and nothing else."""

import dataclasses
import io
import json
import re
from pathlib import Path

import pytest

from sheriff_adapters.telemetry import vocabulary
from sheriff_adapters.telemetry.catalogue import CATALOGUE, DURATION_EDGES_S
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.span_names import spelled
from sheriff_adapters.telemetry.tallies import Tallies
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core.events import OTHER
from sheriff_web.problems import RejectionReason
from tests.contract.test_event_sink import EXAMPLES

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
TALLIES = Tallies(Vocabulary(message_types=(), rejection_reasons=tuple(RejectionReason), source_server=None))
ALWAYS = {"timestamp", "level", "message", "logger", "correlationId", "event"}


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of each row of the first table under `heading`."""
    section = (REFERENCE / page).read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[0].splitlines()[2:]]


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_page_has_each_metric_with_its_type_labels_and_meaning():
    told = {code(name)[0]: (kind, tuple(code(labels)), meaning.strip(" |")) for name, kind, labels, meaning
            in rows("metrics.md", "All metrics")}  # fmt: skip
    assert told == {
        metric.prometheus_name: (str(metric.kind), metric.prometheus_labels, metric.description) for metric in CATALOGUE
    }


def test_page_has_every_edge_of_the_durations():
    section = (REFERENCE / "metrics.md").read_text().partition("## Buckets\n")[2].partition("0.55 and 0.65 keep")[0]
    assert [float(number) for number in re.findall(r"\d+(?:\.\d+)?", section)] == list(DURATION_EDGES_S)


WORDS = {
    "`tool`": {*vocabulary.TOOLS, OTHER},
    "`outcome`": {*vocabulary.OUTCOMES},
    "`served_from`": {*vocabulary.ORIGINS},
    "`result` of `sheriff_lookups_total`": {*vocabulary.LOOKUP_RESULTS},
    "`result` of `sheriff_source_*`": {*vocabulary.ATTEMPT_RESULTS},
    "`state`, `from`, `to`": {*vocabulary.BREAKER_STATES},
    "`reason` of `sheriff_rejected_messages_total`": {*RejectionReason, OTHER},
    "`reason` of `sheriff_unavailable_answers_total`": {*vocabulary.UNAVAILABLE_REASONS, OTHER},
    "`reason` of `sheriff_source_retries_denied_total`": {labels[0] for labels, _ in TALLIES.retries_denied.items()},
    "`reason` of `sheriff_callers_refused_total`": {*vocabulary.REFUSALS},
    "`action`": {labels[0] for labels, _ in TALLIES.operator_actions.items()},
}


@pytest.mark.parametrize("label", WORDS)
def test_page_has_every_word_of_a_label(label):
    assert {*code(dict(rows("metrics.md", "Labels"))[label])} == WORDS[label]


def logged() -> dict[str, set[str]]:
    """The fields of each event's line, with every field of the event filled."""
    stream = io.BytesIO()
    logs = JsonLogs(stream=stream, level="DEBUG")
    logs.start()
    sink = LogSink()
    for event in EXAMPLES:
        empty = {f.name: "x" for f in dataclasses.fields(event) if getattr(event, f.name) in ("", None)}
        true = {f.name: True for f in dataclasses.fields(event) if getattr(event, f.name) is False}
        whole = dataclasses.replace(event, **empty, **true)
        sink.emit(whole)
    logs.stop()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return {line["event"]: set(line) - ALWAYS for line in lines}


def test_page_has_each_event_of_the_log_with_its_fields():
    told = {code(event)[0]: set(code(fields.partition(". ")[0])) for event, _, fields in rows("logs.md", "Events")}
    assert told.pop("repeated") == {"count", "windowS"}
    assert told == logged()


def spans_in_code() -> set[str]:
    """Names of spans as the code writes them: literals, and the two that are put together."""
    names = set()
    for file in (ROOT / "src").rglob("*.py"):
        text = file.read_text()
        names.update(re.findall(r'(?:racer\.span|begin_span)\(\s*"([^"]+)"', text))  # a match of `re` has spans, too
        if 'f"execute_tool {' in text:
            names.add("execute_tool")
        if ".span(method" in text:
            names.update(("GET", "POST"))
    return names


def test_page_has_each_span():
    told = {name if " get" not in name and "_OTHER" not in name else "execute_tool"
            for cells in rows("traces.md", "Spans") for name in code(cells[0])}  # fmt: skip
    assert told == spans_in_code()


def test_page_has_each_attribute_that_the_code_sets():
    told = {name for cells in rows("traces.md", "Spans") for name in code(" ".join(cells[2:])) if "." in name}
    written = set()
    for file in (ROOT / "src").rglob("*.py"):
        text = file.read_text()
        written.update(re.findall(r'"((?:http|url|server|error|sheriff)\.[a-z_.]+)":', text))
        written.update(spelled(name) for name in re.findall(r"\b((?:gen_ai|sheriff)_[a-z_]+)=", text) if "span" in text)
    of_asgi = {"http.response.start", "http.response.body", "http.request", "http.disconnect"}
    assert written - of_asgi == told
