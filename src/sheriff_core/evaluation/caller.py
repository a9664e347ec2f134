"""What the caller said: an agent that gives it back states nothing."""

import re
from dataclasses import replace
from typing import Final

from sheriff_core.evaluation.claims import Claim, ClaimKind, ClaimValue, Hearing, find_claims
from sheriff_core.evaluation.claims.absence import Subject
from sheriff_core.evaluation.claims.identifiers import Identifier, find_identifiers
from sheriff_core.evaluation.claims.literals import Literal, read_words
from sheriff_core.evaluation.claims.text import Span, fold, word_set
from sheriff_core.evaluation.day_pattern import DayPattern

_QUESTION_MARK: Final = re.compile(r"[?]+")
_ASKS: Final = re.compile(r"[?]\s*$|\b(?:is|are|was|has|have|will|did|does)\s+(?:it|my|the|that|this)\b")
_SENTENCE: Final = re.compile(r"\S(?:[^.!?]|[.!?](?!\s|$))*[.!?]*")
_WHETHER_SO: Final = re.compile(r"\b(?:right|correct|true|so)\s*[?.]*$")
_it_is = r"it\s+(?:is|has|was|will|does|did)|there\s+(?:is|are|was|were)"
_it_is_not = r"it\s+(?:isn't|hasn't|wasn't|won't|is\s+not|has\s+not|was\s+not)"
_others_did = r"(?:he|she|they|we|i)\s+(?:did|do|does|has|have|is|are|was|were|will|can)"
_yes = (
    r"(?:oh\s+)?(?:yes|yeah|yep|yup|correct|exactly|indeed|definitely|(?:you\s+are|you're)\s+(?:quite\s+)?right"
    rf"|that(?:\s+is|'s)\s+(?:it|right|correct)|you\s+(?:do|can|will)|(?:i'm\s+afraid|i\s+(?:believe|think))\s+so|{_it_is})"
)
_willing = r"(?:sure|of\s+course|certainly|absolutely)"  # to do what was asked, or that it is so
_called = r",?\s+(?:(?:mr|mrs|ms|miss)\.?\s+)?(?P<called>[a-z]+)"
_YES_OR_NO: Final = re.compile(
    rf"\s*(?P<word>(?:(?P<willing>{_willing})|{_yes}|(?P<no>no(?:ne|t)\s+at\s+all|no|nope|none|i'm\s+afraid\s+not"
    rf"|{_it_is_not}))(?:,?\s+(?:{_yes}|{_willing}|{_others_did}|(?:(?:it|there)\s+)?(?:isn't|aren't|hasn't|wasn't)"
    rf"|ma'am|sir))?)(?:{_called})?\s*(?:[.!]|$)"
)
_REQUESTS: Final = re.compile(
    r"\b(?:can|could|would|will|do)\s+(?:you|(?:i|we)(?!\s+(?:get|have|need)\b))\b|\bplease\b|\bmind\b"
)
# "Is there any problem with it?"; "I have a problem, can you help?" asks for something else.
_ASKS_FOR_ISSUE: Final = re.compile(
    r"(?:^|[,.;!]\s*|\b(?:so|and|but|okay|ok|well)\s+)"
    r"(?:(?:is|are|was|were|has|have)\s+there\s+(?:been\s+)?|do\s+you\s+(?:see|have|find)\s+|does\s+it\s+(?:have|show)\s+|is\s+"
    r"|there(?:'s|\s+is|\s+are)\s+)?"
    r"(?:(?:an?|any|some)\s+(?:other\s+|known\s+)?(?:issues?|problems?|trouble)|(?:any|some)thing\s+(?:else\s+)?wrong)\b"
    r"(?:\s+(?:with|on|for|about|there)\b[^.,;!]*)?\s*[.]?\s*$"
)
# Asked the other way round: "is it heavy?", "do I have to sign?", "can I get a refund?".
_delivery = r"(?:it|(?:my|the)\s+(?:package|parcel|order|delivery|shipment|box))"
_OF_DELIVERY: Final = re.compile(
    rf"\b(?:is|was|has|does|did|will)\s+{_delivery}\b(?!\s+(?:the\s+(?:\w+\s+)?(?:one|number|code)|okay|ok|possible)\b)",
    re.IGNORECASE,
)
_OF_AGENT: Final = re.compile(
    r"\b(?:is\s+this(?!\s+(?:the|my|for|an?)\b)|is\s+it\s+you|are\s+you|(?:talking|speaking)\s+(?:to|with))\b",
    re.IGNORECASE,
)
_INVERTED: Final = re.compile(
    rf"\b(?P<verb>is|was|has|does|did|will|do(?=\s+i\s+(?:have|need)\b)|can(?=\s+i\s+(?:get|have)\b))\s+"
    rf"(?P<subject>{_delivery}|i)\b",
    re.IGNORECASE,
)
_IMPLIED: Final = frozenset(
    {
        *(ClaimKind.STATUS, ClaimKind.DATE, ClaimKind.TIME, ClaimKind.CARRIER, ClaimKind.PLACE),
        *(ClaimKind.AMOUNT, ClaimKind.COUNT, ClaimKind.NAME, ClaimKind.PROMISE),
    }
)
_TELLS_NOTHING: Final = word_set(
    "i i'm i've i'd my me we we're we've our us you you're you've you'd your said say saying mention mentioned "
    "mentioning told tell telling know understand hear that this it its it's the a an is are was were be been being "
    "has have had do did just also already still so since on for in at to of from and as"
)
_NOT: Final = "not"
_DENIALS: Final = word_set("not no never nothing")
_CLAUSE_ENDS: Final = re.compile(r"[.,;:!?]|\b(?:and|but|because|so)\b")
# What may be so or not: the caller's "I haven't received it" is no "you received it".
_DENIABLE: Final = frozenset({ClaimKind.STATUS, ClaimKind.NEGATION, ClaimKind.ABSENCE, ClaimKind.PRESENCE})
_DENIED: Final = {ClaimKind.STATUS: ClaimKind.NEGATION, ClaimKind.NEGATION: ClaimKind.STATUS}


class Caller:
    """What the caller has said so far, so that the agent may give it back."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._clauses: list[set[str]] = []
        self._words: set[str] = set()  # of all clauses
        self._numbers: set[str] = set()
        self._asked = ""  # the last turn, as a statement, when it asked something

    def hear(self, text: str) -> None:
        """Take in one turn of the caller."""
        folded = fold(text)
        clauses = [words for words in map(_telling_words, _CLAUSE_ENDS.split(folded)) if words]
        self._clauses += clauses
        self._words.update(*clauses)
        for identifier in find_identifiers(folded, 0, len(folded)):
            self._numbers |= identifier.readings
        self._asked = _QUESTION_MARK.sub(".", _questions(text))

    def implied(self, answer: str) -> list[Claim]:
        """What a bare "yes" or "no" states: the facts of the question before it.

        An answer that goes on to say it in full is read for itself.
        """
        match = _YES_OR_NO.match(fold(answer))
        if match is None or not self._asked or not self._is_called(match["called"]):
            return []
        if match["willing"] and _REQUESTS.search(fold(self._asked)):
            return []  # "could you check?" - "of course": nothing is said of it yet
        span = Span(match.start("word"), match.end("word"))
        said = answer[span.start : span.end]
        stated = self._denied() if match["no"] is not None else self._affirmed()
        return [replace(claim, text=said, start=span.start, end=span.end, sentence=span) for claim in stated]

    def _affirmed(self) -> list[Claim]:
        """What a "yes" says to the last question."""
        if _OF_AGENT.search(self._asked):
            return []
        told = _INVERTED.sub(r"\g<subject> \g<verb>", self._asked)
        kinds = _IMPLIED | {ClaimKind.OTHER} if _OF_DELIVERY.search(self._asked) else _IMPLIED
        asked = find_claims(told, self._hearing)
        stated = [claim for claim in asked if claim.kind in kinds and not isinstance(claim.value, Literal)]
        return stated or self._of_issue(ClaimKind.PRESENCE)

    def _denied(self) -> list[Claim]:
        """What a "no" says to the last question: of "is it coming on Saturday?" it denies the day."""
        asked = find_claims(self._asked, self._hearing)
        days = [claim for claim in asked if isinstance(claim.value, DayPattern) and claim.kind is ClaimKind.DATE]
        if days and not any(claim.past for claim in days):
            return [replace(day, value=_not_on(day.value)) for day in days]
        states = [claim for claim in asked if claim.kind in _DENIED and not isinstance(claim.value, Literal)]
        return [replace(claim, kind=_DENIED[claim.kind]) for claim in states] or self._of_issue(ClaimKind.ABSENCE)

    def _of_issue(self, kind: ClaimKind) -> list[Claim]:
        if _ASKS_FOR_ISSUE.search(fold(self._asked)) is None:
            return []
        return [Claim(kind, "", 0, 0, Subject.ISSUE, Span(0, 0))]

    def _is_called(self, word: str | None) -> bool:
        """Whether a word behind a "yes" is nothing but the listener's name."""
        return word is None or any(word in fold(name).split() for name in self._hearing.names)

    def said(self, claim: Claim) -> bool:
        """Whether a clause that gives the caller's words back gives back only what was said, and in its sense."""
        if not claim.echoing or (isinstance(claim.value, Literal) and claim.value.field == "issue"):
            return False
        if claim.kind not in _DENIABLE or isinstance(claim.value, Identifier):
            return self.knows(claim)
        words = _telling_words(claim.text)
        denied = claim.kind is ClaimKind.NEGATION or _NOT in words
        told = words - {_NOT}
        return bool(told) and any(told <= clause and (_NOT in clause) is denied for clause in self._clauses)

    def knows(self, claim: Claim) -> bool:
        """Whether the caller said the words of `claim`."""
        if isinstance(claim.value, Identifier):
            said = replace(claim.value, suffix=True)  # a caller is told the end of what was said
            return any(map(said.names, self._numbers))
        words = _telling_words(claim.text)
        return bool(words) and words <= self._words


def _not_on(day: ClaimValue) -> ClaimValue:
    return replace(day, denied=not day.denied) if isinstance(day, DayPattern) else day


def _questions(text: str) -> str:
    """The sentences of a turn that ask; all of it where they ask only whether the rest is so."""
    asking = " ".join(sentence for sentence in _SENTENCE.findall(text) if _ASKS.search(fold(sentence)))
    return text if _WHETHER_SO.search(fold(asking)) else asking


def _telling_words(text: str) -> set[str]:
    """The words of `text` that tell something, whoever says them: the caller's "my" is the agent's "your"."""
    words: set[str] = set()
    for word in read_words(fold(text)):
        if word.reads in _DENIALS or word.reads.endswith("n't"):
            words.add(_NOT)
        elif word.reads not in _TELLS_NOTHING:
            words.add(word.reads.removesuffix("'s"))
    return words
