"""What is told of a delivery in words that state nothing one by one: "it came back", "you have it", "it's with us".

Each of these words stands in the vocabulary, because agents need it for other things. Put together they tell where a
delivery is, what became of it, or what was done for it; so it is the wording that is looked for here.
"""

import re
from typing import Final

_it = r"(?:it|(?:the|your|this|that)\s+(?:package|parcel|order|delivery|shipment|item|box))"
_is = r"(?:'s|\s+(?:is|was|has\s+been|had\s+been|gets|got))"
_now = (
    r"(?:\s+(?:now|still|already|just|right|over|safely|currently|all|only|actually|out|up|down|back|here|there|being|been"
    r"|somewhere|held|kept))*"
)
_end = r"(?=\s*(?:[,.;!\x01]|$|(?:and|but|so|now|already|today)\b))"

# The rest names a state, and is compared with the record: rows as in `claims.status_table`.
STATES: Final = (
    (
        (
            rf"{_it}{_is}{_now}\s+(?:with\s+you|in\s+your\s+hands|at\s+your\s+end|all\s+done|finished){_end}"
            rf"|(?<!when )(?<!once )(?<!that )(?<!there )(?<!as )you(?:'ve|\s+have)?\s+(?:already\s+)?(?:had|have)\s+it"
            rf"(?:\s+(?:already|now))?{_end}"
            rf"|{_it}\s+(?:already\s+|just\s+)?came(?:\s+(?:already|to\s+you))?{_end}"
            # Denied, the "not" stands before what is told.
            rf"|(?:(?<=isn't )|(?<=is not )|(?<='s not ))(?:with\s+you|in\s+your\s+hands|here)(?:\s+yet)?{_end}"
            rf"|(?:(?<=isn't )|(?<=is not )|(?<='s not ))there\s+yet{_end}"
            rf"|(?:(?<=hasn't )|(?<=has not ))come(?:\s+to\s+you)?(?:\s+yet)?{_end}"
            r"|(?:(?<=you haven't )|(?<=you've not )|(?<=you don't )|(?<=you do not ))"
            r"(?:got|had|have|received|gotten)\s+(?:it|your\s+(?:package|parcel|order|delivery|shipment))(?:\s+yet)?"
            rf"{_end}"
        ),
        "delivered",
    ),
    (
        (
            rf"{_it}{_is}(?:\s+(?:now|already|just))*\s+back(?:\s+(?:with|at)\s+(?:us|the\s+sender|our\s+end))?{_end}"
            rf"|{_it}\s+(?:already\s+|just\s+)?came\s+back(?:\s+to\s+(?:us|the\s+sender))?{_end}"
        ),
        "returned",
    ),
    (
        rf"{_it}{_is}(?:\s+(?:now|already|all))*\s+ready(?:\s+(?:for\s+you|and\s+waiting))?{_end}",
        "ready for pickup, ready to ship, packed",
    ),
    (rf"you(?:'ve|\s+have)?\s+(?:just\s+|only\s+just\s+)?missed\s+(?:it|them|us){_end}", "failed, undeliverable"),
)
_SAID: Final = (
    # Where it is: "it's still with us", "it's in good hands", "it's here", "it's on the other side"
    rf"{_it}{_is}{_now}\s+(?:with|at|by)\s+(?:us|them|someone|somebody)\b",
    rf"{_it}{_is}{_now}\s+(?:with|at|by)\s+(?:our|their)\s+(?:people|team|staff|agents?|side)\b",
    rf"{_it}{_is}{_now}\s+waiting\s+for\s+(?:you|us|them|someone|somebody)\b(?!\s+to\s+(?:pick|collect))",
    rf"{_it}\s+(?:also\s+|still\s+|just\s+)?needs\s+(?:an?|your|some|someone|more)\b",
    (
        r"(?<!which )\b(?:one(?:\s+of\s+(?:them|these|those))?|the\s+(?:first|second|other|latter|former|newer|older))"
        r"(?:'s|\s+is)\s+yours\b"
    ),
    rf"{_it}{_is}{_now}\s+at\s+(?:the|our|their|your)\s+(?:other\s+)?(?:end|side|front|back|top|start)\b",
    rf"{_it}{_is}{_now}\s+in\s+(?:(?!the\s+system)[a-z']+\s+){{1,2}}hands\b",
    rf"{_it}{_is}{_now}\s+in\s+(?:the|your|a|that)\s+(?:box|mail|post|bundle)\b",
    rf"{_it}{_is}{_now}\s+on\s+the\s+(?:other\s+side|line)\b",
    rf"{_it}{_is}{_now}\s+down\s+the\s+line\b",
    rf"{_it}{_is}{_now}\s+(?:above|below|around|close\s+by|next\s+door|within\s+reach|gone|arriving){_end}",
    r"(?<=\x01\s)hands\b",
    rf"{_it}{_is}(?:\s+(?:just|right|only))*\s+over\s+there{_end}",
    rf"{_it}{_is}(?:\s+(?:now|already|finally))*\s+here{_end}",
    rf"\b(?:the|your)\s+(?:package|parcel|order|shipment|item|box){_is}{_now}\s+(?:fine|okay|ok|safe|alright|in\s+order){_end}",
    rf"{_it}{_is}{_now}\s+(?:fine|okay|ok)\s+(?:earlier|before|until)\b",
    # What became of it: "it was accepted by someone", "some items are missing", "the rest comes later"
    (
        rf"{_it}{_is}(?:\s+(?:now|already|just|being|been|also|since))*\s+(?:accepted|transferred|brought|labell?ed(?!\s+as)"
        r"|looked\s+at|passed\s+(?:on|along|to)|kept\s+(?:for|at|by|here|there|until)|requested\s+by)\b"
    ),
    rf"{_it}{_is}{_now}\s+good\s+to\s+go\b",
    rf"\bonly\s+(?:a\s+)?part\s+of\s+{_it}{_end}",
    (
        r"\b(?:some|one|two|most|many|a\s+few)\s+(?:of\s+(?:the|your)\s+)?(?:items?|parts?|things|boxes|packages|parcels)\s+"
        r"(?:is|are|was|were)\s+(?:still\s+)?missing\b"
    ),
    (
        r"\b(?:(?:it|everything|all|that|(?:your|the)\s+(?:package|parcel|order|delivery|shipment))(?:'s|\s+is)\s+(?:going|proceeding|moving)\s+(?:very\s+|really\s+)?(?:well|fine|nicely|great"
        rf"|as\s+planned|to\s+plan)|all(?:'s|\s+is)\s+(?:well|good|fine)\s+with\s+{_it})\b"
    ),
    # What its day is besides what is recorded: "the date has changed", "minutes away", "it's an evening delivery"
    (
        r"\b(?:it|things|date|day|estimate|eta|time|window|name|number|status|details)\s*(?:'s|has|have|was|were|got)\s+(?:just\s+|since\s+"
        r"|already\s+|recently\s+|been\s+|now\s+)*(?:changed|moved|brought\s+forward|corrected)\b"
    ),
    (
        r"\b(?:another|an?\s+(?:new(?:er)?|second|different|updated|revised))\s+(?:delivery\s+|estimated\s+)?(?:date|day"
        r"|estimate|eta|time)\s+(?:has\s+been|was|is)\s+(?:set|given|made|booked|recorded|scheduled)\b"
    ),
    (
        r"\b(?:was|were|had\s+been)\s+(?:originally|initially|previously|at\s+first)\s+(?:expected|estimated|scheduled|due"
        r"|planned|set|slated)\b"
    ),
    (
        rf"\b(?:expected|estimated|scheduled|due|coming|comes?|arriving|arrives?)\s+(?:a\s+(?:bit|little)\s+|much\s+|even\s+)?"
        rf"(?:earlier|sooner|later)(?:\s+than\s+(?:that|this|planned|expected|estimated))?{_end}"
    ),
    r"\b(?:minutes|moments|seconds|hours|days)\s+(?:away|out|off)\b",
    r"\b(?:comes?|coming|arrives?|arriving)\s+right\s+away\b",
    (
        r"\b(?:an?|the)\s+(?:(?:early|late)\s+)?(?:morning|afternoon|evening|night|weekend|weekday|(?:next|same)[\s-]+day)\s+"
        r"(?:delivery|deliveries|window|slot|arrival)\b"
    ),
    r"\bwindow\s+is\s+(?:in\s+the\s+)?(?:morning|afternoon|evening|night)\b",
    # Where in a row: "you're next in line", "it's first on the list"
    (
        r"\byou(?:'re|\s+are)(?:\s+(?:the|now|up|already))*\s+(?:next|first|last)"
        rf"(?:\s+(?:up|in\s+line|on\s+the\s+(?:list|line)))?{_end}"
    ),
    rf"{_it}{_is}(?:\s+(?:the|now|up|already))*\s+(?:next|first|last)\s+(?:up|in\s+line|on\s+the\s+(?:list|line))\b",
    # What was done, and what is asked for: "we called you about it", "you need to be there"
    (
        r"\b(?:i|we|they)(?:'ve|'d|\s+have|\s+had)?\s+(?:(?:already|just|also|even)\s+)*(?:called|rung|rang|phoned|contacted"
        r"|reached)\s+you\b"
    ),
    r"\b(?:been\s+)?(?:trying|tried)\s+to\s+(?:reach|call|contact|ring|get\s+hold\s+of)\s+you\b",
    rf"\bwe(?:'ve|\s+have)?\s+(?:already\s+)?tried(?:\s+(?:already|earlier|before|once|again))*{_end}",
    r"\byou(?:'ll|\s+will|\s+do)?\s+need\s+(?:your|an?|some|valid|photo)\s+(?:id|identification|passport|proof)\b(?!\s+number)",
    r"\b(?:under|in)\s+(?:another|a\s+different|the\s+wrong|someone\s+else's|somebody\s+else's)\s+name\b",
    rf"\b{_it}(?:\s+isn't|\s+wasn't|{_is}\s+not)\s+(?:yours|for\s+you)\b",
)
# With whom the agent says it asked, what the caller has to do, and what is to follow.
ARRANGED: Final = re.compile(
    r"\b(?:(?:(?:double[\s-]+)?check(?:ed|ing)|confirm(?:ed|ing)|verif(?:ied|ying)|clear(?:ed|ing)|ask(?:ed|ing)|agreed)\s+"
    r"(?:(?:it|this|that|everything)\s+)?with\s+(?:them|him|her|someone|somebody|(?:the|our|my|your|an?)\s+(?:\w+\s+)?(?:driver"
    r"|courier|carrier|sender|shipper|warehouse|depot|team|manager|supervisor|colleagues?|customer|recipient|source|shop"
    r"|store))"
    r"|you(?:'ll)?\s+(?:(?:do|will|may|might)\s+)?(?:need\s+to|have\s+to|must|ought\s+to)\s+be\s+(?:there|present|in)"
    r"|(?:the\s+(?:rest|others?|remainder|other\s+(?:items?|parts?|ones?|packages?|parcels?|boxes))(?:\s+(?:is|are|will))?"
    r"|there(?:'s|\s+is|\s+are)\s+more)\s+(?:comes?|coming|came|follows?|following))\b"
)
# Why nothing is found, told as if it were known: "it's too old to show", "it hasn't been registered yet".
EXCUSE: Final = re.compile(
    r"\b(?:does(?:n't|\s+not)\s+exist\s+(?:any\s*more|any\s+longer)|no\s+longer\s+(?:valid|active|exists?|available|there)"
    r"|has(?:n't|\s+not)\s+(?:yet\s+)?been\s+(?:entered|registered|created|activated|added|put\s+in)\s+yet"
    r"|too\s+(?:old|new|recent)|(?:an?|one|two)\s+(?:letters?|digits?|characters?)\s+(?:(?:is|are)\s+)?missing"
    r"|takes?\s+(?:about\s+|up\s+to\s+)?(?:an?|one|two|some|several|a\s+few)\s+(?:days?|hours?)\s+(?:for|to|before|until)"
    r"|(?:sender|seller|shop|store|shipper|carrier|courier)\s+(?:has|have|had|did)(?:n't|\s+not|\s+never))\b"
)
PLAIN: Final = re.compile(rf"\b(?:{'|'.join(_SAID)})")
