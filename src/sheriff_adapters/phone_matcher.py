"""Is this caller the customer? Telephone numbers compared with Google's libphonenumber (`CallerMatcher`)."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import phonenumbers

from sheriff_core.last_four import last_four
from sheriff_core.visible import visible
from sheriff_core.withheld import WITHHELD_DIGITS

_SIP_OR_TEL: Final = re.compile(r"<?(?:sips?|tel):([^@;>?]+)[^\s]*", re.IGNORECASE)
# A name as in "Maria" <sip:+1...> before the address says nothing about the number.
_DISPLAY_NAME: Final = re.compile(r'\s*(?:"[^"]*"|[^"<>:]*)\s*(?=<)')
_NUMBER: Final = re.compile(
    r"[\s(]*[+0-9][\d\s().\-/\u2010-\u2015\u00a0\u00b7]*(?:(?:;?ext[.=]?|x|#)\s*[0-9]{1,7})?\s*"
)
_FULL_WIDTH_PLUS: Final = "\uff0b"

_MAX_LENGTH: Final = 250  # characters; a number has at most 15 digits, an address a host besides
_NUMBERS_KEPT: Final = 4_096  # in memory alone, least recently used go first
_MIN_DIGITS: Final = 7  # with the country's code; below it is a short code or a fragment, and nobody's own number


class PhonenumbersCallerMatcher:
    """Compares numbers in E.164. What cannot be read as a number matches nothing; nothing raises.

    Read are international forms: `+`, or `00` in its place, with any spaces, hyphens, dots and parentheses, and SIP and
    tel addresses that hold one. A national form ("(555) 010-0199") says no country and is not guessed at: it matches
    only where `default_region` (ISO 3166, such as "US") tells the country. An extension does not distinguish callers.
    """

    def __init__(self, *, default_region: str | None = None) -> None:
        """This will read national forms as numbers of `default_region`; raises `ValueError` for an unknown one."""
        if default_region is not None and default_region not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"{default_region!r} is no region with telephone numbers (an example: 'US')")
        self._default_region = default_region
        # Reading a number costs a tenth of a millisecond, and a call asks for the same two again and again.
        self._e164 = lru_cache(maxsize=_NUMBERS_KEPT)(self._read)

    def matches_number(self, customer_phone: str, caller_number: str) -> bool:
        """Whether both are the same number in E.164."""
        customer = self._e164(customer_phone)
        return customer is not None and customer == self._e164(caller_number)

    def matches_last_four(self, customer_phone: str, said: str) -> bool:
        """Whether `said`, in any spoken form, means just the last four digits of `customer_phone`.

        The phone may be stored in a national form: the last four digits need no country.
        """
        digits = last_four(said)
        if digits is None:
            return False
        whole = self._e164(customer_phone) or _national_digits(customer_phone)
        return whole is not None and whole.endswith(digits)

    def _read(self, text: str) -> str | None:
        number = _bare_number(text)
        if number is None:
            return None
        try:
            parsed = phonenumbers.parse(number, self._default_region)
        except phonenumbers.NumberParseException:
            return None
        e164: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        return e164 if len(e164) > _MIN_DIGITS and e164[1:] not in WITHHELD_DIGITS else None


def _bare_number(text: str) -> str | None:
    """The number in a stored phone, a caller id or an address; None where there is none."""
    if len(text) > _MAX_LENGTH:
        return None
    number = visible(text)  # address books copy a number with marks of direction around it
    address = _SIP_OR_TEL.fullmatch(_DISPLAY_NAME.sub("", number, count=1))
    if address is not None:
        number = unquote(address[1])
    number = number.replace(_FULL_WIDTH_PLUS, "+")
    if not _NUMBER.fullmatch(number):
        return None
    compact = number.lstrip("( ")
    # "00" and a country's code is how most of the world dials "+"; no national number begins so.
    return "+" + compact[2:] if re.match(r"00\s*[1-9]", compact) else number


def _national_digits(text: str) -> str | None:
    """The digits of a phone without a country, its extension left out; None for too few, and for a withheld number."""
    number = _bare_number(text)
    if number is None:
        return None
    digits = "".join(str(int(c)) for c in re.split(r"[;ex#]", number)[0] if c.isdecimal())
    return digits if len(digits) >= _MIN_DIGITS and digits not in WITHHELD_DIGITS else None
