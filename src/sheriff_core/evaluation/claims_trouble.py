"""What an agent says of its own equipment: "our system isn't answering". It tells of the call, and of no delivery."""

import re
from collections.abc import Iterator
from typing import Final

_equipment = (
    r"(?:systems?|computers?|screens?|machines?|line|connection|lookups?|look-ups?|search|database|records\s+system"
    r"|tools?"
    r"|technology|tech|software|servers?|(?:tracking|lookup)\s+service|(?:live|real-time|up-to-date)\s+(?:data|information|updates?|tracking))"
)
_being = r"(?:'s|'re|\s+(?:is|are|was|were|has|have|seems?|appears?|keeps?|looks?))(?:\s+(?:to\s+be|been|being|just))?"
_degree = r"(?:\s+(?:currently|temporarily|just|still|also|really|rather|quite|very|so|a\s+(?:bit|little|touch)|all))*"
_amiss = (
    r"(?:down|offline|slow|sluggish|stubborn|stuck|frozen|fro[sz]e|crashed|unavailable|unresponsive|unreachable|busy"
    r"|overloaded|spinning|failing|asleep|gone\s+to\s+sleep|not\s+playing\s+ball|acting\s+up|playing\s+up|misbehaving|lagging|hanging|struggling|tim(?:ed|ing)\s+out"
    r"|(?:not|n't)\s+(?:respond|repl[yi]|answer|work|load|co-?operat)\w*|out\s+of\s+(?:order|action)|giving\s+me\s+trouble)"
)
_kind = r"(?:technical|system|computer|connection|network|connectivity)"
_trouble = r"(?:difficult(?:y|ies)|problems?|issues?|troubles?|hiccups?|errors?|faults?|glitch(?:es)?|hitch(?:es)?)"
_own = r"(?:\s+(?:on|at|with)\s+(?:my|our|this)\s+(?:end|side|part))"
_TROUBLE: Final = re.compile(
    # The equipment does not do its work.
    rf"\b(?:(?:our|the|my|this|these)\s+)?{_equipment}(?:{_being}{_degree}\s+{_amiss}|\s+(?:is|are|was|does|do"
    rf"|has)n't\s+\w+ing"
    rf"|\s+{_amiss}|\s+(?:has\s+|have\s+|just\s+)*(?:failed|crashed|froze|hung|died)|\s+didn't\s+(?:work|respond"
    rf"|answer|load))"
    rf"(?:\s+(?:on|with)\s+(?:me|us))?\b"
    r"|\b(?:it|this|that|the\s+page|the\s+screen)\s+(?:(?:wo|does|is|did|has)n't|(?:will|does|is|did)\s+not"
    r"|isn't)\s+(?:load|open|work|respond|let)(?:ing|ed)?\b"
    r"(?:\s+me(?:\s+in)?)?(?!\s+(?:for\s+)?(?:you|your))"
    # The agent has trouble with it; problems are its own only where it says so.
    rf"|\b(?:i|we)(?:'m|'re|'ve|\s+(?:am|are|have|seem\s+to|do))*\s+(?:be\s+)?(?:\w+ly\s+)?(?:having|have|experiencing"
    rf"|facing)\s+"
    rf"(?:some\s+|a\s+few\s+|an?\s+(?:bit\s+of\s+|little\s+)?)?(?:{_kind}\s+{_trouble}|{_trouble}(?:{_own}"
    rf"|\s+(?:accessing|getting|reaching"
    r"|loading|pulling|bringing|connecting|finding)\b)|(?:trouble|difficult(?:y|ies))\b(?!\s+with))"
    rf"|\bthere(?:'s|\s+(?:is|are|seems?\s+to\s+be))\s+(?:some\s+|a\s+few\s+|an?\s+)?(?:{_kind}\s+{_trouble}{_own}?"
    rf"|{_trouble}{_own})\b"
    rf"|\bsomething(?:'s|\s+has|\s+is|\s+must\s+have)?\s+(?:gone|went|going)\s+wrong(?:{_own}|(?=\s*(?:[,.;!?]|$)))"
    rf"|\b(?:apologi[sz]e|apologies|sorry)\s+(?:for|about)\s+(?:the|this|these|any|our)\s+{_kind}\s+{_trouble}\b"
    rf"|\b(?:just\s+)?(?:a\s+)?bit\s+of\s+an?\s+{_kind}\s+{_trouble}(?:\s+here)?\b"
    rf"|\b(?:i|we)(?:'ve|\s+have)\s+(?:got\s+)?an?\s+{_kind}\s+{_trouble}\b"
    rf"|\b(?:because\s+of|due\s+to|owing\s+to)\s+(?:an?|some|the)\s+{_kind}\s+{_trouble}{_own}?"
    r"(?=[^.;!?]{0,80}\b(?:i|we)(?:'m|\s+am|\s+are)?\s+(?:can't|cannot|couldn't|unable|not\s+able))"
    r"|\b(?:it|that|this|the\s+system)(?:'s|\s+is)?\s+(?:giving|gave|threw|returned|showing|shows)\s+(?:me\s+)?an\s+error\b"
    r"|\bi(?:'ve|'m|\s+have|\s+am)?\s+(?:lost|losing)\s+(?:the|my)\s+connection\b|\bi(?:'m|\s+am)\s+locked\s+out\b"
    r"|\bi(?:'ve|'m)?\s+(?:just\s+)?(?:got|hit|have|received|am\s+getting)\s+an?\s+error\b(?:\s+back)?"
    r"|\b(?:this|that)(?:'s|\s+is)\s+taking\s+(?:a\s+(?:while|moment|bit|little)|longer)(?:\s+(?:while"
    r"|longer))?(?:\s+than\s+(?:usual|normal|expected))?\b"
    r"|\bthere\s+(?:are|is)\s+a\s+(?:lot|great\s+many)\s+of\s+(?:requests|calls)\b"
)


def find_troubles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each statement that the agent's own equipment fails it, between `start` and `end`."""
    for match in _TROUBLE.finditer(text, start, end):
        yield match.start(), match.end()
