"""What an agent says of its own equipment: "our system isn't answering". It tells of the call, and of no delivery."""

import re
from collections.abc import Iterator
from typing import Final

_equipment = (
    r"(?:systems?|computers?|screens?|machines?|line|connection|lookups?|look-ups?|search|database|records\s+system"
    r"|tools?|technology|tech|software|servers?|(?:tracking|lookup)\s+service|(?:live|real-time|up-to-date)\s+(?:data"
    r"|information|updates?|tracking))"
)
_being = r"(?:'s|'re|\s+(?:is|are|was|were|has|have|seems?|appears?|keeps?|looks?))(?:\s+(?:to\s+be|been|being|just))?"
_degree = r"(?:\s+(?:currently|temporarily|just|still|also|really|rather|quite|very|so|a\s+(?:bit|little|touch)|all))*"
_amiss = (
    r"(?:down|offline|slow|sluggish|stubborn|stuck|frozen|fro[sz]e|crashed|unavailable|unresponsive|unreachable|busy"
    r"|overloaded|spinning|failing|asleep|gone\s+to\s+sleep|not\s+playing\s+ball|acting\s+up|playing\s+up|misbehaving"
    r"|lagging|hanging|struggling|tim(?:ed|ing)\s+out|(?:not|n't)\s+(?:respond|repl[yi]|answer|work|load|co-?operat)\w*"
    r"|out\s+of\s+(?:order|action)|giving\s+me\s+trouble)"
)
_kind = r"(?:technical|system|computer|connection|network|connectivity)"
_trouble = r"(?:difficult(?:y|ies)|problems?|issues?|troubles?|hiccups?|errors?|faults?|glitch(?:es)?|hitch(?:es)?)"
_own = r"(?:\s+(?:on|at|with)\s+(?:my|our|this)\s+(?:end|side|part))"
_agent = r"(?:i|we)(?:'m|'re|'ve|\s+(?:am|are|have|seem\s+to|do))*"
_some = r"(?:some\s+|a\s+few\s+|an?\s+(?:bit\s+of\s+|little\s+)?)?"
_doing = r"(?:accessing|getting|reaching|loading|pulling|bringing|connecting|finding)"
# Each row is one way to say it. A problem is the equipment's only where the sentence says so; else it is the parcel's.
_SAID: Final = (
    # "Our system is being slow", "the server isn't replying", "the lookup failed"
    (
        rf"(?:(?:our|the|my|this|these)\s+)?{_equipment}(?:{_being}{_degree}\s+{_amiss}|\s+(?:is|are|was|does|do|has)n't"
        rf"\s+\w+ing|\s+{_amiss}|\s+(?:has\s+|have\s+|just\s+)*(?:failed|crashed|froze|hung|died)"
        r"|\s+didn't\s+(?:work|respond|answer|load))(?:\s+(?:on|with)\s+(?:me|us))?"
    ),
    # "it won't load for me", "that didn't work"
    (
        r"(?:it|this|that|the\s+page|the\s+screen)\s+(?:(?:wo|does|is|did|has)n't|(?:will|does|is|did)\s+not)\s+"
        r"(?:load|open|work|respond|let)(?:ing|ed)?\b(?:\s+me(?:\s+in)?)?(?!\s+(?:for\s+)?(?:you|your))"
    ),
    # "we're experiencing technical difficulties", "I'm having trouble getting in"
    (
        rf"{_agent}\s+(?:be\s+)?(?:\w+ly\s+)?(?:having|have|experiencing|facing)\s+{_some}(?:{_kind}\s+{_trouble}"
        rf"|{_trouble}(?:{_own}|\s+{_doing}\b)|(?:trouble|difficult(?:y|ies))\b(?!\s+with))"
    ),
    rf"(?:i|we)(?:'ve|\s+have)\s+(?:got\s+)?an?\s+{_kind}\s+{_trouble}",
    # "there's a problem on our side", "bit of a technical glitch here", "sorry for the technical issue"
    rf"there(?:'s|\s+(?:is|are|seems?\s+to\s+be))\s+{_some}(?:{_kind}\s+{_trouble}{_own}?|{_trouble}{_own})",
    rf"(?:just\s+)?(?:a\s+)?bit\s+of\s+an?\s+{_kind}\s+{_trouble}(?:\s+here)?",
    rf"(?:apologi[sz]e|apologies|sorry)\s+(?:for|about)\s+(?:the|this|these|any|our)\s+{_kind}\s+{_trouble}",
    # a cause, of nothing but what the agent cannot do
    (
        rf"(?:because\s+of|due\s+to|owing\s+to)\s+(?:an?|some|the)\s+{_kind}\s+{_trouble}{_own}?"
        r"(?=[^.;!?]{0,80}\b(?:i|we)(?:'m|\s+am|\s+are)?\s+(?:can't|cannot|couldn't|unable|not\s+able))"
    ),
    # "something went wrong", "I got an error back", "I've lost the connection", "this is taking longer than usual"
    rf"something(?:'s|\s+has|\s+is|\s+must\s+have)?\s+(?:gone|went|going)\s+wrong(?:{_own}|(?=\s*(?:[,.;!?]|$)))",
    r"i(?:'ve|'m)?\s+(?:just\s+)?(?:got|hit|have|received|am\s+getting)\s+an?\s+error\b(?:\s+back)?",
    r"(?:it|that|this|the\s+system)(?:'s|\s+is)?\s+(?:giving|gave|threw|returned|showing|shows)\s+(?:me\s+)?an\s+error",
    r"i(?:'ve|'m|\s+have|\s+am)?\s+(?:lost|losing)\s+(?:the|my)\s+connection|i(?:'m|\s+am)\s+locked\s+out",
    (
        r"(?:this|that)(?:'s|\s+is)\s+taking\s+(?:a\s+(?:while|moment|bit|little)|longer)(?:\s+(?:while|longer))?"
        r"(?:\s+than\s+(?:usual|normal|expected))?"
    ),
    r"there\s+(?:are|is)\s+a\s+(?:lot|great\s+many)\s+of\s+(?:requests|calls)",
)
# "... with your parcel": that is no trouble of the agent's.
_of_a_parcel = (
    r"\s+(?:with|about|concerning|regarding|delivering|affecting)\s+(?:(?:your|the|this|that|its?)\s+)?(?:packages?"
    r"|parcels?|orders?|deliver(?:y|ies)|shipments?|items?|drivers?|vans?|trucks?|it)\b"
    r"|\s+to\s+deliver\b"
)
_TROUBLE: Final = re.compile(rf"\b(?:{'|'.join(_SAID)})(?![a-z])(?!{_of_a_parcel})")


def find_troubles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each statement that the agent's own equipment fails it, between `start` and `end`."""
    for match in _TROUBLE.finditer(text, start, end):
        yield match.start(), match.end()
