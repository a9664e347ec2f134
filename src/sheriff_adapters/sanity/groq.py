"""The questions put to Sanity, in GROQ.

Everything a caller said travels as a `$` parameter, which the query language treats as a value and nothing else.
The fields and operators used here are those that Content Lake serves from its indexes, except in `computed`
(https://www.sanity.io/docs/high-performance-groq).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sheriff_core.tracking_number import TrackingNumber, canonical

# What editors put between the groups of a number; a no-break space and an en dash come from word processors.
SEPARATORS: Final = ("-", " ", ".", "_", "/", "\u00a0", "\u2013")

# Two are enough: a second delivery makes the answer ambiguous, however many follow. Latest change first.
_TAIL: Final = (
    " | order(_updatedAt desc)[0...2]"
    "{_id,_rev,_updatedAt,trackingNumber,status,customerName,customerPhone,estimatedDelivery,issueMessage}"
)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: its GROQ, the values of its `$` parameters, and the label it bears in Sanity's request log."""

    text: str
    params: Mapping[str, Any]
    tag: str


def indexed(number: TrackingNumber) -> Query:
    """Deliveries whose number is stored as one of the readings, as a reading in other case, or as it was said.

    Served from indexes, so the size of the dataset does not matter. A number that the schema types as a number is
    never equal to a text (GROQ does not convert), so readings of digits alone are compared as numbers, too.
    """
    terms: list[str] = []
    params: dict[str, Any] = {}
    if canonical(number.said) in number.readings:
        # Words around a number ("order 12345") are no part of it: a number stored so is not the one that was read, and
        # an answer with it would count as one that nobody asked for.
        terms.append("trackingNumber == $said")
        # Half a surrogate pair can be said in JSON but is no text that can be sent.
        params["said"] = number.said.encode(errors="replace").decode()
    for position, reading in enumerate(number.readings, start=1):
        suffix = "" if position == 1 else str(position)
        terms += [f"trackingNumber == $canon{suffix}", f"lower(trackingNumber) == $low{suffix}"]
        params |= {f"canon{suffix}": reading, f"low{suffix}": reading.lower()}
        if _is_exact_number(reading):
            terms.append(f"trackingNumber == $digits{suffix}")
            params[f"digits{suffix}"] = int(reading)
    return Query(f'*[_type == "delivery" && ({" || ".join(terms)})]{_TAIL}', params, tag="sheriff.lookup")


def computed(number: TrackingNumber) -> Query:
    """Deliveries whose number is one of the readings once case and separators are taken away.

    No index helps here: Sanity computes the expression for every delivery, so this is asked only when `indexed` came
    back empty. GROQ has no replace; splitting at a separator and joining again drops it.
    """
    text = f'*[_type == "delivery" && {_bare()} in $readings]{_TAIL}'
    return Query(text, {"readings": list(number.readings)}, tag="sheriff.lookup")


def as_compared(stored: str) -> str:
    """What `computed` makes of a stored number: by the case of letters anywhere, where a reading knows A to Z alone."""
    bare = stored.upper()
    for separator in SEPARATORS:
        bare = bare.replace(separator, "")
    return bare


def count() -> Query:
    """How many deliveries this token may read: the cheapest question that proves address, token and dataset."""
    return Query('count(*[_type == "delivery"])', {}, tag="sheriff.check")


def survey() -> Query:
    """What the deliveries hold, counted over all of them by the names that `SanitySurvey` has for it.

    For an operator's check, never for a caller.
    """
    counted = {
        "deliveries": "true",
        "numbered": "defined(trackingNumber)",
        "separated": f"defined(trackingNumber) && {_bare()} != upper(string(trackingNumber))",
        "with_status": "defined(status)",
        "with_phone": "defined(customerPhone)",
    }
    counts = ",".join(f'"{name}":count(*[_type == "delivery" && {which}])' for name, which in counted.items())
    return Query(f"{{{counts}}}", {}, tag="sheriff.check")


def _bare() -> str:
    """The stored number in upper case and without separators, as an expression."""
    bare = "upper(string(trackingNumber))"
    for separator in SEPARATORS:
        bare = f'array::join(string::split({bare},"{separator}"),"")'
    return bare


def _is_exact_number(reading: str) -> bool:
    """Whether `reading` can be a number of JSON: ASCII digits, no leading zero, and exact in a double."""
    return reading.isascii() and reading.isdigit() and not reading.startswith("0") and int(reading) < 2**53
