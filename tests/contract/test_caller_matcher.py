"""The contract of `CallerMatcher`, on the fake and on the real one; and what only the real one can read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheriff_adapters.phone_matcher import PhonenumbersCallerMatcher
from sheriff_core.ports import CallerMatcher
from tests.fakes import FakeMatcher

CUSTOMER = "+15555550123"
REAL = PhonenumbersCallerMatcher()
REAL_US = PhonenumbersCallerMatcher(default_region="US")


@pytest.fixture(params=[FakeMatcher, PhonenumbersCallerMatcher], ids=["fake", "phonenumbers"])
def matcher(request: pytest.FixtureRequest) -> CallerMatcher:
    built: CallerMatcher = request.param()
    return built


class TestEveryMatcher:
    def test_the_customers_own_number_matches(self, matcher: CallerMatcher) -> None:
        assert matcher.matches_number(CUSTOMER, CUSTOMER)

    def test_another_number_does_not(self, matcher: CallerMatcher) -> None:
        assert not matcher.matches_number(CUSTOMER, "+15555550124")

    def test_no_caller_id_does_not(self, matcher: CallerMatcher) -> None:
        for unknown in ("", "anonymous", "unknown"):
            assert not matcher.matches_number(CUSTOMER, unknown)

    def test_the_last_four_digits_match(self, matcher: CallerMatcher) -> None:
        assert matcher.matches_last_four(CUSTOMER, "0123")

    def test_other_or_fewer_or_more_digits_do_not(self, matcher: CallerMatcher) -> None:
        for said in ("0124", "123", "", "50123", "5550123"):
            assert not matcher.matches_last_four(CUSTOMER, said)


@pytest.mark.parametrize(
    "stored",
    [
        "+1 555 555 0123",
        "+1-555-555-0123",
        "+1 (555) 555-0123",
        "+1.555.555.0123",
        "(+1) 555 555 0123",
        "001 555 555 0123",
        "0015555550123",
        "+1\u2011555\u2011555\u20110123",
        "+1\u00a0555\u00a0555\u00a00123",
        "+15555550123 ext. 5",
        "+15555550123;ext=5",
        "  +15555550123\n",
        "\u202a+15555550123\u202c",
        "\uff0b\uff11\uff15\uff15\uff15\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "tel:+1-555-555-0123",
    ],
)
def test_the_same_number_however_it_is_stored(stored: str) -> None:
    assert REAL.matches_number(stored, CUSTOMER)
    assert REAL.matches_number(CUSTOMER, stored)
    assert REAL.matches_last_four(stored, "oh one two three")


@pytest.mark.parametrize(
    "caller",
    [
        "sip:+15555550123@carrier.example",
        "sips:+15555550123@carrier.example:5061;transport=tls",
        "SIP:+15555550123;phone-context=x@carrier.example",
        "<sip:+15555550123@carrier.example>;tag=88",
        '"Maria" <sip:+15555550123@carrier.example>',
        "Maria <sip:+15555550123@carrier.example>",
        "sip:%2B15555550123@carrier.example",
        "tel:+15555550123",
    ],
)
def test_a_sip_or_tel_address_is_read_for_its_number(caller: str) -> None:
    assert REAL.matches_number(CUSTOMER, caller)


@pytest.mark.parametrize(
    "caller",
    [
        "anonymous",
        "Anonymous",
        "Restricted",
        "unavailable",
        "sip:anonymous@anonymous.invalid",
        "sip:maria@carrier.example",
        "sip:maria15555550123@carrier.example",
        "sip:maria@15555550123",
        '"+15555550123" <sip:anonymous@anonymous.invalid>',
        "+1",
        "+",
        "0",
        "0123",
        "5550123",
        "5555550123",
        "+15555550123 or +15555550124",
        "+1555555O123",
        "+1" * 400,
        "null",
        "{{customer.number}}",
        "+15555550123\x00",
        "\ud800",
    ],
)
def test_no_caller_id_and_a_malformed_one_match_nothing(caller: str) -> None:
    assert not REAL.matches_number(CUSTOMER, caller)
    assert not REAL.matches_number(caller, caller)


@pytest.mark.parametrize("withheld", ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"])
def test_a_withheld_number_identifies_nobody_even_when_an_order_holds_it(withheld: str) -> None:
    assert not REAL.matches_number(withheld, withheld)
    assert not REAL.matches_last_four(withheld, withheld[-4:])


def test_letters_are_not_dialled() -> None:
    assert not REAL.matches_number("+1800FLOWERS", "+18003569377")


@pytest.mark.parametrize("national", ["(555) 555-0123", "555-555-0123", "5555550123", "1 555 555 0123"])
def test_a_national_number_matches_only_where_its_country_is_told(national: str) -> None:
    assert not REAL.matches_number(national, CUSTOMER)
    assert REAL_US.matches_number(national, CUSTOMER)
    assert not PhonenumbersCallerMatcher(default_region="DE").matches_number(national, CUSTOMER)


@pytest.mark.parametrize("national", ["(555) 555-0123", "555-555-0123 x77", "0555 0123"])
def test_the_last_four_digits_need_no_country(national: str) -> None:
    assert REAL.matches_last_four(national, "0123")


def test_a_british_trunk_zero_is_no_part_of_the_number() -> None:
    assert REAL.matches_number("+44 (0)20 7946 0018", "+442079460018")


def test_an_italian_zero_is() -> None:
    assert REAL.matches_number("+39 06 1234 5678", "+390612345678")
    assert not REAL.matches_number("+39 6 1234 5678", "+390612345678")


@pytest.mark.parametrize(
    "said",
    [
        "0123",
        "0 1 2 3",
        "zero one two three",
        "oh one two three",
        "oh one, twenty-three",
        "oh, one, two, three",
        "it's 0123",
        "\uff10\uff11\uff12\uff13",
        "01-23",
    ],
)
def test_the_last_four_digits_match_as_they_are_said(said: str) -> None:
    assert REAL.matches_last_four(CUSTOMER, said)


@pytest.mark.parametrize("stored", ["", "none", "0123", "x0123", "maria0123", "550123"])
def test_what_is_no_phone_has_no_last_four_digits(stored: str) -> None:
    assert not REAL.matches_last_four(stored, "0123")


def test_an_unknown_region_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="'Texas' is no region"):
        PhonenumbersCallerMatcher(default_region="Texas")


TEXTS = st.text(max_size=40) | st.text(alphabet='+0123456789 ()-.;=extsip:@<>"%#\uff0b\uff11\u0661', max_size=40)


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_no_text_is_too_strange(one: str, other: str) -> None:
    for matcher in (REAL, REAL_US):
        assert matcher.matches_number(one, other) is matcher.matches_number(other, one)
        matcher.matches_last_four(one, other)
