"""Every sentence the agent can say, in one table. Change the words here and nowhere else.

How to change a sentence:

- Words in braces are filled in from the record: `{name}` the customer's name, `{status}` and `{estimate}` what is
  recorded, `{number}` the tracking number spelled out, `{age}` how old the information is, `{issue}` the recorded text
  of an issue. A sentence may use the words in braces that it uses now, each once, and no others.
- “Curly quotes” stand around what is read out to the letter. A sentence that ends in a closing quote gets its full
  stop by itself, unless the quoted text brings one.
- Say only what is recorded. No promise, no guess: "should", "soon", "probably" and their like are refused by a test.
- Offer only what a tool can do: look up a status or an issue, try again. Nobody can be connected or called back.
- Then run the tests with `SHERIFF_GOLDEN=rewrite` and read what changed in `tests/unit/golden/sentences.txt`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

# Stands in a recorded text for the customer's own number, which is never spoken.
PHONE_ON_ORDER: Final = "the phone number on the order"


@unique
class Sentence(StrEnum):
    """The closed set of sentences."""

    # Where it is. Said for a delivery that was found; with the name only to a caller who may hear it.
    STATUS = "This delivery {status}."
    STATUS_NAMED = "The delivery for {name} {status}."
    STATUS_QUOTED = "The status of this delivery is recorded as “{status}”"
    STATUS_QUOTED_NAMED = "The status of the delivery for {name} is recorded as “{status}”"
    STATUS_MISSING = "I found the delivery. As for its status, I don't have that information."
    STATUS_MISSING_NAMED = "I found the delivery for {name}. As for its status, I don't have that information."
    ALL_MISSING = "I found the delivery. As for its status and its estimated date, I don't have that information."
    ALL_MISSING_NAMED = (
        "I found the delivery for {name}. As for its status and its estimated date, I don't have that information."
    )
    STATUS_UNREADABLE = "The status of this delivery is recorded in a form that I can't read out."
    STATUS_UNREADABLE_NAMED = "The status of the delivery for {name} is recorded in a form that I can't read out."

    # When it is estimated. "On record was" where the date has passed, or where the journey has ended.
    ESTIMATE = "The estimated delivery date is {estimate}."
    ESTIMATE_PASSED = "The estimated delivery date on record was {estimate}, which has passed."
    ESTIMATE_ENDED = "The estimated delivery date on record was {estimate}."
    ESTIMATE_QUOTED = "The estimated delivery is recorded as “{estimate}”"
    ESTIMATE_QUOTED_ENDED = "The estimated delivery on record was “{estimate}”"
    ESTIMATE_MISSING = "As for the estimated delivery date, I don't have that information."
    ESTIMATE_UNREADABLE = "The estimated delivery date is recorded in a form that I can't read out."

    # Said before everything else where it applies.
    HEARD_AS = "I found a delivery under tracking number {number}."
    STALE = "I can't get an update right now, so this is as of about {age} ago."

    # Said last to a caller who is not known to be the customer: the same words whatever is kept back.
    OFFER_MORE = "I can tell you more if you give me the last four digits of the phone number on the order."

    # What went wrong with it.
    ISSUE = "There is an issue on record for this delivery. It says: “{issue}”"
    ISSUE_NAMED = "There is an issue on record for the delivery for {name}. It says: “{issue}”"
    ISSUE_GOES_ON = "That is not the whole text. The rest of it is too long for me to read out."
    ISSUE_UNREADABLE = (
        "There is an issue on record for this delivery, in a form that I can't read out. "
        "Would you like to hear its status?"
    )
    NO_ISSUE = "There is no issue on record for this delivery. Would you like to hear its status?"
    NO_ISSUE_NAMED = "There is no issue on record for the delivery for {name}. Would you like to hear its status?"

    # Nothing was found.
    NOT_FOUND = "I couldn't find a delivery under tracking number {number}. Please check the number and try again."
    NOT_FOUND_UNSURE = (
        "I couldn't find a delivery under tracking number {number}, or under others that sound like it. "
        "Please check the number, and tell me again slowly, one character at a time."
    )
    AMBIGUOUS = (
        "There is more than one delivery on record under tracking number {number}, "
        "and I can't tell which one you mean. Is there another tracking number that I can look up?"
    )
    AMBIGUOUS_UNSURE = (
        "What I heard fits more than one delivery, and I don't want to guess. "
        "Please tell me the tracking number again slowly, one character at a time."
    )
    INVALID_NUMBER = (
        "I'm sorry, I didn't catch that as a tracking number. Could you say it again slowly, one character at a time?"
    )
    REFUSED = (
        "I'm sorry, I can't look up any more tracking numbers right now. "
        "Is there anything else that I can help you with?"
    )
    UNAVAILABLE = "I'm sorry, I can't look that up right now. Would you like me to try again?"
    BUSY = (
        "I'm sorry, there are a lot of requests right now and I couldn't look that up. Would you like me to try again?"
    )

    # The agent asked in a way that cannot be answered (the `error` of one tool call).
    MISSING_NUMBER = "I'm sorry, I need the tracking number to look that up. Could you tell me the tracking number?"
    UNREADABLE_ARGUMENTS = (
        "I'm sorry, the tracking number didn't come through. Could you tell me the tracking number again?"
    )
    UNKNOWN_TOOL = "I'm sorry, I can't do that. I can look up the status of a delivery, or an issue with it."


# What each recorded status sounds like after "This delivery …". The left side is the recorded word in small letters
# with spaces (`OUT_FOR_DELIVERY`, `out-for-delivery` and `outForDelivery` are all "out for delivery"). The right side
# keeps the recorded words wherever English allows. A status that is not here is read out to the letter.
STATUS_WORDS: Final[Mapping[str, str]] = {
    "pending": "is pending",
    "created": "has been created",
    "ordered": "has been ordered",
    "confirmed": "is confirmed",
    "scheduled": "is scheduled",
    "rescheduled": "has been rescheduled",
    "processing": "is in processing",
    "in processing": "is in processing",
    "preparing": "is being prepared",
    "packed": "has been packed",
    "label created": "has had a label created",
    "ready to ship": "is ready to ship",
    "awaiting pickup": "is awaiting pickup",
    "picked up": "has been picked up",
    "shipped": "has been shipped",
    "dispatched": "has been dispatched",
    "in transit": "is in transit",
    "on the way": "is on the way",
    "in customs": "is in customs",
    "held at customs": "is held at customs",
    "out for delivery": "is out for delivery",
    "ready for pickup": "is ready for pickup",
    "available for pickup": "is available for pickup",
    "delayed": "is delayed",
    "on hold": "is on hold",
    "held": "is held",
    "exception": "has an exception on record",
    "delivery exception": "has a delivery exception on record",
    "attempted": "had an attempted delivery",
    "attempted delivery": "had an attempted delivery",
    "delivery attempted": "had a delivery attempt",
    "failed": "is recorded as failed",
    "failed attempt": "had a failed attempt at delivery",
    "failed delivery": "is recorded as a failed delivery",
    "failed delivery attempt": "had a failed delivery attempt",
    "delivery failed": "is recorded as a failed delivery",
    "undeliverable": "is undeliverable",
    "partially delivered": "has been partially delivered",
    "delivered": "has been delivered",
    "collected": "has been collected",
    "returning": "is being returned",
    "returned": "has been returned",
    "returned to sender": "has been returned to sender",
    "return to sender": "is recorded as return to sender",
    "cancelled": "has been cancelled",
    "canceled": "has been canceled",
    "lost": "is recorded as lost",
    "damaged": "is recorded as damaged",
    "rejected": "is recorded as rejected",
}

# With these the journey has ended: an estimate is told as what was on record, never as something still to come.
ENDED_STATUSES: Final = frozenset(
    {
        "delivered",
        "collected",
        "returning",
        "returned",
        "returned to sender",
        "return to sender",
        "cancelled",
        "canceled",
        "lost",
        "rejected",
    }
)

_WORD_BORDERS: Final = re.compile(r"[\s_-]+|(?<=[a-z])(?=[A-Z])")


def status_key(recorded: str) -> str:
    """Bring a recorded status into the form of the left side of `STATUS_WORDS`."""
    return _WORD_BORDERS.sub(" ", recorded).strip(" .!").lower()
