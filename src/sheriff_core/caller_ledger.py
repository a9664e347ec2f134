"""Who has asked for how much: protection against trying tracking numbers one by one (docs/explanation/threat-model.md).

A call, and a caller's number within any one hour, may ask for so many distinct numbers, and so many that do not exist.
A withheld number is the same for everybody who withholds one, so it has no account: those callers are counted by call.
Numbers of callers stay in memory only; the ledger is bounded, least recently seen go first.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sheriff_core.policy import CallerPolicy
from sheriff_core.ports import Clock
from sheriff_core.withheld import is_withheld


class RefusalReason(StrEnum):
    """Why a caller was refused."""

    NUMBERS = "numbers"
    NOT_FOUND = "not_found"
    PHONE_TRIES = "phone_tries"


@dataclass(frozen=True, slots=True)
class CallerStanding:
    """How much a caller had asked before this call, for a recording; counts are the larger of call and caller."""

    numbers: int = 0
    not_found: int = 0
    asked_before: bool = False


@dataclass(slots=True)
class _Account:
    """What was asked, each with the instant of `Clock.now` when it last was. Nothing in it is older than `since`."""

    since: float
    numbers: dict[str, float] = field(default_factory=dict)
    not_found: dict[str, float] = field(default_factory=dict)
    phone_tries: list[float] = field(default_factory=list)

    def forget_before(self, instant: float) -> None:
        """Drop what is older, each by itself: an account that began anew as a whole would allow twice as much."""
        if self.since >= instant:
            return
        self.numbers = {key: at for key, at in self.numbers.items() if at >= instant}
        self.not_found = {key: at for key, at in self.not_found.items() if at >= instant}
        self.phone_tries = [at for at in self.phone_tries if at >= instant]
        self.since = instant


class CallerLedger:
    """Counts what each call and each caller asks for."""

    def __init__(self, policy: CallerPolicy, clock: Clock) -> None:
        """This will start with nobody known."""
        self._policy = policy
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def __len__(self) -> int:
        """Calls and callers remembered."""
        return len(self._accounts)

    def admit(self, call_id: str | None, caller: str | None, key: str) -> tuple[CallerStanding, RefusalReason | None]:
        """Write the question for `key` down, or say why it is refused; beside it, how much was asked before.

        A number that was asked before is never refused: it teaches a prober nothing, and a caller may ask again.
        """
        accounts = list(self._open(call_id, caller))
        standing = _standing(accounts, key)
        if not standing.asked_before:
            if standing.not_found >= self._policy.not_found_per_call:
                return standing, RefusalReason.NOT_FOUND
            if standing.numbers >= self._policy.numbers_per_call:
                return standing, RefusalReason.NUMBERS
        now = self._clock.now()
        for account in accounts:
            account.numbers[key] = now
        return standing, None

    def not_found(
        self, call_id: str | None, caller: str | None, key: str, *, asked_before: bool = False
    ) -> CallerStanding | None:
        """Write down that `key` does not exist; or, without writing, the standing by which it may not be told.

        Numbers asked for at once are all admitted before the first of them is known not to exist.
        """
        accounts = list(self._open(call_id, caller))
        if not asked_before and any(len({*a.not_found} - {key}) >= self._policy.not_found_per_call for a in accounts):
            for account in accounts:
                account.numbers.pop(key, None)
            return _standing(accounts, key)
        now = self._clock.now()
        for account in accounts:
            account.not_found[key] = now
        return None

    def may_try_phone(self, call_id: str | None, caller: str | None) -> bool:
        """Whether this call may guess at the last four digits once more."""
        return all(len(a.phone_tries) < self._policy.phone_tries_per_call for a in self._open(call_id, caller))

    def phone_mismatch(self, call_id: str | None, caller: str | None) -> None:
        """Write down a wrong guess."""
        for account in self._open(call_id, caller):
            account.phone_tries.append(self._clock.now())
            del account.phone_tries[: -self._policy.phone_tries_per_call]  # more than too many are not counted

    def restore(self, call_id: str | None, caller: str | None, standing: CallerStanding, key: str) -> None:
        """Put a recorded `standing` back under the call and the caller (for replay)."""
        now = self._clock.now()
        for account in self._open(call_id, caller):
            account.numbers = {f"#{n}": now for n in range(standing.numbers - standing.asked_before)}
            account.not_found = {f"#{n}": now for n in range(standing.not_found)}
            if standing.asked_before:
                account.numbers[key] = now

    def _open(self, call_id: str | None, caller: str | None) -> Iterator[_Account]:
        now = self._clock.now()
        call_name = f"call:{call_id}" if call_id else None
        caller_name = f"caller:{caller}" if caller and not is_withheld(caller) else None
        for name in (call_name, caller_name):
            if name is None:
                continue
            account = self._accounts.get(name)
            if account is None:
                account = self._accounts[name] = _Account(since=now)
            if name is caller_name:  # a call has one account, however long it lasts
                account.forget_before(now - self._policy.window_s)
            self._accounts.move_to_end(name)
            if len(self._accounts) > self._policy.max_callers:
                self._accounts.popitem(last=False)
            yield account


def _standing(accounts: list[_Account], key: str) -> CallerStanding:
    numbers = not_found = 0
    asked_before = bool(accounts)
    for account in accounts:
        numbers = max(numbers, len(account.numbers))
        not_found = max(not_found, len(account.not_found))
        asked_before = asked_before and key in account.numbers
    return CallerStanding(numbers, not_found, asked_before)
