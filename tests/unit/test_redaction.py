"""Telephone numbers do not get into what is kept; tracking numbers do."""

import phonenumbers
import pytest

from sheriff_core.redaction import is_phone, redact_known_phones, redact_phones

CALLER = "+15555550123"
FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)
# Mobiles of Argentina are dialled at home with a 15 inside. Turkmenistan puts an 8 before, of which nothing here knows.
OUT_OF_THE_RULE = {"AR", "TM"}


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


def spellings(region: str) -> list[list[str]]:
    """Numbers of a region, each as it is written from abroad and at home; those that are long enough to be known."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    numbers = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    return [
        [phonenumbers.format_number(number, form) for form in FORMATS]
        for number in numbers
        if number is not None and len(str(number.national_number)) >= 7
    ]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS - OUT_OF_THE_RULE))
def test_a_known_number_of_any_country_goes_however_it_is_dialled(region: str) -> None:
    for written in spellings(region):
        for known in written:
            for told in written:
                left = redact_known_phones(f"Call {told} now", (known,))
                # A trunk prefix may stay ("8 [phone]"): it is the same for all.
                assert len([c for c in left if c.isdigit()]) <= 2, (known, told, left)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+33612345678", "+33 (0)6 12 34 56 78"),
        ("+33612345678", "(+33) 6 12 34 56 78"),
        ("+33612345678", "0033 612345678"),
        ("06 12 34 56 78", "+33 6 12 34 56 78"),
        ("0033612345678", "0612345678"),
        ("+442079460123", "(020) 7946 0123"),
        ("+819012345678", "\uff10\uff19\uff10\u2212\uff11\uff12\uff13\uff14\u2212\uff15\uff16\uff17\uff18"),
        ("\u0665\u0665\u0665\u0665\u0665\u0665\u0660\u0661\u0662\u0663", "555-555-0123"),
        (CALLER, "555\u00b7555\u00b70123"),
        (CALLER, "555*555*0123"),
        (CALLER, "555_555_0123"),
        (CALLER, "555\u200b555\u200b0123"),
        (CALLER, "(555) \u2013 555 \u2013 0123"),
    ],
)
def test_a_known_number_goes_whole_whatever_stands_between_its_digits(known: str, told: str) -> None:
    assert redact_known_phones(f"Call {told} now", (known,)) == "Call [phone] now"


@pytest.mark.parametrize("before", ["after 17:00 ", "at dock 8, ", "apartment 12 ", "on 2026-02-14 ", "0."])
def test_a_figure_before_a_known_number_stays(before: str) -> None:
    assert redact_known_phones(f"Call {before}555-555-0123", (CALLER,)) == f"Call {before}[phone]"


@pytest.mark.parametrize("said", ["0612345678", "612345678", "33612345678", "0033612345678"])
def test_a_number_that_was_said_is_known_as_it_is_dialled_at_home_and_from_abroad(said: str) -> None:
    assert is_phone([said], ["+33612345678"])
    assert not is_phone(["0612345679"], ["+33612345678"])


@pytest.mark.parametrize("between", [" / ", ", ", "; ", " or ", "\n", " "])
def test_of_several_numbers_in_one_field_each_is_known(between: str) -> None:
    known = f"+1 555 555 0123{between}+33 6 12 34 56 78"
    assert redact_known_phones("555-555-0123 or 06 12 34 56 78", (known,)) == "[phone] or [phone]"
