"""What a replay found: on the terminal, as JUnit, and as a page that needs nothing but itself."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import Environment, PackageLoader, select_autoescape
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sheriff.printable import printable
from sheriff.replaying import ReplayRun, spoken, word_changes
from sheriff_core.evaluation.replay import Replayed

_STYLES = {"same": "", "removed": "red strike", "added": "green bold"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def changes_in_metadata(result: Replayed) -> list[tuple[str, Any, Any]]:
    """Fields of the reply other than its words that differ: name, recorded, replayed."""
    before, after = _flat(result.recorded), _flat(result.replayed)
    names = [name for name in dict.fromkeys([*before, *after]) if name not in {"result", "error", "message.content"}]
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def print_run(run: ReplayRun, *, shown: int) -> None:
    """Print each difference word by word, and the sums."""
    console = Console(highlight=False, soft_wrap=True)
    for result in run.different[:shown]:
        console.print(Text(printable(f"{result.correlation_id} {result.tool_call_id}"), style="bold"))
        console.print(_coloured(result) if sys.stdout.isatty() else Text(printable("  " + plain_changes(result))))
        for name, before, after in changes_in_metadata(result):
            console.print(Text(printable(f"  {name}: {before} -> {after}")))
    if len(run.different) > shown:
        console.print(Text(f"… and {len(run.different) - shown} more differences; --json and --html show all"))
    console.print(_sums_table(run))
    summary = run.as_json()["summary"]
    console.print(
        Text(
            f"{summary['total']} interactions: {summary['same']} same, {summary['different']} different,"
            f" {summary['unreadable']} unreadable"
        )
    )


def plain_changes(result: Replayed) -> str:
    """The difference in words, for a pipe: `[-removed-]` and `{+added+}`."""
    changes = word_changes(spoken(result.recorded), spoken(result.replayed))
    return " ".join(_PLAIN[kind].format(words) for kind, words in changes)


def junit_of(run: ReplayRun, name: str) -> str:
    """One test case per interaction."""
    suite = ET.Element(
        "testsuite",
        name=_xml_text(f"sheriff replay {name}"),
        tests=str(len(run.results) + len(run.unreadable)),
        failures=str(len(run.different)),
        errors=str(len(run.unreadable)),
    )
    for result in run.results:
        case = ET.SubElement(
            suite,
            "testcase",
            classname="replay",
            name=_xml_text(f"{result.correlation_id}/{result.tool_call_id}"),
            time=f"{result.replayed_ms / 1000:.3f}",
        )
        if not result.same:
            failure = ET.SubElement(case, "failure", message="the reply differs from the recorded one")
            failure.text = _xml_text(plain_changes(result))
    for entry in run.unreadable:
        case = ET.SubElement(suite, "testcase", classname="replay", name=_xml_text(entry.where))
        ET.SubElement(case, "error", message=_xml_text(entry.problem))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def page_of(run: ReplayRun, name: str, policy: Mapping[str, Any] | None) -> str:
    """A self-contained HTML page; every recorded text is escaped."""
    environment = Environment(
        loader=PackageLoader("sheriff.reports", "templates"), autoescape=select_autoescape(default=True)
    )
    return environment.get_template("replay.html").render(
        name=name,
        policy=json.dumps(policy) if policy else None,
        summary=run.as_json()["summary"],
        sums=run.sums(),
        differences=[
            {
                "correlation_id": result.correlation_id,
                "tool_call_id": result.tool_call_id,
                "changes": list(word_changes(spoken(result.recorded), spoken(result.replayed))),
                "fields": changes_in_metadata(result),
            }
            for result in run.different
        ],
        unreadable=run.unreadable,
    )


def _coloured(result: Replayed) -> Text:
    text = Text("  ")
    for kind, words in word_changes(spoken(result.recorded), spoken(result.replayed)):
        text.append(printable(words), style=_STYLES[kind]).append(" ")
    return text


def _sums_table(run: ReplayRun) -> Table:
    table = Table("", "recorded", "replayed", box=None, pad_edge=False)
    for group, sides in run.sums().items():
        for key in dict.fromkeys([*sides["recorded"], *sides["replayed"]]):
            cells = [sides[side].get(key, 0) for side in ("recorded", "replayed")]
            table.add_row(f"{group} {key}", *("-" if cell is None else f"{cell:g}" for cell in cells))
    return table


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            flat |= _flat(inner, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = inner
    return flat


def _xml_text(text: str) -> str:
    """`text` without characters that XML 1.0 cannot hold (its production 2): JSON can, and so may a recording."""
    return _NO_XML.sub("", text)
