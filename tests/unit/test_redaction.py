"""Telephone numbers do not get into what is kept; tracking numbers do."""

import pytest

from sheriff_core.redaction import redact_phones

CALLER = "+15555550123"


@pytest.mark.parametrize(
    "spelled",
    [
        "+15555550123",
        "+1 555 555 0123",
        "+1 (555) 555-0123",
        "15555550123",
        "5555550123",
        "555-555-0123",
        "(555) 555-0123",
    ],
)
def test_the_known_number_goes_however_it_is_spelled(spelled: str) -> None:
    assert redact_phones(f"Call me at {spelled}.", [CALLER]) == "Call me at [phone]."


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_other_dashes_hide_no_number(dash: str) -> None:
    assert redact_phones(f"or 212{dash}555{dash}0199") == "or [phone]"
    assert redact_phones(f"or 212{dash}5550199", ["+12125550199"]) == "or [phone]"


@pytest.mark.parametrize(
    "known", ["+12125550199 ext. 5", "+12125550199x5", "+12125550199;ext=5", "sip:+12125550199@192.0.2.7:5060"]
)
def test_what_stands_behind_a_known_number_does_not_hide_it(known: str) -> None:
    assert redact_phones("or 2125550199", [known]) == "or [phone]"


@pytest.mark.parametrize(
    "unknown", ["+442071838750", "+44 20 7183 8750", "(212) 555-0199", "212-555-0199", "1-212-555-0199", "212.555.0199"]
)
def test_what_only_telephone_numbers_look_like_goes_too(unknown: str) -> None:
    assert "[phone]" in redact_phones(f"or {unknown} instead")
    assert "0199" not in redact_phones(unknown)
    assert "8750" not in redact_phones(unknown)


@pytest.mark.parametrize(
    "kept",
    [
        "SHR123456",
        "1Z999AA10123456784",
        "9400110200881234567890",
        "S H R, 1 2 3, 4 5 6",
        "2026-02-14T09:30:00Z",
        "The estimated delivery date is Saturday, February 14th.",
        "0123",
        "tracking number 5555550124",
    ],
)
def test_tracking_numbers_and_dates_stay(kept: str) -> None:
    assert redact_phones(kept, [CALLER]) == kept
