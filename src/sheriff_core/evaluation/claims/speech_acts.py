"""What a sentence does: only statements state. Questions, offers, greetings and read-backs are told apart here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from sheriff_core.evaluation.claims.status import tells_a_state
from sheriff_core.evaluation.claims.text import Page, Span


class Act(Enum):
    """What a stretch of speech does."""

    STATEMENT = auto()
    COURTESY = auto()  # greets, thanks, apologises, says goodbye; nothing about a delivery
    ECHO = auto()  # gives the caller's own words back: "you said ..."
    READ_BACK = auto()  # asks by giving a number or a name back: "so that's S H R 1 2 3?"
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of a turn that does one thing."""

    span: Span
    act: Act


_FILL = (
    r"(?:(?:so|and|but|okay|ok|alright|all\s+right|well|um|uh|now|great|perfect|sure|thanks|thank\s+you|sorry|then"
    r"|yes|no|otherwise|also|or|if\s+not|certainly|absolutely|of\s+course|no\s+problem)[,.!]?\s+){0,6}"
)
_ASKING = (
    r"(?:would|could|can|will|do|did|have|are|were|might|may|shall|should|(?:do|wo|ca|did|have|are|would|could)n't)"
    r"\s+(?:you|we)|(?:perhaps|maybe)\s+(?:you|we|i)\s+(?:can|could|may|might|should)|(?:can|may|shall|should|could"
    r"|might|do"
    r"|did|am|have)\s+i|"
    r"(?:is|was|are|were|isn't|wasn't)\s+(?:there|it|that|this|your|the|these|those|everything)|(?:has|have|does|did"
    r"|hasn't|doesn't)\s+(?:it|that|the|your|this|anything)|"
    r"what|which|when|where|who|whose|how|why|want\s+me|any\s?thing\s+else|any\s+other|would\s+(?:that|it)"
    r"|need\s+(?:any|me)|"
    r"(?:and\s+)?(?:your|the)\s+(?:tracking\s+)?(?:number|name)\s+(?:is|again)|care\s+to"
)
_QUESTION = re.compile(rf"(?:^|(?<=[,;:.!])\s*|\s(?:and|but|or|so)\s+)\s*{_FILL}(?:{_ASKING})\b")
_ALWAYS_ASKING = re.compile(
    rf"\s*{_FILL}(?:(?:would|could|can|will)\s+(?:you|y'all)\b|(?:may|shall|can|could|should)\s+i\b|do\s+you\b"
    rf"|is\s+there\s+any|would\s+it\s+help|any\s?thing\s+else\b|how\s+(?:can|may)\s+i\b|what\s+else\b)"
)
_TAG = re.compile(
    r",?\s*(?:right|correct|okay|ok|yes|alright|all\s+right|yeah|isn't\s+it|is\s+that\s+(?:right|correct|okay)"
    r"|is\s+it|hasn't\s+it|won't\s+it|doesn't\s+it|you\s+know|got\s+(?:it|that))\s*\?+[\s\"')]*$"
)
_COURTEOUS = re.compile(
    r"\s*(?:hello|hi|hey|good\s+(?:morning|afternoon|evening|day|night)|thank|thanks|many\s+thanks|sorry"
    r"|i'm\s+(?:so\s+|very\s+|really\s+|truly\s+|terribly\s+){0,6}sorry|i\s+am\s+(?:so\s+|very\s+|really\s+){0,6}sorry|"
    r"apologies|my\s+apologies|my\s+pleasure|i\s+(?:do\s+|sincerely\s+|really\s+|truly\s+|completely\s+|totally\s+"
    r"|certainly\s+|can\s+|fully\s+){0,6}(?:apologi[sz]e|appreciate|understand|hear\s+you|get\s+it|know\s+how|see\s+why)"
    r"|please|one\s+(?:moment|second|sec|minute)|just\s+a|"
    r"give\s+me|bear\s+with|hold\s+on|hang\s+on|have\s+a|enjoy|take\s+care|take\s+your\s+time|bye|goodbye|good\s+bye"
    r"|welcome|you're\s+(?:very\s+|most\s+)?welcome|you\s+are\s+(?:very\s+)?welcome|no\s+(?:problem|worries)|"
    r"let\s+me|let's|i(?:'m|'ve|'d|'ll)?\b(?![^.!?]*(?:\b(?:can)?not\b|n't\b|\bno\b|\bnothing\b|\bnever\b))|just|do|don't"
    r"|feel\s+free|"
    r"is\s+there|anything|it\s+was\s+(?:a\s+pleasure|nice|great|lovely|good)|it's\s+(?:a\s+pleasure"
    r"|been\s+a\s+pleasure|nice|no\s+trouble)|that's\s+(?:great|fine|okay|ok|all|alright|no\s+problem|perfect"
    r"|a\s+(?:good|great|fair))|this\s+is\s+(?:the\s+)?\w+(?:\s+\w+)?(?=\s*(?:speaking|calling|from|with|at|here)\b"
    r"|,\s+(?:your|the|an?)\b|\s*[.,!]*\s*$)|you've\s+reached|you\s+have\s+reached|you're\s+(?:speaking|through|talking)"
    r"|you\s+are\s+speaking|"
    r"my\s+name|have\s+a\b|until|talk\s+to\s+you|speak\s+(?:to|with)\s+you|we\s+(?:really\s+|truly\s+"
    r"|do\s+)?appreciate|i\s+hope\s+(?:that|this|you|i)|glad|happy\s+to|always|pardon|excuse|what\s+a|wishing|speak"
    r"|talk|ring|call|stay|don't\s+worry|no\s+need|wishing|all\s+the\s+best|that\s+must|cheers|you\s+bet|"
    r"no\s+matter|i\s+know|i'm\s+(?:so\s+|really\s+|very\s+)?(?:grateful|thankful|afraid))\b"
)
_interjection = (
    r"(?:ugh|yikes|phew|whew|oof|welp|aww+|alas|bingo|shoot|darn|dang|jeez|roger|for\s+sure|no\s+sweat"
    r"|right\s+on|sounds\s+good|you\s+got\s+it|i\s+(?:got|hear)\s+you|heads\s+up|word|deal|copy(?:\s+that)?"
    r"|appreciate\s+(?:it|that)|very\s+well|fair\s+enough|not\s+a\s+problem|okay|ok|okey[\s-]dokey|alright|alrighty"
    r"|all\s+right|right|righto|right\s+then|so|well|um+|uh|er|ah|ha|huh|oh|ooh|aha|hmm+|oops|whoops|eh|brill|cheerio|okey[\s-]doke|(?:muchas\s+)?gracias|de\s+nada|merci|danke|wow|gosh|lord"
    r"|(?:good\s+)?(?:lord|heavens|grief|gracious)|(?:lord\s+)?have\s+mercy|(?:my\s+)?goodness(?:\s+me)?|oh\s+dear"
    r"|dear\s+me"
    r"|bless\s+(?:you|your\s+heart)|sure(?:\s+thing)?|great|perfect|wonderful|excellent|lovely|brilliant|fantastic"
    r"|super"
    r"|awesome|nice|fine|cool|absolutely|certainly|of\s+course|yes|yeah|yep|yup|no|nope|hello|hi|hiya|hey|howdy|cheers"
    r"|thanks"
    r"|thank\s+you|ta|sorry|now|then|indeed|gotcha|got\s+it|understood|there\s+we\s+(?:go|are)|here\s+we\s+(?:go|are)"
    r"|let's\s+see|let\s+me\s+see|exactly|correct|definitely|totally|good|great\s+news|good\s+news|bad\s+news"
    r"|no\s+problem(?:\s+at\s+all)?|no\s+worries|you\s+bet|my\s+pleasure|good\s+(?:morning|afternoon|evening|day))"
)
_INTERJECTION = re.compile(
    rf"^\s*(?:{_interjection}(?=\s*[,.!:]|\s*$|\s+(?:so|then|now|and)\b|\s+{_interjection}\s*[,.!:])\s*[,.!:]*\s*)+"
)
_ABOUT_DELIVERY = re.compile(
    r"\b(?:it|it's|its|itself|packages?|parcels?|delivery|deliveries|deliver\w*|shipments?|shipp\w*|orders?|items?"
    r"|box(?:es)?|they|they're|he|she|he's|she's|them|drivers?|couriers?|carriers?|"
    r"issues?|problems?|found|located?|dates?|records?|names?|quote|word\s+for\s+word|status|estimated?|arriv\w+|eta"
    r"|delays?"
    r"|delayed|someone|somebody|warehouse|depot|ago|old|tomorrow|yesterday|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day|january|february|march|april|june|july|august|september|october|november|december|two|three|four|five"
    r"|six|seven|eight|nine|zero|ten|eleven|twelve|twenty|thirty|forty|fifty)\b|\[phone\]|\d|\x01|\"|:\s*\w"
    r"|\b[a-z]\s[a-z]\s[a-z]\b|\b(?:see|got|have)\s+today\b"
)
_MERE_COURTESY = re.compile(
    r"\b(?:(?:calling|contacting|choosing|welcome\s+to|reached)\s+(?!about|to\b|for|back|because|us\b|in\b|with"
    r"|that)(?:the\s+)?[\w&'-]+(?:\s+[\w&'-]+){0,4}?(?=\s*(?:[,.!?]|$))|"
    r"this\s+is\s+(?!delayed|late|lost|damaged|returned|held|due|out|in|on|at)\w+\s+(?:with|from|at)\s+(?:the\s+)?[\w&'-]+"
    r"(?:\s+[\w&'-]+){0,2}?\s+(?:deliver(?:y|ies)|parcels?|packages?|orders?|shipments?)(?=\s*(?:[,.!?]|$))|"
    r"got\s+it|appreciate\s+it|it\s+was\s+(?:a\s+pleasure|nice|great|lovely|good)|it's\s+(?:a\s+|been\s+a\s+"
    r"|my\s+)?(?:pleasure|no\s+trouble|nice)|mention\s+it|no\s+problems?(?:\s+at\s+all)?(?=\s*[,.!]|\s*$)"
    r"|it's\s+no\s+problem|look\s+(?:it|that)\s+up|check\s+(?:it|that|on\s+that)|pull\s+(?:it|that)\s+up|"
    r"(?:for|about)\s+(?:the|this|that|any|our)\s+(?:delay|wait)(?=\s*[,.!]|\s*$)|have\s+a\s+[a-z ]*(?:mon|tues"
    r"|wednes|thurs|fri|satur|sun)day|(?:about|for|on|with|of|to|up)\s+(?:your|the|a|this|that)\s+(?:delivery"
    r"|package|parcel|order|shipment)s?(?:\s+(?:status|details?|information|number))?|(?:deliver\w*|package|parcel"
    r"|order|track\w*)\s+(?:line|assistant|support|desk|helpline|service|agent|information|questions?))\b"
)
ECHOING = re.compile(
    r"\s*(?:(?:okay|ok|alright|so|great|got\s+it|perfect|right|sure|thanks|thank\s+you|let's\s+see|yes|understood"
    r"|certainly)[,.!]?\s+){0,6}"
    r"(?:you\s+(?:said|mentioned|told|gave|asked|read|provided|were\s+asking|want|wanted|are\s+(?:asking|calling"
    r"|looking)|would\s+like)|you're\s+(?:asking|calling|looking|worried|wondering|concerned|waiting)|what\s+i\s+heard"
    r"|i\s+(?:heard|noted|wrote|understand\s+(?:that\s+)?you(?!'ll\b|\s+(?:will|get|receive)\b)|hear\s+(?:that\s+)?you)|i've\s+noted"
    r"|the\s+(?:tracking\s+)?number\s+(?:you\s+\w+|i\s+heard))\b"
)
# "I'm sorry, the manager ...": what is said of others is no courtesy.
_GOES_OVER = re.compile(
    r"(?:[,:]|\s(?=(?:because|as)\b))\s*(?:(?:and|but|so|because|as|since|for)\s+)?(?=(?:the|our|an?|his|her|their"
    r"|they|they'(?:re|ve|d|ll)"
    r"|we\s+(?:were|had|are|have|lost|sent|forgot|took|gave|left|(?!appreciat|apologi|look|check|search|tri)\w+ed)|we'(?:re|ve|d)|he|she|someone|somebody|everyone|everybody|nobody|there)\b)"
)
_CONDITION = re.compile(
    r"(?:^|(?<=[\s,;]))(?:if|unless|in\s+case|once|whenever|whether|should\s+you|as\s+long\s+as|even\s+if)\b[^,;:.!?]*"
)


def utterances(page: Page, sentence: Span) -> Iterator[Utterance]:
    """Cut a sentence into what it states and what it asks, and say what each part does."""
    text = page.open[sentence.start : sentence.end]
    asks = text.rstrip(" \"')").endswith("?")
    if _ALWAYS_ASKING.match(text):
        yield Utterance(sentence, Act.QUESTION)
        return
    if not asks:
        yield from _said(page, sentence)
        return
    tag = _TAG.search(text)
    if tag and tag.start() > 0:
        yield from _tagged(text[: tag.start()], sentence, tag.start())
        return
    opening = next((match for match in _QUESTION.finditer(text)), None)
    if opening is None:
        yield Utterance(sentence, Act.READ_BACK)
        return
    begins = sentence.start + opening.start()
    if text[: opening.start()].strip(" ,;:.!"):
        yield from _said(page, Span(sentence.start, begins))
    yield Utterance(Span(begins, sentence.end), Act.QUESTION)


def _said(page: Page, span: Span) -> Iterator[Utterance]:
    """A stretch that asks nothing. A courtesy ends where its sentence goes over to someone or something else."""
    text = page.open[span.start : span.end]
    act = _act(text)
    turn = _GOES_OVER.search(text) if act is Act.COURTESY else None
    if turn is None:
        yield Utterance(span, act)
        return
    yield Utterance(Span(span.start, span.start + turn.start()), act)
    yield from _said(page, Span(span.start + turn.end(), span.end))


def _tagged(text: str, sentence: Span, length: int) -> Iterator[Utterance]:
    """A statement with "right?" behind it is a statement, unless a question came first ("is that it, right?")."""
    span = Span(sentence.start, sentence.start + length)
    asked = re.match(rf"\s*{_FILL}(?:{_ASKING})\b", text)
    yield Utterance(span, Act.QUESTION if asked else Act.READ_BACK)


@lru_cache(maxsize=4096)  # greetings and thanks are the same in every call
def _act(text: str) -> Act:
    if ECHOING.match(text):
        return Act.ECHO
    spoken = _INTERJECTION.sub("", text)
    if not spoken.strip(" .,!"):
        return Act.COURTESY
    if _COURTEOUS.match(spoken):
        rest = _MERE_COURTESY.sub(" ", spoken)
        if not _ABOUT_DELIVERY.search(rest) and not tells_a_state(rest):
            return Act.COURTESY
    return Act.STATEMENT


def interjection(page: Page, span: Span) -> Span:
    """The "okay, so, yes," that opens a stretch: it states nothing."""
    match = _INTERJECTION.match(page.open[span.start : span.end])
    return Span(span.start, span.start + (match.end() if match else 0))


def conditions(page: Page, span: Span) -> Iterator[Span]:
    """The "if ..." clauses of a stretch: they state nothing."""
    for match in _CONDITION.finditer(page.open, span.start, span.end):
        yield Span(match.start(), match.end())
