"""Wordings of what no record can support (promises, guesses, carriers ...), and of what is none of these after all."""

import re
from typing import Final

from sheriff_core.evaluation.claims.numbers import CARDINAL
from sheriff_core.evaluation.claims.text import word_set
from sheriff_core.evaluation.claims.vocabulary import SAFE_WORDS

_adverbs = (
    r"(?:(?:also|still|now|just|certainly|definitely|absolutely|probably|likely|most|very|surely|actually|all|both"
    r"|be|get|have|been|"
    r"hopefully|possibly|soon|then|not|never|only|really|personally|gladly|try|to|and|go|ahead|quickly|simply|always"
    r"|first|happily)\s+){0,6}"
)
_arrival = (
    r"(?:arriv\w+|deliver\w*|with\s+you|there|here|reach\w*|in\s+your\s+hands|at\s+your\s+(?:door|doorstep|place"
    r"|home|address|house)|"
    r"on\s+your\s+doorstep|come|coming|show\s+up|turn\s+up|land\w*|dropped\s+off|drop\s+off|handed\s+over"
    r"|out\s+for\s+delivery|get\s+(?:there|here|to\s+you)|make\s+it|due|receive\w*|(?:get|have|see)\s+(?:it|them"
    r"|your\s+\w+))"
)
# An estimate, said as what is expected of the delivery: true with the recorded day beside it, and only with it.
EXPECTATION: Final = re.compile(
    r"(?:\b(?:will|shall|should|would|ought\s+to|(?:expected|estimated|scheduled|due|set|slated|planned|projected"
    r"|supposed|anticipated|"
    r"forecast|forecasted|expecting|expect\s+it|on\s+track|on\s+course|going|looking|aiming|meant|targeted|predicted"
    r"|bound|fixing|sure|likely|expect|tipped)\s+(?:to|for|it\s+to|your\s+\w+\s+to|the\s+\w+\s+to))"
    rf"|'ll|\bto)\s+{_adverbs}(?:{_arrival})\b"
)
# "It will probably be there on Saturday" is a guess, whatever is recorded for Saturday.
HEDGED: Final = re.compile(r"\b(?:probably|hopefully|possibly|soon)\b")
# "It's coming on Saturday" tells the estimate, not where the delivery is.
COMING: Final = re.compile(
    r"\b(?:comes|coming|arriv(?:es|ing)|gets\s+(?:here|there)|getting\s+(?:here|there))\b[^.;!?\x01]{0,12}(?=\x01)"
)
# Something that will be, said of anything at all.
FUTURE: Final = re.compile(
    r"(?P<who>\b[a-z]+\s+|\b[a-z]+(?='ll)|)(?P<modal>\bwill\b|'ll\b|\bshall\b(?!\s+(?:more\s+than\s+one|there|nothing|i|we)\b)"
    r"|\bgoing\s+to(?=\s+[a-z])|\bgonna\b|\bwon't\b|\bshould(?:n't)?\b|\bought\s+to\b|\bsupposed\s+to\b)"
    rf"(?:\s+(?P<verb>{_adverbs}[a-z]+))?"
)
_HARMLESS = (
    r"check|double-check|look|read|repeat|spell|say|try|transfer|connect|help|find|pull|tell|give|share|see(?!\s+to)"
    r"|verify|search|hold|wait|"
    r"need|happy|glad|more\s+than\s+happy|assist|ask|explain|take|listen|walk|start|know|quote|confirm|do\s+my"
    r"|go\s+over|"
    r"have\s+a\s+look|have\s+to|want|use|remember|let\s+you\s+know\s+what|bring|stay|keep\s+this|right\s+with"
    r"|have\s+(?:that|it|an\s+answer)|get\s+(?!(?:some(?:one|body)|them|him|her)\b)\w+|let|with\s+you|right\s+back|be|rather|just|go"
)
# "I'll put you through" says what comes next in the call; "I'll put a note on it" and "I'll let them know" are vows.
PUT_THROUGH: Final = re.compile(
    r"(?:\b(?:will|going\s+to|gonna)|'ll)\s+(?:just\s+)?put\s+(?:you|it|that|this|your\s+\w+)\s+"
    r"(?:through|on\s+hold|in(?:to\s+(?:the|our|my)\s+\w+)?|another\s+way|simply|plainly)\b"
    # "We'll be with you on Tuesday" tells a day, and no pause in the call.
    r"|\bi(?:\s+will|'ll)\s+be\s+(?:right\s+)?(?:with\s+you|back(?:\s+with\s+you)?)"
    r"(?:\s+(?:shortly|in\s+(?:just\s+)?an?\s+(?:moment|second|sec|minute|tick|jiffy)))?(?=\s*(?:[,.!;]|$))"
)
TO_OTHERS: Final = re.compile(
    r"\s+(?:(?:to|with|from)\s+)?(?:them|him|her|someone|somebody|everyone|(?:a|my|the|our|your)\s+(?:manager"
    r"|supervisor|boss|colleagues?|team|people|staff|neighbou?r|driver|courier|warehouse|depot|sender|shop"
    r"|store))\b(?!\s+who\b)"
)
TELLING: Final = re.compile(r"\b(?:tell|let|ask|give|get|have|know|need|want|explain|say|check)(?:\s+\w+)?$")
# "I'll check", "you'll need": what the agent does in the call itself, or asks of the caller.
HARMLESS_FUTURE: Final = re.compile(
    rf"(?:(?:i|we|that|this)\b.*(?:\s(?:{_HARMLESS})|be\s+all|do)|you\b.*\s(?:need|want|have\s+to|hear\s+(?:it|me)"
    rf"|check|double-check|try|be\s+able|like|find|see|hear))$"
)
GUESS: Final = re.compile(
    r"\b(?:probably|(?:most\s+|very\s+|quite\s+)?likely|unlikely|presumably|supposedly|possibly|potentially|perhaps"
    r"|maybe|hopefully|soon(?:er|ish|est)?|"
    r"shortly|momentarily|imminently|eventually|any\s+(?:minute|moment|time|second|hour)(?:\s+now)?|in\s+no\s+time"
    r"|before\s+long|"
    r"before\s+you\s+know\s+it|(?:not|won't\s+be|wouldn't\s+be|shouldn't\s+be)\s+(?:too\s+|very\s+|much\s+)?(?:long"
    r"|far|longer)(?:\s+now)?|chances\s+are|odds\s+are|at\s+some\s+point|"
    r"in\s+the\s+near\s+future|i\s+(?:would\s+|'d\s+)?(?:guess|imagine|suppose|suspect|reckon|bet|assume|expect)"
    r"|i'd\s+(?:guess|imagine|say|expect|think)|"
    r"i'm\s+(?:pretty\s+|fairly\s+|quite\s+)?(?:sure|confident|certain|guessing|hoping|assuming)|i\s+hope\s+(?:it"
    r"|your|the)|fingers\s+crossed|with\s+(?:any|a\s+bit\s+of)\s+luck|"
    r"must\s+(?:be|have)|(?:might|may|(?<!\bwish i )(?<!\bwish we )(?<!\blast i )(?<!\ball i )(?<!\bupdate i )"
    r"could(?!\s+not\b))\s+"
    r"(?!not\s+(?:be|get|find|locate|see|reach)\b|want|you|i\b|wish|need|like|know|prefer|have\s+said"
    # "It may have changed since then" only says how far old information reaches.
    r"|have\s+changed(?=\s*(?:since|by\s+now|in\s+the\s+meantime|[,.]|$))"
    r"|find\s+it\s+easier)(?:(?:well|also|just|still|not|be|have|already|even)\s+){0,6}[a-z]+|"
    r"tends?\s+to|typically|normally|usually|as\s+soon\s+as|nearly|almost|practically|virtually|more\s+or\s+less"
    r"|basically\s+there)\b"
)
PROMISE: Final = re.compile(
    r"\b(?:(?:i|we|you\s+have\s+my)\s+(?:\w+\s+)?(?:guarantee|promise|swear|assure|ensure|pledge|vow|commit|word)\b"
    r"|guarantee[sd]?|i\s+promise|promise[sd]?|for\s+(?:sure|certain)|without\s+(?:a\s+)?(?:doubt|fail)|no\s+doubt|"
    r"definitely|(?:you\s+can\s+)?count\s+on\s+(?:it|us|me)|rest\s+assured|you\s+have\s+my\s+word"
    r"|nothing\s+to\s+worry\s+about|no\s+(?:need|reason)\s+to\s+worry|everything\s+(?:is|'s|looks|will\s+be"
    r"|'ll\s+be)\s+(?:fine|okay|ok|good|in\s+order|under\s+control)|"
    r"at\s+no\s+(?:extra\s+|additional\s+)?(?:cost|charge)|free\s+of\s+charge|(?:working|looking)\s+(?:on|into|to)"
    r"|look(?:ing)?\s+into\s+(?:it|this|that)|taken\s+care\s+of|take\s+care\s+of\s+(?:it|this|that|everything)"
    r"|sort(?:ed)?\s+(?:it\s+|this\s+|that\s+)?out|be\s+in\s+touch|see\s+to\s+(?:it|that)|get\s+it\s+(?:there|here"
    r"|to\s+you|delivered)|as\s+good\s+as|swear|trust\s+me|bump\s+it"
    r"|at\s+(?:the\s+(?:very\s+)?latest|worst|best|least(?=\s+\x01))|no\s+later\s+than"
    r"|(?:team|people|colleagues?|staff|i|we|they)(?:'m|'re|\s+am|\s+are|\s+is)\s+(?:already\s+)?on\s+(?:it|this"
    r"|the\s+case)"
    # Nobody calls again when it has come.
    r"|let\s+you\s+know\s+(?:when|the\s+(?:moment|minute))\s+(?:it|your\s+\w+)\s+(?:arrives|ships|moves|leaves|changes"
    r"|clears|gets|goes|has))\b"
)
# "I can't promise that" is the opposite of a promise.
NO_PROMISE: Final = re.compile(
    r"\b(?:can't|cannot|can\s+not|couldn't|won't|wouldn't|(?:not\s+able|unable|not\s+allowed|not\s+in\s+a\s+position)\s+to)\s+"
    r"(?:\w+ly\s+)?(?:guarantee|promise|swear|assure\s+you|commit\s+to)\b|\bno\s+guarantees?\b|\bnot\s+(?:a\s+)?guaranteed?\b"
)
# "It won't be today", "not on Friday": the day is denied. "Not until Friday" tells it.
DENIED_DAY: Final = re.compile(
    r"(?:\bnot|n't)\s+(?:(?:be|arrive|come|get|going\s+to|due|expected|scheduled|estimated|coming|arriving|delivered|there"
    r"|here|have|see|receive|it|them|that)\s+){0,3}(?:on\s+|for\s+)?$"
)
NOT_TO_COME: Final = re.compile(
    r"\b(?:it\s+)?won't\s+(?:be|arrive|come|get)(?:\s+(?:there|here|delivered|arriving|coming))?\b"
)
# "It'll be Monday", before a day that has been read.
TO_BE: Final = re.compile(
    r"(?:\b(?:it|that|this)\s*)?(?:\b(?:will|should|would|ought\s+to)|'ll|(?:'s|\b(?:is|was))\s+(?:supposed|going)\s+to)\s+be\s+"
    r"(?:on\s+|for\s+|by\s+)?(?=\x01)"
)
# What is wished for a day says nothing about it: "have a lovely Thursday".
_wished = (
    r"(?:good|great|lovely|nice|wonderful|fantastic|pleasant|happy|super|terrific|safe|relaxing|fabulous|beautiful"
    r"|brilliant|amazing|rest\s+of\s+(?:your|the))"
)
WISH: Final = re.compile(
    rf"\b(?:enjoy\s+(?:(?:an?|the|your)\s+)?(?:{_wished}\s+){{0,3}}|have\s+(?:an?|the)\s+(?:{_wished}\s+){{1,3}})"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s+(?:morning|afternoon|evening|night))?"
    r"(?=\s*(?:[,.!?;\x01]|$|ahead\b))"
)
# What the agent did wrong in the call itself: it misheard, it mistyped. Numbers in it are still read.
_unsure = r"(?:\b(?:maybe|perhaps|possibly|probably|(?:it\s+)?(?:could|may|might)\s+(?:well\s+)?be\s+that)\s+)?"
_i_may_have = r"\bi(?:'ve|'d)?\s+(?:(?:may|might|must|could|have|had|just)\s+)*"
_confused = r"(?:misheard|mistyped|misread|misunderstood|swapped|transposed|mixed\s+up|muddled)"
_spoken = (
    r"(?:\s+(?:it|that|this|the|your|a|one|two|three|few|last|first|of|couple|in|down|up|digits?|numbers?|letters?"
    r"|characters?))"
)
MISHEARD: Final = re.compile(
    rf"{_unsure}{_i_may_have}{_confused}\b|{_unsure}{_i_may_have}(?:typed|heard|got|had|wrote|written|entered|put)\b"
    rf"{_spoken}{{0,6}}\s+(?:wrong(?:ly)?|incorrectly|backwards|back\s+to\s+front|(?:the\s+)?(?:wrong|other)\s+way"
    rf"\s+(?:round|around)|in\s+the\s+wrong\s+order|mixed\s+up|muddled)\b|\b{_confused}{_spoken}{{0,6}}\s+(?:digits?"
    r"|numbers?|letters?|characters?|two(?=\s*(?:[,.;!?]|$)|\s+of\s+them\b))\b|\b(?:(?:it|that)\s+)?(?:could|may|might)\s+be\s+(?:a\s+typo|my\s+mistake)\b"
    r"|\ba\s+typo\s+on\s+my\s+part\b"
)
# Persons of whom no record tells: whatever they did is made up.
ACTOR: Final = re.compile(
    r"(?:^|(?<=[,;:.!?\x01])|(?<=\bthat)|(?<=\band)|(?<=\bbut)|(?<=\bso)|(?<=\bwhen)|(?<=\bbecause)|(?<=\bas)|(?<=\bsays)"
    r"|(?<=\bwhere))\s*(?P<who>(?:he|she|they|someone|somebody|nobody|no\s+one|everybody|everyone)(?:'s|'ve|'re"
    r"|'d)?(?!\s+(?:noted|recorded|wrote|say|saying|(?:have|got|have\s+got)\s+(?:it|a\s+note|an?\s+issue)\b|show|list"
    r"|expect|estimate|flagged|(?:put|got|given|set|listed)\s*$|put\s+(?:it\s+)?(?:down\b|\x01)|give\s+\x01"
    r"|don't\s+let\s+me))|(?:the\s+)?(?:customer|recipient|sender|receiver|shipper|addressee)(?=\s+(?:has\s+|had\s+"
    r"|was\s+|did\s+|didn't\s+|wasn't\s+|hasn't\s+)?(?:not\s+)?(?:\w+ed|\w+s|gave|said|told|took|went|left|made"
    r"|wanted)\b)(?!\s+(?:is|was|has|name|listed|recorded|registered|named|on|this)\b)|(?:an?|the|my|our"
    r"|one\s+of\s+(?:the|my|our))\s+(?:colleagues?|manager|supervisor|boss|team|staff|people|engineers?|courier|driver"
    r"|agents?|advis[eo]rs?|representatives?|specialists?|assistants?|operators?)(?=\s+(?:(?:is|are)\s+(?:already\s+"
    r"|now\s+|currently\s+){0,3}[a-z]+ing|has|have|had|was|were|did|said|says|told|took|went|left|made|wanted|looked"
    r"|checked|tried|called|confirmed)\b)|you\s+(?:were|weren't|was|had|hadn't)(?!\s+(?:asking|calling|looking|saying"
    r"|wondering|after|interested|waiting|told|given|said|asked)))\b\s*(?=[a-z])"
)
# Why something is as it is: no field records that.
CAUSE: Final = re.compile(
    r"\b(?:because|due\s+to|owing\s+to|caused\s+by|as\s+a\s+result\s+of|on\s+account\s+of|blame[ds]?)\b(?!\s+(?:i|we"
    r"|(?:there(?:'s|\s+is|\s+are)\s+)?(?:more\s+than\s+one|several|multiple)|of\s+(?:my|our)|be\b|arrive|get|reach|come|that's\s+(?:all|what)))(?=\s+[a-z])"
)
# Whose it is instead: no record tells of another company, or of anybody else.
_another = (
    r"(?:(?:an?|the|some|one\s+of\s+the)\s+)?(?:other|another|different|separate)\s+(?:\w+\s+)?(?:compan(?:y|ies)|firms?"
    r"|business(?:es)?|services?|customers?|persons?|people|accounts?|senders?|sellers?|retailers?|providers?)"
)
OTHERS: Final = re.compile(
    r"\b(?:belong(?:s|ed|ing)?\s+to|(?:is|was|are|were|'s|be)\s+(?:from|with|for|of|by|one\s+of)|comes?\s+from"
    r"|came\s+from|issued\s+by|goes\s+(?:with|to)|went\s+to|\w+ed\s+(?:by|to|with|from)|(?:have|has|had)(?=\s+an?\b))"
    rf"\s+(?P<who>{_another}|(?:some(?:one|body)|anyone)\s+else)\b"
    rf"|(?:^|(?<=[,;:.!?\x01])|(?<=\band)|(?<=\bthat))\s*(?P<actor>{_another})\s+(?:is|was|has|had|brings?)\b"
)
# What the agent says to have done outside the call.
DEED: Final = re.compile(
    r"\b(?:i|we)(?:'ve|\s+have|\s+had|\s+did)?\s+(?:already\s+|just\s+|also\s+|now\s+|gone\s+ahead\s+and\s+"
    r"|even\s+){0,6}(?:(?:asked|told|called|contacted|rung|rang|phoned|messaged|reminded|informed|warned|instructed"
    r"|let)(?!\s+(?:me|you|for|about|it|this|that|up))\s+\w+|reached\s+out|requested|"
    r"added|updated|changed|booked|flagged|logged|passed|submitted|sent|placed|moved|put(?!\s+you)|made(?!\s+(?:sure"
    r"|out))|given|came|come\s+by|went|took|taken|tried\s+(?:to\s+(?:deliver|reach|call|contact)|calling|reaching)"
    r"|spoken|spoke|talked|got\s+(?:them|him|her|someone|the)|sorted|fixed|resolved|started|turned|kept|set\s+up"
    r"|given\s+you|give\s+you\s+my)\b"
)
CARRIER: Final = re.compile(
    r"\b(?:ups|fed\s?ex|federal\s+express|dhl(?:\s+express)?|usps|u\.s\.\s+mail|us\s+mail|dpd|gls|tnt|hermes|evri"
    r"|yodel|royal\s+mail|parcel\s?force|amazon(?:\s+(?:logistics|prime))?|on\s?trac|"
    r"laser\s?ship|purolator|canada\s+post|australia\s+post|post\s?nl|postnord|poste\s+italiane|la\s+poste|correos"
    r"|chronopost|colissimo|deutsche\s+post|swiss\s+post|"
    r"japan\s+post|sf\s+express|blue\s+dart|aramex|delhivery|uber|door\s?dash|instacart|postmates"
    r"|(?:the\s+)?(?:us\s+|united\s+states\s+)?postal\s+service|mail\s?man|mail\s+carrier|postman)\b"
)
AMOUNT: Final = re.compile(
    rf"(?:[$€£¥]\s?\d[\d,]*(?:\.\d+)?(?:\s?(?:k|million))?|\b(?:{CARDINAL}|a|a\s+few"
    rf"|several)(?:\.\d+)?[\s-]+(?:dollars?|bucks|euros?|pounds?|cents?|pence|usd|eur|gbp|percent|per\s+cent|kilos?"
    rf"|kg|lbs?|miles?|kilometers?|kilometres?|blocks?|stops?)\b(?:\s+and\s+(?:{CARDINAL})\s+cents?)?"
    rf"|\b\d+(?:\.\d+)?\s?%)"
)
PLACE_NOUN: Final = word_set(
    "hub depot warehouse facility facilities center centre station terminal airport port harbor dock office lobby "
    "reception desk porch door doorstep  mailbox mailroom letterbox locker garage garden yard gate driveway "
    "building apartment house home address shed neighbor neighbour  neighbor's neighbour's neighbors concierge "
    "doorman counter store shop pharmacy branch city town state country county street road avenue floor  van truck "
    "lorry plane train ship vehicle location region area zone district nearby outside inside upstairs downstairs "
    "customs border  north south east west northern southern eastern western downtown local yourself's step front "
    "back-door safe bin box's"
)
PLACE_WORD: Final = re.compile(
    r"\b(?:in|at|near|from|to|through|via|outside|inside|by|towards?|past|around|behind|into|leaving|left"
    r"|reached)\s+(?:(?:the|our|your|a|an|its|their|his|her|local|main)\s+){0,6}$"
)
NAME_LEAD: Final = re.compile(
    r"\b(?:for|mr|mrs|ms|miss|mx|dr|to|name(?:\s+is|\s+of)?|addressed\s+to|belongs\s+to|customer(?:\s+is)?"
    r"|recipient(?:\s+is)?|under|by|with)\.?[\s:,\"]*$"
)
_BESIDE_ABSENCE: Final = word_set(
    "delay delays delayed exception exceptions complaint complaints alert alerts flag flags error errors incident "
    "incidents concern concerns  free empty single none nothing zero trace sign record records logged wrong to-date"
)


def is_harmless_beside_absence(word: str) -> bool:
    """Whether a word may stand in "no ... is recorded" without stating anything more."""
    return word in SAFE_WORDS or word in _BESIDE_ABSENCE
