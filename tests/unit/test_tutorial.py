"""What the first pages say that a newcomer will hear is what the service says."""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

from sheriff.commands.demo import EXAMPLE_NUMBER
from sheriff.demo.shifting import WRITTEN_FOR
from sheriff_adapters.dataset import read_dataset
from sheriff_core.answer import answer_status
from sheriff_core.disclosure import Disclosed
from sheriff_core.outcome import Found, ServedFrom
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import read_tracking_number

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial" / "first-call.md").read_text()
DATASET = ROOT / "src" / "sheriff" / "demo" / "deliveries.ndjson"
README = (ROOT / "README.md").read_text()


def test_the_sentence_of_the_demo_is_the_one_that_is_shown() -> None:
    delivery = next(each for each in read_dataset(DATASET) if each.tracking_number == EXAMPLE_NUMBER)
    said = answer_status(
        Found(delivery, 0.0, ServedFrom.SOURCE),
        number=read_tracking_number(EXAMPLE_NUMBER, TrackingNumberPolicy()),
        disclosed=Disclosed.EVERYTHING,
        at=datetime.combine(WRITTEN_FOR, time(9), UTC),
        timezone="UTC",
    ).text
    days = (date.fromisoformat(delivery.estimated_delivery or "") - WRITTEN_FOR).days
    assert days == 10
    for page in (TUTORIAL, README):
        assert f'"{said}"' in page
        assert f"{WRITTEN_FOR:%B %d}th" in page
        assert "ten days after" in page


def test_spoken_numbers_are_read_and_refused_as_the_tutorial_says() -> None:
    section = TUTORIAL.partition("## 3.")[2].partition("## 4.")[0]
    number, found, asked_again = re.findall(r"`([^`]+)`", section)
    assert number == EXAMPLE_NUMBER
    read = read_tracking_number(found, TrackingNumberPolicy())
    assert read is not None
    assert EXAMPLE_NUMBER in read.readings
    assert read_tracking_number(asked_again, TrackingNumberPolicy()) is None
