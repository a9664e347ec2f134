"""Statements about what is there and what is not: "no issue is recorded", "I couldn't find it", "I found your parcel"."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """What is said to be there, or not."""

    DELIVERY = "delivery"
    ISSUE = "issue"
    ESTIMATE = "estimatedDelivery"
    STATUS = "status"
    NAME = "customerName"
    INFORMATION = "information"  # anything else: the agent may always say that it does not have or cannot do it


_clause = r"[^,;:.!?\x01]*?(?:\x01+[^,;:.!?\x01]*?)*?(?=\s*(?:[,;:.!?]|$|\bbut\b|\bhowever\b|\bso\s+(?:i|you|we|it|please)\b|\bbecause\b|\band\s+(?:i|it|the|your|it's|please|that|there)\b|\bso\s+far\b|\byet\b))"
_not = r"(?:do\s+not|don't|does\s+not|doesn't|cannot|can't|could\s+not|couldn't|did\s+not|didn't|am\s+not|'m\s+not|are\s+not|aren't|'re\s+not|was\s+not|wasn't|were\s+not|weren't|haven't|have\s+not|hasn't|has\s+not|am\s+unable|'m\s+unable|was\s+unable|were\s+unable|are\s+unable|won't|would\s+not|wouldn't)"
_soft = r"(?:(?:just|still|really|currently|unfortunately|also|simply|honestly|actually|sadly|personally|then|now|so|far)\s+)*"
_noun = r"(?:issues?|problems?|exceptions?|delivery|deliveries|package|parcel|shipment|order|record|entry|match|matches|result|results|estimate|estimated|date|eta|status|name|information|details?|note|notes|sign|trace|mention|complaints?|alerts?|flags?|errors?|such|updates?|delays?|dates?|text|message|arrival)"
_kept = r"(?:recorded|found|on\s+file|on\s+record|listed|available|reported|logged|noted|showing|shown|flagged|registered|given|stated|specified|provided|known|there|in\s+(?:our|the|my)\s+(?:system|records?|database)|attached|set|entered|present|visible|up|at\s+all|matching|under|associated|against|posted|made|with|for|on|here|to\s+report|of)"

_ABSENT: Final = re.compile(
    r"(?:"
    # The agent does not have, see or find it, or cannot do it.
    rf"(?P<agent>\b(?:i|we|our\s+(?:system|records?|database)|the\s+(?:system|records?|database|tracking|record|source))\b\s*{_soft}(?:{_not}|(?:have|has|had|see|sees|find|found|show|shows|got|contains?|hold|holds|list|lists|saw|returned|returns|know|can\s+(?:see|find))\s+(?:no|nothing|zero|not\s+a(?:ny)?)\b)(?!\s+only){_clause})"
    rf"|(?P<trouble>\b(?:i'm|i\s+am|we're|we\s+are|i've\s+been)\s+{_soft}having\s+(?:some\s+|a\s+bit\s+of\s+)?(?:trouble|difficulty|problems?|issues?|a\s+hard\s+time){_clause})"
    # It is not there.
    rf"|(?:\bthere(?:'s|\s+is|\s+are|\s+was|\s+were|\s+has\s+been|\s+have\s+been|\s+seems\s+to\s+be|\s+appears\s+to\s+be)\s+{_soft}(?:no|not|nothing|none|zero)\b{_clause})"
    rf"|(?:\bthere\s+(?:isn't|aren't|wasn't|weren't|hasn't\s+been|doesn't\s+(?:seem|appear)\s+to\s+be|does\s+not\s+(?:seem|appear)\s+to\s+be|don't\s+(?:seem|appear)\s+to\s+be){_clause})"
    rf"|(?:\bno\s+(?:\w+\s+){{0,3}}?{_noun}\b{_clause})"
    rf"|(?:\b(?:nothing|none)\s+(?:\w+\s+){{0,3}}?(?:{_kept}|came|comes|shows|is|was|has|matches|matched|turned|wrong|of\s+(?:that|those)){_clause})"
    rf"|(?:\b(?:\w+\s+){{1,5}}?(?:is|are|was|were|has|have|does|do|did|could)(?:n't|\s+not)\s+(?:been\s+|be\s+|yet\s+|currently\s+|seem\s+to\s+be\s+|appear\s+to\s+be\s+)*(?:recorded|available|listed|on\s+file|on\s+record|in\s+(?:our|the|my)\s+(?:system|records?)|found|known|provided|shown|given|stated|specified|set|exist|match|come\s+up|show\s+up|appear|include|list|say|mention|contain|entered|assigned|one\s+i|something\s+i|have|tell|give|state)\b{_clause})"
    rf"|(?:\b(?:without|free\s+of)\s+(?:any\s+)?(?:\w+\s+)?(?:issues?|problems?)\b)"
    r")"
)
_PRESENT: Final = re.compile(
    r"(?:\b(?P<issue>(?:there(?:'s|\s+is|\s+are|\s+was|\s+has\s+been)|has|have|had|shows?|showing|see|seeing|with|found|find|got|is|noted|recorded|lists?|notes?|carries|reports?|to)\s+(?:an|one|some|the\s+following|this|a|also\s+an|also\s+a|currently\s+an|indeed\s+an|in\s+fact\s+an)\s+"
    r"(?:(?!no\b)[a-z]+\s+){0,2}?(?:issue|problem|issues|problems)\b(?!\s+with\s+(?:the\s+|our\s+)?(?:line|connection|system)))"
    r"|\b(?P<flagged>(?:issue|problem)s?\s+(?:has\s+been|have\s+been|is|was|are|were)\s+(?:recorded|reported|logged|noted|flagged|registered|on\s+record|on\s+file))"
    r"|\b(?P<found>(?:i|we)(?:'ve|\s+have)?\s+(?:just\s+|now\s+|also\s+)*(?:found|located|got|have|see|can\s+see|can\s+find|could\s+find|was\s+able\s+to\s+(?:find|locate)|did\s+find|do\s+have|do\s+see|pulled\s+up)\s+"
    r"(?:it\b(?!\s+as)|(?:a|one|your|the|this|that)\s+(?:matching\s+)?(?:delivery|package|parcel|shipment|order|record|match)(?:\s+record)?\b(?!\s+(?:number|date|status))))"
    r"|\b(?P<there>there(?:'s|\s+is)\s+(?:indeed\s+)?(?:a|one)\s+(?:matching\s+)?(?:delivery|package|parcel|shipment|order|record)\b(?!\s+(?:number|date|status|issue)))"
    r"|\b(?P<estimate>(?:an|the)\s+estimate(?:d\s+\w+(?:\s+date)?)?\s+(?:has\s+been|is|was)\s+(?:recorded|on\s+record|on\s+file|available|listed))"
    r"|\b(?P<was>(?:that|the|your|this)\s+(?:number|delivery|tracking\s+number)\s+(?:does\s+exist|exists|was\s+found|is\s+in\s+(?:our|the)\s+system|has\s+been\s+found)))"
)
_ISSUE = re.compile(
    r"\b(?:issues?|problems?|exceptions?|complaints?|alerts?|flags?|errors?|wrong|incidents?|concerns?|delays?)\b"
)
_ESTIMATE = re.compile(
    r"\b(?:estimate[sd]?|estimation|dates?|eta|arrival|arrive[sd]?|arriving|when|window|timeframe|day|schedule[d]?)\b"
)
_STATUS = re.compile(r"\bstatus\b")
_NAME = re.compile(r"\b(?:name|customer|recipient|who)\b(?!\s+service)")
_GENERIC = re.compile(
    r"\b(?:information|info|details?|specifics|more|further|other|else|exact|reason|why|location|where|driver|phone|address|idea|access|visibility|"
    r"knowing|update|which|catch|hear|understand|guess|do|reach|look|lookup|promise|guarantee|say|speculate|want|share|discuss|that|help|change|speak|speed|give|tell|able\s+to\s+(?:tell|give|share|say|look|reach|get)|get\s+(?:through|an?\s+(?:update|answer)))\b"
)
_DELIVERY = re.compile(
    r"\b(?:delivery|deliveries|package|parcel|shipment|order|record|records|match|matches|matched|matching|results?|number|anything|nothing|one|it|entry|trace|exist|come\s+up|found|find|locate)\b"
)
_FINDING = re.compile(
    r"\b(?:find|found|finding|locate|located|see|seeing|seen|have|match\w*|exist\w*|there|no|nothing|record|come|show|showing|under|hold|holds|contains?|pull|any)\b"
)


def find_absences(text: str, start: int, end: int) -> Iterator[tuple[int, int, Subject]]:
    """Each statement that something is not there between `start` and `end`: its clause, and what is absent.

    `Subject.INFORMATION` is only what the agent says of itself: it may always say what it does not have.
    """
    for match in _ABSENT.finditer(text, start, end):
        if match["trouble"]:
            yield match.start(), match.end(), Subject.INFORMATION
            continue
        subject = _subject(match.group())
        if subject is not Subject.INFORMATION or match["agent"]:
            yield match.start(), match.end(), subject


def find_presences(text: str, start: int, end: int) -> Iterator[tuple[int, int, Subject]]:
    """Each statement that a delivery or an issue is there."""
    for match in _PRESENT.finditer(text, start, end):
        if match["issue"] or match["flagged"]:
            yield match.start(), match.end(), Subject.ISSUE
        elif match["estimate"]:
            yield match.start(), match.end(), Subject.ESTIMATE
        else:
            yield match.start(), match.end(), Subject.DELIVERY


def _subject(clause: str) -> Subject:
    if _ISSUE.search(clause):
        return Subject.ISSUE
    if _STATUS.search(clause):
        return Subject.STATUS
    if _ESTIMATE.search(clause):
        return Subject.ESTIMATE
    finding = _FINDING.search(clause) is not None
    if finding and _DELIVERY.search(clause) and not _GENERIC.search(clause):
        return Subject.DELIVERY
    if _NAME.search(clause) and not _GENERIC.search(clause):
        return Subject.NAME
    if finding and re.search(r"\b(?:find|locate|found|under)\b", clause):
        return Subject.DELIVERY
    return Subject.INFORMATION
