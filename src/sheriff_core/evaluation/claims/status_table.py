"""How people say where a delivery is: each wording, and the recorded statuses it is true of.

The left side of a row is what is said, as a regular expression over folded text; the right side the recorded words
(small letters, spaces) of which it is a faithful rendering. Recorded words themselves are true only of themselves and
of their spelling variants, because "shipped" for "in transit" is a changed fact.
"""

from typing import Final

_adverb = (
    r"(?:(?:now|just|already|currently|safely|successfully|finally|actually|still|also|both|all|since|been|being"
    r"|fully|yet|well|officially)\s+){0,6}"
)
PAST_DUE: Final = "past due"  # no recorded status: what "it's late" says of the estimate
# What is said | of which states it is true, comma-separated.
# Words that only lead up to the state belong to each wording, so that the longest wording wins.
LEAD: Final = (
    r"(?:(?:is|are|was|were|be|has|have|had|been|being|got|getting|currently|still|now|just|already|also|since|again"
    r"|successfully|"
    r"actually|officially|(?:marked|listed|recorded|showing|shown|reported|flagged|logged|registered"
    r"|down)(?:\s+as(?:\s+being)?)?)\s+){0,6}"
)
SAID: Final[tuple[tuple[str, str], ...]] = (
    # Recorded words, as they are said.
    (r"pending|awaiting\s+(?:dispatch|shipment|processing)", "pending"),
    (r"(?:has|have|'s|was|were|been)\s+(?:been\s+)?(?:just\s+)?created", "created, label created"),
    (r"placed(?!\s+(?:on|under|by|for|in|with))|received\s+by\s+us", "created, ordered, pending"),
    (r"(?:has|have|'s|was|been)\s+(?:been\s+)?ordered", "ordered, created, pending"),
    (r"(?:is|are|'s|been|was|as|status|order|currently|now|:)\s+(?:been\s+)?confirmed", "confirmed"),
    (r"rescheduled|re-scheduled", "rescheduled"),
    (r"(?:in\s+|being\s+|still\s+|is\s+|as\s+)?process(?:ing|ed)(?:\s+stage)?|in\s+process", "processing"),
    (
        (
            r"(?:being\s+|still\s+|is\s+|as\s+)?prepar(?:ing|ed)|in\s+preparation|(?:being\s+)?(?:got(?:ten)?|made)\s+ready"
            r"|getting\s+(?:it\s+)?ready"
        ),
        "preparing, pending, processing, packed, label created, confirmed, created, ordered, ready to ship",
    ),
    (r"(?:being\s+|been\s+|is\s+|'s\s+)?pack(?:ed|aged)(?:\s+up)?|boxed(?:\s+up)?", "packed"),
    (
        r"(?:being|getting)\s+pack(?:ed|aged)(?:\s+up)?|being\s+(?:assembled|picked\s+and\s+packed|worked\s+on)",
        "preparing, processing, packed",
    ),
    (
        r"label\s+(?:has\s+been\s+|was\s+|is\s+)?(?:created|printed|made)|label\s+for\s+it\s+(?:has\s+been\s+)?created",
        "label created",
    ),
    (r"ready\s+(?:to\s+ship|to\s+go\s+out|to\s+be\s+shipped|for\s+(?:dispatch|shipment|shipping))", "ready to ship"),
    (
        (
            r"(?:awaiting|waiting\s+for)\s+(?:\w+\s+)?(?:pick-?\s?up|collection)\s+by\s+(?:the\s+)?(?:courier|carrier"
            r"|driver)"
        ),
        "awaiting pickup",
    ),
    (r"awaiting\s+(?:courier\s+|carrier\s+)?(?:pick-?\s?up|collection)", "awaiting pickup, ready for pickup"),
    (
        (
            r"(?:has|have|'s|was|been)\s+(?:been\s+)?(?:picked\s+up|collected)\s+by\s+(?:the\s+|our\s+|a\s+)?(?:courier"
            r"|carrier|driver)"
        ),
        "picked up",
    ),
    (r"shipped(?:\s+out)?|(?:left|out\s+of)\s+(?:the|our)\s+warehouse", "shipped"),
    (r"d(?:i|e)spatched|(?:has\s+been|was|been)\s+sent(?:\s+out)?(?!\s+back)", "dispatched, shipped"),
    (r"in[\s-]+transit", "in transit"),
    (
        (
            r"(?:held\s+|stuck\s+|waiting\s+)?(?:at|in|through|with|by|clearing)\s+customs|customs\s+clearance"
            r"|cleared\s+customs"
        ),
        "in customs",
    ),
    (
        (
            r"(?:gone\s+|went\s+)?out\s+for\s+(?:its\s+|the\s+)?delivery(?:\s+(?:today|right\s+now|as\s+we\s+speak"
            r"|this\s+very\s+moment|now))?|out\s+on\s+delivery"
        ),
        "out for delivery",
    ),
    (
        (
            r"(?:ready|available|waiting|there)\s+(?:for\s+(?:you\s+)?(?:to\s+)?(?:pick(?:ing)?[\s-]*(?:it\s+|up\s+)?(?:up)?"
            r"|collect(?:ion|ing)?|be\s+picked\s+up)|to\s+(?:be\s+)?(?:pick(?:ed)?\s+up|collect(?:ed)?))"
        ),
        "ready for pickup",
    ),
    (
        (
            r"(?:you\s+can|can\s+(?:now\s+)?be|go\s+ahead\s+and)\s+(?:now\s+)?(?:pick(?:ed)?\s+(?:it\s+)?up"
            r"|collect(?:ed)?(?:\s+it)?)"
        ),
        "ready for pickup",
    ),
    # True also where the estimated day is over, whatever the status.
    (r"(?:is|'s)\s+(?:(?:now|already|a\s+(?:bit|little))\s+)*late|(?<=is it )late|overdue", f"delayed, {PAST_DUE}"),
    (
        (
            r"delayed|(?:running|arriving|is|'s)\s+(?:a\s+(?:bit|little)\s+)?(?:late|behind(?:\s+schedule)?)"
            r"|behind\s+schedule|held\s+up|taking\s+longer|(?:a|the|some)\s+delay"
            r"|delay\s+(?:with|on|to|in)|pushed\s+back|postponed|later\s+than\s+(?:planned|expected|scheduled)|slowed\s+down|set\s+back"
        ),
        "delayed",
    ),
    (
        (
            r"(?:(?:placed|put|kept)\s+)?on\s+hold|(?:is|'s|are|been)\s+(?:being\s+|currently\s+)?(?:held|paused|suspended"
            r"|stopped)|(?:a|the)\s+hold\s+on"
        ),
        "on hold",
    ),
    (r"(?:delivery\s+|an\s+|shipping\s+)?exception", "exception"),
    (
        (
            r"fail(?:ed|ure)(?:\s+(?:delivery\s+)?attempt(?:ed)?|\s+(?:to\s+be\s+)?deliver(?:y|ed)?)*"
            r"|attempt(?:ed)?\s+(?:has\s+|was\s+)?(?:failed|unsuccessful|missed)"
            r"|(?:attempted|tried)\s+(?:to\s+(?:be\s+)?)?deliver(?:y|ed|ing)?(?:\s+it)?|(?:a|the|one"
            r"|an)\s+(?:delivery\s+)?attempt(?:\s+(?:at|to)\s+deliver(?:y)?)?(?:\s+was\s+made)?"
            r"|unsuccessful(?:ly)?(?:\s+(?:delivery\s+)?attempt|\s+deliver(?:y|ed))?|(?:could|can)(?:n't"
            r"|\s?not)\s+(?:be|get)\s+(?:delivered|dropped\s+off|handed\s+over)"
            r"|(?:was|were)(?:n't|\s+not)\s+able\s+to\s+be\s+delivered|(?:wasn't|was\s+not"
            r"|unable)\s+(?:able\s+)?to\s+(?:be\s+)?deliver(?:ed)?|missed\s+(?:you|delivery)"
            r"|delivery\s+(?:was\s+)?attempted|didn't\s+go\s+through|attempted(?:\s+but\s+not\s+delivered)?"
        ),
        "failed, undeliverable",
    ),
    (r"undeliverable|can't\s+be\s+delivered|cannot\s+be\s+delivered", "undeliverable, failed"),
    (
        r"partial(?:ly)?\s+deliver(?:ed|y)|part\s+of\s+(?:it|the\s+\w+)\s+(?:has\s+been\s+|was\s+)?delivered",
        "partially delivered",
    ),
    (
        (
            r"(?:being|getting|is\s+to\s+be)\s+(?:sent\s+back|returned)(?:\s+to\s+(?:the\s+)?sender)?|(?:on\s+its\s+way"
            r"|heading|going|coming)\s+back(?:\s+to\s+(?:the\s+)?(?:sender|us))?|return(?:ing)?\s+to\s+(?:the\s+)?sender"
            r"|returning(?!\s+(?:any|no|more|multiple|several|two|nothing|results?)\b)"
        ),
        "returning",
    ),
    (
        (
            r"(?:has|have|'s|was|been|as|is|are|status|now|:)\s+(?:been\s+)?(?:returned"
            r"|sent\s+back)(?:\s+to\s+(?:the\s+)?sender)?|returned(?:\s+to\s+(?:the\s+)?sender)?|(?:gone"
            r"|went)\s+back(?:\s+to\s+(?:the\s+)?sender)?|sent\s+back(?:\s+to\s+(?:the\s+)?sender)?"
        ),
        "returned",
    ),
    (r"cancel(?:l)?ed|called\s+off|cancel(?:l)?ation|voided", "cancelled"),
    (
        (
            r"(?:(?:is|as|was|been|got|gone|went|'s|status|reported|considered|currently|:)\s+)(?:recorded\s+as\s+)?(?:lost"
            r"|missing)|gone\s+missing|can't\s+be\s+(?:located|found)|cannot\s+be\s+(?:located|found)"
            r"|lost(?:\s+in\s+transit)?"
        ),
        "lost",
    ),
    (r"damaged|broken|torn|crushed|damage", "damaged"),
    (r"rejected|refused", "rejected"),
    # The end of the way.
    (
        (
            r"delivered|arrived|reached\s+(?:you|its\s+destination|the\s+destination)|(?:has|have|'s|had|was|were|been"
            r"|got)\s+"
            + _adverb
            + r"(?:arrived|dropped\s+off|handed\s+over(?:\s+to\s+(?:you|the\s+recipient|the\s+customer))?"
            r"|left\s+with\s+you"
            r"|handed\s+to\s+you|reached\s+(?:you|its\s+destination|the\s+destination|you\s+already))"
            r"|(?:already|just|safely|it|successfully)\s+(?:arrived|dropped\s+off|reached\s+(?:you|its\s+destination))"
            r"|(?:it|package|parcel|order|delivery|shipment)\s+(?:already\s+|just\s+)?(?:arrived|reached\s+(?:you"
            r"|its\s+destination))"
            r"|dropped\s+off|delivery\s+(?:is|was|has\s+been|'s)\s+(?:now\s+)?complete(?:d)?|you(?:'ve"
            r"|\s+have)?\s+(?:already\s+)?(?:received|got(?:ten)?)\s+(?:it|your\s+\w+|the\s+\w+)|(?:is"
            r"|'s)\s+(?:already\s+)?(?:there|at\s+its\s+destination)|made\s+it\s+to\s+(?:you|its\s+destination)"
        ),
        "delivered",
    ),
    (r"(?:has|have|'s|was|been)\s+(?:been\s+)?(?:picked\s+up|collected)", "collected, picked up"),
    # On the way.
    (
        (
            r"(?:on\s+(?:its|the|it's|their)\s+way|on\s+route|en[\s-]route|on\s+the\s+(?:move|road)|under\s?way"
            r"|making\s+its\s+way|heading|headed|coming(?!\s+(?:up|back|from|out|through|in))|travell?ing|moving)(?:\s+(?:to"
            r"|towards?|your)\s+(?:you|way|its\s+destination|the\s+destination))?(?!\s+back)(?:\s+right\s+now)?"
        ),
        "in transit, out for delivery, shipped, dispatched, picked up",
    ),
    (
        (
            r"(?:moving|progressing|travell?ing|going)\s+(?:through|along|in)\s+(?:our|the)\s+(?:\w+\s+)?(?:network|system"
            r"|route)"
        ),
        "in transit, shipped, dispatched, picked up",
    ),
    (
        (
            r"(?:has|have|'s)\s+"
            + _adverb
            + r"(?:been\s+sent\s+on\s+its\s+way)|sent\s+on\s+its\s+way|left\s+us|gone\s+out(?!\s+for)"
            r"|went\s+out(?!\s+for)"
            r"|set\s+off"
        ),
        "shipped, dispatched, in transit",
    ),
    (
        (
            r"(?:with|on\s+board\s+with|in\s+the\s+hands\s+of|handed\s+to|loaded\s+with|given\s+to)\s+(?:the|our|a|its"
            r"|your)\s+(?:delivery\s+)?(?:courier|driver|delivery\s+(?:driver|person|team))|(?:on|in|loaded\s+(?:on|onto"
            r"|into|in))\s+(?:the|a|our|its)\s+(?:delivery\s+)?(?:van|truck|vehicle|lorry)(?:\s+(?:for"
            r"|and\s+out\s+for)\s+delivery)?"
            r"|(?:courier|driver)\s+(?:has|'s\s+got|is\s+(?:carrying|bringing))\s+(?:it|your\s+\w+|the\s+\w+)|on\s+(?:its"
            r"|the)\s+(?:final|last)\s+(?:leg|mile|stretch)|being\s+delivered|out\s+with\s+(?:the|our|a)\s+(?:courier"
            r"|driver)|(?:courier|driver)\s+is\s+on\s+(?:the|his|her|their)\s+way"
        ),
        "out for delivery",
    ),
    (
        r"with\s+the\s+carrier|in\s+the\s+carrier's\s+hands|handed\s+(?:over\s+)?to\s+the\s+carrier",
        "shipped, picked up, in transit, dispatched",
    ),
    # Not yet on the way.
    (
        (
            r"(?:yet\s+to|still\s+to|waiting\s+to|about\s+to)\s+(?:be\s+)?(?:ship(?:ped)?|dispatched|leave|sent(?:\s+out)?"
            r"|go\s+out)|(?:awaiting|waiting\s+for)\s+(?:dispatch|shipment)"
        ),
        (
            "pending, processing, preparing, packed, label created, confirmed, created, ordered, ready to ship,"
            " awaiting pickup"
        ),
    ),
    (
        r"in\s+the\s+(?:queue|works)|being\s+(?:handled|looked\s+after)|waiting\s+in\s+(?:line|the\s+queue)",
        "pending, processing",
    ),
    (r"on\s+(?:time|schedule|track)(?!\s+to)|ahead\s+of\s+schedule|right\s+on\s+time|early", ""),
)
