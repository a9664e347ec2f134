"""Clauses that give the caller's own words back: "you said you haven't received it", "you've waited since Tuesday"."""

import re
from collections.abc import Iterator
from typing import Final

from sheriff_core.evaluation.claims.speech_acts import ECHOING
from sheriff_core.evaluation.claims.status import tells_a_state
from sheriff_core.evaluation.claims.text import Page, Span

_CLAUSE_END = r"(?=[,;:.!?\"]|$|\s(?:but|because|however|although|though|so|yet|and)\s)"
_HEARD = (
    r"\bi\s*(?:know|understand|hear|realise|realize|gather|appreciate|see\s+why|get(?=\s+that)|(?:am|'m)\s+(?:(?:so"
    r"|very|really|truly)\s+)*sorry(?:\s+to\s+hear)?)\s+(?:that\s+)?+"
)
_END: Final = re.compile(_CLAUSE_END)
# "I know your neighbour took it" tells who has it; "... saw a van" can only be the caller's.
_NOT_TAKEN = r"\w+\b(?!\s+(?:has|have|had|holds?|took|got|accepted|signed|kept|keeps|picked|collected)\b)"
# "I know your parcel is in Memphis" tells where it is, whoever spoke of Memphis; "... hasn't come" can be the caller's.
_DELIVERY = r"(?:packages?|parcels?|orders?|delivery|deliveries|shipments?|items?|box(?:es)?)"
_DENIED = r"(?=[^,;:.!?\"]{0,80}?(?:\b(?:not|never|nothing|no)\b|n't\b))"
_OF_THE_CALLER: Final = re.compile(
    r"(?:\byou(?:'ve|'d|'re|\s+(?:have|had|are|were|did)(?:n't)?)?(?:\s+(?:just|also|already|been|not|never|yet"
    r"|still))*\s+(?:said|say|saying|mention(?:ed|ing)?|told|tell|telling|stated?|stating|report(?:ed|ing)?"
    r"|describ(?:ed?|ing)|explain(?:ed|ing)?|wait(?:ed|ing)?|received|got|gotten|seen)\b"
    r"|\byou\s+(?:did|do)(?:n't|\s+not)\s+(?:\w+ly\s+)?(?:receive|get|see)\b"
    rf"|{_HEARD}you\b(?!'ll\b|\s+(?:will|get|receive)\b)"
    rf"|{_HEARD}your\s+(?!{_DELIVERY}\b){_NOT_TAKEN})[^,;:.!?\"]*?{_CLAUSE_END}"
    rf"|{_HEARD}your\s+{_DELIVERY}\b{_DENIED}[^,;:.!?\"]*?(?:(?=\s(?:until|till|before|by|on|in|at|from)\s)|{_CLAUSE_END})"
)
_SAID_BEFORE: Final = re.compile(
    r"[^,;:.!?\"]{1,80},\s+you(?:'ve)?\s+(?:just\s+)?(?:say|said|mention|mentioned|told\s+me"
    r"|tell\s+me)\b"
)
_OF_THE_MATTER: Final = re.compile(rf"{_HEARD}(?!your?\b|i\b|we\b|how\b)[^,;:.!?\"]*?{_CLAUSE_END}")


def echoes(page: Page, span: Span) -> Iterator[Span]:
    """Each clause of `span` that tells what the caller said. What is known of a state is no echo, whoever asked."""
    opening = ECHOING.match(page.folded[span.start : span.end])
    if opening is not None and (end := _END.search(page.folded, span.start + opening.end(), span.end)) is not None:
        yield Span(span.start, end.start())
    for match in _OF_THE_CALLER.finditer(page.folded, span.start, span.end):
        yield Span(match.start(), match.end())
    for match in _SAID_BEFORE.finditer(page.folded, span.start, span.end):
        yield Span(match.start(), match.end())
    for match in _OF_THE_MATTER.finditer(page.folded, span.start, span.end):
        if not tells_a_state(match.group()):
            yield Span(match.start(), match.end())
