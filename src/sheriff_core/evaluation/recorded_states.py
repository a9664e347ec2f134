"""Which recorded words mean the same state of a delivery."""

from collections.abc import Mapping
from typing import Final

# Recorded words that mean the same state, by the word that `claims.status_table` uses for it.
SAME: Final[Mapping[str, str]] = {
    "pending": "pending|awaiting dispatch|awaiting shipment|awaiting processing|not yet shipped|unfulfilled|open",
    "created": "created|new|placed|order placed|received|order received",
    "ordered": "ordered",
    "confirmed": "confirmed|accepted|order confirmed",
    "scheduled": "scheduled",
    "rescheduled": "rescheduled",
    "processing": "processing|in processing|in process|being processed|in progress|order processing",
    "preparing": "preparing|in preparation|being prepared|preparing for shipment|preparing for dispatch",
    "packed": "packed|packaged|boxed",
    "label created": "label created|pre transit|label printed|shipping label created|information received",
    "ready to ship": "ready to ship|ready for dispatch|ready for shipment|ready for shipping",
    "awaiting pickup": "awaiting pickup|awaiting collection|awaiting courier pickup",
    "picked up": "picked up|collected by courier|collected by carrier|picked up by courier|accepted by carrier",
    "shipped": "shipped",
    "dispatched": "dispatched|sent|despatched",
    "in transit": "in transit|transit|on the way|en route|on its way|underway|moving|in transport",
    "in customs": "in customs|customs|customs clearance|held at customs|held in customs|at customs",
    "arrived at facility": (
        "arrived at facility|at facility|at depot|at hub|arrived at hub|arrived at depot|in warehouse|at warehouse"
    ),
    "out for delivery": "out for delivery|with courier|with driver|on vehicle for delivery|out on delivery|on the van",
    "ready for pickup": (
        "ready for pickup|available for pickup|ready for collection|ready to collect|ready to be picked up"
    ),
    "delayed": "delayed|late|running late|delay",
    "on hold": "on hold|held|hold|being held|paused|suspended",
    "exception": "exception|delivery exception|problem|issue",
    "failed": (
        "failed|failed attempt|failed delivery|failed delivery attempt|delivery failed|attempted|attempted delivery"
        "|delivery attempted|attempt failed|missed|missed delivery|attempted not delivered|delivery attempt failed"
    ),
    "undeliverable": "undeliverable",
    "partially delivered": "partially delivered|partial delivery",
    "delivered": "delivered|completed|complete|delivery complete|delivery completed",
    "collected": "collected",
    "returning": "returning|being returned|return in progress|return in transit|returning to sender|return to sender",
    "returned": "returned|returned to sender",
    "cancelled": "cancelled|canceled|voided|called off",
    "lost": "lost|missing",
    "damaged": "damaged",
    "rejected": "rejected|refused",
}
STATE_OF: Final = {word: name for name, words in SAME.items() for word in words.split("|")}
