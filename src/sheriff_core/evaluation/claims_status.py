"""How people say where a delivery is: each wording, and the recorded statuses it is true of.

The left side of a row is what is said, as a regular expression over folded text; the right side the recorded words
(small letters, spaces) of which it is a faithful rendering. Recorded words themselves are true only of themselves and
of their spelling variants, because "shipped" for "in transit" is a changed fact.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

# Recorded words that mean the same state, by the word this table uses for it.
_SAME: Final[Mapping[str, str]] = {
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
    "arrived at facility": "arrived at facility|at facility|at depot|at hub|arrived at hub|arrived at depot|in warehouse|at warehouse",
    "out for delivery": "out for delivery|with courier|with driver|on vehicle for delivery|out on delivery|on the van",
    "ready for pickup": "ready for pickup|available for pickup|ready for collection|ready to collect|ready to be picked up",
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
}  # fmt: skip
_CLASS: Final = {word: name for name, words in _SAME.items() for word in words.split("|")}

_it = r"(?:it|your\s+\w+|the\s+\w+|this\s+\w+|that)"
_adverb = r"(?:(?:now|just|already|currently|safely|successfully|finally|actually|still|also|both|all|since|been|being|fully|yet|well|officially)\s+)*"
# What is said | of which states it is true, comma-separated.
# Words that only lead up to the state belong to each wording, so that the longest wording wins.
_LEAD: Final = (
    r"(?:(?:is|are|was|were|be|has|have|had|been|being|got|getting|currently|still|now|just|already|also|since|again|successfully|"
    r"actually|officially|(?:marked|listed|recorded|showing|shown|reported|flagged|logged|registered|down)(?:\s+as(?:\s+being)?)?)\s+)*"
)
_SAID: Final[tuple[tuple[str, str], ...]] = (
    # Recorded words, as they are said.
    (r"pending|awaiting\s+(?:dispatch|shipment|processing)", "pending"),
    (r"(?:has|have|'s|was|were|been)\s+(?:been\s+)?(?:just\s+)?created", "created, label created"),
    (r"placed(?!\s+(?:on|under|by|for|in|with))|received\s+by\s+us", "created, ordered, pending"),
    (r"(?:has|have|'s|was|been)\s+(?:been\s+)?ordered", "ordered, created, pending"),
    (r"(?:is|are|'s|been|was|as|status|order|currently|now|:)\s+(?:been\s+)?confirmed", "confirmed"),
    (r"rescheduled|re-scheduled", "rescheduled"),
    (r"(?:in\s+|being\s+|still\s+|is\s+|as\s+)?process(?:ing|ed)(?:\s+stage)?", "processing"),
    (r"(?:being\s+|still\s+|is\s+|as\s+)?prepar(?:ing|ed)|in\s+preparation|(?:being\s+)?(?:got(?:ten)?|made)\s+ready|getting\s+(?:it\s+)?ready",
     "preparing, pending, processing, packed, label created, confirmed, created, ordered, ready to ship"),
    (r"(?:being\s+|been\s+|is\s+|'s\s+)?pack(?:ed|aged)(?:\s+up)?|boxed(?:\s+up)?", "packed"),
    (r"(?:being|getting)\s+pack(?:ed|aged)(?:\s+up)?|being\s+(?:assembled|picked\s+and\s+packed|worked\s+on)", "preparing, processing, packed"),
    (r"label\s+(?:has\s+been\s+|was\s+|is\s+)?(?:created|printed|made)|label\s+for\s+it\s+(?:has\s+been\s+)?created", "label created"),
    (r"ready\s+(?:to\s+ship|to\s+go\s+out|to\s+be\s+shipped|for\s+(?:dispatch|shipment|shipping))", "ready to ship"),
    (r"(?:awaiting|waiting\s+for)\s+(?:\w+\s+)?(?:pick-?\s?up|collection)\s+by\s+(?:the\s+)?(?:courier|carrier|driver)", "awaiting pickup"),
    (r"awaiting\s+(?:courier\s+|carrier\s+)?(?:pick-?\s?up|collection)", "awaiting pickup, ready for pickup"),
    (r"(?:has|have|'s|was|been)\s+(?:been\s+)?(?:picked\s+up|collected)\s+by\s+(?:the\s+|our\s+|a\s+)?(?:courier|carrier|driver)", "picked up"),
    (r"shipped(?:\s+out)?|(?:left|out\s+of)\s+(?:the|our)\s+warehouse", "shipped"),
    (r"d(?:i|e)spatched|(?:has\s+been|was|been)\s+sent(?:\s+out)?(?!\s+back)", "dispatched, shipped"),
    (r"in[\s-]+transit", "in transit"),
    (r"(?:held\s+|stuck\s+|waiting\s+)?(?:at|in|through|with|by|clearing)\s+customs|customs\s+clearance|cleared\s+customs", "in customs"),
    (r"(?:gone\s+|went\s+)?out\s+for\s+(?:its\s+|the\s+)?delivery(?:\s+(?:today|right\s+now|as\s+we\s+speak|this\s+very\s+moment|now))?|out\s+on\s+delivery", "out for delivery"),
    (r"(?:ready|available|waiting|there)\s+(?:for\s+(?:you\s+)?(?:to\s+)?(?:pick(?:ing)?[\s-]*(?:it\s+|up\s+)?(?:up)?|collect(?:ion|ing)?|be\s+picked\s+up)|to\s+(?:be\s+)?(?:pick(?:ed)?\s+up|collect(?:ed)?))",
     "ready for pickup"),
    (r"(?:you\s+can|can\s+(?:now\s+)?be|go\s+ahead\s+and)\s+(?:now\s+)?(?:pick(?:ed)?\s+(?:it\s+)?up|collect(?:ed)?(?:\s+it)?)", "ready for pickup"),
    (r"delayed|(?:running|arriving|is|'s)\s+(?:a\s+(?:bit|little)\s+)?(?:late|behind(?:\s+schedule)?)|behind\s+schedule|held\s+up|taking\s+longer|(?:a|the|some)\s+delay"
     r"|delay\s+(?:with|on|to|in)|pushed\s+back|postponed|later\s+than\s+(?:planned|expected|scheduled)|overdue|slowed\s+down|set\s+back", "delayed"),
    (r"(?:(?:placed|put|kept)\s+)?on\s+hold|(?:is|'s|are|been)\s+(?:being\s+|currently\s+)?(?:held|paused|suspended|stopped)|(?:a|the)\s+hold\s+on", "on hold"),
    (r"(?:delivery\s+|an\s+|shipping\s+)?exception", "exception"),
    (r"fail(?:ed|ure)(?:\s+(?:delivery\s+)?attempt(?:ed)?|\s+(?:to\s+be\s+)?deliver(?:y|ed)?)*|attempt(?:ed)?\s+(?:has\s+|was\s+)?(?:failed|unsuccessful|missed)"
     r"|(?:attempted|tried)\s+(?:to\s+(?:be\s+)?)?deliver(?:y|ed|ing)?(?:\s+it)?|(?:a|the|one|an)\s+(?:delivery\s+)?attempt(?:\s+(?:at|to)\s+deliver(?:y)?)?(?:\s+was\s+made)?"
     r"|unsuccessful(?:ly)?(?:\s+(?:delivery\s+)?attempt|\s+deliver(?:y|ed))?|(?:could|can)(?:n't|\s?not)\s+be\s+(?:delivered|dropped\s+off|handed\s+over)"
     r"|(?:was|were)(?:n't|\s+not)\s+able\s+to\s+be\s+delivered|(?:wasn't|was\s+not|unable)\s+(?:able\s+)?to\s+(?:be\s+)?deliver(?:ed)?|missed\s+(?:you|delivery)"
     r"|delivery\s+(?:was\s+)?attempted|didn't\s+go\s+through|attempted(?:\s+but\s+not\s+delivered)?", "failed, undeliverable"),
    (r"undeliverable|can't\s+be\s+delivered|cannot\s+be\s+delivered", "undeliverable, failed"),
    (r"partial(?:ly)?\s+deliver(?:ed|y)|part\s+of\s+(?:it|the\s+\w+)\s+(?:has\s+been\s+|was\s+)?delivered", "partially delivered"),
    (r"(?:being|getting|is\s+to\s+be)\s+(?:sent\s+back|returned)(?:\s+to\s+(?:the\s+)?sender)?|(?:on\s+its\s+way|heading|going|coming)\s+back(?:\s+to\s+(?:the\s+)?(?:sender|us))?|return(?:ing)?\s+to\s+(?:the\s+)?sender|returning",
     "returning"),
    (r"(?:has|have|'s|was|been|as|is|are|status|now|:)\s+(?:been\s+)?(?:returned|sent\s+back)(?:\s+to\s+(?:the\s+)?sender)?|returned(?:\s+to\s+(?:the\s+)?sender)?|(?:gone|went)\s+back(?:\s+to\s+(?:the\s+)?sender)?|sent\s+back(?:\s+to\s+(?:the\s+)?sender)?", "returned"),
    (r"cancel(?:l)?ed|called\s+off|cancel(?:l)?ation|voided", "cancelled"),
    (r"(?:(?:is|as|was|been|got|gone|went|'s|status|reported|considered|currently|:)\s+)(?:recorded\s+as\s+)?(?:lost|missing)|gone\s+missing|can't\s+be\s+(?:located|found)|cannot\s+be\s+(?:located|found)|lost(?:\s+in\s+transit)?", "lost"),
    (r"damaged|broken|torn|crushed|damage", "damaged"),
    (r"rejected|refused", "rejected"),
    # The end of the way.
    (r"delivered|arrived|reached\s+(?:you|its\s+destination|the\s+destination)|(?:has|have|'s|had|was|were|been|got)\s+" + _adverb + r"(?:arrived|dropped\s+off|handed\s+over(?:\s+to\s+(?:you|the\s+recipient|the\s+customer))?|left\s+with\s+you|handed\s+to\s+you|reached\s+(?:you|its\s+destination|the\s+destination|you\s+already))"
     r"|(?:already|just|safely|it|successfully)\s+(?:arrived|dropped\s+off|reached\s+(?:you|its\s+destination))|(?:it|package|parcel|order|delivery|shipment)\s+(?:already\s+|just\s+)?(?:arrived|reached\s+(?:you|its\s+destination))"
     r"|dropped\s+off|delivery\s+(?:is|was|has\s+been|'s)\s+(?:now\s+)?complete(?:d)?|you(?:'ve|\s+have)?\s+(?:already\s+)?(?:received|got(?:ten)?)\s+(?:it|your\s+\w+|the\s+\w+)|(?:is|'s)\s+(?:already\s+)?(?:there|at\s+its\s+destination)|made\s+it\s+to\s+(?:you|its\s+destination)",
     "delivered"),
    (r"(?:has|have|'s|was|been)\s+(?:been\s+)?(?:picked\s+up|collected)", "collected, picked up"),
    # On the way.
    (r"(?:on\s+(?:its|the|it's|their)\s+way|on\s+route|en[\s-]route|on\s+the\s+(?:move|road)|under\s?way|making\s+its\s+way|heading|headed|coming(?!\s+(?:up|back|from|out|through|in))|travell?ing|moving)(?:\s+(?:to|towards?|your)\s+(?:you|way|its\s+destination|the\s+destination))?(?!\s+back)(?:\s+right\s+now)?"
     r"|moving\s+(?:through|along|in)\s+(?:our|the)\s+(?:\w+\s+)?(?:network|system|route)|between\s+(?:stops|facilities)",
     "in transit, out for delivery, shipped, dispatched, picked up"),
    (r"(?:has|have|'s)\s+" + _adverb + r"(?:been\s+sent\s+on\s+its\s+way)|sent\s+on\s+its\s+way|left\s+us|gone\s+out(?!\s+for)|went\s+out(?!\s+for)|set\s+off", "shipped, dispatched, in transit"),
    (r"(?:with|on\s+board\s+with|in\s+the\s+hands\s+of|handed\s+to|loaded\s+with|given\s+to)\s+(?:the|our|a|its|your)\s+(?:delivery\s+)?(?:courier|driver|delivery\s+(?:driver|person|team))|(?:on|in|loaded\s+(?:on|onto|into|in))\s+(?:the|a|our|its)\s+(?:delivery\s+)?(?:van|truck|vehicle|lorry)(?:\s+(?:for|and\s+out\s+for)\s+delivery)?"
     r"|(?:courier|driver)\s+(?:has|'s\s+got|is\s+(?:carrying|bringing))\s+(?:it|your\s+\w+|the\s+\w+)|on\s+(?:its|the)\s+(?:final|last)\s+(?:leg|mile|stretch)|being\s+delivered|out\s+with\s+(?:the|our|a)\s+(?:courier|driver)|(?:courier|driver)\s+is\s+on\s+(?:the|his|her|their)\s+way",
     "out for delivery"),
    (r"with\s+the\s+carrier|in\s+the\s+carrier's\s+hands|handed\s+(?:over\s+)?to\s+the\s+carrier", "shipped, picked up, in transit, dispatched"),
    # Not yet on the way.
    (r"(?:yet\s+to|still\s+to|waiting\s+to|about\s+to)\s+(?:be\s+)?(?:ship(?:ped)?|dispatched|leave|sent(?:\s+out)?|go\s+out)|(?:awaiting|waiting\s+for)\s+(?:dispatch|shipment)", "pending, processing, preparing, packed, label created, confirmed, created, ordered, ready to ship, awaiting pickup"),
    (r"in\s+the\s+(?:queue|works)|being\s+(?:handled|looked\s+after)|waiting\s+in\s+(?:line|the\s+queue)", "pending, processing"),
    (r"on\s+(?:time|schedule|track)(?!\s+to)|ahead\s+of\s+schedule|right\s+on\s+time|early", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusWording:
    """One row, compiled: which states it is true of."""

    expression: re.Pattern[str]
    states: frozenset[str]


def _compile(rows: Iterable[tuple[str, str]]) -> tuple[StatusWording, ...]:
    return tuple(
        StatusWording(
            re.compile(rf"(?<![a-z0-9]){_LEAD}(?:{said})(?![a-z0-9])"),
            frozenset(state.strip() for state in states.split(",") if state.strip()),
        )
        for said, states in rows
    )


STATUS_WORDINGS: Final = _compile(_SAID)
# One look tells whether a sentence says anything of the table at all.
_ANY: Final = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(said for said, _ in _SAID)})(?![a-z0-9])")

_NEGATED = re.compile(
    r"(?:\bnot\b(?!\s+only)|n't\b|\bnever\b|\bno\s+longer\b|\byet\s+to(?:\s+be)?\b|\bcannot\b|\bno\s+(?:sign|indication|record)\b|\bnothing\b|"
    r"\bisnt\b|\bhasnt\b|\bwasnt\b|\bwithout\b|\bneither\b|\bnor\b|\bno\b|\brather\s+than\b|\binstead\s+of\b|\buntil\s+it(?:'s|\s+is|\s+has\s+been)\b)[^,;:.!?]{0,32}$"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


def recorded_state(status: str) -> str:
    """The state a recorded status names; an unknown word is a state of its own."""
    words = status_words(status)
    return _CLASS.get(words, words)


def status_words(status: str) -> str:
    """A recorded status as words: `OUT_FOR_DELIVERY`, `outForDelivery` and "Out for delivery" are the same."""
    spaced = _CAMEL.sub(" ", status) if not status.isupper() else status
    return _PUNCTUATION.sub(" ", spaced.lower()).strip()


def find_statuses(
    text: str, start: int, end: int, literals: Iterable[str] = ()
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Each wording of a state between `start` and `end`: its span and the states it is true of.

    `literals` are recorded status words that the table does not know, as a regular expression finds them.
    """
    for words in literals:
        if words and words not in _CLASS:
            expression = r"[\s_-]+".join(map(re.escape, words.split()))
            for match in re.finditer(rf"(?<![a-z0-9]){expression}(?![a-z0-9])", text[:end]):
                if match.start() >= start:
                    yield match.start(), match.end(), frozenset({words})
    if _ANY.search(text, start, end) is None:
        return
    for wording in STATUS_WORDINGS:
        for match in wording.expression.finditer(text, start, end):
            yield match.start(), match.end(), wording.states


def tells_a_state(text: str) -> bool:
    """Whether any wording of the table stands in a folded text."""
    return _ANY.search(text) is not None


def is_negated(text: str, start: int, position: int) -> bool:
    """Whether what begins at `position` stands under a "not" of the same clause, which begins at or after `start`."""
    return _NEGATED.search(text, start, position) is not None
