"""What a replay found, for machines that read JUnit."""

from xml.etree import ElementTree as ET

import pytest

from sheriff.replaying import ReplayRun, Unreadable
from sheriff.reports.replay_report import junit_of
from sheriff_core.evaluation.replay import Replayed

# Letters of JSON, and of no XML: controls, half of a surrogate pair, and what Unicode has for no character.
STRANGE = "a\x00\x1b\ud800\ufffe\uffffz"


@pytest.mark.parametrize("strange", [STRANGE, "<&\">'", "\N{GRINNING FACE} Zoë\t"])
def test_whatever_stands_in_recordings_the_report_is_xml(strange: str) -> None:
    replayed = Replayed(strange, strange, {"result": strange}, {"result": "other words"}, 1.0, 1.0)
    run = ReplayRun(results=[replayed], unreadable=[Unreadable(strange, strange)])
    report = ET.fromstring(junit_of(run, strange).encode())  # noqa: S314 - made by us
    assert [case.tag for case in report] == ["testcase", "testcase"]
    (failure,) = report[0]
    assert "[-" in (failure.text or "")
    kept = "az" if strange is STRANGE else strange
    assert report[0].get("name") == f"{kept}/{kept}"
    assert report[1][0].get("message") == kept
