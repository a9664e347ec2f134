"""Statements about what is there and what is not: "no issue is recorded", "I couldn't find it", "I found your parcel".

Read clause by clause: a clause that denies, and speaks of having, finding or recording, denies that its subject is
there; one that speaks of an issue without denying says that there is one.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sheriff_core.evaluation.claims.status import tells_a_state
from sheriff_core.evaluation.claims.text import TAKEN


class Subject(StrEnum):
    """What is said to be there, or not."""

    DELIVERY = "delivery"
    ISSUE = "issue"
    ESTIMATE = "estimatedDelivery"
    STATUS = "status"
    NAME = "customerName"
    INFORMATION = "information"  # anything else: the agent may always say that it does not have or cannot do it


_CLAUSE: Final = re.compile(
    r"[^,;:.!?\"]+?(?=[,;:.!?\"]|$|\s(?:but|however|although|though|because)\b|\sso\s+(?:i|you|we|it|please|that)\b"
    r"|\sand\s+(?:i|it|the|your|it's|please|that|there|there's|we|you|i'm|i'll|they)\b)"
)
_DENIES: Final = re.compile(
    r"\b(?:not|no|none|nothing|nobody|never|neither|nor|without|zero|cannot|unable|blank|empty|nowhere|free\s+of"
    r"|fails?|failed\s+to\s+(?:find|locate))\b|n't\b|\b(?:nothing|none)'s\b"
)
_BEING: Final = re.compile(
    r"\b(?:find|finding|found|locate|locating|located|see|seeing|seen|have|haven't|having|has|hasn't|had|hold|holds"
    r"|know|exist|exists|match|matches|matching|come|comes|came|coming|show|shows|showing|"
    r"list|lists|listed|record|records|recorded|file|there|there's|there'd|been|got|get|getting|give|gives|given"
    r"|gave|set|available|report|reported|reports|flagged|flags|logged|noted|register|registered|contain|contains|"
    r"include|includes|bring|pull|turn|turned|return|returned|returns|search|under|tell|say|says|mention|mentions"
    r"|reach|access|look|confirm|state|states|stated|on|against|with|without|free|blank|empty|luck|trace|sign|is"
    r"|isn't|are|aren't|was|wasn't|any|at\s+all|appear|appears|retrieve|identify|do|does|know|catch|hear|understand"
    r"|speak|share|help|guess|change|promise)\b|'ve\b|\bno\b"
)
_AGENT: Final = re.compile(r"\b(?:i|we|i'm|we're|i've|we've|i'd|we'd|our|my|me|us)\b")
# "I can see that the address could not be verified": what is denied is not denied of the agent.
_REPORTED: Final = re.compile(
    r"\b(?:i|we)(?:'m|'ve)?(?:\s+(?:can|could|do|have|am|are|just|also|now|already|did))*\s+(?:see|seeing|tell\s+you|know|confirm"
    r"|notice|noticed|find|found|note|understand|learned|say)\s+(?:that\s+)?(?:the|your|his|her|their|its|it|they|he|she"
    r"|someone|somebody|an?)\b(?!\s+(?:\w+\s+)?(?:records?|systems?|order|file|entry|screen|details?)\b)(?:(?!\b(?:i|we|i'm|we're|my|our)\b).)*$"
)
_ISSUE: Final = re.compile(
    r"\b(?:issues?|problems?|notes?|exceptions?|complaints?|alerts?|flags?|errors?|incidents?"
    r"|(?<!you something )(?<!you anything )(?<!you the )wrong|delays?|reported|flagged|logged|noted|raised"
    r"|complications?|hiccups?|trouble(?=\s+with\s+(?:it|that|this|the|your)\b))\b"
)
_ESTIMATE: Final = re.compile(
    r"\b(?:estimate[sd]?|estimation|dates?|eta|arrival|arrive[sd]?|arriving|when|window|timeframe|schedule[d]?"
    r"|delivery\s+day|how\s+long)\b"
)
_STATUS: Final = re.compile(r"\bstatus\b")
# A second date, or the hour of the recorded one: an estimate may be on record all the same.
_NO_FURTHER_ESTIMATE: Final = re.compile(
    r"\b(?:new(?:er)?|second|other|another|later|updated|revised|more\s+recent|fresher)\s+(?:delivery\s+|estimated\s+)*"
    r"(?:dates?|day|estimates?|eta|one)\b|\bestimates?\s+(?:later|newer|other|more\s+recent)\s+than\b"
    r"|\b(?:delivery|time)\s+(?:window|slot)\b|\b(?:exact|precise|specific)\s+(?:time|hour|moment)\b|\bwhat\s+(?:time|hour)\b"
    r"|\bhow\s+long\s+(?:that|this)(?:'ll|\s+(?:will|may|might|could|takes?))\b"
    r"|\b(?:when\s+exactly|(?:exactly|precisely)\s+when)\b"
)
_NAME: Final = re.compile(r"\b(?:name|customer|recipient)\b(?!\s+service)")
_GENERIC: Final = re.compile(
    r"\b(?:information|info|details?|specifics|a\s+time|times?\s+of\s+(?:the\s+)?day|(?:delivery|specific|precise|set)\s+times?|more|further|other|else|exact|exactly|reason|why|location|where|signature|photo|proof|newer|fresher|more\s+recent"
    r"|driver|phone|address|idea|access|visibility|knowing|update|updates|which|catch|hear|"
    r"understand|guess|do|reach|look|lookup|promise|guarantee|speculate|want|share|discuss|help|change|speak|speed"
    r"|give\s+(?:out|you\s+(?:a|an|any|that|more))|able\s+to\s+(?:tell|give|share|say|look|reach|get)"
    r"|get\s+(?:through|an?\s+(?:update|answer))|refresh|connect|connection|answering|answer|responding|working)\b"
)
_DELIVERY: Final = re.compile(
    r"\b(?:delivery|deliveries|package|packages|parcel|parcels|shipment|order|orders|records?|match|matches|matched"
    r"|matching|results?|number|anything|nothing|something|one|it|that|this|entry|trace|item|exist|exists|system"
    r"|file)\b"
)
_FINDING: Final = re.compile(
    r"\b(?:find|found|finding|locate|located|locating|see|seeing|seen|have|haven't|hold|holds|match|matches|matching"
    r"|exist|exists|there|there's|record|records|come|comes|came|coming|show|shows|showing|under|blank"
    r"|empty|results?|trace|got|on\s+(?:our|the|my)\s+(?:system|file|records?)|in\s+(?:our|the|my)\s+(?:system"
    r"|records?|database)|with\s+that|retrieve|identify|nothing)\b|'ve\b"
)
_WILL_NOT_DO: Final = re.compile(
    r"\b(?:able\s+to|can't|cannot|can\s+not|couldn't|could\s+not|won't|not\s+allowed\s+to)\s+(?:\w+ly\s+)?(?:change|cancel"
    r"|reschedule|speed|modify|move|update|guarantee|promise|share|discuss|give\s+out|do|expedite|redirect|reroute"
    r"|contact|reach|predict|speculate|comment|help|make\s+it|get\s+it\s+(?:to|there|any)|bring\s+it|hurry|add|take"
    r"|force)\b"
)
# "You haven't received it": what happened at the caller's own door is no statement about the record.
_OF_THE_CALLER: Final = re.compile(
    r"\byou\s+(?:still\s+)?(?:can't|cannot|couldn't|haven't|hadn't|didn't|(?:have|had|did|could"
    r"|can)\s+not)\s+(?:yet\s+)?(?:find|seen?|receiv\w+|get|got"
    r"|gotten|had)\s+(?:it|them|this|that|your\s+\w+|the\s+\w+)\b"
)
# "It doesn't say where": what the record does not tell of.
_UNTOLD: Final = re.compile(
    r"(?:n't|\bnot)\s+(?:say|tell(?:\s+(?:me|us))?|show|mention|specify|give|state|note)\s+(?:me\s+)?(?:who|where|why"
    r"|how|which|what\s+time|a\s+time)\b"
)
# "The record doesn't say", "it doesn't list what's inside": it is silent, and about nothing that has a field.
_SILENT: Final = re.compile(
    r"\b(?:records?|entry|file|notes?|system|screen|it|that)\s+(?:just\s+)?(?:does|do|did)(?:n't|\s+not)\s+(?:\w+ly\s+)?"
    r"(?:(?:say|tell|mention|specify|state|list|cover)(?:\s+(?:me|us|so|more|that|it))?(?:\s*$|\s+(?:whether|if|what)\b)"
    r"|(?:say|specify)\s+\x01)"  # the "whether ..." has been read as a condition
    r"|\bthere(?:'s|\s+is)\s+nothing\s+(?:about|regarding)\s+(?:that|this)\b"
)
# What the agent cannot do for the caller, said of itself and of now: "I can't issue refunds".
_REFUSES: Final = re.compile(
    r"\b(?:i|i'm|i\s+am)\s+(?:(?:\w+ly|afraid)\s+)?(?:can't|cannot|can\s+not|not\s+able\s+to|unable\s+to|not\s+allowed\s+to)"
    r"\s+(?:speed|hurry|rush|issue|process|offer|arrange|leave|send|transfer|connect|book|add|set\s+up|waive|refund|credit|cancel|open|file"
    r"|pass|put|place|take)\b"
)
_HELPS: Final = re.compile(r"\b(?:help|assist|ask(?:\s+me)?|tell\s+you)\b[^.]*\b(?:with|about)\b")
_SHORT: Final = re.compile(
    r"(?:there\s+(?:are|is)\s+)?(?:none|nothing)(?!\s+(?:under|for|with|by|there|found|came|comes|matches|in)\b)\b"
    r"|there\s+(?:isn't|aren't)\s+any$|(?:i|we)\s+(?:have|see"
    r"|found)\s+none$"
)
# "Issues: none": a heading states nothing, but names what there is none of.
_LABEL: Final = re.compile(
    r"\W*(?:(?:any|known|recorded|reported|open|delivery)\s+)?(?:issues?|problems?)(?:\s+(?:on\s+record|recorded"
    r"|reported|noted))?\W*"
)
_NONE: Final = re.compile(r"\W*(?:none|nothing)\W*\Z")
_LABEL_LENGTH: Final = 24  # characters before a clause in which its heading may stand
_UNCHANGED: Final = re.compile(r"\bchanged\b")
_OFFER: Final = re.compile(
    r"^\s*(?:and\s+|or\s+)?(?:i\s+can(?!\s+(?:see|find|locate|confirm|tell))|i\s+could|i'll|i\s+will|let\s+me|you\s+can"
    r"|happy\s+to|i'm\s+happy|would|if|please|any|sorry\s+for|as\s+for|regarding|about|shall|whether)\b"
)
_THERE_IS_ISSUE: Final = re.compile(
    r"\b(?:issues?|problems?)\b(?!\s+with\s+(?:the\s+|our\s+|this\s+)?(?:line|connection|system|call))"
)
_UNSPEAKABLE: Final = re.compile(r"\bthat\s+i\s+can(?:'t|not)\s+(?:read|say)")
_ANY: Final = re.compile(r"\b(?:any|other)\s+(?:\w+\s+)?(?:issues?|problems?)\b|\bno\s+problems?\b")
_noun = r"(?:matching\s+)?(?:delivery|package|parcel|shipment|order|record|match|item|result)"
_THERE_IS_DELIVERY: Final = re.compile(
    # The agent found it, has it, sees it.
    r"\b(?:(?:i|we)(?:'ve|\s+have|\s+do|\s+did|\s+can|\s+could|\s+(?:was|were|am|are)\s+able\s+to|'m\s+able\s+to"
    r"|\s+just|\s+now|\s+also)*\s+(?:found|find|located|locate|got|have|see|hold|pulled\s+up|brought\s+up)"
    r"|i'm\s+(?:seeing|showing|finding)|"
    r"there(?:'s|\s+is|\s+was|\s+(?:appears|seems)\s+to\s+be)|(?:searches|search|systems?|records?"
    r"|database)\s+(?:found|shows?|has|have|returned|contains?|indicates?)|found|located)\s+"
    rf"(?:it\b(?!\s+as)|something\b|(?:an?|one|your|the|this|that)\s+(?:{_noun}|one)\b(?!\s+(?:number|date|status"
    rf"|issue|moment|thing)))"
    r"|\b(?:found|find|located|locate)\s+\x01"
    # It is there, it exists, it matches.
    rf"|\b(?:does\s+exist|exists)\b|\b(?:there|here)\s+it\s+is\b"
    rf"|\b(?:an?|one|your|the|this|that)\s+{_noun}\s+(?:does\s+)?(?:match(?:es)?\b|corresponds?\s+to\b|(?:is"
    rf"|was|has\s+been|appears|shows\s+up|is\s+showing|comes|came|does\s+come)\s+(?:on\s+(?:file|record)|found"
    rf"|located|in\s+(?:our|the|my)\s+\w+|under|up|showing|associated|registered|for"
    r"|(?:recorded|listed|stored|entered)\s+(?:under|with|in|on|against|for))\b)"
    r"|\b(?:number|that|it|one|delivery|package|parcel|order)(?:'s|\s+is)\s+(?:on\s+(?:file|record)"
    r"|(?:recorded|listed|registered)\s+under|in\s+(?:here\b"
    r"|(?:our|the|my)\s+(?:systems?|records?|database)\b))|\bthere(?:'s|\s+is)\s+such\b"
    r"|\b(?:number|that|it)\s+(?:(?:was|has\s+been)\s+found|(?:is|appears|shows)\s+(?:on|in)\s+(?:our|the"
    r"|my)\s+(?:system|records?|database)|(?:comes|came|does\s+come)\s+up)\b"
)
_THERE_IS_ESTIMATE: Final = re.compile(
    r"\b(?:an|the)\s+estimate(?:d\s+\w+(?:\s+date)?)?\s+(?:has\s+been|is|was)\s+(?:recorded|on\s+record|on\s+file"
    r"|available|listed)"
)


def find_absences(text: str, start: int, end: int) -> Iterator[tuple[int, int, Subject]]:
    """Each statement that something is not there between `start` and `end`: its clause, and what is absent.

    `Subject.INFORMATION` is only what the agent says of itself: it may always say what it does not have.
    """
    if _DENIES.search(text, start, end) is None:
        return
    for begin, finish, clause in _clauses(text, start, end):
        denial = _DENIES.search(clause)
        is_statement = any(known.search(clause) for known in (_BEING, _REFUSES, _NONE))
        if denial is None or not is_statement or _UNCHANGED.search(clause) or _OF_THE_CALLER.search(clause):
            continue
        subject = _subject(clause)
        if _SHORT.match(clause) and subject in (Subject.INFORMATION, Subject.DELIVERY):
            subject = _subject(text[max(0, start - _LABEL_LENGTH) : finish])  # "as for issues, there are none"
        if subject is not Subject.ISSUE and tells_a_state(clause):
            continue  # "it hasn't been delivered" denies a state
        is_told = any(telling.search(clause) for telling in (_AGENT, _UNTOLD, _SILENT))
        if subject is Subject.INFORMATION and (not is_told or _REPORTED.search(clause[: denial.start()])):
            continue
        yield begin, finish, subject


def find_presences(text: str, start: int, end: int) -> Iterator[tuple[int, int, Subject]]:
    """Each statement that a delivery, an estimate or an issue is there."""
    for begin, finish, clause in _clauses(text, start, end):
        if _DENIES.search(clause) or _OFFER.search(clause) or _HELPS.search(clause) or _LABEL.fullmatch(clause):
            continue
        if (issue := _THERE_IS_ISSUE.search(clause)) and not _ANY.search(clause):
            yield begin + issue.start(), begin + issue.end(), Subject.ISSUE
        elif found := _THERE_IS_DELIVERY.search(clause):
            yield begin + found.start(), begin + found.end(), Subject.DELIVERY
        elif _THERE_IS_ESTIMATE.search(clause):
            yield begin, finish, Subject.ESTIMATE


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for match in _CLAUSE.finditer(text, start, end):
        clause = match.group()
        inner = clause.lstrip(f" {TAKEN}").rstrip()  # "No," has been read already
        if inner:
            begin = match.start() + clause.index(inner)
            yield begin, begin + len(inner), inner


def _subject(clause: str) -> Subject:
    """What a clause denies, by the first of the nouns that it holds."""
    if (
        _SILENT.search(clause)
        or _UNTOLD.search(clause)
        or _UNSPEAKABLE.search(clause)
        or _WILL_NOT_DO.search(clause)
        or _REFUSES.search(clause)
    ):
        return Subject.INFORMATION
    for expression, subject in _BY_NOUN:
        if expression.search(clause):
            return subject
    if _GENERIC.search(clause):
        return Subject.INFORMATION
    if _NAME.search(clause):
        return Subject.NAME
    if _SILENT.search(clause):
        return Subject.INFORMATION
    is_sought = _FINDING.search(clause) is not None and _DELIVERY.search(clause) is not None
    return Subject.DELIVERY if is_sought else Subject.INFORMATION


_BY_NOUN: Final = (
    (_ISSUE, Subject.ISSUE),
    (_STATUS, Subject.STATUS),
    (_NO_FURTHER_ESTIMATE, Subject.INFORMATION),
    (_ESTIMATE, Subject.ESTIMATE),
)
