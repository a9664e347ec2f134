"""The kinds of claims, in a file of their own: who counts them need not load the grammar that finds them."""

from enum import StrEnum


class ClaimKind(StrEnum):
    """What a claim is about: a closed set, the label of `sheriff_ungrounded_claims_total`."""

    TRACKING_NUMBER = "tracking_number"
    STATUS = "status"
    NEGATION = "negation"  # a state that is denied
    DATE = "date"
    TIME = "time"
    AGE = "age"  # how old the information is
    NAME = "name"
    ISSUE = "issue"
    PHONE_NUMBER = "phone_number"
    PLACE = "place"
    CARRIER = "carrier"
    AMOUNT = "amount"
    COUNT = "count"
    PROMISE = "promise"
    SPECULATION = "speculation"
    ABSENCE = "absence"
    PRESENCE = "presence"
    OTHER = "other"  # anything else that no finder knows
