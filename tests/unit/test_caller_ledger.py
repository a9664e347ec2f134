"""Enumeration is refused politely; memory stays bounded."""

import pytest

from sheriff_core.caller_ledger import CallerLedger, CallerStanding, RefusalReason
from sheriff_core.policy import CallerPolicy
from tests.fakes import FakeClock


def refusal(ledger: CallerLedger, call_id: str | None, caller: str | None, key: str) -> RefusalReason | None:
    return ledger.admit(call_id, caller, key)[1]


def standing(ledger: CallerLedger, call_id: str, key: str) -> CallerStanding:
    return ledger.admit(call_id, None, key)[0]


async def test_the_eleventh_distinct_number_of_a_call_is_refused() -> None:
    ledger = CallerLedger(CallerPolicy(), FakeClock())
    assert [refusal(ledger, "c1", None, f"N{n}") for n in range(10)] == [None] * 10
    assert refusal(ledger, "c1", None, "N10") is RefusalReason.NUMBERS
    assert refusal(ledger, "c1", None, "N3") is None, "a number asked before may be asked again"
    assert refusal(ledger, "c2", None, "N10") is None, "another call has its own account"


async def test_after_five_numbers_that_do_not_exist_new_ones_are_refused() -> None:
    ledger = CallerLedger(CallerPolicy(), FakeClock())
    for n in range(5):
        assert refusal(ledger, "c1", None, f"N{n}") is None
        ledger.not_found("c1", None, f"N{n}")
    assert refusal(ledger, "c1", None, "N9") is RefusalReason.NOT_FOUND


async def test_a_caller_cannot_start_again_with_a_new_call_within_the_hour() -> None:
    clock = FakeClock()
    ledger = CallerLedger(CallerPolicy(), clock)
    for n in range(10):
        refusal(ledger, f"call{n}", "+15550100", f"N{n}")
    assert refusal(ledger, "call99", "+15550100", "N99") is RefusalReason.NUMBERS
    assert refusal(ledger, "call98", "+15550101", "N99") is None
    await clock.advance(3_601)
    assert refusal(ledger, "call97", "+15550100", "N99") is None


async def test_in_no_hour_a_caller_asks_for_more_than_is_allowed_in_one() -> None:
    clock = FakeClock()
    ledger = CallerLedger(CallerPolicy(), clock)
    refusal(ledger, "call0", "+15550100", "N0")
    await clock.advance(3_540)
    for n in range(1, 10):
        assert refusal(ledger, f"call{n}", "+15550100", f"N{n}") is None
    await clock.advance(120)
    assert refusal(ledger, "call10", "+15550100", "N10") is None, "the first one is an hour ago"
    assert refusal(ledger, "call11", "+15550100", "N11") is RefusalReason.NUMBERS, "nine and one are not"


async def test_misses_and_wrong_guesses_of_the_last_hour_count_and_older_ones_do_not() -> None:
    clock = FakeClock()
    ledger = CallerLedger(CallerPolicy(not_found_per_call=2, phone_tries_per_call=2), clock)

    def miss_and_guess(call: str) -> None:
        refusal(ledger, call, "+15550100", call)
        ledger.not_found(call, "+15550100", call)
        ledger.phone_mismatch(call, "+15550100")

    miss_and_guess("call0")
    await clock.advance(3_540)
    miss_and_guess("call1")
    await clock.advance(120)
    assert ledger.may_try_phone("call2", "+15550100")
    miss_and_guess("call2")
    assert refusal(ledger, "call3", "+15550100", "N") is RefusalReason.NOT_FOUND
    assert not ledger.may_try_phone("call3", "+15550100")


async def test_a_number_that_is_asked_for_again_counts_from_then() -> None:
    clock = FakeClock()
    ledger = CallerLedger(CallerPolicy(numbers_per_call=1), clock)
    for _ in range(3):
        assert refusal(ledger, "c1", "+15550100", "N") is None
        await clock.advance(3_000)
    assert refusal(ledger, "c2", "+15550100", "M") is RefusalReason.NUMBERS


@pytest.mark.parametrize("withheld", ["anonymous", "Restricted", "+266696687", "sip:anonymous@anonymous.invalid"])
async def test_those_who_withhold_their_number_do_not_share_an_account(withheld: str) -> None:
    ledger = CallerLedger(CallerPolicy(), FakeClock())
    for n in range(10):
        assert refusal(ledger, "c1", withheld, f"N{n}") is None
    for _ in range(3):
        ledger.phone_mismatch("c1", withheld)
    assert refusal(ledger, "c1", withheld, "N10") is RefusalReason.NUMBERS
    assert refusal(ledger, "c2", withheld, "N10") is None
    assert ledger.may_try_phone("c2", withheld)


async def test_a_long_call_does_not_start_again_after_an_hour() -> None:
    clock = FakeClock()
    ledger = CallerLedger(CallerPolicy(), clock)
    for n in range(10):
        refusal(ledger, "c1", "+15550100", f"N{n}")
    await clock.advance(3_601)
    assert refusal(ledger, "c1", "+15550100", "N10") is RefusalReason.NUMBERS
    assert refusal(ledger, "c2", "+15550100", "N10") is None


async def test_nobody_known_is_never_refused() -> None:
    ledger = CallerLedger(CallerPolicy(numbers_per_call=1), FakeClock())
    assert all(refusal(ledger, None, None, f"N{n}") is None for n in range(50))
    assert len(ledger) == 0


async def test_three_wrong_guesses_at_the_last_four_digits_a_call() -> None:
    ledger = CallerLedger(CallerPolicy(), FakeClock())
    for _ in range(3):
        assert ledger.may_try_phone("c1", None)
        ledger.phone_mismatch("c1", None)
    assert not ledger.may_try_phone("c1", None)


async def test_memory_is_bounded() -> None:
    ledger = CallerLedger(CallerPolicy(max_callers=100), FakeClock())
    for n in range(1_000):
        refusal(ledger, f"call{n}", f"+1555{n}", "N")
    assert len(ledger) == 100


async def test_a_recorded_standing_decides_the_same_again() -> None:
    ledger = CallerLedger(CallerPolicy(), FakeClock())
    ledger.restore("c1", None, CallerStanding(numbers=10, not_found=2, asked_before=False), "N1")
    assert standing(ledger, "c1", "N1") == CallerStanding(10, 2, asked_before=False)
    assert refusal(ledger, "c1", None, "N1") is RefusalReason.NUMBERS
    ledger.restore("c2", None, CallerStanding(numbers=10, not_found=2, asked_before=True), "N1")
    assert standing(ledger, "c2", "N1") == CallerStanding(10, 2, asked_before=True)
    assert refusal(ledger, "c2", None, "N1") is None
