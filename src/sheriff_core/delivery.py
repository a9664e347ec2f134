"""A delivery as the source recorded it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, every fact exactly as the source spells it; `None` where the source states nothing.

    `estimated_delivery` stays text: the source holds a date, a date with time, or free words, and only
    `delivery_words` decides how much of it can be said. `customer_phone` is kept out of `repr` because it must never be
    spoken, logged or put in a reply.
    """

    tracking_number: str
    status: str | None = None
    customer_name: str | None = field(default=None, repr=False)
    customer_phone: str | None = field(default=None, repr=False)
    estimated_delivery: str | None = None
    issue_message: str | None = None
    document_id: str = ""
    revision: str | None = None
    updated_at: str | None = None
