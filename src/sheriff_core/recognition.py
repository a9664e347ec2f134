"""Is the caller the customer? By the calling number, or by the last four digits of the phone on the order.

Digits may be tried so many times a call.
"""

from sheriff_core.caller_ledger import CallerLedger, RefusalReason
from sheriff_core.delivery import Delivery
from sheriff_core.events import CallerRefused
from sheriff_core.last_four import last_four
from sheriff_core.lookup import Hides
from sheriff_core.outcome import Ambiguous, Found, FoundStale, NotFound, Outcome
from sheriff_core.policy import Disclosure
from sheriff_core.ports import CallerMatcher, EventSink
from sheriff_core.tool_call import ToolCall


class Recognition:
    """Compares callers with the phone on the order; what was tried stands in their ledger."""

    def __init__(
        self, *, matcher: CallerMatcher, ledger: CallerLedger, events: EventSink, disclosure: Disclosure
    ) -> None:
        """This will compare by `matcher`, and not let a strict `disclosure` be got around by counting tries."""
        self._matcher = matcher
        self._ledger = ledger
        self._events = events
        self._is_strict = disclosure is Disclosure.CALLER_MATCH_STRICT

    def recognises(self, call: ToolCall, outcome: Outcome, digits: str | None) -> bool | None:
        """Whether who calls, and said `digits`, is the customer; None where no phone is on the order."""
        if isinstance(outcome, Found | FoundStale) and outcome.delivery.customer_phone:
            return self._matches(call, outcome.delivery.customer_phone, digits)
        if self._is_strict and _is_guess(digits) and isinstance(outcome, Found | FoundStale | NotFound | Ambiguous):
            # Digits in vain cost a try here, too. Else the tries that are left would tell which numbers exist.
            self._ledger.phone_mismatch(call.call_id, call.caller_number)
        return None

    def hides(self, call: ToolCall, digits: str | None) -> Hides | None:
        """Tell of which remembered deliveries this caller may not know, if of any; asking costs no try."""
        if not self._is_strict:
            return None

        def hidden(deliveries: tuple[Delivery, ...]) -> bool:
            phone = deliveries[0].customer_phone if len(deliveries) == 1 else None
            return not (phone and self._would_match(call, phone, digits))

        return hidden

    def _would_match(self, call: ToolCall, customer_phone: str, digits: str | None) -> bool:
        if call.caller_number and self._matcher.matches_number(customer_phone, call.caller_number):
            return True
        may_try = self._ledger.may_try_phone(call.call_id, call.caller_number)
        return may_try and digits is not None and self._matcher.matches_last_four(customer_phone, digits)

    def _matches(self, call: ToolCall, customer_phone: str, digits: str | None) -> bool:
        if call.caller_number and self._matcher.matches_number(customer_phone, call.caller_number):
            return True
        if digits is None or not _is_guess(digits):
            return False
        if not self._ledger.may_try_phone(call.call_id, call.caller_number):
            self._events.emit(CallerRefused(RefusalReason.PHONE_TRIES.value, call.call_id))
            return False
        if self._matcher.matches_last_four(customer_phone, digits):
            return True
        self._ledger.phone_mismatch(call.call_id, call.caller_number)
        return False


def _is_guess(said: str | None) -> bool:
    """Whether `said` means four digits: "unknown", as a model fills a field, or three digits can match nothing."""
    return said is not None and last_four(said) is not None
