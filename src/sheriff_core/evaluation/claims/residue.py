"""What is left of a statement after every finder has read: words that state something nobody foresaw."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims import wording
from sheriff_core.evaluation.claims.text import WORD, Page, Span, fold
from sheriff_core.evaluation.claims.vocabulary import ACTION_WORDS, SAFE_WORDS, is_harmless

_ISSUE_TALK = re.compile(
    r"\b(?:issues?|problems?|notes?|exceptions?|because|due\s+to|reason|caused|owing\s+to|since\s+the)\b"
)
_INTRODUCES_AGENT = re.compile(
    r"\b(?:(?:i'm|i\s+am)\s+$|(?:this\s+is|my\s+name\s+is|my\s+name's)\s+(?:\w+\s+)?$|(?:calling|welcome\s+to"
    r"|you've\s+reached|you\s+have\s+reached|thanks\s+for\s+(?:calling|contacting|choosing)"
    r"|thank\s+you\s+for\s+(?:calling|contacting|choosing)|from|speaking\s+with|here\s+at"
    r"|with)\s+(?:the\s+)?[\w\s&'.-]*$)"
)
_IN_HIDING = re.compile(
    r"(?:\b(?:behind|under|underneath|beneath|beside|next\s+to|on\s+top\s+of)|\b(?:look|check|peek|search"
    r"|hunt)\b[^,;:.!?]{0,24}"
    r"\b(?:in|inside|outside|around|near|by|at))\s+(?:the|your|that|this|an?|some|their|his|her"
    r"|one\s+of\s+the)\s+(?:\w+\s+)?$"
)
_IDIOM = re.compile(
    r"\b(?:(?:through\s+)?no\s+fault\s+of\s+(?:yours|your\s+own)|my\s+(?:bad|mistake|error|fault|own\s+(?:mistake"
    r"|error))|no\s+(?:joy|luck|dice)|hang\s+tight|an?\s+(?:couple|few)\s+(?:of\s+)?(?:things|options|questions|ways)|(?:one|a|no|any)\s+hits?|red\s+flags?|beg\s+your\s+pardon|(?:pinch|grain)\s+of\s+salt|level\s+with\s+you|high\s+and\s+low|full\s+stop|(?:one|a)\s+(?:sec|tick|mo)|break\s+(?:it|that"
    r"|this)\s+down|draw(?:ing|n)?\s+a\s+blank|placed\s+(?:under|by|in\s+the\s+name)|hit\s+me\s+up"
    r"|(?:the\s+)?short\s+version|the\s+plan\s+is|a\s+little\s+old|feel\s+free|tak(?:e|es|ing)\s+place"
    r"|at\s+your\s+convenience"
    r"|for\s+what\s+it's\s+worth|on\s+(?:the\s+other|one)\s+hand|in\s+front\s+of\s+(?:me|us)|in\s+short"
    r"|the\s+short\s+(?:answer|version)|long\s+story\s+short|to\s+keep\s+it\s+(?:short|brief)|a\s+(?:little"
    r"|bit)\s+(?:more|about|of\s+(?:information|detail))|[a-z]+[\s-]wise|tied\s+up|for\s+the\s+(?:time\s+being"
    r"|moment)|"
    r"by\s+the\s+way|at\s+(?:a|the)\s+glance|off\s+hand|on\s+my\s+(?:end|side)|at\s+(?:my|our|this)\s+end"
    r"|up\s+to\s+date|in\s+a\s+(?:sec|second|moment|jiffy|nutshell)|hold\s+tight|one\s+more\s+time|no\s+trouble"
    r"|any\s+trouble|"
    r"for\s+your\s+(?:trouble|time|patience|call)|on\s+the\s+(?:line|phone|call)|over\s+the\s+(?:line|phone)"
    r"|of\s+(?:some\s+|any\s+)?(?:help|assistance|use)"
    r"|(?:sorry|apologi[sz]e|apologies|forgive\s+(?:me|us))\s+(?:for|about)\s+(?:the|that|this|any|all\s+the|my)\s+"
    r"(?:confusion|mix-?\s?up|trouble|bother|misunderstanding|mistake|worry|upset|disappointment))\b"
    # Why more is not told, said to the listener and not of the delivery.
    r"|(?:^\s*|[,;]\s+)for\s+(?:your\s+)?(?:own\s+)?(?:privacy|security|safety)(?:\s+(?:reasons|purposes|and\s+\w+))?"
    r"(?=,?\s+(?:i|i'm|i'll|please|could|can|may|we)\b)"
    r"|(?:^\s*|[,;]\s+)for\s+reasons\s+of\s+(?:privacy|security|data\s+protection)"
    r"|to\s+(?:keep|protect)\s+(?:your|the\s+customer's|everyone's)\s+(?:details|information|privacy|data)(?:\s+(?:safe|secure|private))?"
    r"|\b(?:i|we)\s+(?:do\s+|would\s+)?require\s+(?:the|your|those)|\bdetails\s+require\s+verification"
    r"|(?:time|delivery)\s+slots?|breaking\s+up|(?:thing|that|what)(?:'s|\s+is|\s+that's)?\s+written|forgive\s+me|every\s+right\s+to\s+be(?:\s+upset)?|(?:as|what)(?:'s|\s+it's|\s+is|\s+it\s+is)\s+written"
    r"|(?:back|again)\s+in\s+a\s+(?:little\s+)?(?:bit|while)|super\s+(?:sorry|annoying|frustrating|slow|weird|confusing|helpful)"
    # How a listener is called, set off from the sentence: "..., hon".
    r"|(?:,\s*|^\s*|(?<=\x01))(?:my\s+)?(?:hon|hun|honey|sugar|sweetheart|sweetie|darling|darlin|dude|buddy|bud|friend"
    r"|duck|pet|petal|boss"
    r"|chief|champ|se[nñ]or(?:a|ita)?|y'all|ladies|gentlemen|gents)(?=\s*(?:[,.!?;\x01]|$))"
)
_REACH = 64  # characters before a word that are looked at
_MAX_GAP_WORDS = 2


@dataclass(frozen=True, slots=True)
class Residue:
    """Unforeseen words: where they stand, and which kind of claim they are taken for."""

    start: int
    end: int
    kind: ClaimKind


@lru_cache(maxsize=1024)
def _issue_words(issue: str) -> frozenset[str]:
    """The words of an issue that mean something."""
    return frozenset(match.group() for match in WORD.finditer(fold(issue))) - SAFE_WORDS


def find_residue(
    page: Page, span: Span, issues: tuple[str, ...], spoken: frozenset[str], *, courtesy: bool
) -> list[Residue]:
    """Neighbouring unread words that state something, each group as one claim."""
    groups: list[list[re.Match[str]]] = []
    last_end = -1
    harmless = 0
    for phrase in list(_IDIOM.finditer(page.folded, span.start, span.end)):
        page.take(phrase.start(), phrase.end())
    for word in page.words(span):
        if _states_nothing(page, span, word, spoken, courtesy=courtesy):
            harmless += 1
            continue
        between = page.open[last_end : word.start()] if last_end >= 0 else ""
        if groups and harmless <= _MAX_GAP_WORDS and not re.search(r"[\x01.,;:!?]", between):
            groups[-1].append(word)
        else:
            groups.append([word])
        harmless = 0
        last_end = word.end()
    talk = groups != [] and _ISSUE_TALK.search(page.folded, span.start, span.end) is not None
    return [
        Residue(group[0].start(), group[-1].end(), _kind(page, span, group, issues, is_issue_talk=talk))
        for group in groups
    ]


def _states_nothing(page: Page, span: Span, word: re.Match[str], spoken: frozenset[str], *, courtesy: bool) -> bool:
    text = word.group()
    plain = text.removesuffix("'s")
    if is_harmless(text) or text in spoken:
        return True
    if not courtesy or text in ACTION_WORDS or plain in wording.PLACE_NOUN:
        return False
    before = page.folded[max(span.start, word.start() - _REACH) : word.start()]
    if _IN_HIDING.search(before):
        return False  # "I'd check behind the planter": where to look is told, however courteously
    if not page.is_capitalised(word.start()):
        return True
    # The first word of a sentence is written large anyway.
    return not before.strip(" \"'") or _INTRODUCES_AGENT.search(before) is not None


def _kind(
    page: Page, span: Span, group: list[re.Match[str]], issues: tuple[str, ...], *, is_issue_talk: bool
) -> ClaimKind:
    words = {match.group() for match in group}
    before = page.folded[max(span.start, group[0].start() - _REACH) : group[0].start()]
    if any(words & _issue_words(issue) for issue in issues) or is_issue_talk:
        return ClaimKind.ISSUE
    capitalised = any(page.is_capitalised(match.start()) for match in group)
    if words & wording.PLACE_NOUN or (capitalised and wording.PLACE_WORD.search(before)):
        return ClaimKind.PLACE
    if capitalised and (before.strip() or wording.NAME_LEAD.search(before)):
        return ClaimKind.NAME
    if wording.NAME_LEAD.search(before) and re.search(r"\b(?:mr|mrs|ms|name|for)\b", before[-20:]):
        return ClaimKind.NAME
    return ClaimKind.PROMISE if words & ACTION_WORDS else ClaimKind.OTHER
