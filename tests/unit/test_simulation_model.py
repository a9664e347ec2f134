"""The simulated model: faithful or false, never in between, and the same for the same seed."""

import random
from pathlib import Path

import pytest

from sheriff.simulation import Parcel, Scenario, demo_parcels, read_parcels
from sheriff.simulation.model import speak
from sheriff.simulation.parcels import ParcelsError
from sheriff.simulation.script import spoken, write_script
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tool_call import ToolName
from sheriff_core.tracking_number import canonical, read_tracking_number

SENTENCE = "The delivery for Maria Lopez is in transit. The estimated delivery date is Friday, December 4th."
FACTS = ("in transit", "Friday, December 4th", "Maria Lopez")


@pytest.mark.parametrize("seed", range(30))
def test_a_faithful_wording_keeps_every_fact_and_adds_none(seed: int) -> None:
    said = speak(SENTENCE, random.Random(seed), fabricate=False)
    assert said.fabrication is None
    assert all(fact in said.text for fact in FACTS)
    assert len(said.text) <= len(SENTENCE) + len(" Is there anything else I can help you with?")


@pytest.mark.parametrize("seed", range(60))
def test_a_fabrication_changes_one_fact_or_adds_one_thing(seed: int) -> None:
    said = speak(SENTENCE, random.Random(seed), fabricate=True)
    kept = {
        "status": "in transit" in said.text,
        "date": "December 4th" in said.text,
        "weekday": "Friday" in said.text,
        "name": "Maria Lopez" in said.text,
    }
    changed = {fact for fact, is_kept in kept.items() if not is_kept}
    added = said.text.startswith(SENTENCE) and len(said.text) > len(SENTENCE)
    assert (changed, added) == (({said.fabrication}, False) if said.fabrication in kept else (set(), True))


def test_every_kind_of_fabrication_occurs() -> None:
    kinds = {speak(SENTENCE, random.Random(seed), fabricate=True).fabrication for seed in range(100)}
    assert kinds == {"status", "date", "weekday", "name", "promise", "place"}


@pytest.mark.parametrize("sentence", ["I don't have that information.", "The estimated delivery date is March 31st."])
def test_a_sentence_with_few_facts_can_be_falsified_too(sentence: str) -> None:
    for seed in range(20):
        said = speak(sentence, random.Random(seed), fabricate=True)
        assert said.text != sentence
        assert said.fabrication is not None


@pytest.mark.parametrize("scenario", Scenario)
def test_the_same_seed_draws_the_same_caller(scenario: Scenario) -> None:
    parcels = (Parcel("TRK-1234", "+15555550123"), Parcel("TRK-5678"))
    scripts = [write_script(scenario, parcels, random.Random("7:3")) for _ in range(2)]
    assert scripts[0] == scripts[1]


def test_a_mix_holds_every_kind_of_caller() -> None:
    drawn = {write_script(Scenario.MIXED, demo_parcels(), random.Random(seed)).scenario for seed in range(200)}
    assert drawn == set(Scenario) - {Scenario.MIXED}


def test_both_asks_two_tools_in_one_breath_and_repeat_asks_twice() -> None:
    parcels = (Parcel("TRK-1234"),)
    both = write_script(Scenario.BOTH, parcels, random.Random(1))
    assert both.asks[0].tools == tuple(ToolName)
    repeat = write_script(Scenario.REPEAT, parcels, random.Random(1))
    assert [ask.tracking_number for ask in repeat.asks] == ["TRK-1234"] * 2
    assert repeat.asks[0].delivered_twice


def test_a_number_that_does_not_exist_is_none_of_the_numbers() -> None:
    parcels = demo_parcels()
    for seed in range(50):
        script = write_script(Scenario.NOT_FOUND, parcels, random.Random(seed))
        assert script.asks[0].tracking_number not in {parcel.number for parcel in parcels}


def test_some_callers_of_another_phone_give_the_last_four_digits() -> None:
    parcels = (Parcel("TRK-1234", "+15555550123"),)
    scripts = [write_script(Scenario.STATUS, parcels, random.Random(seed)) for seed in range(100)]
    given = [script for script in scripts if script.asks[-1].phone_last_four]
    assert {script.asks[-1].phone_last_four for script in given} == {"zero one two three"}
    assert {script.caller == "+15555550123" for script in given} == {False}
    assert 0 < len(given) < 50


@pytest.mark.parametrize("number", ["SHR123456", "SHR-200-001", "40012345"])
def test_a_spoken_number_reads_back_to_itself(number: str) -> None:
    read = read_tracking_number(spoken(number), TrackingNumberPolicy())
    assert read is not None
    assert canonical(number) in read.readings


def test_numbers_come_from_a_list_a_file_or_a_dataset(tmp_path: Path) -> None:
    assert read_parcels("A1, B2 ,") == (Parcel("A1"), Parcel("B2"))
    lines = tmp_path / "numbers.txt"
    lines.write_text("A1\n\n B2 \n")
    assert read_parcels(str(lines)) == (Parcel("A1"), Parcel("B2"))
    dataset = tmp_path / "deliveries.ndjson"
    dataset.write_text('{"_id": "d1", "_type": "delivery", "trackingNumber": "A1", "customerPhone": "+15555550101"}\n')
    assert read_parcels(str(dataset)) == (Parcel("A1", "+15555550101"),)


def test_no_number_at_all_and_an_unreadable_dataset_are_told(tmp_path: Path) -> None:
    with pytest.raises(ParcelsError, match="holds no tracking number"):
        read_parcels(",")
    broken = tmp_path / "broken.ndjson"
    broken.write_text("{")
    with pytest.raises(ParcelsError, match=r"broken\.ndjson"):
        read_parcels(str(broken))
